"""Somebody who has a keyboard and nothing else: Tab to what bears a name, Enter, words. No pointer, no focus that keys did not give."""

from __future__ import annotations

from typing import Literal

from playwright.sync_api import Locator, Page, expect

MOST_TABS = 400
Role = Literal["button", "link", "textbox", "combobox", "checkbox", "radio", "spinbutton"]


class Keys:
    """`go` walks forward from where the focus stands and comes around at most once."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def go(self, role: Role, name: str, *, exact: bool = False, back: bool = False) -> Locator:
        return self.to(self.page.get_by_role(role, name=name, exact=exact).first, back=back)

    def to(self, wanted: Locator, *, back: bool = False) -> Locator:
        expect(wanted).to_be_visible()
        for _ in range(MOST_TABS):
            if wanted.evaluate("el => el === document.activeElement"):
                return wanted
            self.page.keyboard.press("Shift+Tab" if back else "Tab")
        raise AssertionError(f"Tab does not come to {wanted}")

    def open(self, summary: str) -> None:
        """What unfolds: its summary is reached and Enter pressed."""
        self.to(self.page.locator("summary", has_text=summary).first)
        self.page.keyboard.press("Enter")

    def press(self, role: Role, name: str, *, exact: bool = False) -> None:
        """Reach a button or link and go where it leads."""
        self.go(role, name, exact=exact)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def write(self, name: str, text: str) -> None:
        self.to(self.page.get_by_label(name).first)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)

    def fill(self, *texts: str) -> None:
        """One field after the other, from the one that has the focus; an empty text leaves its field alone."""
        for n, text in enumerate(texts):
            if n:
                self.page.keyboard.press("Tab")
            self.page.keyboard.type(text)

    def choose(self, name: str, option: str) -> None:
        """Down the list, from its top, to the option."""
        chosen = self.to(self.page.get_by_role("combobox", name=name).first)
        self.page.keyboard.press("Home")
        for _ in range(chosen.locator("option").count()):
            if option in chosen.locator("option:checked").inner_text():
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{name} has no {option}")

    def scan(self, code: str) -> None:
        """The box has the focus; what is typed there is sent by Enter."""
        expect(self.page.locator("#scan")).to_be_focused()
        self.page.keyboard.type(code)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def told(self, text: str) -> None:
        """What was done is said, and met: it has the focus, or it describes the box that has it."""
        told = self.page.locator("#told")
        expect(told).to_contain_text(text)
        assert self.page.evaluate(
            "document.activeElement.id === 'told' || (document.activeElement.getAttribute('aria-describedby') ?? '').split(' ').includes('told')"
        ), "nobody hears it"
