"""What must be seen of a copy in hand: its notes and what belongs to it, at check-out and at check-in. On both databases."""

from __future__ import annotations

from tests.desk import Desk


def test_notes_are_said_where_they_belong(desk: Desk) -> None:
    desk.set_item(check_out_note="读者须戴手套", check_in_note="先消毒", accessories="光盘1张")
    assert [(one.code, one.class_) for one in desk.preview().notices] == [
        ("item.note", "notice"),
        ("item.accessories", "notice"),
    ]
    lent = desk.check_out()
    assert [one.message.zh for one in lent.notices] == ["请注意：“读者须戴手套”。", "请清点附件：光盘1张。"]
    returned = desk.check_in()
    assert [one.message.zh for one in returned.notices] == ["请注意：“先消毒”。", "请清点附件：光盘1张。"]


def test_a_damaged_copy_is_lent_and_says_so(desk: Desk) -> None:
    desk.declare("damaged")
    assert [one.code for one in desk.check_out().notices] == ["item.damaged"]
    assert [one.code for one in desk.check_in().notices] == ["item.damaged"]
