"""Late books on real databases: fines fixed at the return, suspensions, renewals, the daily look, and who may forgive."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import TypeVar

import pytest

from branches.calendar import WEEKDAYS
from branches.context import Context
from branches.service.orgs import OrgService
from circ.commands import Charge, Deposit
from circ.service import CirculationService
from circ.service.ledger import accruing as accruing_job
from circ.service.ledger.accruing import accrue_due
from kernel.clock import local_day
from kernel.errors import Forbidden
from tests.desk import Desk, money, offenders, refusals_of
from tests.factories import make_context

T = TypeVar("T")
TEN_A_DAY = [{"from_day": 1, "to_day": None, "per_day": "0.10"}]


def accrue(desk: Desk) -> int:
    def in_turns(work: Callable[[Context], T], /) -> T:
        return desk.write(lambda s: work(make_context(s, desk.caller, now=desk.now)))

    return accrue_due(in_turns)


def owed(desk: Desk) -> int:
    return money(desk, lambda service: service.look_at("P0001")).account.balance_fen


def accruing(desk: Desk) -> list[tuple[int, int]]:
    view = money(desk, lambda service: service.look_at("P0001"))
    return [(fine.amount_fen, fine.late_days) for fine in view.accruing]


@pytest.fixture
def fined(desk: Desk) -> Desk:
    desk.policy("fine", TEN_A_DAY)
    desk.policy("days_mode", "days")
    return desk


def test_a_late_return_is_charged_then_and_there_and_says_why(fined: Desk) -> None:
    row = fined.policy("fine", TEN_A_DAY, org="ZG")
    fined.check_out()
    (fee,) = fined.later(days=35).check_in(at="CG").fees
    assert (fee.amount_fen, fee.cause, fee.org_id) == (50, "overdue", fined.county.branch)
    assert fee.why is not None
    assert {name: fee.why[name] for name in ("calendar", "late_days", "counted_days", "capped_by")} == {
        "calendar": "ZG",  # the library that lent, whose rules and calendar count
        "late_days": 5,
        "counted_days": 5,
        "capped_by": None,
    }
    assert fee.why["policy"]["fine"] == {"value": TEN_A_DAY, "row": row}
    assert owed(fined) == 50
    assert offenders(fined.database) == {}


def test_a_return_in_time_costs_nothing(fined: Desk) -> None:
    fined.check_out()
    assert fined.later(days=30).check_in().fees == ()
    fined.check_out()
    late = fined.later(days=36)
    back = late.now - timedelta(days=6)
    assert late.check_in(returned_at=back).fees == ()  # it lay in the book drop
    assert owed(fined) == 0


def test_closed_days_of_the_calendar_that_counts_cost_nothing(fined: Desk) -> None:
    set_week(fined, "ZG", WEEKDAYS[:5])
    set_week(fined, "LX", WEEKDAYS)
    fined.check_out()  # on a Monday, due on a Wednesday
    (fee,) = fined.later(days=37).check_in(at="LX").fees
    assert fee.amount_fen == 50
    fined.policy("calendar_basis", "return")
    fined.check_out(at="ZG", override=("item.in_transit",))
    (fee,) = fined.later(days=37).check_in(at="LX").fees
    assert (fee.amount_fen, fee.why and fee.why["calendar"]) == (70, "LX")


def set_week(desk: Desk, code: str, days: Sequence[str]) -> None:
    weekly = {day: [("09:00", "17:00")] for day in days}
    desk.write(lambda s: OrgService(make_context(s, now=desk.now)).set_hours(code, weekly=weekly, closures=[]))


def test_a_renewal_fixes_what_lateness_cost_so_far_and_the_cap_holds_for_both(fined: Desk) -> None:
    fined.policy("renew_overdue", True)
    fined.policy("fine_cap", "0.70")
    loan = fined.check_out().id
    fined.later(days=35).renew(loan)
    assert owed(fined) == 50
    (fee,) = fined.later(days=70).check_in().fees
    assert (fee.amount_fen, fee.why and fee.why["capped_by"]) == (20, "fine_cap")
    assert offenders(fined.database) == {}


def test_a_suspension_stands_for_the_fine(fined: Desk) -> None:
    fined.policy("suspension", {"days": 2, "max_days": 90})
    fined.check_out()
    late = fined.later(days=35)
    returned = late.check_in()
    assert (returned.fees, returned.suspended_until) == ((), local_day(late.now) + timedelta(days=10))
    assert refusals_of(late.check_out) == ["patron.blocked"]
    assert late.later(days=11).check_out().id is not None
    assert offenders(fined.database) == {}


def test_the_daily_look_charges_nothing_and_may_be_repeated(fined: Desk) -> None:
    fined.check_out()
    assert accrue(fined.later(days=30)) == 0
    late = fined.later(days=33)
    assert accrue(late) == 1
    assert accrue(late) == 0
    assert (accruing(late), owed(late)) == ([(30, 3)], 0)
    assert accrue(late.later(days=1)) == 1
    assert accruing(late) == [(40, 4)]
    (fee,) = late.later(days=2).check_in().fees
    assert (fee.amount_fen, accruing(late)) == (50, [])
    assert accrue(late.later(days=3)) == 0
    assert offenders(fined.database) == {}


def test_the_look_takes_a_page_of_books_a_turn(fined: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accruing_job, "AT_ONCE", 2)
    for barcode in ("B0002", "B0003", "B0004"):
        fined.add_item(barcode)
    for barcode in ("B0001", "B0002", "B0003", "B0004"):
        fined.check_out(barcode)
    late = fined.later(days=33)
    turns: list[int] = []

    def in_turns(work: Callable[[Context], T], /) -> T:
        turns.append(len(accruing(late)))  # what the turns before left
        return late.write(lambda s: work(make_context(s, late.caller, now=late.now)))

    assert accrue_due(in_turns) == 4
    assert turns[:3] == [0, 2, 4]
    assert accruing(late) == [(30, 3)] * 4


def test_forgiving_leaves_the_fee_and_its_waiver_and_takes_the_right(fined: Desk) -> None:
    fined.check_out()
    volunteer = fined.later(days=35).staffed(("volunteer", fined.county.hub))
    with pytest.raises(Forbidden):
        volunteer.check_in(forgive=True)
    hub = fined.later(days=35).staffed(("hub_librarian", fined.county.hub), username="li")
    (fee,) = hub.check_in(forgive=True).fees
    assert (fee.amount_fen, fee.left_fen, owed(hub)) == (50, 0, 0)
    assert offenders(fined.database) == {}


def test_who_owes_too_much_borrows_and_renews_nothing(fined: Desk) -> None:
    fined.policy("max_owed", "5.00")
    fined.add_item("B0002")
    loan = fined.check_out("B0002").id
    money(fined, lambda s: s.charge(Charge(patron="P0001", fen=5_00, reason="证")))
    assert fined.preview().refusals == ()
    money(fined, lambda s: s.charge(Charge(patron="P0001", fen=1, reason="证")))
    assert refusals_of(fined.check_out) == ["patron.debt"]
    assert refusals_of(lambda: fined.later(days=1).renew(loan)) == ["patron.debt"]
    assert fined.check_out(override=("patron.debt",)).id is not None


def test_who_often_came_late_borrows_nothing_for_a_year(fined: Desk) -> None:
    fined.policy("max_late_returns", 1)
    for _ in range(2):
        fined.check_out()
        fined.later(days=35).check_in()
    later = fined.later(days=40)
    assert refusals_of(later.check_out) == ["patron.late_returns"]
    assert later.later(days=365).check_out().id is not None


def test_a_deposit_covers_what_is_out_where_the_policies_ask_for_one(desk: Desk) -> None:
    desk.policy("deposit_covers_price", True)
    desk.policy("default_price", "30.00")
    desk.set_item(price_fen=50_00)
    desk.add_item("B0002")
    assert refusals_of(desk.check_out) == ["patron.deposit"]
    money(desk, lambda s: s.take_deposit(Deposit(patron="P0001", fen=79_99)))
    desk.check_out()
    assert refusals_of(lambda: desk.check_out("B0002")) == ["patron.deposit"]
    money(desk, lambda s: s.take_deposit(Deposit(patron="P0001", fen=1)))
    desk.check_out("B0002")
    assert offenders(desk.database) == {}


def test_loans_and_holds_may_cost_a_fee(desk: Desk) -> None:
    desk.policy("rental_fee", "1.00")
    desk.policy("hold_fee", "0.50")
    desk.check_out()
    desk.add_patron("P0002")
    assert owed(desk) == 1_00
    desk.hold("P0002")
    entries = money(desk, lambda service: service.look_at("P0002")).entries
    assert [(entry.cause, entry.amount_fen) for entry in entries] == [("hold", 50)]
    assert offenders(desk.database) == {}


@pytest.mark.parametrize("suspends", [False, True])
def test_an_undone_return_costs_nothing_and_the_next_one_all(fined: Desk, *, suspends: bool) -> None:
    if suspends:
        fined.policy("suspension", {"days": 2})
    fined.policy("max_late_returns", 1)
    fined.check_out()
    late = fined.later(days=35)
    entry_id = late.check_in().entry_id
    assert entry_id is not None
    late.write(lambda s: CirculationService(make_context(s, late.caller, now=late.now)).undo(entry_id))
    assert owed(fined) == 0
    assert [one.code for one in late.preview().refusals] == ["item.on_loan_same_patron"]  # neither blocked nor late
    again = late.later(days=1).check_in()
    assert [fee.amount_fen for fee in again.fees] == ([] if suspends else [60])
    assert (again.suspended_until is not None) is suspends
    assert offenders(fined.database) == {}


def test_an_undone_loan_takes_its_rental_fee_back(desk: Desk) -> None:
    desk.policy("rental_fee", "1.00")
    desk.check_out()
    entry = next(one for one in desk.journal() if one.act == "checked_out")
    desk.write(lambda s: CirculationService(make_context(s, desk.caller, now=desk.now)).undo(entry.id))
    assert owed(desk) == 0
    assert offenders(desk.database) == {}
