"""The desk beyond single scans: a book drop dated back, books read here, what must be seen, and acts undone from the list of today."""

from __future__ import annotations

from datetime import timedelta

from kernel.clock import ZONE
from tests.desk import Desk
from tests.desk import desk as desk
from tests.factories import NOW
from tests.pages import Sheet, Visitor
from tests.web.pages.desk.test_scanning import locks, said, scan, state_of
from tests.web.pages.desk.test_scanning import visitor as visitor

STATE = ("mode", "reader", "drop", "uses")


def go_on(visitor: Visitor, before: Sheet, **more: str) -> Sheet:
    state = {name: state_of(before, name) for name in STATE}
    return visitor.send("/desk/scan", state | more)


def undo_buttons(sheet: Sheet) -> list[str]:
    return [str(value) for value in sheet.html.xpath("//button[@name='undo']/@value")]


def test_a_book_drop_is_dated_back_from_scan_to_scan(visitor: Visitor, desk: Desk) -> None:
    desk.add_item("B0002")
    for book in ("B0001", "B0002"):
        desk.check_out(book)
    later = visitor.later(NOW + timedelta(days=2))
    begun = go_on(later, scan(later, "", mode="return"), mode="return", set_drop="2026-11-24T17:30")
    assert "还书箱：都记为 11月24日（周二）17:30 归还。" in begun.text
    first = go_on(later, begun, scan="B0001")
    go_on(later, first, scan="B0002")
    assert {loan.closed_at for one in ("B0001", "B0002") for loan in desk.loans_of(desk.item(one).id)} == {
        NOW.replace(day=24, hour=9, minute=30)
    }
    ended = go_on(later, first, set_drop="")
    assert "还书箱：都记为" not in ended.text


def test_a_book_lent_after_the_drop_was_emptied_last_came_back_now(visitor: Visitor, desk: Desk) -> None:
    desk.check_out()
    later = visitor.later(NOW + timedelta(days=1))
    scan(later, "B0001", mode="return", drop="2026-11-22T17:30")
    assert desk.loan(1).closed_at == NOW + timedelta(days=1)


def test_lateness_is_told_by_when_the_drop_was_used(visitor: Visitor, desk: Desk) -> None:
    desk.check_out()
    due = desk.loan(1).due_at
    later = visitor.later(due + timedelta(days=2))
    drop = (due - timedelta(hours=6)).astimezone(ZONE).strftime("%Y-%m-%dT%H:%M")
    assert "天归还" not in said(scan(later, "B0001", mode="return", drop=drop))


def test_another_mode_forgets_the_drop(visitor: Visitor) -> None:
    begun = scan(visitor, "", mode="return", set_drop="2026-11-22T17:30")
    assert state_of(begun, "drop") == "2026-11-22T17:30"
    assert state_of(go_on(visitor, begun, switch="lend"), "drop") == ""
    assert state_of(scan(visitor, "", mode="return", set_drop="2027-01-01T10:00"), "drop") == ""  # is to come


def test_what_was_read_here_is_counted_while_the_desk_says_so(visitor: Visitor, desk: Desk) -> None:
    counting = scan(visitor, "", mode="return", set_uses="1")
    counted = go_on(visitor, counting, scan="B0001")
    assert desk.acts() == ["used_in_house"]
    assert "没有借出，计一次馆内阅览。请上架。" in said(counted)
    go_on(visitor, go_on(visitor, counted, set_uses=""), scan="B0001")
    assert desk.acts() == ["used_in_house"]


def test_the_desk_stops_until_what_belongs_to_a_book_was_seen(visitor: Visitor, desk: Desk) -> None:
    desk.set_item(accessories="光盘1张")
    desk.check_out()
    answer = scan(visitor, "B0001", mode="return")
    assert "请清点附件：光盘1张。" in said(answer)
    assert locks(answer)
    assert desk.open_loans() == 0


def test_an_act_is_undone_from_the_list_of_today(visitor: Visitor, desk: Desk) -> None:
    lent = scan(visitor, "B0001", scan(visitor, "P0001"))
    [entry] = undo_buttons(lent)
    undone = go_on(visitor, lent, undo=entry)
    assert "借出已撤销" in said(undone)
    assert "已撤销" in undone.text
    assert (desk.open_loans(), undo_buttons(undone)) == (0, [])
    assert "这一项已经撤销过" in said(go_on(visitor, lent, undo=entry))
    assert "没有找到" in said(go_on(visitor, lent, undo="9" * 40))
