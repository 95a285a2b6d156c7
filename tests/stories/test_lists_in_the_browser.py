"""A reader keeps titles on the device, lets the searches be forgotten, logs in, moves the list into the account and shares it."""

from __future__ import annotations

from flask import Flask
from playwright.sync_api import expect

from search.api import EXTENSION
from search.indexer import Indexer
from tests.desk import Desk
from tests.desk import desk as desk
from tests.factories import PIN
from tests.stories.conftest import Visitors
from tests.stories.one_database import database_url as database_url


def test_from_the_device_to_an_address_for_others(app: Flask, desk: Desk, visitors: Visitors) -> None:
    desk.add_patron("P0002", pin=PIN)
    Indexer(desk.database, app.extensions[EXTENSION]).work()
    page = visitors()

    page.goto("/search?q=平凡的世界")
    page.goto("/bibs/1")
    keep = page.locator("[data-keep]")
    keep.click()
    expect(keep).to_have_attribute("aria-pressed", "true")

    page.goto("/lists/device")
    expect(page.locator("[data-device-list] [data-items] a")).to_have_text("平凡的世界")
    files = page.locator("[data-files] a").first.get_attribute("href") or ""
    assert files.endswith("/lists/export.xlsx?ids=1")
    searches = page.locator("[data-device-history] [data-items]")
    expect(searches).to_contain_text("平凡的世界")
    page.locator("[data-device-history] [data-clear]").click()
    expect(searches).to_contain_text("没有检索记录")
    page.locator("[data-device-history] [data-clear]").click()  # taken back
    expect(searches).to_contain_text("平凡的世界")
    page.locator("[data-device-history] [data-clear]").click()
    page.locator("[data-device-history] [data-switch]").click()
    page.goto("/search?q=路遥")
    page.goto("/lists/device")
    expect(searches).to_contain_text("没有检索记录")

    page.goto("/login")
    page.fill("[name=login]", "P0002")
    page.fill("[name=secret]", PIN)
    page.locator("main form button").click()
    page.goto("/lists/device")
    page.get_by_role("button", name="存入").click()
    page.get_by_role("button", name="分享这个清单").click()
    address = page.locator("#list-address").input_value()

    stranger = visitors()
    stranger.goto(address)
    expect(stranger.locator("main h1")).to_contain_text("想看的书")
    expect(stranger.locator("main ol")).to_contain_text("平凡的世界")
    page.get_by_role("button", name="停止分享").click()
    answer = stranger.goto(address)
    assert answer is not None
    assert answer.status == 404
