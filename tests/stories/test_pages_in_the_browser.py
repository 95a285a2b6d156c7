"""Every page in a real Chromium: no barrier that axe finds, nothing that sticks out at 320 pixels, and all of it without scripts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from search.api import EXTENSION
from search.indexer import Indexer
from tests.desk import Desk
from tests.desk import desk as desk
from tests.factories import PASSWORD, PIN
from tests.stories.barriers import barriers, sticks_out
from tests.stories.one_database import database_url as database_url

READER_PAGES = (
    "/",
    "/search?q=",
    "/search?q=没有这本书",
    "/bibs/1",
    "/libraries",
    "/libraries/ZG",
    "/libraries/ZG/shelf",
    "/new",
    "/popular",
    "/lists/device",
    "/search/advanced",
    "/suggestions",
    "/login",
    "/bibs/999",
)
ACCOUNT_PAGES = (
    "/me",
    "/me/pin",
    "/me/lists",
    "/bibs/1/keep",
    "/me/suggestions",
    "/me/notices",
    "/suggestions/new?q=三体",
    "/bibs/1/hold",
)
STAFF_PAGES = (
    "/desk",
    "/desk/village",
    "/desk/place",
    "/patrons",
    "/patrons/new",
    "/patrons/imports",
    "/patrons/P0001",
    "/patrons/P0001/edit",
    "/items/B0001",
    "/items/edit/B0001",
    "/transfers?at=&tab=send",
    "/transfers?at=&tab=receive",
    "/transfers?at=&tab=late",
    "/transfers?at=ZG&tab=answer",
    "/transfers?at=&tab=asked",
    "/transfers/requests/new",
    "/transfers/requests/new?bib=1",
    "/transfers/1/slip",
    "/desk/holds?at=&tab=fetch",
    "/desk/holds?at=ZG&tab=shelf",
    "/desk/holds?at=&tab=queue",
    "/desk/holds/new?bib=1",
    "/stock",
    "/stock/register/1",
    "/stock/change",
    "/stock/labels",
    "/stock/lists",
    "/stock/lists/new/withdrawal",
    "/stock/lists/new/handover",
    "/stock/classes?q=文学",
    "/stock/headings",
    "/stock/headings/new",
    "/titles/new",
    "/titles/1/edit",
    "/titles/1/marc",
    "/titles/copy",
    "/titles/marc/fields/cnmarc",
    "/imports",
    "/exports",
    "/purchasing/suggestions",
    "/notices",
    "/notices?tab=ours",
    "/patrons/P0001/notices",
    "/journal",
    "/password",
)
ADMIN_PAGES = (
    "/admin",
    "/admin/units",
    "/admin/units/new",
    "/admin/units/ZG",
    "/admin/units/ZG/edit",
    "/admin/units/ZG/hours",
    "/admin/item-types",
    "/admin/classes",
    "/admin/categories",
    "/admin/policies",
    "/admin/policies/explain?org=ZG",
    "/admin/policies/new",
    "/admin/policies/new?setting=loan_days",
    "/admin/policies/new?setting=fine",
    "/admin/policies/new?setting=lost",
    "/admin/policies/new?setting=hold_pickup_units",
    "/admin/policies/lab",
    "/admin/users",
    "/admin/users/new",
    "/admin/users/wang",
    "/admin/notices",
    "/admin/notices/hold_ready/zh",
)
LOOK = {
    "language": "zh",
    "contrast": "high",
}  # others, with all pages that links lead to: test_every_page_by_keyboard.py

Opened = Callable[..., Page]


def wait_for_books(desk: Desk) -> None:
    """P0002 waits for a book to fetch, for one that is ready, one that was not there and one that no library can fill."""
    for barcode in ("B0004", "B0005", "B0006", "B0007"):
        desk.add_item(barcode)
    fetched, ready, missed, _stuck = (
        desk.hold("P0002", pickup="ZG", bib_id=desk.item(barcode).bib_id)
        for barcode in ("B0004", "B0005", "B0006", "B0007")
    )
    assert fetched.status == ready.status == "targeted"
    desk.check_in("B0005", at="ZG")
    desk.holding(lambda service: service.note_missing(missed.id))
    desk.set_item("B0007", status="lost")


def ask_for_books(desk: Desk) -> None:
    """CG asks for three books of the hub: one to fetch, one that was refused, and one that was sent long ago and has not arrived."""
    for barcode in ("B0008", "B0009", "B0010"):
        desk.add_item(barcode)
    desk.ask(item="B0008", note="读书会用", needed_by=date(2026, 12, 20), keep_until=date(2027, 1, 31))
    desk.refuse(desk.ask(item="B0009")[0].id)
    early = desk.later(days=-30)
    (late,) = early.ask(item="B0010")
    early.approve(late.id)
    early.dispatch(late.id)


@pytest.fixture
def opened(app: Flask, desk: Desk, browser: Browser, address: str) -> Iterator[Opened]:
    """Opens pages as somebody: `opened(login, secret, **look)`."""
    desk.staffed(("hub_librarian", desk.county.hub), username="wang")
    desk.staffed(("sysadmin", desk.county.network), username="root")
    desk.add_patron("P0002", pin=PIN)
    desk.add_item("B0002", desk.county.branch)
    desk.add_item("B0003", desk.county.hub)
    desk.check_out("B0003", patron="P0002")
    desk.check_in("B0002", at="ZG")
    wait_for_books(desk)
    ask_for_books(desk)
    Indexer(desk.database, app.extensions[EXTENSION]).work()
    contexts = []

    def open_as(login: str = "", secret: str = "", *, width: int = 1366, scripts: bool = True, **look: str) -> Page:
        context = browser.new_context(
            base_url=address, locale="zh-CN", viewport={"width": width, "height": 768}, java_script_enabled=scripts
        )
        contexts.append(context)
        context.add_cookies(
            [{"name": f"tongjie_{name}", "value": value, "url": address} for name, value in look.items()]
        )
        page = context.new_page()
        if login:
            page.goto("/login")
            page.fill("[name=login]", login)
            page.fill("[name=secret]", secret)
            page.locator("main form button").click()
        return page

    yield open_as
    for context in contexts:
        context.close()


def barriers_at(page: Page, path: str) -> list[str]:
    page.goto(path)
    return [f"{path}: {one}" for one in barriers(page)]


@pytest.mark.parametrize(
    ("login", "secret", "pages"),
    [
        ("", "", READER_PAGES),
        ("P0002", PIN, ACCOUNT_PAGES),
        ("wang", PASSWORD, STAFF_PAGES),
        ("root", PASSWORD, ADMIN_PAGES),
    ],
    ids=["anonymous", "reader", "staff", "admin"],
)
def test_axe_finds_no_barrier(opened: Opened, login: str, secret: str, pages: tuple[str, ...]) -> None:
    page = opened(login, secret, **LOOK)
    assert [barrier for path in pages for barrier in barriers_at(page, path)] == []


@pytest.mark.parametrize(
    ("login", "secret", "pages"),
    [
        ("", "", READER_PAGES),
        ("P0002", PIN, ACCOUNT_PAGES),
        ("wang", PASSWORD, STAFF_PAGES),
        ("root", PASSWORD, ADMIN_PAGES),
    ],
    ids=["anonymous", "reader", "staff", "admin"],
)
def test_nothing_sticks_out_on_a_narrow_screen_or_in_large_text(
    opened: Opened, login: str, secret: str, pages: tuple[str, ...]
) -> None:
    """320 pixels are a 1280-pixel screen at 400 % (WCAG 1.4.10); a table may scroll within itself."""
    wide = []
    for width, size in ((320, "normal"), (1366, "large")):
        page = opened(login, secret, width=width, size=size)
        for path in pages:
            page.goto(path)
            if sticks_out(page):
                wide.append((path, width, size))
    assert wide == []


def test_copies_with_the_numbers_of_a_county_fit_a_phone(opened: Opened, desk: Desk) -> None:
    desk.add_item("512200000001", bib_id=desk.item().bib_id, call_number="I247.57/2168-2", shelf="成人外借")
    desk.check_out("512200000001", patron="P0002")
    for width in (320, 360, 390):
        page = opened(width=width)
        page.goto(f"/bibs/{desk.item().bib_id}")
        expect(page.locator(".copies")).to_contain_text("512200000001")
        assert not sticks_out(page), width


@pytest.mark.parametrize("width", [320, 390])
def test_opening_and_closing_stand_side_by_side_on_a_phone(opened: Opened, width: int) -> None:
    page = opened("root", PASSWORD, width=width)
    page.goto("/admin/units/ZG/hours")
    opens, closes = (page.locator(f"[name=mon-0-{end}]").bounding_box() for end in ("opens", "closes"))
    assert opens
    assert closes
    assert opens["y"] == closes["y"]
    assert opens["x"] + opens["width"] < closes["x"]


def test_a_desk_without_scripts_lends_and_takes_back(opened: Opened, desk: Desk) -> None:
    page = opened("wang", PASSWORD, scripts=False)
    before = desk.open_loans()
    for code in ("P0001", "B0001"):
        page.fill("#scan", code)
        page.keyboard.press("Enter")
    expect(page.locator("[data-part=said]")).to_contain_text("借出：《平凡的世界》")
    assert desk.open_loans() == before + 1
    page.get_by_role("button", name="还 F2").click()
    page.fill("#scan", "B0001")
    page.keyboard.press("Enter")
    expect(page.locator("[data-part=said]")).to_contain_text("请上架")
    assert desk.open_loans() == before


def test_a_reader_without_scripts_finds_filters_and_renews(opened: Opened, desk: Desk) -> None:
    page = opened("P0002", PIN, scripts=False, width=390)
    page.goto("/")
    page.fill("#q", "平凡")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="筛选").click()
    page.locator("#facets").get_by_role("link", name="城关总馆").click()
    page.locator("ol.hits h2 a").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("平凡的世界")
    page.goto("/me")
    page.get_by_role("button", name="续借").first.click()
    expect(page.locator("main")).to_contain_text("续借")


def test_a_page_is_walked_by_keyboard_alone(opened: Opened) -> None:
    page = opened()
    page.goto("/libraries")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="跳到正文")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")
