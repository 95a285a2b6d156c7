"""Policies by pages: what holds, why, and the rules behind it."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete
from sqlalchemy.orm import Session

from branches.models import PolicyRow
from branches.reference import POLICIES
from tests.desk import Desk
from tests.desk import desk as desk
from tests.factories import make_context
from tests.pages import Sheet, Visitor, visit


@pytest.fixture
def visitor(client: FlaskClient, desk: Desk) -> Visitor:
    return visit(client, desk, desk.staffed(("sysadmin", desk.county.network)).caller)


def add(visitor: Visitor, setting: str, value: str, **more: str) -> Sheet:
    form = visitor.get("/admin/policies/new", setting=setting).values()
    return visitor.send(f"/admin/policies/new?setting={setting}", form | {"value": value} | more)


def cell(sheet: Sheet, row: int = 0, column: int = 0) -> str:
    cells = sheet.html.xpath("//table")[0].xpath(".//tbody/tr")[row].xpath("./td")
    return " ".join(cells[column].text_content().split())


def test_the_table_shows_what_holds_and_every_cell_opens_its_reason(visitor: Visitor) -> None:
    page = visitor.get("/admin/policies")
    assert cell(page) == "30 天 续 1 次 · 共 10 册"
    explained = visitor.get(page.html.xpath("//table//td/a/@href")[0])
    assert "借期" in explained.text
    assert "规则" in explained.text
    assert "系统默认" in explained.text


def test_a_rule_takes_effect_at_once_where_it_speaks(visitor: Visitor) -> None:
    assert add(visitor, "loan_days", "45", org="CG", category="child", note="暑期").address == "/admin/policies"
    at_branch = visitor.get("/admin/policies", at="CG")
    assert cell(at_branch, 0, 0).startswith("30 天")
    assert cell(at_branch, 0, 1).startswith("45 天")
    assert cell(visitor.get("/admin/policies", at="ZG"), 0, 1).startswith("30 天")
    assert "办理馆 城关分馆 · 读者类别 少儿 暑期" in at_branch.text


def test_the_same_place_again_replaces_its_rule(visitor: Visitor) -> None:
    add(visitor, "loan_days", "45", org="CG")
    add(visitor, "loan_days", "50", org="CG")
    page = visitor.get("/admin/policies", at="CG")
    assert cell(page).startswith("50 天")
    assert page.text.count("办理馆 城关分馆") == 1


@pytest.mark.parametrize(
    ("setting", "value", "shown"),
    [
        ("loan_days", "", "不外借"),
        ("max_loans", "", "不限"),
        ("lend", "false", "否"),
        ("renewals", "０２", "2 次"),
        ("max_owed", "￥10.00 元", "10.00 元"),
        ("days_mode", "calendar", "只数开放日"),
        ("on_return", "stay", "留在归还地"),
    ],
)
def test_values_are_told_in_words(visitor: Visitor, setting: str, value: str, shown: str) -> None:
    add(visitor, setting, value, org="CG")
    rules = [
        " ".join(li.text_content().split()) for li in visitor.get("/admin/policies").html.xpath("//li[@class='rule']")
    ]
    assert any(rule.startswith(f"{shown} 办理馆 城关分馆") for rule in rules)


def test_a_value_that_does_not_fit_is_refused_and_nothing_changes(visitor: Visitor) -> None:
    answer = add(visitor, "loan_days", "forever", org="CG")
    assert answer.status == 422
    assert answer.values()["value"] == "forever"
    assert cell(visitor.get("/admin/policies", at="CG")).startswith("30 天")


FINE = "/admin/policies/new?setting=fine"
BANDS = {
    "value.0.from_day": "1",
    "value.0.to_day": "30",
    "value.0.per_day": "0.10",
    "value.1.from_day": "31",
    "value.1.per_day": "０.２０",
}


def wrongs(sheet: Sheet) -> dict[str, str]:
    """What is said beside each field that is wrong."""
    fields = sheet.html.xpath("//*[@aria-invalid='true']")
    said = {one.get("name"): sheet.html.xpath(f"//*[@id='wrong-{one.get('name')}']") for one in fields}
    return {name: " ".join(found[0].text_content().split()) for name, found in said.items()}


def test_a_value_with_parts_is_written_by_fields_and_told_in_words(visitor: Visitor, desk: Desk) -> None:
    page = visitor.get("/admin/policies/new", setting="fine")
    more = visitor.send("/admin/policies/new/rows?setting=fine", page.values() | {"rows": "add:value"} | BANDS)
    assert more.html.xpath("//*[@autofocus]/@name") == ["value.2.from_day"]
    assert more.values().keys() >= BANDS.keys()
    assert visitor.send(FINE, more.values()).status == 303  # the blank row is none
    assert "第 1 至 30 天每天 0.10 元；第 31 天起每天 0.20 元" in visitor.get("/admin/policies").text
    row = next(row for row in desk.read(lambda s: make_context(s).policies.rows) if row.setting == "fine")
    assert row.value == [{"from_day": 1, "to_day": 30, "per_day": "0.10"}, {"from_day": 31, "per_day": "0.20"}]


def test_what_does_not_fit_is_said_beside_its_part_in_both_languages(visitor: Visitor) -> None:
    form = visitor.get("/admin/policies/new", setting="fine").values() | BANDS
    wrong = visitor.send(FINE, form | {"value.1.from_day": "third", "value.1.per_day": "dime"})
    assert wrong.status == 422
    assert wrong.values()["value.1.per_day"] == "dime"
    assert wrongs(wrong) == {
        "value.1.from_day": "这个值不合适，应为：1 至 10000 的整数（天）。",
        "value.1.per_day": "这个值不合适，应为：金额，如 20.00。",
    }
    early = visitor.send(FINE, form | {"value.1.from_day": "30"})
    assert wrongs(early) == {"value.1.from_day": "这个值不合适，应为：第 30 天以后，前一段到那天为止。"}
    english = visitor.in_english().send(FINE, form | {"value.0.to_day": ""})
    assert wrongs(english) == {"value.0.to_day": "This value does not fit; it must be a day, for another band follows."}


def test_a_row_is_taken_away_and_the_rest_stays_as_typed(visitor: Visitor) -> None:
    page = visitor.get("/admin/policies/new", setting="fine")
    fewer = visitor.send("/admin/policies/new/rows?setting=fine", page.values() | BANDS | {"rows": "remove:value:0"})
    assert {k: v for k, v in fewer.values().items() if k.startswith("value")} == {
        "value.0.from_day": "31",
        "value.0.to_day": "",
        "value.0.per_day": "0.20",
    }
    assert visitor.get("/admin/policies/new/rows", setting="fine").status == 200  # a reload begins anew


def test_a_rule_in_force_is_changed_with_its_criteria(visitor: Visitor, desk: Desk) -> None:
    add(visitor, "loan_days", "45", org="CG", note="暑期")
    page = visitor.get("/admin/policies")
    [link] = page.html.xpath("//li[@class='rule'][contains(., '暑期')]//a[starts-with(@aria-label, '修改')]/@href")
    form = visitor.get(link)
    assert form.html.xpath("//h1")[0].text_content() == "改一条规则：借期"
    assert (form.values()["value"], form.values()["org"], form.values()["note"]) == ("45", "CG", "暑期")
    assert visitor.send(link, form.values() | {"value": "50", "org": "LX"}).status == 303
    rows = desk.read(lambda s: make_context(s).policies.rows)
    assert [(row.org, row.value) for row in rows if row.setting == "loan_days"] == [(None, 30), ("LX", 50)]


def test_nothing_at_all_is_chosen_for_a_value_with_parts(visitor: Visitor, desk: Desk) -> None:
    desk.policy("notice_quiet_hours", {"from": "20:00", "to": "09:00"})
    page = visitor.get("/admin/policies/new", setting="notice_quiet_hours").values()
    assert page["value.from"] == "21:00"  # the default, to begin with
    visitor.send("/admin/policies/new?setting=notice_quiet_hours", page | {"value.is": "none", "org": "CG"})
    assert "随时都发 办理馆 城关分馆" in visitor.get("/admin/policies").text


def test_a_rule_is_removed(visitor: Visitor) -> None:
    add(visitor, "loan_days", "45", org="CG")
    page = visitor.get("/admin/policies", at="CG")
    rule = page.html.xpath("//li[@class='rule'][contains(., '城关分馆')]//form")[0]
    values = dict(rule.form_values())
    visitor.send(rule.get("action"), {"version": values["version"]})
    assert cell(visitor.get("/admin/policies", at="CG")).startswith("30 天")


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(visitor: Visitor) -> None:
    form = visitor.get("/admin/policies/new", setting="loan_days").values()
    add(visitor, "loan_days", "45", org="CG")
    late = visitor.send("/admin/policies/new?setting=loan_days", form | {"value": "7", "org": "CG"})
    assert late.status == 412
    assert cell(visitor.get("/admin/policies", at="CG")).startswith("45 天")


def test_a_hub_changes_only_its_own_rules(client: FlaskClient, desk: Desk) -> None:
    hub = visit(client, desk, desk.staffed(("hub_librarian", desk.county.branch)).caller)
    assert add(hub, "loan_days", "60", org="LX").status == 303
    page = hub.get("/admin/policies")
    assert len([action for _, action in page.actions() if action.endswith("/removal")]) == 1
    outside = add(hub, "loan_days", "60", org="")
    assert outside.status == 409
    assert "本馆及下级馆" in outside.text


def test_who_may_only_look_sees_no_forms(client: FlaskClient, desk: Desk) -> None:
    branch = visit(client, desk, desk.staffed(("branch_librarian", desk.county.branch)).caller)
    page = branch.get("/admin/policies")
    assert page.status == 200
    assert not [method for method, _ in page.actions() if method == "POST" and _.startswith("/admin")]
    assert branch.get("/admin/policies/new").status == 403


def test_an_unconfigured_county_says_that_nothing_is_lent(client: FlaskClient, desk: Desk) -> None:
    def clear(session: Session) -> None:
        session.execute(delete(PolicyRow))
        POLICIES.changed(session)

    desk.write(clear)
    visitor = visit(client, desk, desk.staffed(("sysadmin", desk.county.network)).caller)
    page = visitor.get("/admin/policies")
    assert cell(page) == "没有规则"
    assert "一本书也借不出去" in page.text
