"""The desk in a real Chromium: a scanner's bursts, a refusal that stops the line, an input method, a line that is down."""

from __future__ import annotations

import re
import time

import pytest
from playwright.sync_api import CDPSession, Page, Route, expect

from tests.desk import Desk
from tests.desk import desk as desk
from tests.stories.conftest import Visitors, log_in
from tests.stories.one_database import database_url as database_url


@pytest.fixture
def at_desk(desk: Desk, visitors: Visitors) -> Page:
    desk.staffed(("hub_librarian", desk.county.hub), username="wang")
    for number in range(2, 8):
        desk.add_item(f"B000{number}")
    page = log_in(visitors(), "wang")
    page.wait_for_url("**/desk")
    return page


def scan(page: Page, code: str) -> None:
    """As a scanner does: a key every 5 ms by the clock of the keyboard, however slow the machine is, then Enter."""
    session = page.context.new_cdp_session(page)
    at = time.time()
    for key, text in [*((char, char) for char in code), ("Enter", "\r")]:
        at += 0.005
        virtual = 13 if key == "Enter" else ord(key)
        event = {"key": key, "code": key if key == "Enter" else "", "windowsVirtualKeyCode": virtual, "timestamp": at}
        session.send("Input.dispatchKeyEvent", {"type": "keyDown", "text": text} | event)
        session.send("Input.dispatchKeyEvent", {"type": "keyUp"} | event)
    session.detach()


def said(page: Page) -> str:
    return " ".join(page.locator("[data-part=said]").inner_text().split())


def expect_said(page: Page, text: str) -> None:
    expect(page.locator("[data-part=said]")).to_contain_text(text)


def is_locked(page: Page) -> bool:
    return bool(page.evaluate("document.querySelector('#scan').readOnly"))


def test_a_pile_is_scanned_faster_than_the_line_answers(at_desk: Page, desk: Desk) -> None:
    """Nothing of what a quick hand scans is lost, and all of it goes to the reader whose card came first."""
    for code in ("P0001", "B0001", "B0002", "B0003", "B0004"):
        scan(at_desk, code)
    expect(at_desk.locator("[data-part=reader] .big-number")).to_have_text("4")
    assert desk.open_loans() == 4
    expect(at_desk.locator("#scan")).to_be_focused()


def test_each_outcome_has_its_own_sound(at_desk: Page, desk: Desk) -> None:
    desk.add_item("B0099", desk.county.branch)
    heard = {}
    for code, key, sentence in (
        ("P0001", "F1", "可以借书"),
        ("X1", "F2", "没有找到"),
        ("B0099", "F2", "调拨筐"),
        ("CG", "F3", "改在这里工作"),
    ):
        at_desk.keyboard.press(key)
        expect(at_desk.locator(f"[data-key={key}]")).to_have_attribute("aria-pressed", "true")
        scan(at_desk, code)
        expect_said(at_desk, sentence)
        heard[code] = at_desk.evaluate("document.documentElement.dataset.lastSound")
        at_desk.wait_for_timeout(150)
        at_desk.keyboard.press("Escape")
    assert heard == {"P0001": "good", "X1": "stop", "B0099": "send", "CG": "warn"}


def test_scanning_cannot_run_past_a_refusal(at_desk: Page, desk: Desk) -> None:
    scan(at_desk, "P0001")
    expect_said(at_desk, "可以借书")
    scan(at_desk, "NOTHING")
    scan(at_desk, "B0002")  # before the answer came
    expect_said(at_desk, "「NOTHING」")
    assert is_locked(at_desk)
    scan(at_desk, "B0003")  # the scanner's own Enter does not count as somebody having looked
    assert is_locked(at_desk)
    expect(at_desk.locator("[data-unread-list]")).to_have_text("B0002、B0003")
    assert desk.open_loans() == 0
    at_desk.wait_for_timeout(200)
    at_desk.keyboard.press("Enter")
    assert not is_locked(at_desk)
    scan(at_desk, "B0002")
    expect_said(at_desk, "借出：《平凡的世界》")
    expect(at_desk.locator("[data-unread-list]")).to_have_text("B0003")  # still in the pile
    scan(at_desk, "B0003")
    expect(at_desk.locator("[data-unread]")).to_be_hidden()


