"""A bookshop's counter in a real Chromium: card, book, label; lent; called off; refused with reasons; a line that drops in the middle."""

from __future__ import annotations

from datetime import date

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from purchasing.programmes import Rules
from tests.desk import Desk
from tests.desk import desk as desk
from tests.factories import PIN
from tests.purchasing.county import ISBN, OTHER_ISBN, Shops
from tests.purchasing.county import shops as shops
from tests.stories.barriers import barriers, sticks_out
from tests.stories.conftest import Visitors, log_in
from tests.stories.one_database import database_url as database_url
from tests.stories.test_desk_in_the_browser import scan

ALWAYS = {"starts_on": date(2000, 1, 1), "ends_on": date(2099, 12, 31)}  # a browser asks at the time of this machine


@pytest.fixture
def counter(shops: Shops, visitors: Visitors) -> Page:
    shops.programme(**ALWAYS)
    page = log_in(visitors(), "clerk")
    page.wait_for_url("**/shop")
    return page


def expect_word(page: Page, word: str) -> None:
    expect(page.locator(".big-word")).to_have_text(word)


def copy_from_book(page: Page, title: str, price: str) -> None:
    page.fill("#d-title", title)
    page.fill("#d-price", price)
    page.locator("[name=details]").click()


def test_a_clerk_scans_card_book_and_label(counter: Page, desk: Desk, shops: Shops) -> None:
    scan(counter, "P0001")
    expect(counter.locator("[data-part=reader]")).to_contain_text("可以借")
    scan(counter, ISBN)
    expect_word(counter, "请照书填写")
    copy_from_book(counter, "红楼梦", "59.70")
    expect_word(counter, "可以买")
    expect(counter.locator("#scan")).to_be_focused()
    scan(counter, "NX000007")
    expect_word(counter, "已借出")
    assert counter.evaluate("document.documentElement.dataset.lastSound") == "good"
    expect(counter.locator("[data-part=recent]")).to_contain_text("NX000007")
    assert (desk.open_loans(), shops.money().spent_fen) == (1, 5970)

    counter.locator("[data-part=recent] summary").click()
    counter.locator("[name=cancel]").click()
    expect_word(counter, "已撤销")
    assert (desk.open_loans(), shops.money().spent_fen) == (0, 0)


def test_a_refusal_names_every_reason_and_buys_nothing(counter: Page, desk: Desk, shops: Shops) -> None:
    shops.programme(rules=Rules(max_price_fen=5000, earliest_year=2026), **ALWAYS)
    scan(counter, "P0001")
    scan(counter, ISBN)
    expect_word(counter, "请照书填写")
    counter.fill("#d-year", "2024")
    copy_from_book(counter, "红楼梦", "59.70")
    expect_word(counter, "这本不行")
    expect(counter.locator("[data-part=said]")).to_contain_text("超过每册 50.00 元")
    expect(counter.locator("[data-part=said]")).to_contain_text("只买 2026 年以后")
    assert counter.evaluate("document.documentElement.dataset.lastSound") == "stop"
    counter.locator("#scan").focus()
    counter.keyboard.press("Enter")  # nothing is proposed, so Enter does nothing
    scan(counter, OTHER_ISBN)  # the next book is simply scanned
    expect(counter.locator("[data-part=state] [name=isbn]")).to_have_value(OTHER_ISBN)
    assert desk.open_loans() == 0


def test_enter_buys_once_although_the_answer_is_lost(counter: Page, desk: Desk, shops: Shops) -> None:
    scan(counter, "P0001")
    scan(counter, ISBN)
    copy_from_book(counter, "红楼梦", "59.70")
    expect_word(counter, "可以买")
    lost = []

    def lose(route: Route) -> None:
        """The server does it, and its answer never arrives."""
        route.fetch()
        lost.append(1)
        route.abort()

    counter.route("**/shop/scan", lose, times=1)
    counter.wait_for_timeout(500)  # a scanner's second Enter comes sooner than this
    counter.locator("#scan").focus()
    counter.keyboard.press("Enter")
    expect(counter.locator("[data-part=said]")).to_contain_text("没有回答")
    assert (len(lost), desk.open_loans()) == (1, 1)
    counter.keyboard.press("Enter")
    expect_word(counter, "已借出")
    assert (desk.open_loans(), shops.money().spent_fen) == (1, 5970)


