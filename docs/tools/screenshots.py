"""Makes docs/screenshots/*.png from the running demo: `make run`, then `python docs/tools/screenshots.py [address] [data folder]`.

It works at the desk as a librarian would: one book is lent and taken back, another is sent home.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

FOLDER = Path(__file__).parents[1] / "screenshots"
MOST_BYTES = 150_000
ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
SCREEN = {"width": 1366, "height": 768}
PHONE = {"width": 390, "height": 760}
TITLE = "红楼梦"
HUB = "ZG"


@dataclass(frozen=True, kw_only=True)
class Demo:
    """The running demo and who may log in, as `tongjie demo` wrote it down."""

    browser: Browser
    address: str
    logins: dict[str, tuple[str, str]]  # role -> user name, password; the first of each role

    @contextmanager
    def visit(self, role: str = "", *, viewport: dict[str, int] | None = None, dark: bool = False) -> Iterator[Page]:
        context = self.browser.new_context(
            base_url=self.address,
            locale="zh-CN",
            viewport=viewport or SCREEN,  # type: ignore[arg-type]
            color_scheme="dark" if dark else "light",
        )
        page = context.new_page()
        if role:
            page.goto("/login")
            page.fill("[name=login]", self.logins[role][0])
            page.fill("[name=secret]", self.logins[role][1])
            page.locator("main form button").click()
            page.wait_for_load_state()
        yield page
        context.close()


def main(address: str, data: Path) -> None:
    logins: dict[str, tuple[str, str]] = {}
    for one in json.loads((data / "demo-logins.json").read_text(encoding="utf-8")):
        logins.setdefault(one["role"], (one["username"], one["password"]))
    FOLDER.mkdir(exist_ok=True)
    program = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        demo = Demo(browser=browser, address=address, logins=logins)
        take_reader(demo)
        take_desk(demo)
        take_shop(demo)
        take_rest(demo)
        browser.close()


def take(page: Page, name: str) -> None:
    path = FOLDER / f"{name}.png"
    page.screenshot(path=path, scale="css")
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise SystemExit(f"{path.name} has {size} bytes, more than {MOST_BYTES}")
    print(f"{path.name}  {size // 1024} KB")


def take_reader(demo: Demo) -> None:
    with demo.visit() as page:
        page.goto("/")
        take(page, "home")
        page.goto(f"/search?q={TITLE}")
        take(page, "search")
        page.locator("ol.hits h2 a").first.click()
        page.wait_for_load_state()
        take(page, "title")
    with demo.visit("reader", viewport=PHONE) as page:
        take(page, "account")


def take_desk(demo: Demo) -> None:
    card = demo.logins["reader"][0]
    with demo.visit("hub_librarian") as page:
        own, foreign = _barcodes(page)
        page.goto("/desk")
        for code in (card, own):
            _scan(page, code)
        take(page, "desk-lend")
        _scan(page, own)
        take(page, "desk-refused")
        page.wait_for_timeout(200)
        page.keyboard.press("Escape")
        page.keyboard.press("F2")
        page.wait_for_selector("[data-key=F2][aria-pressed=true]")
        _scan(page, own)
        _scan(page, foreign)
        take(page, "desk-return")
        page.goto(f"/transfers?at={HUB}&tab=send")
        take(page, "transfers")
        page.goto(f"/desk/holds?at={HUB}&tab=fetch")
        take(page, "holds")
        page.goto("/patrons/approvals")
        page.locator(
            "main .todo a.code"
        ).last.click()  # a reader who owes, and something that waits for a second person
        page.wait_for_load_state()
        take(page, "fees")


def _barcodes(page: Page) -> tuple[str, str]:
    """A copy on the shelf of the hub, and one on the shelf of another library."""
    found: dict[bool, str] = {}
    for address in [f"/bibs/{number}" for number in range(1, 40)]:
        page.goto(address)
        for shelf in page.locator("section").first.locator("ul.lines > li").all():
            row = shelf.locator("tr", has=page.locator(".badge.good")).first
            if row.count():
                is_own = shelf.locator(f"a[href='/libraries/{HUB}']").count() > 0
                found.setdefault(is_own, row.locator(".code").inner_text())
        if len(found) == 2:
            return found[True], found[False]
    raise SystemExit("the demo has no books on its shelves")


def _scan(page: Page, code: str) -> None:
    before = page.locator("[data-part=said]").element_handle()
    page.keyboard.type(code)
    page.keyboard.press("Enter")
    assert before is not None
    page.wait_for_function("part => !part.isConnected", arg=before)


def take_shop(demo: Demo) -> None:
    """At a bookshop's counter: a book that may be bought, lent, and the day's list."""
    card = demo.logins["reader"][0]
    with demo.visit("shop_clerk") as page:
        page.goto("/shop/books")
        isbn = page.locator("main .lines .code").nth(1).inner_text()
        page.goto("/shop")
        for code in (card, isbn):
            _scan(page, code)
        take(page, "shop-counter")
        page.goto("/shop/days")
        take(page, "shop-day")
    with demo.visit("shop_clerk", viewport=PHONE) as page:
        page.goto("/shop")
        for code in (card, isbn):
            _scan(page, code)
        take(page, "shop-phone")


def take_rest(demo: Demo) -> None:
    with demo.visit("volunteer", viewport=PHONE) as page:
        page.goto("/desk/village")
        take(page, "village")
    with demo.visit("sysadmin", dark=True) as page:
        page.goto("/admin/policies")
        page.get_by_text("修改", exact=True).first.scroll_into_view_if_needed()
        take(page, "policies")


if __name__ == "__main__":
    given = sys.argv[1:]
    main(given[0] if given else "http://127.0.0.1:8000", Path(given[1] if len(given) > 1 else "data"))
