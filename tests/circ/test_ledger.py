"""What settles what, as tables of cases and for any sequence of acts. No database."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from circ.ledger import (
    NEW,
    Line,
    Move,
    balance,
    needs_another,
    net,
    plan_charge,
    plan_payment,
    plan_payout,
    plan_refund,
    plan_reversal,
    plan_settling,
    plan_waiver,
)

FEES = [Line(id=1, fen=500, used=200), Line(id=2, fen=300), Line(id=3, fen=1000)]


def pay(favour_id: int, owed_id: int, fen: int) -> Move:
    return Move(favour_id=favour_id, owed_id=owed_id, fen=fen)


@pytest.mark.parametrize(
    ("fen", "against", "moves"),
    [
        (100, (), [pay(NEW, 1, 100)]),
        (300, (), [pay(NEW, 1, 300)]),
        (301, (), [pay(NEW, 1, 300), pay(NEW, 2, 1)]),
        (1600, (), [pay(NEW, 1, 300), pay(NEW, 2, 300), pay(NEW, 3, 1000)]),
        (5000, (), [pay(NEW, 1, 300), pay(NEW, 2, 300), pay(NEW, 3, 1000)]),  # the rest is credit
        (100, (3,), [pay(NEW, 3, 100)]),
        (400, (2, 3), [pay(NEW, 2, 300), pay(NEW, 3, 100)]),
    ],
)
def test_a_payment_settles_the_oldest_or_the_chosen(fen: int, against: tuple[int, ...], moves: list[Move]) -> None:
    assert plan_payment(fen, FEES, against) == moves


def test_credit_settles_a_new_fee_at_once() -> None:
    credits = [Line(id=7, fen=-300, used=250), Line(id=8, fen=-100)]
    assert plan_charge(120, credits) == [pay(7, NEW, 50), pay(8, NEW, 70)]
    assert plan_charge(500, credits) == [pay(7, NEW, 50), pay(8, NEW, 100)]


def test_a_waiver_settles_no_more_than_is_open() -> None:
    assert plan_waiver(100, FEES[0]) == [pay(NEW, 1, 100)]
    assert plan_waiver(900, FEES[0]) == [pay(NEW, 1, 300)]


def test_a_refund_frees_the_latest_payments_and_takes_their_place() -> None:
    paid = [pay(7, 1, 200), pay(8, 1, 300)]
    assert plan_refund(350, 1, paid) == [pay(8, 1, -300), pay(7, 1, -50), pay(NEW, 1, 350)]


def test_a_reversed_payment_settles_its_reversal_alone() -> None:
    payment = Line(id=7, fen=-500, used=400)
    moves = [pay(7, 1, 300), pay(7, 2, 200), pay(7, 2, -100)]
    assert plan_reversal(payment, moves) == [pay(7, 2, -100), pay(7, 1, -300), pay(7, NEW, 500)]


@pytest.mark.parametrize(
    ("fen", "so_far", "may_approve", "needs"),
    [
        (20_00, 0, False, False),
        (20_01, 0, False, True),
        (10_00, 10_01, False, True),  # in two halves it is no less
        (200_00, 0, True, False),
        (200_01, 0, True, True),
        (1, 200_00, True, True),
    ],
)
def test_two_persons_decide_above_the_limit(fen: int, so_far: int, *, may_approve: bool, needs: bool) -> None:
    assert needs_another(fen, so_far, may_approve=may_approve) is needs


# --- any sequence of acts -------------------------------------------------------------------------------------------------------


@dataclass
class Book:
    """The ledger of one reader in memory, written by nothing but the plans."""

    fens: dict[int, int] = field(default_factory=dict)
    kinds: dict[int, str] = field(default_factory=dict)
    moves: list[Move] = field(default_factory=list)

    def line(self, entry: int) -> Line:
        used = sum(move.fen for move in self.moves if entry in (move.favour_id, move.owed_id))
        return Line(id=entry, fen=self.fens[entry], used=used)

    def lines(self, *, owed: bool) -> list[Line]:
        lines = [self.line(entry) for entry in sorted(self.fens) if (self.fens[entry] > 0) is owed]
        return [line for line in lines if line.left]

    def of(self, kind: str) -> list[int]:
        return [entry for entry in sorted(self.kinds) if self.kinds[entry] == kind]

    def post(self, kind: str, fen: int, plan: list[Move]) -> None:
        entry = len(self.fens) + 1
        self.fens[entry], self.kinds[entry] = fen, kind
        self.moves += [pay(move.favour_id or entry, move.owed_id or entry, move.fen) for move in plan]

    def settle(self) -> None:
        self.moves += plan_settling(self.lines(owed=False), self.lines(owed=True))

    def paying(self, fee: int) -> list[Move]:
        settled = net(move for move in self.moves if move.owed_id == fee)
        return [pay(f, o, fen) for (f, o), fen in settled.items() if self.kinds[f] == "payment"]

    def act(self, kind: str, fen: int, which: int) -> None:
        if kind == "charge":
            self.post(kind, fen, plan_charge(fen, self.lines(owed=False)))
        elif kind == "payment":
            self.post(kind, -fen, plan_payment(fen, self.lines(owed=True)))
        elif kind == "waiver" and (fees := self.lines(owed=True)):
            fee = fees[which % len(fees)]
            fen = min(fen, fee.left)
            self.post(kind, -fen, plan_waiver(fen, fee))
        elif kind == "refund" and (charges := self.of("charge")):
            fee_id = charges[which % len(charges)]
            paid = self.paying(fee_id)
            if fen := min(fen, sum(move.fen for move in paid)):
                self.post(kind, -fen, plan_refund(fen, fee_id, paid))
                self.settle()
        elif kind == "reversal" and (payments := self.of("payment")):
            payment = payments[which % len(payments)]
            moves = [move for move in self.moves if move.favour_id == payment]
            if not {self.kinds[owed] for _, owed in net(moves)} & {"reversal", "payout"}:
                self.post(kind, -self.fens[payment], plan_reversal(self.line(payment), moves))
                self.settle()
        elif kind == "payout" and (credit := -balance(self.fens.values())) > 0:
            fen = min(fen, credit)
            self.post(kind, fen, plan_payout(fen, self.lines(owed=False)))


ACTS = st.tuples(
    st.sampled_from(["charge", "payment", "waiver", "refund", "reversal", "payout"]),
    st.integers(1, 100_000),
    st.integers(0, 50),
)


@given(st.lists(ACTS, max_size=40))
def test_every_sum_holds_after_any_sequence_of_acts(acts: list[tuple[str, int, int]]) -> None:
    book = Book()
    for act in acts:
        book.act(*act)
        owed, free = book.lines(owed=True), book.lines(owed=False)
        assert all(0 <= book.line(entry).used <= abs(fen) for entry, fen in book.fens.items())
        assert all(fen > 0 for fen in net(book.moves).values())  # nothing was taken back that was not given
        assert sum(line.left for line in owed) - sum(line.left for line in free) == balance(book.fens.values())
        assert not (owed and free)
        assert {book.kinds[line.id] for line in owed} <= {"charge"}
        assert {book.kinds[line.id] for line in free} <= {"payment"}