def test_an_exchange_cut_off_in_the_middle_is_found_again_and_finished(counter: Page, desk: Desk, shops: Shops) -> None:
    """The line drops with the new book on the counter, and the page is loaded anew: nothing was exchanged, and the counter says so."""
    scan(counter, "P0001")
    scan(counter, ISBN)
    copy_from_book(counter, "红楼梦", "59.70")
    expect_word(counter, "可以买")
    scan(counter, "NX000008")
    expect_word(counter, "已借出")
    counter.locator("[data-part=recent] summary").click()
    counter.locator("[data-part=recent] [name=exchange]").click()
    expect(counter.locator("[data-part=exchanges]")).to_contain_text("正在换《红楼梦》")
    scan(counter, "P0001")
    scan(counter, OTHER_ISBN)
    copy_from_book(counter, "三体", "23")
    expect_word(counter, "可以买")
    counter.context.set_offline(True)
    counter.wait_for_timeout(500)
    counter.locator("#scan").focus()
    counter.keyboard.press("Enter")
    expect(counter.locator("[data-part=said]")).to_contain_text("没有回答")
    counter.context.set_offline(False)
    counter.goto("/shop")
    expect(counter.locator("[data-part=exchanges]")).to_contain_text("《红楼梦》换书没有办完")
    assert (desk.open_loans(), shops.money().spent_fen) == (1, 5970)
    counter.locator("[data-part=exchanges] [name=exchange]").click()
    scan(counter, "P0001")
    scan(counter, OTHER_ISBN)
    copy_from_book(counter, "三体", "23")
    expect_word(counter, "可以买")
    scan(counter, "NX000009")
    expect_word(counter, "已借出")
    expect(counter.locator("[data-part=exchanges]")).not_to_contain_text("换书")
    assert (desk.open_loans(), shops.money().spent_fen) == (1, 2300)


def test_a_scanner_that_ends_with_two_enters_buys_nothing_by_itself(counter: Page, desk: Desk) -> None:
    scan(counter, "P0001")
    scan(counter, ISBN)
    copy_from_book(counter, "红楼梦", "59.70")
    expect_word(counter, "可以买")
    counter.locator("#scan").focus()
    scan(counter, OTHER_ISBN)
    counter.keyboard.press("Enter")
    expect(counter.locator("[data-part=state] [name=isbn]")).to_have_value(OTHER_ISBN)
    assert desk.open_loans() == 0


@pytest.mark.parametrize("look", [{}, {"theme": "dark", "language": "en"}, {"contrast": "high"}])
def test_axe_finds_no_barrier_and_nothing_sticks_out(
    browser: Browser, address: str, shops: Shops, desk: Desk, look: dict[str, str]
) -> None:
    """The counter with a book on it, the lists, the labels, and the reader's own question, on a narrow screen."""
    shops.programme(**ALWAYS)
    shops.choose()
    desk.staffed(("hub_librarian", desk.county.hub), username="hub")
    desk.add_patron("P0002", pin=PIN)
    context = browser.new_context(base_url=address, locale="zh-CN", viewport={"width": 320, "height": 700})
    context.add_cookies([{"name": f"tongjie_{name}", "value": value, "url": address} for name, value in look.items()])
    page, found = context.new_page(), []

    def check(path: str) -> None:
        found.extend(f"{path}: {one}" for one in barriers(page))
        if sticks_out(page):
            found.append(f"{path} sticks out")

    log_in(page, "hub")
    for path in ("/shop", "/shop/days?shop=XH", "/shop/days?shop=XH&day=2026-11-23", "/shop/books", "/shop/labels"):
        page.goto(path)
        check(path)
    page.goto("/shop")
    scan(page, "P0001")
    expect(page.locator("[data-part=reader] h2")).to_be_visible()
    scan(page, OTHER_ISBN)
    expect(page.locator("#d-title")).to_be_visible()
    check("a book on the counter")
    page.context.clear_cookies(name="tongjie_session")
    log_in(page, "P0002", PIN)
    page.goto("/choose")
    check("/choose")
    context.close()
    assert found == []


def test_the_counter_works_without_scripts(browser: Browser, address: str, shops: Shops, desk: Desk) -> None:
    shops.programme(**ALWAYS)
    context = browser.new_context(base_url=address, locale="zh-CN", java_script_enabled=False)
    page = context.new_page()
    log_in(page, "clerk")
    for code in ("P0001", ISBN):
        page.fill("#scan", code)
        page.keyboard.press("Enter")
    copy_from_book(page, "红楼梦", "59.70")
    expect_word(page, "可以买")
    page.fill("#scan", "NX000003")
    page.keyboard.press("Enter")
    expect_word(page, "已借出")
    context.close()
    assert desk.open_loans() == 1
