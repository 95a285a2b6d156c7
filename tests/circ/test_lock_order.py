"""Acts on the same readers, copies and accounts at once, in threads: they wait for each other in one order, so that the database never has to
end one of them because of a deadlock."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from threading import Barrier
from time import monotonic, sleep

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from circ.commands import Charge, LetGo, Pay
from circ.models import Loan
from circ.service.ledger import LedgerService
from circ.service.merging_readers import merge_readers
from kernel import db
from kernel.errors import DomainError
from patrons.models import Card
from tests.desk import Desk, money
from tests.factories import make_context

ROUNDS = 6
PATIENCE = 60.0
Act = Callable[[], object]


@pytest.fixture
def deadlocks(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the database ended because two waited for each other."""
    seen: list[str] = []
    judge = db.is_retryable

    def watch(error: DBAPIError) -> bool:
        if getattr(error.orig, "sqlstate", None) == "40P01":
            seen.append(str(error.statement))
        return judge(error)

    monkeypatch.setattr(db, "is_retryable", watch)
    return seen


def at_once(acts: Sequence[Act]) -> None:
    """Each in a thread of its own, all begun at the same moment; a refusal is an answer too. Where the machine is so busy that a lock is not
    had in time, one asks again, as a desk does."""
    ready = Barrier(len(acts))

    def run(act: Act) -> None:
        ready.wait(PATIENCE)
        end = monotonic() + PATIENCE
        while monotonic() < end:
            try:
                with suppress(DomainError):
                    act()
                return
            except DBAPIError as error:
                if not db.is_busy(error):
                    raise

    with ThreadPoolExecutor(len(acts)) as pool:
        list(pool.map(run, acts))


def test_late_books_come_in_while_their_reader_borrows_and_renews(desk: Desk, deadlocks: list[str]) -> None:
    desk.policy("suspension", {"days": 2, "max_days": 90})
    for number in range(ROUNDS):
        return_and_borrow(desk, f"R{number}", f"A{number}", f"B{number}")
    assert deadlocks == []


def return_and_borrow(desk: Desk, card: str, one: str, other: str) -> None:
    late = desk.later(days=40)
    desk.add_patron(card)
    for book in (one, other):
        desk.add_item(book)
    loan_id = desk.check_out(one, patron=card).id
    desk.check_out(other, patron=card)
    at_once(
        [
            lambda: late.check_in(one),
            lambda: late.check_in(other, at="CG"),
            lambda: late.check_out(one, patron=card),
            lambda: late.check_out(other, patron=card, at="CG"),
            lambda: late.renew(loan_id),
            lambda: late.check_in(other),
        ]
    )


def test_a_late_return_is_undone_while_its_reader_is_at_other_desks(desk: Desk, deadlocks: list[str]) -> None:
    desk.policy("suspension", {"days": 2, "max_days": 90})
    for number in range(ROUNDS):
        undo_and_borrow(desk, f"R{number}", f"A{number}", f"B{number}")
    assert deadlocks == []


def undo_and_borrow(desk: Desk, card: str, one: str, other: str) -> None:
    late = desk.later(days=40)
    desk.add_patron(card)
    for book in (one, other):
        desk.add_item(book)
    desk.check_out(one, patron=card)
    act = late.check_in(one).entry_id or 0
    at_once(
        [
            lambda: late._act(lambda service: service.undo(act)),
            lambda: late.check_out(one, patron=card),
            lambda: late.check_out(other, patron=card),
            lambda: late.check_in(one, at="CG"),
        ]
    )


def test_two_accounts_are_merged_both_ways_while_books_and_money_come_in(desk: Desk, deadlocks: list[str]) -> None:
    desk.policy("fine", [{"from_day": 1, "to_day": None, "per_day": "1.00"}])
    for number in range(ROUNDS):
        merge_and_pay(desk, f"A{number}", f"B{number}")
    assert deadlocks == []
    assert desk.read(lambda s: s.scalars(select(Loan.id).where(Loan.closed_at.is_(None))).all()) == []


def merge_and_pay(desk: Desk, one: str, other: str) -> None:
    late = desk.later(days=40)
    for card in (one, other):
        desk.add_patron(card)
        desk.add_item(f"C{card}")
        desk.check_out(f"C{card}", patron=card)
    fees = [charge(desk, card) for card in (one, other)]
    at_once(
        [
            lambda: merge(desk, one, other),
            lambda: merge(desk, other, one),
            *(partial(late.check_in, f"C{card}") for card in (one, other)),
            *(partial(pay, desk, card) for card in (one, other)),
            *(partial(waive, desk, fee) for fee in fees),
        ]
    )


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize("act", ["pay", "merge"])
def test_what_waited_out_a_merge_begins_anew_with_nothing_held(desk: Desk, act: str) -> None:
    """The account that stays has the lower number: taken with the merged one held, it would be taken against the order."""
    for card in ("STAYS", "GOES", "THIRD"):
        desk.add_patron(card)
    charge(desk, "GOES")
    begun: list[Session] = []

    def work(session: Session) -> None:
        begun.append(session)
        context = make_context(session, desk.caller, now=desk.now)
        if act == "pay":
            LedgerService(context).pay(Pay(patron="GOES", fen=100, method="cash"))
        else:
            merge_readers(context, "THIRD", "GOES")

    with ThreadPoolExecutor(1) as pool:
        with desk.database.transaction() as session:
            merge_readers(make_context(session, now=desk.now), "GOES", "STAYS")
            waits = pool.submit(desk.write, work)
            wait_for_a_waiter(desk)
        waits.result(PATIENCE)
    assert len(begun) == 2
    stays = select(Card.patron_id).where(Card.barcode == "STAYS").scalar_subquery()
    cards = desk.read(lambda s: s.scalars(select(Card.barcode).where(Card.patron_id == stays)).all())
    assert set(cards) == ({"STAYS", "GOES"} if act == "pay" else {"STAYS", "GOES", "THIRD"})


def wait_for_a_waiter(desk: Desk) -> None:
    end = monotonic() + PATIENCE
    waiters = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    while not desk.read(lambda s: s.scalar(waiters)):
        assert monotonic() < end, "nobody waits"
        sleep(0.02)


def merge(desk: Desk, card: str, into: str) -> None:
    desk.write(lambda s: merge_readers(make_context(s, now=desk.now), card, into))


def charge(desk: Desk, card: str) -> int:
    return money(desk, lambda service: service.charge(Charge(patron=card, fen=300, reason="工本费"))).id


def pay(desk: Desk, card: str) -> None:
    def take(service: LedgerService) -> None:
        service.pay(Pay(patron=card, fen=100, method="cash"))

    money(desk, take)


def waive(desk: Desk, fee: int) -> None:
    money(desk, lambda service: service.waive(LetGo(entry_id=fee, reason="困难家庭", fen=100)))
