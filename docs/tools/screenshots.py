"""Pictures of the running demo for the docs: `tongjie demo` first, then `python docs/tools/screenshots.py ADDRESS DATA_FOLDER`.

DATA_FOLDER holds the demo's logins. The pictures land in docs/screenshots.
"""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

TARGET = Path(__file__).parent.parent / "screenshots"
ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
DESKTOP: ViewportSize = {"width": 1200, "height": 760}
PHONE: ViewportSize = {"width": 390, "height": 760}
SETTLED_MS = 800


def main(address: str, data_dir: Path) -> None:
    logins = json.loads((data_dir / "demo-logins.json").read_text(encoding="utf-8"))
    by_role = {login["role"]: login for login in reversed(logins)}
    TARGET.mkdir(exist_ok=True)
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        show_reader_pages(browser, address)
        show_account(browser, address, by_role["reader"])
        show_staff_pages(browser, address, by_role["hub_librarian"], by_role["reader"]["username"])
        show_village(browser, address, by_role["volunteer"])
        browser.close()


def show_reader_pages(browser: Browser, address: str) -> None:
    page = visit(browser, address, DESKTOP)
    take(page, "/", "home")
    take(page, "/search?q=三体", "search")
    page.locator("main a[href^='/bibs/']").first.click()
    save(page, "title")
    take(visit(browser, address, PHONE), "/search?q=hongloumeng", "phone")


def show_account(browser: Browser, address: str, reader: dict[str, str]) -> None:
    page = log_in(visit(browser, address, DESKTOP), reader)
    take(page, "/me", "account")


def show_staff_pages(browser: Browser, address: str, librarian: dict[str, str], card: str) -> None:
    page = log_in(visit(browser, address, DESKTOP), librarian)
    page.goto("/desk")
    page.keyboard.type(card)
    page.keyboard.press("Enter")
    save(page, "desk")
    take(page, "/transfers", "transfers")
    take(page, "/admin/policies", "policies")


def show_village(browser: Browser, address: str, volunteer: dict[str, str]) -> None:
    page = log_in(visit(browser, address, PHONE), volunteer)
    take(page, "/desk/village", "village")


def visit(browser: Browser, address: str, size: ViewportSize) -> Page:
    return browser.new_context(base_url=address, locale="zh-CN", viewport=size).new_page()


def log_in(page: Page, login: dict[str, str]) -> Page:
    page.goto("/login")
    page.locator("[name=login]").fill(login["username"])
    page.locator("[name=secret]").fill(login["password"])
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: not url.endswith("/login"))
    return page


def take(page: Page, path: str, name: str) -> None:
    page.goto(path)
    save(page, name)


def save(page: Page, name: str) -> None:
    page.wait_for_timeout(SETTLED_MS)
    page.screenshot(path=TARGET / f"{name}.png")


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"), Path(sys.argv[2]))
