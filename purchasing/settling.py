"""Settling with a shop: which line of its invoice is which choice, what differs, what may be done about it, and what is paid. Pure.

A line of a settlement is one copy: a choice, a copy on the invoice, or both. An invoice may write several copies in one line.
"""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final, Literal

from catalog.fold import plain
from kernel.clock import FIRST_YEAR, LAST_YEAR, read_day
from kernel.i18n import Text
from purchasing.programmes import cost_of

Kind = Literal[
    "price", "discount", "not_invoiced", "not_chosen", "twice", "cancelled", "returned", "not_lent", "missing"
]
Resolution = Literal["accept", "keep", "later", "refuse"]
Side = Literal["library", "shop"]

RESOLUTIONS: Final[Mapping[Resolution, Text]] = {
    "accept": Text("按发票付", "pay what the invoice says"),
    "keep": Text("按选书记录付", "pay what was agreed"),
    "later": Text("留到下期", "leave for the next period"),
    "refuse": Text("不付", "do not pay"),
}
SIDES: Final[Mapping[Side, Text]] = {"library": Text("图书馆", "the library"), "shop": Text("书店", "the shop")}
MOST_DAYS: Final = 366
MOST_ABOVE_PERCENT: Final = 10  # so far above what was agreed an invoice is accepted like any other
_MONTH: Final = re.compile(r"(\d{4})-(\d{2})", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A way in which choices, loans and invoice can disagree. `options` are the ways to settle it. A line can have several."""

    label: Text
    options: tuple[Resolution, ...]


DIFFERENCES: Final[Mapping[Kind, Difference]] = {
    "price": Difference(label=Text("价格不同", "other price"), options=("accept", "keep", "later", "refuse")),
    "discount": Difference(label=Text("折扣不同", "other discount"), options=("accept", "keep", "later", "refuse")),
    "not_invoiced": Difference(
        label=Text("发票上没有", "chosen, not on the invoice"), options=("keep", "later", "refuse")
    ),
    "not_chosen": Difference(label=Text("没有选书记录", "on the invoice, not chosen"), options=("refuse", "later")),
    "twice": Difference(label=Text("重复计算", "counted twice"), options=("refuse", "later")),
    "cancelled": Difference(label=Text("选书已撤销", "called off before"), options=("refuse", "later")),
    "returned": Difference(
        label=Text("书已退回书店", "copy given back to the shop"), options=("refuse", "keep", "later")
    ),
    "not_lent": Difference(label=Text("还没有到读者手里", "not received yet"), options=("later", "refuse")),
    "missing": Difference(label=Text("读者没有收到", "did not arrive"), options=("later", "refuse")),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A choice that counts. `is_given_back`: its copy was withdrawn while it stood in the shop."""

    id: int
    isbn: str
    title: str
    price_fen: int
    cost_fen: int
    is_given_back: bool = False

    @property
    def percent(self) -> int:
        """Which part of its price the library agreed to pay when the book was chosen; terms may have changed since."""
        return (200 * self.cost_fen + self.price_fen) // (2 * self.price_fen)


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceLine:
    """A line of a shop's invoice. `isbn` is empty where none that is valid stands there. `asked_fen` is what the shop asks for the whole
    line; None where it only names the price, so that the agreed terms hold."""

    row: int
    isbn: str
    title: str
    copies: int
    price_fen: int | None
    asked_fen: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """One copy of a line of an invoice."""

    row: int
    isbn: str
    title: str
    price_fen: int | None
    asked_fen: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """What else is known of the numbers on an invoice: how often each was called off here, is still on its way to a reader, or did not
    arrive, and which stand in other settlements. `pays_percent` are the terms of the shop now, for what nobody chose."""

    cancelled: Mapping[str, int]
    on_their_way: Mapping[str, int]
    settled: frozenset[str]
    pays_percent: int = 100
    missing: Mapping[str, int] = field(default_factory=dict)


NOWHERE: Final = Elsewhere(cancelled={}, on_their_way={}, settled=frozenset())


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A choice and its copy on the invoice, or one of them. `kinds` are all its differences, `charged_fen` is what the invoice asks."""

    choice: Choice | None
    copy: Copy | None
    kinds: tuple[Kind, ...]
    charged_fen: int | None


def compare(choices: Sequence[Choice], lines: Sequence[InvoiceLine] | None, elsewhere: Elsewhere) -> list[Pair]:
    """Choice by choice, then what the invoice has beside them. Without an invoice (None) the choices stand for themselves."""
    if lines is None:
        return [Pair(choice=one, copy=None, kinds=_kinds_of_choice(one), charged_fen=None) for one in choices]
    copies = [copy for line in lines for copy in copies_of(line)]
    found, beside = _match(choices, copies)
    pairs = [_pair(choice, found.get(choice.id)) for choice in choices]
    return [*pairs, *_beside(beside, choices, elsewhere)]


def copies_of(line: InvoiceLine) -> Iterator[Copy]:
    """Copy by copy; what does not divide is asked fen by fen for the first ones."""
    for number in range(line.copies):
        asked = None
        if line.asked_fen is not None:
            whole, rest = divmod(line.asked_fen, line.copies)
            asked = whole + (number < rest)
        yield Copy(row=line.row, isbn=line.isbn, title=line.title, price_fen=line.price_fen, asked_fen=asked)


def _match(choices: Sequence[Choice], copies: Sequence[Copy]) -> tuple[dict[int, Copy], list[Copy]]:
    """Number and price first, then the number alone, then, where the invoice has no number, the title. What is left of the copies comes
    second."""
    found: dict[int, Copy] = {}
    numbered = [copy for copy in copies if copy.isbn]
    nameless = [copy for copy in copies if not copy.isbn]
    priced = _Waiting((key, choice) for choice in choices for key in _numbers_and_prices(choice))
    numbered = priced.take(found, ((copy, (copy.isbn, copy.price_fen)) for copy in numbered))
    by_number = _Waiting((choice.isbn, choice) for choice in choices)
    numbered = by_number.take(found, ((copy, copy.isbn) for copy in numbered))
    by_title = _Waiting((plain(choice.title), choice) for choice in choices)
    return found, numbered + by_title.take(found, ((copy, plain(copy.title)) for copy in nameless))


def _numbers_and_prices(choice: Choice) -> set[tuple[str, int]]:
    """A shop may write the price on the book, or what is to be paid."""
    return {(choice.isbn, choice.price_fen), (choice.isbn, choice.cost_fen)}


class _Waiting:
    """Choices in their order, under what they are known by."""

    def __init__(self, known: Iterable[tuple[object, Choice]]) -> None:
        self._choices: dict[object, deque[Choice]] = {}
        for key, choice in known:
            self._choices.setdefault(key, deque()).append(choice)

    def take(self, found: dict[int, Copy], copies: Iterable[tuple[Copy, object]]) -> list[Copy]:
        """Give each copy the first choice known by its key that has none yet; the copies for which there was none."""
        left = []
        for copy, key in copies:
            waiting = self._choices.get(key, deque())
            while waiting and waiting[0].id in found:
                waiting.popleft()
            if waiting:
                found[waiting.popleft().id] = copy
            else:
                left.append(copy)
        return left


def _pair(choice: Choice, copy: Copy | None) -> Pair:
    """What was given back and stands on no invoice differs in one way only: the shop agrees that it has the copy."""
    kinds = _kinds_of_choice(choice)
    if copy is None:
        return Pair(choice=choice, copy=None, kinds=kinds or ("not_invoiced",), charged_fen=None)
    charged = charged_for(choice, copy)
    if charged != choice.cost_fen:
        kinds = ("discount" if copy.price_fen == choice.price_fen else "price", *kinds)
    return Pair(choice=choice, copy=copy, kinds=kinds, charged_fen=charged)


def _kinds_of_choice(choice: Choice) -> tuple[Kind, ...]:
    return ("returned",) if choice.is_given_back else ()


def charged_for(choice: Choice, copy: Copy) -> int:
    """What the invoice asks for a book: what it says, else its price under the terms of the choice. A price that is what the library
    agreed to pay is that sum, not the price on the book."""
    if copy.asked_fen is not None:
        return copy.asked_fen
    assert copy.price_fen is not None  # a line without a price says what it asks
    if copy.price_fen in (choice.price_fen, choice.cost_fen):
        return choice.cost_fen
    return cost_of(copy.price_fen, choice.percent)


def _beside(copies: Sequence[Copy], choices: Sequence[Choice], elsewhere: Elsewhere) -> Iterator[Pair]:
    """Copies that belong to no choice of the period, each with the likeliest reason."""
    known: dict[Kind, Counter[str]] = {
        "cancelled": Counter(elsewhere.cancelled),
        "missing": Counter(elsewhere.missing),
        "not_lent": Counter(elsewhere.on_their_way),
    }
    numbers = {choice.isbn for choice in choices} | elsewhere.settled
    titles = {plain(choice.title) for choice in choices}
    for copy in sorted(copies, key=lambda one: one.row):
        kind = next((one for one, left in known.items() if left[copy.isbn] > 0), None)
        if kind is not None:
            known[kind][copy.isbn] -= 1
        elif copy.isbn in numbers or (not copy.isbn and plain(copy.title) in titles):
            kind = "twice"
        else:
            kind = "not_chosen"
        charged = copy.asked_fen
        if charged is None and copy.price_fen is not None:
            charged = cost_of(copy.price_fen, elsewhere.pays_percent)
        yield Pair(choice=None, copy=copy, kinds=(kind,), charged_fen=charged)


# --- what is paid -------------------------------------------------------------------------------------------------------


_STRONGEST: Final[tuple[Resolution, ...]] = ("later", "refuse", "accept", "keep")


def outcome_of(resolutions: Iterable[Resolution | None]) -> Resolution | None:
    """What the decisions about all differences of a line come to. One copy is not paid in parts: it waits where one of them waits, is not
    paid where one is refused, else the invoice is paid where it was accepted. None: what was agreed stands, as far as is decided."""
    made = set(resolutions)
    return next((one for one in _STRONGEST if one in made), None)


def paid_for(resolution: Resolution | None, cost_fen: int | None, charged_fen: int | None) -> int:
    """What is paid for a line with this outcome: what was agreed, until something else is decided; for what nobody chose, nothing."""
    if resolution in ("later", "refuse"):
        return 0
    if resolution == "accept":
        assert charged_fen is not None
        return charged_fen
    return cost_fen or 0


def ceiling_of(cost_fen: int, max_price_fen: int | None) -> int:
    """The most that is accepted of an invoice without override: a little above what was agreed, and no more than the programme pays for a
    book; what was agreed itself always."""
    most = cost_fen * (100 + MOST_ABOVE_PERCENT) // 100
    return most if max_price_fen is None else max(cost_fen, min(most, max_price_fen))


# --- periods ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Local days, both ends included."""

    first_on: date
    last_on: date

    def __str__(self) -> str:
        """`2026-11` for a whole month, else `2026-11-01..2026-11-15`."""
        return f"{self.first_on:%Y-%m}" if self == month_of(self.first_on) else f"{self.first_on}..{self.last_on}"


def month_of(day: date) -> Span:
    first = day.replace(day=1)
    return Span(first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1))


def read_period(text: str) -> Span | None:
    """A month, `2026-11`, or two days, `2026-11-01..2026-11-15`, at most a year apart; None for what is neither."""
    if month := _MONTH.fullmatch(text.strip()):
        year, number = int(month[1]), int(month[2])
        return month_of(date(year, number, 1)) if 1 <= number <= 12 and FIRST_YEAR <= year <= LAST_YEAR else None
    first, divider, last = text.partition("..")
    from_day, to_day = read_day(first), read_day(last)
    if not divider or from_day is None or to_day is None or not 0 <= (to_day - from_day).days < MOST_DAYS:
        return None
    return Span(from_day, to_day)
