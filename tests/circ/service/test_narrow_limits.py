"""Limits beside the great one: by item type, by library, beyond the limit for a short time, new books. On both databases."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from circ.models import Hold
from kernel.clock import end_of_day
from kernel.errors import Refused
from tests.desk import Desk, refusals_of


def test_books_of_a_type_are_limited_with_those_of_the_types_below(desk: Desk) -> None:
    """The type `reference` is below `book`."""
    desk.policy("type_limits", {"book": 2, "reference": 1})
    for n, kind in enumerate(("reference", "reference", "book", "book")):
        desk.add_item(f"T{n}", item_type=kind)
    desk.check_out("T0")
    assert refusals_of(lambda: desk.check_out("T1")) == ["patron.type_limit"]
    desk.check_out("T2")
    assert refusals_of(lambda: desk.check_out("T3")) == ["patron.type_limit"]  # one of each makes two books
    assert refusals_of(lambda: desk.check_out("T1")) == ["patron.type_limit", "patron.type_limit"]
    desk.check_in("T2")
    desk.check_out("T3")


def test_the_refusal_names_the_type_and_the_limit(desk: Desk) -> None:
    desk.policy("type_limits", {"reference": 0})
    desk.add_item("T0", item_type="reference")
    with pytest.raises(Refused) as refused:
        desk.check_out("T0")
    [refusal] = refused.value.refusals
    assert refusal.message.zh == "本证的工具书已借满 0 册。可先还一册，或由主管授权。"
    assert refusal.data == {"limit": 0, "open": 0, "type": "工具书"}
    assert desk.check_out().id is not None  # other types are as they were


def test_books_of_one_library_are_limited(desk: Desk) -> None:
    desk.policy("max_loans_item_library", 1, item_org="ZG")
    desk.add_item("B0002")
    desk.add_item("B0003", desk.county.other_point)
    desk.check_out(at="CG")
    assert refusals_of(lambda: desk.check_out("B0002", at="CG")) == ["patron.library_limit"]
    desk.add_item("B0004", desk.county.other_point)
    desk.check_out("B0003", at="CG")
    # What holds for books of the hub and below counts by the home of each book.
    assert refusals_of(lambda: desk.check_out("B0004", at="CG")) == ["patron.library_limit"]


# --- beyond the limit -----------------------------------------------------------------------------------------------------------


def test_a_full_card_may_borrow_for_a_short_time_where_the_policy_says_so(desk: Desk) -> None:
    desk.policy("max_loans", 0)
    desk.policy("overflow_days", 1)
    assert refusals_of(desk.check_out) == ["patron.loan_limit"]
    volunteer = desk.staffed(("volunteer", desk.county.hub))
    lent = volunteer.check_out(overflow=True)
    assert lent.due_at == end_of_day(date(2026, 11, 24))
    assert [n.code for n in lent.notices] == ["loan.overflow"]
    assert desk.loan(lent.id).overrides == ["patron.loan_limit"]
    [told] = desk.journal()  # nobody lifted anything by right
    assert told.data is not None
    assert (told.act, told.data["overflow"]) == ("checked_out", 1)


def test_agreeing_to_a_short_loan_changes_nothing_while_the_card_is_not_full(desk: Desk) -> None:
    desk.policy("overflow_days", 1)
    lent = desk.check_out(overflow=True)
    assert lent.due_at == end_of_day(date(2026, 12, 23))
    assert lent.notices == ()


def test_without_the_policy_nobody_borrows_beyond_the_limit(desk: Desk) -> None:
    desk.policy("max_loans", 0)
    assert refusals_of(lambda: desk.check_out(overflow=True)) == ["patron.loan_limit"]


def test_a_short_loan_lifts_no_other_refusal(desk: Desk) -> None:
    desk.policy("max_loans", 0)
    desk.policy("overflow_days", 1)
    desk.policy("lend", False)
    assert refusals_of(lambda: desk.check_out(overflow=True)) == ["item.not_lendable"]


def test_naming_a_right_that_one_does_not_hold_makes_no_long_loan_of_a_short_one(desk: Desk) -> None:
    desk.policy("max_loans", 0)
    desk.policy("overflow_days", 1)
    volunteer = desk.staffed(("volunteer", desk.county.hub))
    lent = volunteer.check_out(overflow=True, override=("patron.loan_limit",))
    assert lent.due_at == end_of_day(date(2026, 11, 24))
    assert desk.acts() == ["checked_out"]


def test_who_lifts_the_limit_by_right_lends_as_long_as_ever(desk: Desk) -> None:
    desk.policy("max_loans", 0)
    desk.policy("overflow_days", 1)
    lent = desk.check_out(override=("patron.loan_limit",))
    assert lent.due_at == end_of_day(date(2026, 12, 23))
    assert desk.acts() == ["checked_out", "overridden"]


# --- new books ------------------------------------------------------------------------------------------------------------------


def test_a_new_book_is_lent_only_near_its_home(desk: Desk) -> None:
    desk.policy("local_only_days", 30)
    desk.add_item("N0001", desk.county.branch, acquired_on=date(2026, 11, 20))
    assert refusals_of(lambda: desk.check_out("N0001", at="ZG")) == ["item.age_protected"]
    desk.check_out("N0001", at="LX")  # a point below
    desk.check_in("N0001", at="CG")
    desk.later(days=28).check_out("N0001", at="ZG")


def test_a_new_book_is_handed_out_only_near_its_home(desk: Desk) -> None:
    desk.policy("local_only_days", 30)
    desk.add_item("N0001", desk.county.branch, acquired_on=date(2026, 11, 20))
    desk.add_patron("P0002")
    assert refusals_of(lambda: desk.hold(item="N0001", pickup="ZG")) == ["hold.pickup_refused"]
    assert desk.hold(item="N0001", pickup="LX").status == "targeted"


def test_a_hold_from_afar_waits_until_the_book_is_no_longer_new(desk: Desk) -> None:
    desk.add_item("N0001", desk.county.branch, acquired_on=date(2026, 11, 20))
    desk.check_out("N0001", at="CG")
    desk.add_patron("P0002")
    hold = desk.hold(patron="P0002", item="N0001", pickup="ZG")
    desk.policy("local_only_days", 30)
    desk.check_in("N0001", at="CG")
    assert desk.held(hold.id).status == "queued"
    desk.later(days=40).check_in("N0001", at="CG")
    assert desk.held(hold.id).status == "in_transit"


# --- holds that nobody collected --------------------------------------------------------------------------------------------------


def test_who_left_books_on_the_hold_shelf_waits_before_the_next_hold(desk: Desk) -> None:
    desk.policy("max_no_shows", 0)
    hold = desk.hold(pickup="ZG")
    ended = desk.now - timedelta(days=2)
    values = {"status": "expired", "ended_at": ended, "end_reason": "not_collected", "copy_id": None}
    desk.write(lambda s: [setattr(s.get_one(Hold, hold.id), name, value) for name, value in values.items()])
    assert refusals_of(lambda: desk.hold(pickup="ZG")) == ["hold.no_shows"]
    assert desk.later(days=29).hold(pickup="ZG").status == "targeted"


# --- renewing while others wait ---------------------------------------------------------------------------------------------------


def test_a_renewal_while_others_wait_needs_copies_for_all_of_them(desk: Desk) -> None:
    lent = desk.check_out()
    bib_id = desk.item().bib_id
    desk.add_patron("P0002")
    desk.hold(patron="P0002", pickup="LX")
    desk.policy("renew_if_other_copies", True)
    assert refusals_of(lambda: desk.renew(lent.id)) == ["loan.held_by_other"]
    desk.add_item("B0002", bib_id=bib_id)
    desk.policy("renew_if_other_copies", False)
    assert refusals_of(lambda: desk.renew(lent.id)) == ["loan.held_by_other"]
    desk.policy("renew_if_other_copies", True)
    assert desk.renew(lent.id).due_at == datetime(2027, 1, 22, 15, 59, tzinfo=UTC)


def test_a_copy_that_is_being_fetched_serves_who_waits_for_it(desk: Desk) -> None:
    lent = desk.check_out()
    desk.add_item("B0002", bib_id=desk.item().bib_id)
    desk.add_patron("P0002")
    assert desk.hold(patron="P0002", pickup="LX").status == "targeted"
    desk.policy("renew_if_other_copies", True)
    assert desk.renew(lent.id).renewals == 1


def test_a_copy_that_the_policies_keep_from_who_waits_serves_nobody(desk: Desk) -> None:
    lent = desk.check_out()
    desk.add_patron("P0002")
    desk.hold(patron="P0002", pickup="LX")
    desk.add_item("B0002", desk.county.other_point, bib_id=desk.item().bib_id)
    desk.policy("renew_if_other_copies", True)
    desk.policy("hold_allowed", False, item_org="XC")
    assert refusals_of(lambda: desk.renew(lent.id)) == ["loan.held_by_other"]
