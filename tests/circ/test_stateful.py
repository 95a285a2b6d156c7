"""Random days at the desks against a small model of the library, and the same acts from several threads at once.

The model knows for every copy its state, its place, who has it and where it is going; after each act the database must say the
same and every invariant must hold.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from catalog.models import Item
from circ import invariants as of_circulation
from circ.models import Loan
from kernel.db import Database
from kernel.errors import Refused
from tests.conftest import empty
from tests.desk import Desk, offenders, open_desk
from tests.factories import NOW
from transit import invariants as of_transfers
from transit.models import Transfer
from transit.states import OPEN

PLACES = ("ZG", "CG", "LX", "XC")
CARDS = ("P0001", "P0002", "P0003")
BOOKS = ("B0001", "B0002", "B0003", "B0004")
HOMES = dict(zip(BOOKS, ("ZG", "ZG", "CG", "LX"), strict=True))
MOST_LOANS = 2
MOST_RENEWALS = 1
LOAN_DAYS = 30
INVARIANTS = (*of_circulation.INVARIANTS, *of_transfers.INVARIANTS)

places, cards, books = st.sampled_from(PLACES), st.sampled_from(CARDS), st.sampled_from(BOOKS)


@dataclass
class Copy:
    """What the model believes of one copy. `way` is (from, to, is sent) while it travels."""

    home: str
    place: str
    status: str = "available"
    reader: str | None = None
    lent_at: str = ""
    due_on: int = 0  # in days since the beginning
    renewals: int = 0
    way: tuple[str, str, bool] | None = None


@dataclass
class Model:
    """The rules of lending and returning once more, in the plainest words, for a county without closed days."""

    copies: dict[str, Copy] = field(default_factory=lambda: {book: Copy(HOMES[book], HOMES[book]) for book in BOOKS})
    on_return: str = "go_home"
    today: int = 0

    def refusals_of_loan(self, book: str, card: str) -> set[str]:
        copy = self.copies[book]
        others = [c for name, c in self.copies.items() if c.reader == card and name != book]
        found = set()
        if len(others) >= MOST_LOANS:
            found.add("patron.loan_limit")
        if copy.reader is not None:
            found.add("item.on_loan_same_patron" if copy.reader == card else "item.on_loan")
        return found

    def lend(self, book: str, card: str, at: str) -> None:
        copy = self.copies[book]
        self.copies[book] = Copy(copy.home, at, "on_loan", card, at, self.today + LOAN_DAYS)

    def take_in(self, book: str, at: str) -> tuple[str, str | None]:
        """What the desk is told: the action and where to."""
        copy = self.copies[book]
        goal = self._goal(copy, at)
        self.copies[book] = came = Copy(copy.home, at)
        if goal == at:
            return "shelve", None
        came.status, came.way = "in_transit", (at, goal, False)
        return "transfer", goal

    def _goal(self, copy: Copy, at: str) -> str:
        if copy.way is not None:
            return copy.way[1]
        if self.on_return == "stay":
            return at
        if self.on_return == "to_issuing":
            if copy.status == "on_loan":
                return copy.lent_at
            if copy.status == "available" and copy.place == at:
                return at
        return copy.home

    def refusals_of_renewal(self, book: str) -> set[str]:
        copy = self.copies[book]
        found = set()
        if copy.renewals >= MOST_RENEWALS:
            found.add("loan.renewal_limit")
        if copy.due_on < self.today:
            found.add("loan.overdue")
        return found

    def renew(self, book: str) -> None:
        copy = self.copies[book]
        copy.renewals += 1
        copy.due_on += LOAN_DAYS


class Days(RuleBasedStateMachine):
    """One county, four copies, three readers, four desks."""

    database: Database  # set by the test that runs the machine

    @initialize()
    def open_the_county(self) -> None:
        empty(self.database)
        self.desk = furnished(self.database)
        self.model = Model()
        county = self.desk.county
        self.codes = {county.hub: "ZG", county.branch: "CG", county.point: "LX", county.other_point: "XC"}
        self.numbers = {book: self.desk.item(book).id for book in BOOKS}
        self.books = {number: book for book, number in self.numbers.items()}

    @property
    def now(self) -> datetime:
        return NOW + timedelta(days=self.model.today)

    def at_work(self) -> Desk:
        return replace(self.desk, now=self.now)

    # --- acts ---------------------------------------------------------------------------------------------------------

    @rule(book=books, card=cards, at=places)
    def check_out(self, book: str, card: str, at: str) -> None:
        expected = self.model.refusals_of_loan(book, card)
        assert refused(lambda: self.at_work().check_out(book, at=at, patron=card)) == expected
        if not expected:
            self.model.lend(book, card, at)

    @rule(book=books, at=places)
    def check_in(self, book: str, at: str) -> None:
        returned = self.at_work().check_in(book, at=at)
        told = (returned.action, returned.to.code if returned.to else None)
        assert told == self.model.take_in(book, at)

    @rule(book=books, at=places)
    def scan_twice(self, book: str, at: str) -> None:
        first = self.at_work().check_in(book, at=at)
        self.model.take_in(book, at)
        again = self.at_work().check_in(book, at=at)
        assert self.model.take_in(book, at) == (again.action, again.to.code if again.to else None)
        if first.action == "transfer":
            assert again.transfer_id == first.transfer_id

    @rule(book=books)
    def renew(self, book: str) -> None:
        loan_id = self.open_loan(book)
        if loan_id is None:
            assert self.model.copies[book].reader is None
            return
        expected = self.model.refusals_of_renewal(book)
        assert refused(lambda: self.at_work().renew(loan_id)) == expected
        if not expected:
            self.model.renew(book)

    @rule(book=books)
    def dispatch(self, book: str) -> None:
        way = self.model.copies[book].way
        if way is not None:
            expected = {"transfer.state"} if way[2] else set()
            assert refused(lambda: self.at_work().dispatch(self.open_transfer(book))) == expected
            self.model.copies[book].way = (way[0], way[1], True)

    @rule(book=books, force=st.booleans())
    def call_off(self, book: str, force: bool) -> None:
        copy = self.model.copies[book]
        if copy.way is not None:
            expected = {"transfer.state"} if copy.way[2] and not force else set()
            assert refused(lambda: self.at_work().cancel(self.open_transfer(book), force=force)) == expected
            if not expected:
                copy.way, copy.status = None, "available"

    @rule(book=books)
    def receive(self, book: str) -> None:
        way = self.model.copies[book].way
        if way is not None:
            self.at_work().receive(self.open_transfer(book))
            assert self.model.take_in(book, way[1]) == ("shelve", None)

    @rule(book=books, status=st.sampled_from(["lost", "missing"]))
    def lose(self, book: str, status: str) -> None:
        """Somebody looked for it on the shelf."""
        copy = self.model.copies[book]
        if copy.status == "available":
            self.desk.set_item(book, status=status)
            copy.status = status

    @rule(value=st.sampled_from(["go_home", "stay", "to_issuing"]))
    def change_policy(self, value: str) -> None:
        self.desk.policy("on_return", value)
        self.model.on_return = value

    @rule(days=st.sampled_from([1, 20, 31]))
    def pass_time(self, days: int) -> None:
        self.model.today += days

    # --- what must be so after each -----------------------------------------------------------------------------------

    @invariant()
    def the_database_says_the_same(self) -> None:
        copies = self.model.copies
        assert self.places_of_the_database() == {b: (c.status, c.place) for b, c in copies.items()}
        assert self.ways_of_the_database() == {b: c.way for b, c in copies.items() if c.way is not None}
        assert self.loans_of_the_database() == {
            b: (c.lent_at, c.renewals, c.due_on) for b, c in copies.items() if c.reader is not None
        }

    @invariant()
    def what_must_hold_of_loans_and_transfers_holds(self) -> None:
        assert offenders(self.database, INVARIANTS) == {}

    def teardown(self) -> None:
        assert offenders(self.database) == {}

    def places_of_the_database(self) -> dict[str, tuple[str, str]]:
        rows = self.desk.read(lambda s: s.execute(select(Item.barcode, Item.status, Item.location_id)).all())
        return {row.barcode: (row.status, self.codes[row.location_id]) for row in rows}

    def ways_of_the_database(self) -> dict[str, tuple[str, str, bool]]:
        rows = self.desk.read(lambda s: s.scalars(select(Transfer).where(Transfer.status.in_(OPEN))).all())
        return {
            self.books[row.item_id or 0]: (self.codes[row.from_id], self.codes[row.to_id], row.status == "dispatched")
            for row in rows
        }

    def loans_of_the_database(self) -> dict[str, tuple[str, int, int]]:
        rows = self.desk.read(lambda s: s.scalars(select(Loan).where(Loan.closed_at.is_(None))).all())
        return {
            self.books[row.item_id]: (self.codes[row.org_id], row.renewals, (row.due_at.date() - NOW.date()).days)
            for row in rows
        }

    def open_loan(self, book: str) -> int | None:
        mine = (Loan.item_id == self.numbers[book], Loan.closed_at.is_(None))
        return self.desk.read(lambda s: s.scalar(select(Loan.id).where(*mine)))

    def open_transfer(self, book: str) -> int | None:
        is_open = (Transfer.item_id == self.numbers[book], Transfer.status.in_(OPEN))
        return self.desk.read(lambda s: s.scalar(select(Transfer.id).where(*is_open)))


def furnished(database: Database) -> Desk:
    desk = open_desk(database)
    county = desk.county
    desk.policy("max_loans", MOST_LOANS)
    for book, home_id in zip(BOOKS[1:], (county.hub, county.branch, county.point), strict=True):
        desk.add_item(book, home_id)
    for card in CARDS[1:]:
        desk.add_patron(card)
    return desk


def refused(act: Callable[[], object]) -> set[str]:
    try:
        act()
    except Refused as error:
        return {refusal.code for refusal in error.refusals}
    return set()


EXAMPLES = {"sqlite": 25, "postgresql": 8}


def chosen(database: Database, examples: dict[str, int] = EXAMPLES, **more: Any) -> settings:
    number = examples["sqlite" if database.is_sqlite else "postgresql"]
    checks = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
    return settings(max_examples=number, deadline=None, suppress_health_check=checks, **more)


def test_random_days_keep_every_promise(database: Database) -> None:
    machine = type("DaysHere", (Days,), {"database": database})
    run_state_machine_as_test(machine, settings=chosen(database, stateful_step_count=20))


# --- several desks at once --------------------------------------------------------------------------------------------

Act = tuple[str, str, str, str]  # what, book, place, card
acts = st.tuples(st.sampled_from(["out", "in", "in", "renew", "send", "call off", "receive"]), books, places, cards)
scripts = st.lists(st.lists(acts, min_size=4, max_size=8), min_size=3, max_size=4)


def play(desk: Desk, act: Act) -> set[str]:
    """One act of a script by the numbers that the desk happens to see; those may be old by the time it acts."""
    what, book, at, card = act
    item_id = desk.item(book).id
    if what == "out":
        return refused(lambda: desk.check_out(book, at=at, patron=card))
    if what == "in":
        return refused(lambda: desk.check_in(book, at=at))
    if what == "renew":
        loan_id = desk.read(lambda s: s.scalar(select(Loan.id).where(Loan.item_id == item_id).order_by(Loan.id.desc())))
        return refused(lambda: desk.renew(loan_id)) if loan_id else set()
    newest = select(Transfer.id).where(Transfer.item_id == item_id).order_by(Transfer.id.desc())
    transfer_id = desk.read(lambda s: s.scalar(newest))
    if transfer_id is None:
        return set()
    return refused(lambda: {"send": desk.dispatch, "call off": desk.cancel, "receive": desk.receive}[what](transfer_id))


MAY_BE_REFUSED = {
    "out": {"item.on_loan", "item.on_loan_same_patron", "patron.loan_limit"},
    "in": set[str](),  # a return is never refused
    "renew": {"loan.closed", "loan.renewal_limit"},
    "send": {"transfer.state"},
    "call off": {"transfer.state"},
    "receive": {"transfer.state"},
}


def test_random_days_at_several_desks_at_once_break_no_invariant(database: Database) -> None:
    @chosen(database, {"sqlite": 20, "postgresql": 12})
    @given(scripts)
    def days(scripts: list[list[Act]]) -> None:
        empty(database)
        desk = furnished(database)
        begin = Barrier(len(scripts))

        def run(script: list[Act]) -> list[tuple[str, set[str]]]:
            begin.wait(10)
            return [(act[0], play(desk, act)) for act in script]

        with ThreadPoolExecutor(len(scripts)) as pool:
            for told in pool.map(run, scripts):
                for what, codes in told:
                    assert codes <= MAY_BE_REFUSED[what], (what, codes)
        assert offenders(database) == {}

    days()


def test_the_model_itself_refuses_what_it_should() -> None:
    """A model that agrees to everything would prove nothing."""
    model = Model()
    model.lend("B0001", "P0001", "LX")
    assert model.refusals_of_loan("B0001", "P0001") == {"item.on_loan_same_patron"}
    assert model.refusals_of_loan("B0001", "P0002") == {"item.on_loan"}
    model.lend("B0002", "P0001", "LX")
    assert model.refusals_of_loan("B0003", "P0001") == {"patron.loan_limit"}
    assert model.take_in("B0001", "XC") == ("transfer", "ZG")
    assert model.take_in("B0001", "CG") == ("transfer", "ZG")
    assert model.take_in("B0001", "ZG") == ("shelve", None)


@pytest.mark.parametrize("policy", ["go_home", "stay", "to_issuing"])
def test_the_model_follows_the_policy(policy: str) -> None:
    model = Model(on_return=policy)
    model.lend("B0001", "P0001", "LX")
    goal = {"go_home": ("transfer", "ZG"), "stay": ("shelve", None), "to_issuing": ("transfer", "LX")}[policy]
    assert model.take_in("B0001", "XC") == goal
