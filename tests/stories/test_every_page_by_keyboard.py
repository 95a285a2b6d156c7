"""Every page that links of the demo county lead to, in a real Chromium: by keyboard alone, and without a barrier that axe finds.

The pages are not listed here: they are found from the menus. What no link leads to is named in `NOT_REACHED`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

import migrations
from kernel.db import Database
from search.engines import open_engine
from tests.factories import make_settings
from tests.pages import Visitor
from tests.stories.barriers import barriers
from tests.stories.conftest import log_in
from tests.stories.every_page import Found, find_pages, page_views
from tests.stories.test_desk_in_the_browser import scan
from web import wiring
from web.app import create_app
from web.auth import SESSION_COOKIE
from web.demo.build import Site, build_county
from web.demo.founding.people import Login
from web.demo.founding.progress import Steps

NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
# Who finds the pages, in this order: everybody, a reader, who may do most, and who alone sees the rest.
ROLES = ("", "reader", "hub_librarian", "sysadmin", "branch_librarian", "volunteer")
LOOK = (Path(__file__).parent / "keyboard.js").read_text(encoding="utf-8")
PRESSES_AT_ONCE = 10
PHONE = {"language": "en", "theme": "dark"}
SPARE_PRESSES = 120  # dates and times have several places each

# What links of this county do not lead to: addresses for programs and buttons, what the desk's answers offer, and pages that want what nobody has done there.
NOT_REACHED = {
    "apart_pages.index",
    "document_pages.paper",
    "document_pages.show",
    "export_pages.titles",
    "import_pages.rejected",
    "list_pages.export",
    "list_pages.export_shared",
    "list_pages.shared",
    "money_pages.of_fee",
    "opac.access",
    "opac.robots",
    "opac.sitemap",
    "opac.sitemap_file",
    "opac.opensearch",
    "opac.suggestions",
    "oversight_pages.account",
    "sample_pages.show",
    "shop.receipt",
    "shop_sending.slip",
    "shop_settlement_papers.paper",
    "shop_settlement_papers.sheet",
    "shop_settlements.show",
    "version_pages.comparison",
}


@dataclass(frozen=True, kw_only=True)
class Demo:
    """The demo county served, its pages and who may log in."""

    app: Flask
    address: str
    pages: list[Found]
    met: set[str]
    logins: dict[str, Login]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    folder = tmp_path_factory.mktemp("county")
    database = Database(f"sqlite:///{folder / 'tongjie.db'}")
    migrations.upgrade(database)
    wiring.connect()
    settings = replace(make_settings(folder, database), rate_limits=False)
    engine = open_engine("", folder)
    site = Site(database=database, engine=engine, data_dir=folder, secret_key=settings.secret_key, now=NOW, generated=0)
    logins: dict[str, Login] = {}
    for login in build_county(site, Steps("en", is_terminal=False)):
        logins.setdefault(login.role, login)
    app = create_app(settings, database)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    pages, met = _find(app, logins)
    yield Demo(app=app, address=f"http://127.0.0.1:{server.port}", pages=pages, met=met, logins=logins)
    server.shutdown()
    thread.join()
    database.close()


def _find(app: Flask, logins: dict[str, Login]) -> tuple[list[Found], set[str]]:
    visitors, starts = {}, {}
    for role in ROLES:
        visitor = Visitor(app.test_client(), NOW)
        visitors[role], starts[role] = visitor, "/login"
        if role:
            form = {"login": logins[role].username, "secret": logins[role].password}
            starts[role] = visitor.send("/login", form).address
    visitors["reader"].send("/me/lists", {"name": "想读"})
    visitors["hub_librarian"].send("/stock/headings/new", {"kind": "person", "name": "路遥"})
    return find_pages(app, visitors, starts)


@dataclass(frozen=True, kw_only=True)
class Visit:
    """One browser that goes through the pages, logged in as whoever finds them."""

    demo: Demo
    page: Page

    def pages(self) -> Iterator[tuple[Found, Page]]:
        role = ""
        for found in self.demo.pages:
            if found.role != role:
                role = found.role
                self.log_in(role)
            self.page.goto(found.address)
            yield found, self.page

    def log_in(self, role: str) -> None:
        login = self.demo.logins[role]
        self.page.context.clear_cookies(name=SESSION_COOKIE)
        log_in(self.page, login.username, login.password)


@pytest.fixture
def visit(demo: Demo, browser: Browser) -> Iterator[Visit]:
    """An error of a page's script fails the test."""
    errors: list[str] = []
    context = browser.new_context(
        base_url=demo.address,
        locale="zh-CN",
        viewport={"width": 1366, "height": 768},
        reduced_motion="reduce",
        extra_http_headers={"X-Now": NOW.isoformat()},
    )
    page = context.new_page()
    page.on("pageerror", lambda error: errors.append(f"{page.url}: {error}"))
    yield Visit(demo=demo, page=page)
    context.close()
    assert errors == []


