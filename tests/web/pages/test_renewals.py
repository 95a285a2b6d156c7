"""Cards renewed many at once by pages."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.desk import Desk
from tests.desk import desk as desk
from tests.factories import day
from tests.pages import Visitor, visit


@pytest.fixture
def visitor(client: FlaskClient, desk: Desk) -> Visitor:
    desk.add_patron("SOON", expires_on=day("2026-12-01"))
    return visit(client, desk, desk.staffed(("branch_librarian", desk.county.branch)).caller)


def test_the_list_is_looked_at_first_and_then_done(visitor: Visitor) -> None:
    page = visitor.get("/patrons/renewals")
    assert "SOON" in page.text
    check = visitor.send(
        "/patrons/renewals/check", {"card": "CG:SOON", "cards": "NOBODY\nP0001", "expires_on": "2027-12-31"}
    )
    assert "将续 1 张，1 张不必续，1 张不能办理" in check.text
    assert "2026年" not in visitor.get("/patrons/SOON").text
    done = visitor.open(visitor.send("/patrons/renewals", check.values("/patrons/renewals")))
    assert "已续 1 张" in done.text
    assert "2027年12月31日" in visitor.get("/patrons/SOON").text


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"expires_on": "2027-12-31"}, "请勾选读者"),
        ({"cards": "SOON", "expires_on": ""}, "请填写这一项"),
        ({"cards": " ".join(map(str, range(501))), "expires_on": "2027-12-31"}, "一次最多 500 张"),
    ],
)
def test_what_is_missing_is_said_beside_its_field(visitor: Visitor, form: dict[str, str], sentence: str) -> None:
    assert sentence in visitor.send("/patrons/renewals/check", form).text
    assert sentence in visitor.send("/patrons/renewals", form).text
