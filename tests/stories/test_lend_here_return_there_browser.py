"""The main story through the pages, by keyboard, in a real Chromium.

A reader finds the book; hub A lends it; village point B takes it back; it is sent, received at home, and found available again.
"""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import Locator, Page, expect

from kernel.db import Database
from search.api import EXTENSION
from search.indexer import Indexer
from tests.factories import PASSWORD, make_county, make_item, make_patron, make_user
from tests.stories.conftest import Visitors
from web.doctor import examine, offences

TITLE = "平凡的世界"


@pytest.fixture
def index(app: Flask, database: Database) -> Indexer:
    return Indexer(database, app.extensions[EXTENSION])


def test_a_book_lent_at_the_hub_comes_home_from_a_village(
    app: Flask, database: Database, visitors: Visitors, index: Indexer
) -> None:
    with database.transaction() as session:
        county = make_county(session)
        make_patron(session, county.point, "P0001")
        make_item(session, county.hub, "B0001")
        make_user(session, "wang", ("hub_librarian", county.hub))
        make_user(session, "luo", ("volunteer", county.point))
    index.work()
    reader = visitors()
    expect(find(reader)).to_contain_text("可借 1 册")

    hub = at_the_desk(visitors(), "wang", "ZG")
    scan(hub, "P0001")
    scan(hub, "B0001")
    expect_said(hub, f"借出：《{TITLE}》")
    index.work()
    expect(find(reader)).not_to_contain_text("可借 1 册")

    village = at_the_desk(visitors(), "luo", "LX")
    village.keyboard.press("F2")
    scan(village, "B0001")
    expect_said(village, f"《{TITLE}》已还。请放入调拨筐 → 城关总馆。")
    village.goto("/transfers")
    scan(village, "B0001")
    expect(village.get_by_role("main")).to_contain_text("已发出")

    hub.keyboard.press("F2")
    scan(hub, "B0001")
    expect_said(hub, f"《{TITLE}》已收到。请上架。")
    index.work()
    expect(find(reader)).to_contain_text("可借 1 册")
    assert offences(examine(database, app.extensions[EXTENSION], app.config["SECRET_KEY"])) == []


def find(page: Page) -> Locator:
    """Search as a reader does, and look at the first hit."""
    page.goto("/")
    type_in(page, TITLE)
    page.keyboard.press("Enter")
    return page.get_by_role("main").locator("li", has_text=TITLE).first


def at_the_desk(page: Page, login: str, unit: str) -> Page:
    page.goto("/login")
    type_in(page, login)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk*")
    scan(page, unit)
    return page


def type_in(page: Page, text: str) -> None:
    """Type where the page has put the cursor: on a busy machine that is a moment after it has loaded."""
    expect(page.locator("input:focus")).to_be_visible()
    page.keyboard.type(text)


def scan(page: Page, code: str) -> None:
    """As a scanner types: all at once, then Enter."""
    expect(page.get_by_role("textbox").first).to_be_focused()
    page.keyboard.type(code)
    page.keyboard.press("Enter")


def expect_said(page: Page, sentence: str) -> None:
    expect(page.get_by_role("region", name="结果")).to_contain_text(sentence)