def test_links_lead_to_every_page(demo: Demo) -> None:
    assert page_views(demo.app) - demo.met == NOT_REACHED


def test_every_page_is_used_by_keyboard_alone(visit: Visit) -> None:
    wrong, heads, tried = [], set[str](), set[str]()
    for found, page in visit.pages():
        page.evaluate(LOOK)
        complaints = page.evaluate("kb.misplaced()")
        if page.locator(".skip").count():  # a sheet for the printer has nothing to walk
            complaints += [*walked(page, is_whole=found.role not in heads), *opened(page), *sent(page)]
            heads.add(found.role)
        complaints += [*barriers(page), *refused(page, found.address, tried)]
        wrong += [f"{found.role} {found.address}: {one}" for one in complaints]
    assert wrong == [], "\n".join(wrong)
    assert len(tried) > 10


def test_no_barrier_on_a_phone_in_the_dark_and_in_english(visit: Visit) -> None:
    visit.page.set_viewport_size({"width": 390, "height": 844})
    cookies = [{"name": f"tongjie_{name}", "value": value, "url": visit.demo.address} for name, value in PHONE.items()]
    visit.page.context.add_cookies(cookies)  # type: ignore[arg-type]
    wrong = [f"{found.role} {found.address}: {one}" for found, page in visit.pages() for one in barriers(page)]
    assert wrong == [], "\n".join(wrong)


def walked(page: Page, *, is_whole: bool) -> list[str]:
    """Over the skip link into the page, then with Tab once through it, or once around with its head and foot."""
    page.evaluate("document.querySelector('.skip').focus()")
    page.keyboard.press("Enter")
    complaints = [] if page.evaluate("document.activeElement.matches('main')") else ["skipped nothing"]
    presses = page.evaluate("isWhole => kb.begin(isWhole)", is_whole) + SPARE_PRESSES
    while not page.evaluate("kb.isRound") and presses > 0:
        for _ in range(PRESSES_AT_ONCE):
            page.keyboard.press("Tab")
        presses -= PRESSES_AT_ONCE
    return [*complaints, *(["a trap"] if presses <= 0 else []), *page.evaluate("kb.judge()")]


def opened(page: Page) -> list[str]:
    """Enter opens, Tab goes in, Esc closes and gives the focus back."""
    complaints = []
    for mark, name in page.evaluate("kb.openers()"):
        page.evaluate("mark => kb.at(mark).focus()", mark)
        for key, state in (("Enter", "open"), ("Tab", "inside"), ("Escape", "closed")):
            if key == "Tab" and not page.evaluate("mark => kb.leadsIn(mark)", mark):
                continue
            page.keyboard.press(key)
            now = page.evaluate("mark => kb.stateOf(mark)", mark)
            if now != state:
                complaints.append(f"{key} leaves {name} {now}, not {state}")
                break
    return complaints


def sent(page: Page) -> list[str]:
    """Enter sends each kind of form, by its main button."""
    page.evaluate("kb.listen()")
    complaints = []
    for mark, name in page.evaluate("kb.senders()"):
        page.evaluate("mark => kb.at(mark).focus()", mark)
        page.keyboard.press("Enter")
        heard = page.evaluate("kb.takeSent()")
        complaints += (
            [f"Enter in {name} sends {by}" for by in heard if by] if heard else [f"Enter in {name} sends nothing"]
        )
    return complaints


def refused(page: Page, address: str, tried: set[str]) -> list[str]:
    """A form sent without what it needs is answered by a message that has the focus; each kind of form is sent once."""
    complaints = []
    for shape in set(page.evaluate("kb.needing()")) - tried:
        tried.add(shape)
        page.goto(address)
        page.evaluate(LOOK)
        page.evaluate("shape => kb.prepare(shape)", shape)
        with page.expect_navigation():
            page.keyboard.press("Enter")
        if not page.evaluate("document.activeElement.matches('#problem')"):
            complaints.append(f"refuses elsewhere than at the focus: {shape}")
    return complaints


def test_what_was_done_is_met_first_and_a_refused_scan_stops_the_line(visit: Visit) -> None:
    visit.log_in("hub_librarian")
    page = visit.page
    page.goto(next(found.address for found in visit.demo.pages if found.endpoint == "patron_pages.edit"))
    page.locator("#f-phone").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#told")).to_be_focused()
    page.goto("/transfers")
    page.keyboard.type("NOTHING")
    page.keyboard.press("Enter")
    expect(page.locator("#problem")).to_be_focused()
    scan(page, "510100000716")
    expect(page.locator("#problem")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#scan")).to_be_focused()


def test_keys_walk_a_list_that_leads_on_without_leaving_it(visit: Visit) -> None:
    visit.log_in("hub_librarian")
    page = visit.page
    page.goto("/transfers?tab=send")
    page.locator("#at").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.locator("[data-goes]")).to_be_visible()
    assert page.url.endswith("/transfers?tab=send")
    page.keyboard.press("Enter")
    page.wait_for_url("**/transfers?tab=send&at=*")
