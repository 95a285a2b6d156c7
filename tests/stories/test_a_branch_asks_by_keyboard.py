"""Libraries ask each other for books with a keyboard alone: asked, refused with a reason, passed on, approved, sent with its slip, received;
called off; late on the way and given up."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.desk import Desk
from tests.desk import desk as desk
from tests.stories.barriers import barriers
from tests.stories.conftest import Visitors, log_in
from tests.stories.keys import Keys
from tests.stories.one_database import database_url as database_url

TITLE = "《平凡的世界》"


def staff(desk: Desk) -> None:
    """A librarian at the branch, one at the hub, one at the point that has the second copy."""
    desk.more_copies(desk.county.other_point)
    desk.staffed(("branch_librarian", desk.county.branch), username="lin")
    desk.staffed(("hub_librarian", desk.county.hub), username="wang")
    desk.staffed(("branch_librarian", desk.county.other_point), username="zhao")


def opened(visitors: Visitors, who: str, path: str) -> Keys:
    page = log_in(visitors(), who)
    page.goto(path)
    return Keys(page)


def sound(page: Page) -> None:
    """One heading for the page, and no barrier that axe finds."""
    assert page.locator("h1").count() == 1
    assert barriers(page) == []


def test_refused_by_one_library_and_sent_by_the_next(desk: Desk, visitors: Visitors) -> None:
    staff(desk)
    branch = opened(visitors, "lin", "/bibs/1")
    branch.press("link", "向别的馆申请")
    sound(branch.page)
    branch.choose("送到哪里", "城关分馆")
    branch.choose("向哪个馆申请", "城关总馆")
    branch.write("说明", "读书会用")
    branch.page.keyboard.press("Enter")
    branch.told("已申请：城关总馆 1 册。")
    expect(branch.page.locator("article")).to_contain_text("问 城关总馆")

    hub = opened(visitors, "wang", "/transfers?tab=answer&at=ZG")
    expect(hub.page.locator("ol.todo li")).to_contain_text("读书会用")
    hub.open("拒绝")
    hub.write("原因", "正在展览")
    hub.page.keyboard.press("Enter")
    hub.told(f"{TITLE}已拒绝，转给 新村书屋。")
    expect(hub.page.locator("ol.todo li")).to_have_count(0)

    point = opened(visitors, "zhao", "/transfers?tab=answer&at=XC")
    point.scan("B0002")
    point.told(f"{TITLE}请夹上调拨条，放入调拨筐 → 城关分馆。")
    point.press("link", "待发")
    sound(point.page)
    point.go("link", f"调拨条 {TITLE}")
    with point.page.expect_popup() as popup:
        point.page.keyboard.press("Enter")
    expect(popup.value.get_by_role("heading", level=1)).to_contain_text("调拨条")
    expect(popup.value.locator(".destination")).to_have_text("城关分馆")
    popup.value.close()
    point.press("button", f"发出 {TITLE}")
    point.told(f"{TITLE}已发出 → 城关分馆。")

    branch.page.goto("/transfers?tab=asked&at=CG")
    expect(branch.page.locator("article")).to_contain_text("城关总馆：正在展览")
    branch.press("link", "待收")
    branch.scan("B0002")
    branch.told(TITLE)
    assert desk.place("B0002") == ("available", desk.county.branch)
    branch.press("link", "申请")
    expect(branch.page.locator("article")).to_contain_text("已收 1")
    sound(branch.page)


def test_books_of_a_kind_are_asked_for_and_called_off(desk: Desk, visitors: Visitors) -> None:
    staff(desk)
    branch = opened(visitors, "lin", "/transfers?tab=asked&at=CG")
    branch.press("link", "向别的馆申请图书")
    branch.choose("送到哪里", "城关分馆")
    branch.write("几册", "2")
    branch.page.keyboard.press("Enter")
    expect(branch.page.locator("#problem")).to_be_focused()  # neither a copy nor a kind
    expect(branch.page.get_by_label("分类号开头")).to_have_attribute("aria-invalid", "true")
    branch.choose("文献类型", "图书")
    branch.write("说明", "布置新馆")
    branch.page.keyboard.press("Enter")
    branch.told("已申请：")
    branch.open("不要了")
    branch.write("原因", "已经够了")
    branch.page.keyboard.press("Enter")
    branch.told("已取消")
    expect(branch.page.locator("article")).to_contain_text("已经够了")


def test_late_on_the_way_and_given_up(desk: Desk, visitors: Visitors) -> None:
    staff(desk)
    early = desk.later(days=-30)
    (late,) = early.ask(item="B0001")
    early.approve(late.id)
    early.dispatch(late.id)
    hub = opened(visitors, "wang", "/transfers?tab=send&at=ZG")
    hub.press("link", "逾期未到")
    sound(hub.page)
    hub.open("没到")
    hub.page.keyboard.press("Escape")
    expect(hub.page.locator("summary:focus")).to_contain_text("没到")  # thought better of
    hub.page.keyboard.press("Enter")
    hub.write("原因", "车队没有找到")
    hub.page.keyboard.press("Enter")
    hub.told(f"{TITLE}记为途中遗失；扫到它就算找到。")
    assert (desk.transfer(late.id).status, desk.place()[0]) == ("missing", "missing")

    branch = opened(visitors, "lin", "/desk")  # it turns up where it was wanted
    branch.page.keyboard.press("F2")
    expect(branch.page.locator("#scan")).to_be_focused()
    branch.page.keyboard.type("B0001")
    branch.page.keyboard.press("Enter")
    expect(branch.page.locator("[data-part=said]")).to_contain_text(TITLE)
    branch.page.goto("/transfers?tab=asked&at=CG")
    expect(branch.page.locator("article")).to_contain_text("已收 1")
