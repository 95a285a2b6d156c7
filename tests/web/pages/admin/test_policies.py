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
    assert "借期（天）" in explained.text
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
