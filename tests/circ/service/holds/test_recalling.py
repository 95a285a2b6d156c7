"""Calling a lent copy back for somebody who waits, on both databases."""

from __future__ import annotations

from datetime import date

import pytest

from kernel.clock import local_day
from kernel.errors import NotFound
from tests.desk import Desk, offenders, refusals_of

RECALLED = "loan_recalled"


@pytest.fixture
def waiting(desk: Desk) -> Desk:
    """P0001 has B0001 for 60 days, P0002 waits for it; three weeks went by."""
    desk.policy("loan_days", 60)
    desk.check_out()
    desk.add_patron("P0002")
    desk.later(minutes=1).hold("P0002")
    return desk.later(days=21)


def due(desk: Desk, loan_id: int = 1) -> date:
    return local_day(desk.loan(loan_id).due_at)


def test_the_copy_is_due_a_week_from_today(waiting: Desk) -> None:
    hold = waiting.holding(lambda service: service.recall(1))
    assert due(waiting) == date(2026, 12, 21)  # today is the 14th
    assert hold.recalled_due_at == waiting.loan(1).due_at
    assert waiting.loan(1).recalled_at == waiting.now
    told = waiting.journal()[-1]
    assert (told.act, told.org_id, told.data["hold"]) == (RECALLED, waiting.county.branch, 1)
    assert offenders(waiting.database) == {}


def test_its_reader_cannot_renew_it_meanwhile_and_the_next_gets_it(waiting: Desk) -> None:
    waiting.holding(lambda service: service.recall(1))
    assert "loan.held_by_other" in refusals_of(lambda: waiting.renew(1))
    assert waiting.check_in(at="CG").action == "hold_shelf"
    assert waiting.held(1).recalled_due_at is None
    assert offenders(waiting.database) == {}


def test_a_renewed_loan_is_called_back_and_renewed_again_once_nobody_waits(waiting: Desk) -> None:
    waiting.policy("renewals", 5)
    waiting.holding(lambda service: service.suspend(1, local_day(waiting.now)))
    waiting.renew(1)
    later = waiting.later(days=2)
    later.holding(lambda service: service.recall(1))
    assert offenders(waiting.database) == {}
    later.holding(lambda service: service.cancel(1))
    later.renew(1)
    assert offenders(waiting.database) == {}


def test_a_book_is_its_readers_for_the_days_they_were_promised(desk: Desk) -> None:
    desk.policy("loan_days", 60)
    desk.check_out()
    desk.add_patron("P0002")
    desk.later(minutes=1).hold("P0002")
    desk.later(hours=1).holding(lambda service: service.recall(1))
    assert due(desk) == date(2026, 12, 7)  # a fortnight from the 23rd


def test_the_policies_of_the_loan_say_how_many_days(waiting: Desk) -> None:
    waiting.policy("recall_days", 3, org="ZG")
    waiting.policy("recall_days", 30, org="CG")  # where it will be collected, which does not count
    waiting.holding(lambda service: service.recall(1))
    assert due(waiting) == date(2026, 12, 17)


def test_nothing_is_called_back_where_the_policies_say_so(waiting: Desk) -> None:
    waiting.policy("recall_days", None)
    assert refusals_of(lambda: waiting.holding(lambda service: service.recall(1))) == ["hold.no_recall"]


def test_one_copy_is_called_back_for_one_hold(waiting: Desk) -> None:
    waiting.holding(lambda service: service.recall(1))
    waiting.add_patron("P0003")
    second = waiting.hold("P0003")
    assert refusals_of(lambda: waiting.holding(lambda service: service.recall(1))) == ["hold.recalled"]
    assert refusals_of(lambda: waiting.holding(lambda service: service.recall(second.id))) == ["hold.no_recall"]


def test_a_copy_that_went_to_somebody_before_them_is_followed_by_another(waiting: Desk) -> None:
    waiting.add_patron("P0003")
    waiting.add_patron("P0004")
    waiting.add_item("B0002", bib_id=waiting.item().bib_id)
    waiting.check_out("B0002", patron="P0003")
    second = waiting.hold("P0004")
    waiting.holding(lambda service: service.recall(second.id))
    waiting.check_in("B0001", at="CG")  # for P0002, who waited longer
    later = waiting.later(days=21)
    hold = later.holding(lambda service: service.recall(second.id))
    assert hold.recalled_due_at == later.loan(2).due_at
    assert offenders(waiting.database) == {}


def test_a_hold_that_has_a_copy_needs_no_recall(desk: Desk) -> None:
    hold = desk.hold()
    assert refusals_of(lambda: desk.holding(lambda service: service.recall(hold.id))) == ["hold.state"]


def test_only_copies_that_would_do_are_called_back(waiting: Desk) -> None:
    waiting.add_item("B0002", bib_id=waiting.item().bib_id)
    waiting.holding(lambda service: service.cancel(1))
    copy = waiting.hold("P0002", item="B0002")
    assert copy.status == "targeted"
    waiting.check_out("B0002", patron="P0001")
    waiting.holding(lambda service: service.target_due())
    waiting.later(days=20).holding(lambda service: service.recall(copy.id))
    assert waiting.loan(1).recalled_at is None
    assert waiting.loan(2).recalled_at is not None


def test_a_set_is_called_back_volume_by_volume(desk: Desk) -> None:
    desk.policy("loan_days", 60)
    desk.set_item(volume="上")
    desk.add_item("B0002", bib_id=desk.item().bib_id, volume="下")
    desk.check_out("B0001")
    desk.check_out("B0002")
    desk.add_patron("P0002")
    hold = desk.later(minutes=1).hold("P0002", volume="下")
    desk.later(days=30).holding(lambda service: service.recall(hold.id))
    assert [desk.loan(n).recalled_at is None for n in (1, 2)] == [True, False]


def test_who_may_not_see_the_hold_calls_nothing_back(waiting: Desk) -> None:
    elsewhere = waiting.staffed(("branch_librarian", waiting.county.point))
    with pytest.raises(NotFound):
        elsewhere.holding(lambda service: service.recall(1))
