"""A reader asks for a book by keyboard, the hub fetches and sends it, the village point shelves it, and the reader collects it."""

from __future__ import annotations

from flask import Flask
from playwright.sync_api import expect

from tests.desk import Desk
from tests.desk import desk as desk
from tests.factories import PIN
from tests.stories.conftest import Visitors, log_in
from tests.stories.one_database import database_url as database_url


def test_from_the_shelf_of_the_hub_to_a_reader_in_the_village(app: Flask, desk: Desk, visitors: Visitors) -> None:
    desk.add_patron("P0002", pin=PIN)
    desk.staffed(("hub_librarian", desk.county.hub), username="wang")
    desk.staffed(("volunteer", desk.county.point), username="zhao")

    reader = log_in(visitors(), "P0002", PIN)
    reader.goto("/bibs/1")
    ask = reader.get_by_role("link", name="预约，送到我选的馆")
    ask.focus()
    reader.keyboard.press("Enter")
    pickup = reader.get_by_label("在哪里取书")
    pickup.select_option(label="李村书屋")
    pickup.focus()
    for _ in range(9):  # past the last day, a date of several fields, to the button
        reader.keyboard.press("Tab")
        if reader.evaluate("document.activeElement.type") == "submit":
            break
    reader.keyboard.press("Enter")
    expect(reader.locator("main")).to_contain_text("城关总馆 有在架的一册，会送到 李村书屋，大约")
    expect(reader.locator("#holds")).to_contain_text("正在找书")

    hub = log_in(visitors(), "wang")
    hub.goto("/desk/holds?at=ZG")
    expect(hub.locator("ol.todo li")).to_have_count(1)
    expect(hub.locator("#scan")).to_be_focused()
    hub.keyboard.type("B0001")
    hub.keyboard.press("Enter")
    expect(hub.locator("main")).to_contain_text("有人预约，请放入调拨筐 → 李村书屋。")
    expect(hub.locator("ol.todo li")).to_have_count(0)

    point = log_in(visitors(), "zhao")
    point.goto("/transfers?tab=receive&at=LX")
    expect(point.locator("#scan")).to_be_focused()
    point.keyboard.type("B0001")
    point.keyboard.press("Enter")
    expect(point.locator("main")).to_contain_text("请放到预约架，夹上预约条：尾号 0002")
    point.goto("/desk/holds?tab=shelf&at=LX")
    expect(point.locator("ol.todo li")).to_contain_text("尾号 0002")

    reader.goto("/me")
    expect(reader.locator("#holds")).to_contain_text("请到 李村书屋取书")

    point.goto("/desk")
    for code in ("P0002", "B0001"):
        expect(point.locator("#scan")).to_be_focused()
        before = point.locator("[data-part=said]").element_handle()
        point.keyboard.type(code)
        point.keyboard.press("Enter")
        assert before is not None
        point.wait_for_function("part => !part.isConnected", arg=before)
    expect(point.locator("[data-part=said]")).to_contain_text("借出：《平凡的世界》")
    assert desk.held(1).status == "collected"