def test_a_refusal_is_lifted_by_keyboard_with_a_reason(at_desk: Page, desk: Desk) -> None:
    desk.policy("max_loans", 0)
    scan(at_desk, "P0001")
    scan(at_desk, "B0001")
    expect(at_desk.locator("#reason")).to_be_visible()
    at_desk.keyboard.press("F7")
    expect(at_desk.locator("#reason")).to_be_focused()
    at_desk.keyboard.press("Escape")
    expect(at_desk.locator("#scan")).to_be_focused()
    at_desk.keyboard.press("F7")
    at_desk.keyboard.type("主管同意")
    at_desk.keyboard.press("Enter")
    expect_said(at_desk, "借出：《平凡的世界》")
    expect(at_desk.locator("#scan")).to_be_focused()
    assert desk.open_loans() == 1


def test_an_input_method_does_not_eat_a_barcode(at_desk: Page, desk: Desk) -> None:
    """With Chinese input on, letters and digits are composed; the desk takes the keys that were struck instead."""
    session = at_desk.context.new_cdp_session(at_desk)
    compose(session, "P0001")
    expect_said(at_desk, "可以借书")
    commit(session, "破零零零一")  # an input method may hand over its text as late as this
    assert at_desk.input_value("#scan") == ""
    compose(session, "B0002")
    commit(session, "不零零零二")
    expect_said(at_desk, "借出：《平凡的世界》")
    assert at_desk.input_value("#scan") == ""
    at_desk.keyboard.type("B0003")
    assert at_desk.input_value("#scan") == "B0003"


def commit(session: CDPSession, text: str) -> None:
    session.send("Input.insertText", {"text": text})


def compose(session: CDPSession, code: str) -> None:
    """What Chromium tells a page while an input method composes: keys of code 229, a composition that grows, and Enter."""
    typed = ""
    for char in code:
        typed += char.lower()
        key = {
            "code": f"Key{char}" if char.isalpha() else f"Digit{char}",
            "key": "Process",
            "windowsVirtualKeyCode": 229,
        }
        session.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", "modifiers": 8 if char.isalpha() else 0} | key)
        session.send(
            "Input.imeSetComposition", {"text": typed, "selectionStart": len(typed), "selectionEnd": len(typed)}
        )
        session.send("Input.dispatchKeyEvent", {"type": "keyUp"} | key)
    enter = {"code": "Enter", "key": "Process", "windowsVirtualKeyCode": 229}
    session.send("Input.dispatchKeyEvent", {"type": "rawKeyDown"} | enter)


def test_a_scan_without_an_answer_is_sent_again_and_done_once(at_desk: Page, desk: Desk) -> None:
    scan(at_desk, "P0001")
    expect_said(at_desk, "可以借书")
    lost = []

    def lose(route: Route) -> None:
        """The act is done, its answer never arrives."""
        lost.append(route.fetch())
        route.abort()

    at_desk.route("**/desk/scan", lose, times=1)
    scan(at_desk, "B0001")
    expect_said(at_desk, "没有回答")
    assert len(lost) == 1
    assert desk.open_loans() == 1
    at_desk.wait_for_timeout(200)
    at_desk.keyboard.press("Enter")
    expect_said(at_desk, "借出：《平凡的世界》")
    assert desk.acts().count("checked_out") == 1


def test_keys_lead_everywhere(at_desk: Page) -> None:
    at_desk.keyboard.press("?")
    expect(at_desk.get_by_role("dialog")).to_be_visible()
    at_desk.keyboard.press("Escape")
    expect(at_desk.locator("#scan")).to_be_focused()
    scan(at_desk, "P0001")
    expect_said(at_desk, "可以借书")
    at_desk.keyboard.press("F10")
    expect(at_desk.locator("[data-part=reader]")).to_contain_text("还没有读者")
    scan(at_desk, "P0001")
    expect_said(at_desk, "可以借书")
    at_desk.keyboard.press("F4")
    at_desk.wait_for_url("**/patrons/P0001")
    at_desk.go_back()
    at_desk.keyboard.press("F6")
    at_desk.wait_for_url("**/transfers")


def test_a_session_that_ended_leads_to_the_login(at_desk: Page) -> None:
    at_desk.context.clear_cookies(name="tongjie_session")
    scan(at_desk, "P0001")
    at_desk.wait_for_url(re.compile("/login.next=/desk$"))
