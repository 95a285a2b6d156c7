"""The doctor's questions about loans, transfers and places: each names its offender, and says nothing of a sound library."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import text, update

from circ.invariants import INVARIANTS as OF_LOANS
from circ.ledger_invariants import INVARIANTS as OF_THE_LEDGER
from circ.models import Hold, Loan
from kernel.db import Base, table_of
from patrons.models import Patron
from patrons.service.blocks import BlockService, NewBlock
from tests.desk import Desk, offenders, offenders_in
from tests.factories import make_context
from transit.invariants import INVARIANTS as OF_TRANSFERS
from transit.models import Transfer


def lend(desk: Desk) -> None:
    desk.check_out()


def lend_and_return(desk: Desk) -> None:
    desk.check_out()
    desk.later(days=1).check_in()


def lend_two(desk: Desk) -> None:
    desk.add_item("B0002")
    desk.check_out()
    desk.check_out("B0002")


def lend_two_by_clocks_that_differ(desk: Desk) -> None:
    desk.add_item("B0002")
    desk.check_out()
    desk.later(seconds=-5).check_out("B0002")


def renew_twice(desk: Desk) -> None:
    desk.policy("renewals", 2)
    loan = desk.check_out().id
    desk.later(days=1).renew(loan)
    desk.later(days=2).renew(loan)


def lend_to_an_expired_card(desk: Desk) -> None:
    """By the command line, which may lift everything."""
    desk.write(lambda s: s.execute(update(Patron).values(expires_on=date(2026, 1, 1))))
    desk.check_out(override=("patron.expired",))


def lend_to_a_blocked_card(desk: Desk) -> None:
    block(desk)
    desk.check_out(override=("patron.blocked",))


def block(desk: Desk) -> int:
    new = NewBlock(reason="逾期", scope="network")
    return desk.write(lambda s: BlockService(make_context(s)).block("P0001", new).id)


def lose(desk: Desk) -> None:
    desk.check_out()
    desk.declare("lost")


def believe(desk: Desk) -> None:
    desk.check_out()
    desk.declare("claimed_returned")
    desk.declare("missing")


def send(desk: Desk) -> None:
    desk.dispatch(desk.check_in(at="LX").transfer_id)


def receive(desk: Desk) -> None:
    desk.receive(desk.check_in(at="LX").transfer_id)


def wait(desk: Desk) -> None:
    desk.add_patron("P0002")
    desk.check_out(patron="P0002")
    desk.hold()


def have_fetched(desk: Desk) -> None:
    desk.hold()


def have_sent(desk: Desk) -> None:
    desk.hold(pickup="CG")
    desk.check_in()


def have_ready(desk: Desk) -> None:
    desk.hold(pickup="ZG")
    desk.check_in()


def collect(desk: Desk) -> None:
    have_ready(desk)
    desk.check_out()


def ask(desk: Desk) -> None:
    desk.ask(to="CG")


def refuse(desk: Desk) -> None:
    desk.refuse(desk.ask(to="CG")[0].id)


def approve(desk: Desk) -> None:
    desk.approve(desk.ask(to="CG")[0].id)


def keep_for_a_time(desk: Desk) -> None:
    row = desk.ask(to="CG", keep_until=date(2026, 12, 31))[0]
    desk.approve(row.id)
    desk.receive(row.id)


def copy_all(model: type[Base]) -> str:
    columns = ", ".join(column.name for column in table_of(model).columns if column.name != "id")
    return f"INSERT INTO {table_of(model).name} ({columns}) SELECT {columns} FROM {table_of(model).name}"


AT_XC = "location_id = (SELECT id FROM org_unit WHERE code = 'XC')"

# What was done; what then goes wrong behind the program's back; who notices.
DAMAGE: list[tuple[Callable[[Desk], None], tuple[str, ...], set[str]]] = [
    (lend, ("UPDATE item SET status = 'available'",), {"loan.item_on_loan"}),
    (lend_and_return, ("UPDATE item SET status = 'on_loan'",), {"loan.item_on_loan"}),
    (lend, ("DROP INDEX uq_loan_one_open", copy_all(Loan)), {"loan.one_open", "loan.journal_opened"}),
    (lend, ("UPDATE loan SET checked_out_at = '2026-01-01 00:00:00.000000'",), {"loan.journal_opened"}),
    (
        lend,
        (
            "UPDATE loan SET closed_at = checked_out_at, close_reason = 'returned'",
            "UPDATE item SET status = 'available'",
        ),
        {"loan.journal_closed"},
    ),
    (
        lend_and_return,
        ("UPDATE loan SET closed_at = NULL, close_reason = NULL", "UPDATE item SET status = 'on_loan'"),
        {"loan.journal_closed"},
    ),
    (lose, ("UPDATE item SET status = 'on_loan'",), {"loan.item_on_loan"}),
    (lose, ("UPDATE loan SET mark = 'claimed_returned'",), {"loan.item_on_loan"}),
    (believe, ("UPDATE loan SET mark = NULL, marked_at = NULL",), {"loan.ended_as_marked"}),
    (lend_two, ("UPDATE loan SET limit_in_force = 1",), {"loan.limit"}),
    (lend_two_by_clocks_that_differ, ("UPDATE loan SET limit_in_force = 1",), {"loan.limit"}),
    (lend, ("UPDATE loan SET renewals = 1",), {"loan.renewals_counted"}),
    (renew_twice, ("UPDATE loan SET due_at = '2026-12-01 00:00:00.000000'",), {"loan.due_by_renewals"}),
    (
        renew_twice,
        (
            "UPDATE loan_renewal SET old_due_at = '2026-01-01 00:00:00.000000' WHERE id = (SELECT max(id) FROM loan_renewal)",
        ),
        {"loan.due_by_renewals"},
    ),
    (lend_to_an_expired_card, ("UPDATE loan SET overrides = NULL",), {"loan.card_in_force"}),
    (lend_to_a_blocked_card, ("UPDATE loan SET overrides = NULL",), {"loan.card_in_force"}),
    (lend, ("UPDATE patron SET status = 'closed'",), {"loan.reader_of_filled"}),
    (lend, (f"UPDATE item SET {AT_XC}",), {"item.last_seen"}),
    (lend_and_return, (f"UPDATE item SET {AT_XC}",), {"item.last_seen"}),
    (receive, (f"UPDATE item SET {AT_XC}",), {"item.last_seen"}),
    (send, ("UPDATE item SET status = 'available'",), {"transfer.item_in_transit"}),
    (receive, ("UPDATE item SET status = 'in_transit'",), {"transfer.item_in_transit"}),
    (send, ("DROP INDEX uq_transfer_one_open", copy_all(Transfer)), {"transfer.one_open"}),
    (receive, ("UPDATE transfer SET ended_at = NULL",), {"transfer.ended"}),
    (receive, ("UPDATE transfer SET received_at = NULL",), {"transfer.ended"}),
    (send, ("UPDATE transfer SET dispatched_at = NULL",), {"transfer.ended"}),
    (ask, ("UPDATE transfer_request SET copies = 2",), {"transfer.request_adds_up"}),
    (approve, ("UPDATE transfer_request SET unfilled = 1",), {"transfer.request_adds_up"}),
    (ask, (f"UPDATE transfer_request SET to_{AT_XC.removeprefix('location_')}",), {"transfer.request_of_one"}),
    (ask, ("UPDATE transfer SET went_on = true",), {"transfer.gone_on", "transfer.request_adds_up"}),
    (
        refuse,
        ("UPDATE transfer SET status = 'received', received_at = ended_at",),
        {"transfer.refusal"},
    ),
    (keep_for_a_time, ("UPDATE item SET home_id = owner_id",), {"stay.home"}),
    (wait, ("DROP INDEX uq_hold_one_open", copy_all(Hold)), {"hold.one_open"}),
    (
        have_fetched,
        ("DROP INDEX uq_hold_one_open", "DROP INDEX uq_hold_one_a_copy", copy_all(Hold)),
        {"hold.one_open", "hold.one_a_copy"},
    ),
    (have_ready, ("UPDATE item SET status = 'available'",), {"hold.item_on_shelf"}),
    (have_fetched, ("UPDATE item SET status = 'on_hold_shelf'",), {"hold.item_on_shelf"}),
    (have_ready, (f"UPDATE item SET {AT_XC}",), {"hold.at_pickup"}),
    (have_sent, ("UPDATE item SET status = 'available'",), {"hold.item_on_its_way", "transfer.item_in_transit"}),
    (have_fetched, ("UPDATE hold SET volume = '下'",), {"hold.copy_as_wanted"}),
    (collect, ("UPDATE hold SET loan_id = NULL",), {"hold.collected_by_reader"}),
    (have_fetched, ("UPDATE hold SET to_clear = true",), {"hold.to_clear"}),
]


@pytest.mark.parametrize(("done", "damage", "codes"), DAMAGE)
def test_damage_is_noticed(desk: Desk, done: Callable[[Desk], None], damage: tuple[str, ...], codes: set[str]) -> None:
    done(desk)
    with desk.database.transaction() as session:
        assert offenders_in(session) == {}
        for statement in damage:
            session.execute(text(statement))
        assert offenders_in(session).keys() == codes
        session.rollback()


def test_a_request_that_waited_is_no_offence(desk: Desk) -> None:
    """Asked first, served last: by its clock the reader had two books for a moment, by the order of the acts never."""
    desk.policy("max_loans", 1)
    desk.add_item("B0002")
    desk.check_out()
    waiting = desk.later(minutes=5)
    waiting.later(seconds=2).check_in()
    waiting.check_out("B0002")
    assert offenders(desk.database) == {}


def test_a_block_counts_from_when_it_was_set_until_it_was_lifted(desk: Desk) -> None:
    desk.check_out()
    lifted = block(desk)
    desk.write(lambda s: BlockService(make_context(s)).unblock("P0001", lifted))
    desk.add_item("B0002")
    desk.later(seconds=-5).check_out("B0002")
    block(desk)
    assert offenders(desk.database) == {}


def test_every_invariant_of_these_rooms_is_tried() -> None:
    tried = set().union(*(codes for _, _, codes in DAMAGE))
    of_the_ledger = {invariant.code for invariant in OF_THE_LEDGER}  # tried in test_ledger_invariants
    assert {invariant.code for invariant in (*OF_LOANS, *OF_TRANSFERS)} - of_the_ledger == tried
