"""A real Chromium before the whole application, for stories driven through the pages."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from threading import Thread

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from werkzeug.serving import make_server

from tests.conftest import missing
from tests.factories import PASSWORD

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
# Debian's Chromium as root in a closed network: no sandbox, and no look-ups of its own.
ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
PATIENCE_MS = 15_000

Visitors = Callable[[], Page]
Launch = Callable[..., Browser]


def log_in(page: Page, login: str, secret: str = PASSWORD) -> Page:
    page.goto("/login")
    page.fill("[name=login]", login)
    page.fill("[name=secret]", secret)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/login" not in url)
    return page


@pytest.fixture(scope="session")
def launch() -> Iterator[Launch]:
    """Starts a Chromium with more arguments than every story needs. Whoever starts one closes it."""
    program = next((path for name in CHROMIUM if (path := shutil.which(name))), None)
    if program is None:
        missing("needs Chromium (Debian's package chromium)")
    with sync_playwright() as playwright:
        expect.set_options(timeout=PATIENCE_MS)
        yield lambda *more: playwright.chromium.launch(executable_path=program, args=[*ARGUMENTS, *more])


@pytest.fixture(scope="session")
def browser(launch: Launch) -> Iterator[Browser]:
    started = launch()
    yield started
    started.close()


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """The application served on a port of this machine."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()


@pytest.fixture
def visitors(browser: Browser, address: str) -> Iterator[Visitors]:
    """Each call opens a browser of somebody else, who reads Chinese. An error in a page's script fails the test."""
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def open_one() -> Page:
        context = browser.new_context(base_url=address, locale="zh-CN")
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert errors == []
