"""The versions of the policies by pages: the list, what changed, the way back."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from branches.reference import POLICIES
from branches.service.policies import NewRow, PolicyService
from tests.desk import Desk
from tests.desk import desk as desk
from tests.factories import make_context
from tests.pages import Visitor, visit


@pytest.fixture
def visitor(client: FlaskClient, desk: Desk) -> Visitor:
    return visit(client, desk, desk.staffed(("sysadmin", desk.county.network)).caller)


@pytest.fixture
def versions(desk: Desk) -> tuple[int, int]:
    """Two saves: 20 days and 2 renewals, then 30 days and nothing else."""
    first = save(desk, "试行", NewRow(setting="loan_days", value=20), NewRow(setting="renewals", value=2, org="CG"))
    return first, save(desk, "", NewRow(setting="loan_days", value=30), NewRow(setting="max_loans", value=5))


def save(desk: Desk, note: str, *rows: NewRow) -> int:
    def replace(session: object) -> int:
        context = make_context(session)  # type: ignore[arg-type]
        expected = POLICIES.version(context.session)
        return PolicyService(context).replace(rows, expected_version=expected, note=note).version

    return desk.write(replace)


def test_every_save_is_listed_with_who_and_why(visitor: Visitor, versions: tuple[int, int]) -> None:
    page = visitor.get("/admin/policies/versions")
    assert f"第 {versions[0]} 版" in page.text
    assert "试行" in page.text
    assert f"第 {versions[1]} 版 现行" in " ".join(page.text.split())


def test_a_version_tells_what_it_changed_in_words(visitor: Visitor, versions: tuple[int, int]) -> None:
    page = visitor.get(f"/admin/policies/versions/{versions[1]}")
    lines = [" ".join(line.text_content().split()) for line in page.html.xpath("//table/tbody/tr")]
    assert lines == [
        "修改 借期loan_days 处处适用 20 天 30 天",
        "新增 最多可借（全网合计）max_loans 处处适用 没有这条 5 册",
        "删除 可续借几次renewals 办理馆 城关分馆 2 次 不再有",
    ]
    assert not page.html.xpath("//form[contains(@action, 'restoration')]")  # it is in force


def test_a_version_is_put_back_and_says_so(visitor: Visitor, desk: Desk, versions: tuple[int, int]) -> None:
    address = f"/admin/policies/versions/{versions[0]}"
    page = visitor.get(address)
    assert "新增 1 条、修改 1 条、删除 1 条" in page.text
    sent = visitor.send(f"{address}/restoration", page.values(f"{address}/restoration") | {"note": "还是原来的好"})
    assert sent.address == f"/admin/policies/versions/{versions[1] + 1}"
    book = desk.read(lambda s: make_context(s).policies)
    assert [(r.setting, r.value) for r in book.rows] == [("loan_days", 20), ("renewals", 2)]
    assert "还是原来的好" in visitor.get("/admin/policies/versions").text


def test_who_looked_at_an_older_state_is_told(visitor: Visitor, desk: Desk, versions: tuple[int, int]) -> None:
    address = f"/admin/policies/versions/{versions[0]}"
    page = visitor.get(address)
    save(desk, "", NewRow(setting="loan_days", value=7))
    sent = visitor.send(f"{address}/restoration", page.values(f"{address}/restoration"))
    assert sent.status == 412
    assert [r.value for r in desk.read(lambda s: make_context(s).policies).rows] == [7]
