"""The policy lab as a page: a draft from the rules in force, the result as a table, and the way to put it in force."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.desk import Desk
from tests.desk import desk as desk
from tests.factories import make_context
from tests.pages import Sheet, Visitor, visit

LAB = "/admin/policies/lab"


@pytest.fixture
def visitor(client: FlaskClient, desk: Desk) -> Visitor:
    desk.check_out()
    return visit(client, desk, desk.staffed(("sysadmin", desk.county.network)).caller)


def form_of(page: Sheet) -> dict[str, Any]:
    return page.values(LAB)


def typed(page: Sheet, setting: str, value: str) -> dict[str, Any]:
    """What the form holds, with another value for a setting."""
    line = page.html.xpath(f"//th[span[text()='{setting}']]/@id")[0].removesuffix("-head")
    return form_of(page) | {f"{line}-value": value}


def rows_in_force(desk: Desk) -> dict[str, object]:
    return {row.setting: row.value for row in desk.read(lambda s: make_context(s).policies.rows)}


def test_a_draft_begins_as_the_rules_in_force_and_changes_nothing(visitor: Visitor) -> None:
    page = visitor.get(LAB)
    assert [one.get("value") for one in page.html.xpath("//main//tbody//input[@type='text']")] == ["30", "1", "10"]
    tried = visitor.send(LAB, form_of(page))
    assert tried.status == 200
    assert "这段时间里没有一笔会不同" in tried.text


def test_what_would_change_is_told_with_the_book_and_without_the_reader(visitor: Visitor, desk: Desk) -> None:
    tried = visitor.send(LAB, typed(visitor.get(LAB), "loan_days", "14"))
    assert "1 笔会不同" in tried.text
    assert "借书：应还日提前" in tried.text
    assert "12月23日（周三）前归还" in tried.text
    assert "12月7日（周一）前归还" in tried.text
    assert tried.html.xpath("//a[@href='/items/B0001']")
    assert "P0001" not in tried.text
    assert "张三" not in tried.text
    assert "张*" not in tried.text
    assert rows_in_force(desk)["loan_days"] == 30  # trying out changed nothing
    assert typed(tried, "loan_days", "14") == form_of(tried) | {"version": form_of(tried)["version"]}


def test_a_row_is_added_or_left_out(visitor: Visitor) -> None:
    page = visitor.get(LAB)
    line = page.html.xpath("//th[span[text()='loan_days']]/@id")[0].removesuffix("-head")
    tried = visitor.send(LAB, form_of(page) | {f"{line}-gone": "1"})
    assert "没有借期规则" in tried.text
    new = {"n0-setting": "loan_days", "n0-value": "7", "n0-item_type": "book"}
    added = visitor.send(LAB, form_of(page) | new)
    assert "11月30日（周一）前归还" in added.text
    again = visitor.send(LAB, form_of(added))  # the added row is part of the draft now
    assert "11月30日（周一）前归还" in again.text


def test_what_is_wrong_stands_beside_its_row(visitor: Visitor) -> None:
    page = visitor.get(LAB)
    tried = visitor.send(LAB, typed(page, "loan_days", "many"))
    assert tried.status == 422
    [field] = tried.html.xpath("//input[@aria-invalid='true']")
    assert field.get("value") == "many"
    assert "应为" in described(tried, field)
    assert visitor.send(LAB, form_of(page) | {"from": "2020-01-01"}).status == 422
    assert visitor.send(LAB, form_of(page) | {"to": ""}).status == 422


def test_a_draft_is_put_in_force_with_its_reason(visitor: Visitor, desk: Desk) -> None:
    tried = visitor.send(LAB, typed(visitor.get(LAB), "loan_days", "14"))
    saved = visitor.send(f"{LAB}/saved", form_of(tried) | {"why": "书不够借"})
    assert saved.address.startswith("/admin/policies/versions/")
    assert rows_in_force(desk)["loan_days"] == 14
    assert "书不够借" in visitor.get(saved.address).text


def test_a_draft_made_from_older_rules_is_not_put_in_force(visitor: Visitor, desk: Desk) -> None:
    tried = visitor.send(LAB, typed(visitor.get(LAB), "loan_days", "14"))
    desk.policy("renewals", 5)
    assert visitor.send(f"{LAB}/saved", form_of(tried) | {"why": ""}).status == 412
    assert rows_in_force(desk)["loan_days"] == 30


def test_who_may_only_look_tries_out_and_saves_nothing(client: FlaskClient, desk: Desk) -> None:
    desk.check_out()
    manager = visit(client, desk, desk.staffed(("manager", desk.county.network)).caller)
    tried = manager.send(LAB, typed(manager.get(LAB), "loan_days", "14"))
    assert "1 笔会不同" in tried.text
    assert not tried.html.xpath("//button[contains(@formaction, 'saved')]")


def described(page: Sheet, field: Any) -> str:
    """What is read out after the name of a field."""
    ids = field.get("aria-describedby", "").split()
    return " ".join(page.html.xpath(f"//*[@id='{one}']")[0].text_content() for one in ids)


def test_a_rule_with_parts_is_added_and_filled_in_by_fields(visitor: Visitor, desk: Desk) -> None:
    page = visitor.get(LAB)
    begun = visitor.send(f"{LAB}/rows", form_of(page) | {"rows": "add", "n-setting": "fine", "n-org": "CG"})
    assert begun.html.xpath("//*[@autofocus]/@name") == ["n0-value.0.from_day"]
    band = {"n0-value.0.from_day": "1", "n0-value.0.to_day": "30", "n0-value.0.per_day": "0.10"}
    more = visitor.send(f"{LAB}/rows", form_of(begun) | band | {"rows": "add:n0-value"})
    assert more.html.xpath("//*[@autofocus]/@name") == ["n0-value.1.from_day"]
    wrong = visitor.send(LAB, form_of(more) | {"n0-value.1.from_day": "9", "n0-value.1.per_day": "0.20"})
    assert wrong.status == 422
    [field] = wrong.html.xpath("//input[@aria-invalid='true']")
    assert (field.get("name"), field.get("value")) == ("n0-value.1.from_day", "9")
    assert "第 30 天以后" in described(wrong, field)
    assert wrong.html.xpath("//details[@open]//input[@name='n0-value.1.from_day']")  # nobody has to look for it
    tried = visitor.send(LAB, form_of(wrong) | {"n0-value.1.from_day": "31"})
    assert "第 1 至 30 天每天 0.10 元；第 31 天起每天 0.20 元" in tried.text
    saved = visitor.send(f"{LAB}/saved", form_of(tried) | {"why": "分段"})
    assert saved.address.startswith("/admin/policies/versions/")
    assert rows_in_force(desk)["fine"] == [
        {"from_day": 1, "to_day": 30, "per_day": "0.10"},
        {"from_day": 31, "per_day": "0.20"},
    ]


def test_a_rule_is_not_added_before_its_setting_is_chosen(visitor: Visitor) -> None:
    answer = visitor.send(f"{LAB}/rows", form_of(visitor.get(LAB)) | {"rows": "add"})
    [field] = answer.html.xpath("//*[@aria-invalid='true']")
    assert field.get("name") == "n-setting"
    assert "请选择一项设置" in described(answer, field)


def test_what_nobody_touched_keeps_the_way_it_is_written_and_its_number(visitor: Visitor, desk: Desk) -> None:
    desk.policy("notice_channels", ["sms", "email"])
    desk.policy("suspension", {"days": 1, "cumulative": False})
    before = {row.id for row in desk.read(lambda s: make_context(s).policies.rows)}
    page = visitor.get(LAB)
    boxes: dict[str, list[str]] = {}
    for box in page.html.xpath("//tbody//input[@type='checkbox'][@checked]"):
        boxes.setdefault(box.get("name"), []).append(box.get("value"))
    saved = visitor.send(f"{LAB}/saved", typed(page, "loan_days", "14") | boxes | {"why": ""})
    assert saved.status == 303, saved.text
    after = {row.id for row in desk.read(lambda s: make_context(s).policies.rows)}
    assert len(before - after) == 1  # the one that was changed
