"""What becomes of orders and their copies, and how an invoice is compared with what was ordered and came. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from kernel.errors import Refusal
from kernel.i18n import Text
from kernel.money import show_money
from purchasing.order_refusals import refuse
from purchasing.programmes import split

OrderStatus = Literal["draft", "waiting", "ordered", "partly_received", "received", "cancelled"]
CopyStatus = Literal["planned", "ordered", "received", "cancelled"]
MOST_COPIES: Final = 200  # of one title on one order


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderState:
    """`is_open`: something may still be done. `is_out`: the supplier has it, and money is taken for it."""

    label: Text
    tone: str = ""
    is_open: bool = True
    is_out: bool = False
    moves: frozenset[OrderStatus] = frozenset()


ORDER_STATUSES: Final[Mapping[OrderStatus, OrderState]] = {
    "draft": OrderState(label=Text("草稿", "draft"), moves=frozenset({"waiting", "ordered", "cancelled"})),
    "waiting": OrderState(
        label=Text("待批", "waiting for approval"), tone="warn", moves=frozenset({"draft", "ordered", "cancelled"})
    ),
    "ordered": OrderState(
        label=Text("已订购", "ordered"),
        tone="send",
        is_out=True,
        moves=frozenset({"partly_received", "received", "cancelled"}),
    ),
    "partly_received": OrderState(
        label=Text("部分到货", "partly received"), tone="send", is_out=True, moves=frozenset({"received"})
    ),
    "received": OrderState(label=Text("已到齐", "received"), tone="good", is_open=False, is_out=True),
    "cancelled": OrderState(label=Text("已取消", "cancelled"), tone="stop", is_open=False),
}
OUT: Final = tuple(name for name, one in ORDER_STATUSES.items() if one.is_out)

COPY_STATUSES: Final[Mapping[CopyStatus, Text]] = {
    "planned": Text("拟订", "to be ordered"),
    "ordered": Text("在订", "on order"),
    "received": Text("已到", "received"),
    "cancelled": Text("已取消", "cancelled"),
}


def status_of(copies: Iterable[CopyStatus]) -> OrderStatus:
    """Of an order that is out, by what became of its copies."""
    seen = set(copies)
    if "ordered" in seen:
        return "partly_received" if "received" in seen else "ordered"
    return "received" if "received" in seen else "cancelled"


# --- money --------------------------------------------------------------------------------------------------------------


def parts_to_take(fen: int, shares: Mapping[int, int]) -> dict[int, int]:
    """What each fund pays of a sum, by its share."""
    return {fund: part for fund, part in split(fen, shares).items() if part}


def parts_to_give_back(fen: int, taken: Mapping[int, int]) -> dict[int, int]:
    """What goes back to each fund, below zero: in proportion to what it paid, and never more than that."""
    paid = {fund: part for fund, part in taken.items() if part > 0}
    return {fund: -part for fund, part in split(fen, paid).items() if part} if fen and paid else {}


# --- what comes ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """A copy on order that has not come."""

    id: int
    unit_id: int


def next_expected(copies: Sequence[Expected], unit_id: int | None) -> Expected | None:
    """Which of a line's copies a book in hand is: the first for the unit named; where none is named, the first."""
    return next((one for one in copies if unit_id in (None, one.unit_id)), None)


# --- the invoice --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Billed:
    """What an invoice says of a line, and what is known of it: `received` copies came, `expected` may still come."""

    number: int
    title: str
    price_fen: int
    copies: int
    cost_fen: int
    received: int
    expected: int

    @property
    def total_fen(self) -> int:
        return self.price_fen * self.copies


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """`what` is `price` or `copies`; both sides as numbers, money in fen."""

    number: int
    title: str
    what: Literal["price", "copies"]
    ours: int
    theirs: int

    def as_json(self) -> dict[str, Any]:
        return {"line": self.number, "what": self.what, "ours": self.ours, "theirs": self.theirs}


def differences(lines: Iterable[Billed]) -> list[Difference]:
    """Where an invoice asks for another price than was agreed, or for other copies than came."""
    found = []
    for line in lines:
        if line.price_fen != line.cost_fen:
            found.append(_difference(line, "price", line.cost_fen, line.price_fen))
        if line.copies != line.received:
            found.append(_difference(line, "copies", line.received, line.copies))
    return found


def check_invoice(found: Sequence[Difference]) -> list[Refusal]:
    """Each difference must be seen: whoever enters invoices may accept it."""
    return [
        refuse(
            f"invoice.{one.what}",
            line=one.number,
            title=one.title,
            ours=show_money(one.ours) if one.what == "price" else one.ours,
            theirs=show_money(one.theirs) if one.what == "price" else one.theirs,
        )
        for one in found
    ]


def check_received(lines: Iterable[Billed]) -> list[Refusal]:
    """Nothing is paid that did not come: what is still to come only with a second person, what was never ordered by nobody."""
    refusals = []
    for line in lines:
        if line.copies > line.received:
            code = "invoice.not_received" if line.copies <= line.received + line.expected else "invoice.not_ordered"
            refusals.append(refuse(code, line=line.number, title=line.title, ours=line.received, theirs=line.copies))
    return refusals


def standing(refusals: Iterable[Refusal], lifted: Collection[str]) -> list[Refusal]:
    return [one for one in refusals if one.override is None or one.code not in lifted]


def _difference(line: Billed, what: Literal["price", "copies"], ours: int, theirs: int) -> Difference:
    return Difference(number=line.number, title=line.title, what=what, ours=ours, theirs=theirs)
