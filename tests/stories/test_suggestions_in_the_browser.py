"""What a reader's search box offers while somebody types: by keyboard, by tap, on a phone, and never in the way of a plain search."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from search.api import EXTENSION
from search.indexer import Indexer
from tests.desk import Desk
from tests.desk import desk as desk
from tests.stories.barriers import barriers, sticks_out
from tests.stories.conftest import Visitors
from tests.stories.one_database import database_url as database_url

pytestmark = pytest.mark.browser


@pytest.fixture
def page(app: Flask, desk: Desk, visitors: Visitors) -> Page:
    Indexer(desk.database, app.extensions[EXTENSION]).work()
    return visitors()


def test_an_offer_is_taken_by_key_and_nothing_is_taken_unasked(page: Page) -> None:
    page.goto("/")
    page.keyboard.type("pfds")  # the box has the focus; initials of the title
    box, offers = page.locator("#q"), page.locator("[role=option]")
    expect(offers.first).to_contain_text("平凡的世界")
    expect(offers.first).to_contain_text("题名")
    expect(box).to_have_attribute("role", "combobox")
    expect(box).to_have_attribute("aria-expanded", "true")
    expect(page.locator(".offer-said")).to_contain_text("1 个可选")
    page.keyboard.press("Escape")
    expect(offers.first).to_be_hidden()
    expect(box).to_have_value("pfds")
    page.keyboard.press("Alt+ArrowDown")
    expect(offers.first).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(offers.first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/search\?q=%E5%B9%B3%E5%87%A1%E7%9A%84%E4%B8%96%E7%95%8C$"))
    expect(page.locator(".hits li").first).to_contain_text("平凡的世界")


def test_a_name_is_looked_for_among_names_from_every_page(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto("/bibs/1")
    page.locator("#q").fill("路")
    offer = page.locator("[role=option]", has_text="责任者")
    expect(offer).to_contain_text("路遥")
    assert barriers(page) == []
    assert not sticks_out(page)
    offer.click()
    page.wait_for_url("**/search?q=*&field=author")
    expect(page.locator(".hits li").first).to_contain_text("路遥")


def test_enter_without_a_choice_searches_for_what_was_typed(page: Page) -> None:
    page.goto("/libraries")
    page.locator("#q").fill("平凡")
    expect(page.locator("[role=option]").first).to_be_visible()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/search\?q=%E5%B9%B3%E5%87%A1$"))
