"""The cataloguing desk in a real Chromium: by keyboard alone from a template to a found title, two at one record, a copied record."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from catalog.headings import HeadingData
from catalog.service.headings import HeadingService
from search.api import EXTENSION
from search.indexer import Indexer
from tests.catalog.copying.conftest import ztest as ztest
from tests.desk import Desk
from tests.desk import desk as desk
from tests.factories import make_context
from tests.stories.barriers import barriers
from tests.stories.conftest import Visitors, log_in

pytestmark = pytest.mark.browser
NEW = "/titles/new/marc?template=book&format=cnmarc"
TARGET = '[[target]]\ncode = "sru"\nname = "省图书馆"\nurl = "http://127.0.0.1:{port}/Default"\nformat = "marc21"\n'


def enter_desk(page: Page, desk: Desk, username: str = "wang") -> Page:
    desk.staffed(("hub_librarian", desk.county.hub), username=username)
    log_in(page, username)
    page.wait_for_url("**/desk*")
    return page


def row(page: Page, tag: str) -> str:
    """The content of the row of a tag."""
    rows = page.locator(".marc-row").all()
    return next(
        one.locator("[data-part=content]").input_value()
        for one in rows
        if one.locator("[data-part=tag]").input_value() == tag
    )


def test_a_title_is_catalogued_by_keyboard_alone(app: Flask, visitors: Visitors, desk: Desk) -> None:
    page = enter_desk(visitors(), desk)
    page.goto(NEW)
    title = page.locator(".marc-row [data-part=content]:focus")
    expect(title).to_have_value("$a$e$f$g")  # the page begins where the work does, at $a
    expect(page.locator("[data-marc=help]")).to_contain_text("200 题名与责任说明")
    page.keyboard.type("围城")
    expect(title).to_have_value("$a围城$e$f$g")
    page.keyboard.press("Enter")
    page.keyboard.type("200")  # a second 200 by mistake: each part goes on to the next when it is full
    page.keyboard.type("1#")
    page.keyboard.press("F9")
    page.keyboard.type("a重复")
    page.keyboard.press("F8")
    wrong = page.locator(".marc-row.stop")
    expect(wrong).to_have_count(1)
    expect(wrong.locator(".wrong")).to_contain_text("不能重复")
    expect(wrong.locator("[data-part=content]")).to_be_focused()
    page.keyboard.press("Control+Delete")
    expect(page.locator(".marc-row.stop")).to_have_count(0)
    page.keyboard.press("F6")
    expect(page.locator(".marc-row [data-part=content]:focus")).to_have_value("$a重复")
    page.keyboard.press("Control+Delete")
    page.keyboard.press("F8")
    page.wait_for_url("**/bibs/*")
    expect(page.locator("h1")).to_have_text("围城")
    Indexer(desk.database, app.extensions[EXTENSION]).work()
    page.goto("/search?q=围城")
    expect(page.locator("main")).to_contain_text("围城")


def test_rows_move_and_coded_fields_are_chosen_by_key(visitors: Visitors, desk: Desk) -> None:
    page = enter_desk(visitors(), desk)
    page.goto(NEW)
    expect(page.locator(".marc-row [data-part=content]:focus")).to_have_count(1)
    page.keyboard.press("Alt+ArrowUp")
    tags = [one.input_value() for one in page.locator(".marc-row [data-part=tag]").all()]
    assert tags.index("200") + 1 == tags.index("106")
    page.locator(".marc-row").nth(2).locator("[data-part=content]").focus()
    page.keyboard.press("F4")
    expect(page.get_by_role("heading", name="100$a 一般处理数据")).to_be_visible()
    page.get_by_label("出版时间类型").select_option("g")
    page.get_by_role("button", name="写入记录").click()
    expect(page.locator(".marc-row").first).to_be_visible()
    assert row(page, "100")[10:11] == "g"


def test_who_saves_second_sees_both_and_keeps_what_was_typed(visitors: Visitors, desk: Desk) -> None:
    one, other = enter_desk(visitors(), desk), enter_desk(visitors(), desk, "li")
    for page in (one, other):
        page.goto("/titles/1/marc")
        expect(page.locator(".marc-row").first).to_be_visible()
        page.locator(".marc-row [data-part=content]").last.focus()
        page.keyboard.press("Enter")
    one.keyboard.type("205##$a第二版")
    one.keyboard.press("F8")
    one.wait_for_url("**/bibs/1")
    other.keyboard.type("300##$a书末有索引")
    other.keyboard.press("F8")
    problem = other.locator("#problem")
    expect(problem).to_contain_text("别人先保存了")
    expect(problem).to_contain_text("第二版")
    assert row(other, "300") == "$a书末有索引"


@pytest.mark.yaz
def test_a_record_found_elsewhere_is_taken_and_edited(app: Flask, visitors: Visitors, desk: Desk, ztest: int) -> None:
    path: Path = app.extensions["tongjie_settings"].copy_targets
    path.write_text(TARGET.format(port=ztest), encoding="utf-8")
    page = enter_desk(visitors(), desk)
    page.goto("/titles/copy")
    page.get_by_label("题名").fill("computer")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="编辑《How to program a computer》").first.click()
    expect(page.locator(".marc-row").first).to_be_visible()
    assert row(page, "245") == "$aHow to program a computer"
    expect(page.get_by_role("heading", name="检查结果")).to_be_visible()


def test_without_scripts_the_lines_are_typed_as_text(browser, address: str, desk: Desk) -> None:
    context = browser.new_context(base_url=address, locale="zh-CN", java_script_enabled=False)
    try:
        page = enter_desk(context.new_page(), desk)
        page.goto(NEW)
        lines = page.locator("#f-text")
        lines.fill(lines.input_value().replace("200 1# $a$e$f$g", "200 1# $a围城$f钱锺书著"))
        page.get_by_role("button", name="保存").click()
        expect(page.locator("h1")).to_have_text("围城")
    finally:
        context.close()


def test_headings_and_classes_are_chosen_by_keyboard_while_typing(visitors: Visitors, desk: Desk) -> None:
    with desk.database.transaction() as session:
        HeadingService(make_context(session)).create(HeadingData(kind="person", name="鲁迅", variants=("周树人",)))
    page = enter_desk(visitors(), desk)
    page.goto("/titles/new")
    authors = page.locator("[name=authors]")
    authors.focus()
    page.keyboard.type("某人译；周树")
    option = page.locator("[role=option]:visible")
    expect(option).to_have_text(["鲁迅又作 周树人"])
    expect(authors).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    expect(authors).to_have_attribute("aria-activedescendant", option.get_attribute("id") or "")
    assert barriers(page) == []
    page.keyboard.press("Enter")
    expect(authors).to_have_value("某人译；鲁迅")
    expect(page.locator(".offer-said").first).to_contain_text("“周树人”见“鲁迅”")
    page.locator("[name=class_number]").focus()
    page.keyboard.type("I24")
    expect(option.first).to_contain_text("小说")
    page.keyboard.press("Escape")
    expect(option).to_have_count(0)
    expect(page.locator("[name=class_number]")).to_have_value("I24")
    page.keyboard.press("Alt+ArrowDown")
    expect(option.first).to_contain_text("小说")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("[name=class_number]")).to_have_value("I242")


def test_a_reference_in_a_record_becomes_the_heading_that_is_used(visitors: Visitors, desk: Desk) -> None:
    with desk.database.transaction() as session:
        HeadingService(make_context(session)).create(HeadingData(kind="person", name="鲁迅", variants=("周树人",)))
    page = enter_desk(visitors(), desk)
    page.goto(NEW)
    content = page.locator(".marc-row").filter(has=page.locator("[data-part=tag]")).locator("[data-part=content]")
    tags = [one.input_value() for one in page.locator(".marc-row [data-part=tag]").all()]
    name = content.nth(tags.index("701"))
    name.focus()
    name.evaluate("field => field.setSelectionRange(2, 2)")
    page.keyboard.type("周树")
    expect(page.locator("[role=option]:visible").first).to_contain_text("鲁迅")
    page.keyboard.press("ArrowDown")
    assert barriers(page) == []
    page.keyboard.press("Enter")
    expect(name).to_have_value("$a鲁迅$4著")
    expect(page.locator("#f-text")).to_have_value(re.compile(r"701 #0 \$a鲁迅\$4著"))
    expect(name).to_be_focused()
