"""What those who answer for the money see: how a programme is spent and by how many, without any reader being recognisable. Pure.

Nobody is recognised in what fewer than `LEAST_READERS` readers did, so such parts are told together. Who chose a lent book is known only
while the loan names its reader; of the rest is known how many books each reader chose. A part of so many books had at least as many
readers as are needed when the busiest chose all of them.

Parts are told for quarters, and for years as the sum of these, so that subtracting spans tells nothing that was hidden in one of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from kernel.i18n import Text
from purchasing.programmes import Fund, is_warned

LEAST_READERS: Final = 5
MATURE_DAYS: Final = 90  # a book chosen later than that has hardly had time to be lent again
PACE_DAYS: Final = 60  # the days by which the pace of a fund is measured
FARTHEST: Final = timedelta(days=3650)

AGE_GROUPS: Final[dict[str, Text]] = {
    "child": Text("少儿（未满18岁）", "children (under 18)"),
    "adult": Text("成人", "adults"),
    "senior": Text("老年（60岁以上）", "seniors (60 and older)"),
    "unknown": Text("年龄不明", "age unknown"),
}
REFUSED_FOR: Final[dict[str, Text]] = {
    "purchase.price": Text("超过价格上限", "above the price limit"),
    "purchase.list_price": Text("价格与书店书目不同", "another price than the shop’s list"),
    "purchase.copies": Text("全网已有", "in the network already"),
    "purchase.volume": Text("没写明分册", "volume not said"),
    "purchase.volume_unclear": Text("分不清是哪一册", "volume not clear"),
    "purchase.quota": Text("读者名额已用完", "reader’s quota used up"),
    "purchase.class": Text("不在范围内的分类", "class left out"),
    "purchase.kind": Text("不在范围内的种类（教辅、工具书等）", "kind left out (study aids, reference …)"),
    "purchase.year": Text("出版太早", "published too early"),
    "purchase.language": Text("语种不买", "language not bought"),
    "purchase.age": Text("读者年龄不符", "reader not of the age"),
    "purchase.reader": Text("不是活动面向的读者", "reader not meant"),
    "purchase.budget": Text("经费不够", "too little money left"),
    "purchase.programme_closed": Text("活动不在进行", "programme not running"),
    "purchase.no_programme": Text("没有活动", "no programme"),
    "purchase.shop": Text("书店不参加", "shop takes no part"),
    "purchase.not_listed": Text("不在书店书目里", "not on the shop’s list"),
    "purchase.stock": Text("书店没有现货", "shop has none"),
    "purchase.counted_out": Text("书店书目上没有库存", "none left on the shop’s list"),
    "purchase.online": Text("活动不能这样网上选书", "not chosen online this way"),
    "purchase.pickup": Text("不能在那里取书", "not collected there"),
}


# --- parts of a whole -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What was chosen of one class, in one shop … `key` is empty where it is not known. `readers`: at least so many. `folded`: how many
    small parts are told together in this one; 0: it is a part of its own."""

    key: str
    books: int
    cost_fen: int
    readers: int = 0
    folded: int = 0


def readers_at_least(books: int, busiest: Sequence[int]) -> int:
    """How many readers chose so many books at the least. `busiest` are the books of those who chose most, the most first; beyond them
    nobody chose more than the last."""
    left, readers = books, 0
    for chosen in busiest:
        if left <= 0:
            return readers
        left, readers = left - chosen, readers + 1
    return readers + (left > 0)


def broken_down(parts: Iterable[Part], busiest: Sequence[int]) -> tuple[Part, ...]:
    """The parts, most books first, and at the end what too few readers chose, told together; so much of it that it cannot be had by
    subtraction either. Nothing where too few remain."""
    known = [_with_readers(part, busiest) for part in sorted(parts, key=lambda one: (-one.books, one.key))]
    shown = [part for part in known if part.readers >= LEAST_READERS]
    small = [part for part in known if part.readers < LEAST_READERS]
    if not small:
        return tuple(shown)
    rest = _together(small, busiest)
    while rest.readers < LEAST_READERS and shown:
        small.append(shown.pop())
        rest = _together(small, busiest)
    return (*shown, rest) if shown else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarter:
    """What was chosen in a quarter, part by part. `busiest` are the books of its `readers` who chose most, the most first."""

    parts: tuple[Part, ...]
    readers: int
    busiest: tuple[int, ...]

    def told(self) -> tuple[Part, ...]:
        """What is told of it alone."""
        return broken_down(self.parts, self.busiest) if self.readers >= LEAST_READERS else ()


def over_quarters(quarters: Iterable[Quarter]) -> tuple[Part, ...]:
    """A longer span, from what is told of its quarters and from nothing else: whatever is subtracted from it, no quarter's small part is
    had. What some quarter tells together stays together."""
    books, fen, readers = Counter[str](), Counter[str](), Counter[str]()
    rest_books, rest_fen, small = 0, 0, set[str]()
    for quarter in quarters:
        told = {part.key: part for part in quarter.told() if not part.folded}
        for part in quarter.parts:
            if part.key in told:
                books[part.key] += part.books
                fen[part.key] += part.cost_fen
                readers[part.key] = max(readers[part.key], told[part.key].readers)
            else:
                rest_books, rest_fen = rest_books + part.books, rest_fen + part.cost_fen
                small.add(part.key)
    shown = [Part(key=key, books=books[key], cost_fen=fen[key], readers=readers[key]) for key in books]
    shown.sort(key=lambda one: (-one.books, one.key))
    if not shown or not rest_books:
        return tuple(shown)
    return (*shown, Part(key="", books=rest_books, cost_fen=rest_fen, folded=len(small)))


def _with_readers(part: Part, busiest: Sequence[int]) -> Part:
    readers = max(part.readers, readers_at_least(part.books, busiest))
    return Part(key=part.key, books=part.books, cost_fen=part.cost_fen, readers=readers)


def _together(parts: Sequence[Part], busiest: Sequence[int]) -> Part:
    books = sum(part.books for part in parts)
    return Part(
        key="",
        books=books,
        cost_fen=sum(part.cost_fen for part in parts),
        readers=max(readers_at_least(books, busiest), *(part.readers for part in parts)),
        folded=len(parts),
    )


# --- funds ----------------------------------------------------------------------------------------------------------------

Level = Literal["good", "warn", "stop"]
LEVELS: Final[dict[Level, Text]] = {
    "good": Text("充足", "enough left"),
    "warn": Text("已到提醒线", "warning level reached"),
    "stop": Text("已到停止线", "stop level reached"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FundState:
    """A fund as it stands. `span_fen` is what this programme took of it in the days that are looked at; `lasts_until` the day on which it
    will have reached its stop level at the pace of late, None where nothing is being spent or it lasts for years."""

    fund: Fund
    span_fen: int
    level: Level
    lasts_until: date | None


def state_of(fund: Fund, *, warn_at: int, span_fen: int, lately_fen: int, days: int, today: date) -> FundState:
    """`lately_fen` was spent of it in the last `days` days, for whatever purpose."""
    return FundState(
        fund=fund,
        span_fen=span_fen,
        level="stop" if fund.left_fen == 0 else "warn" if is_warned(fund, warn_at) else "good",
        lasts_until=lasts_until(fund.left_fen, lately_fen, days, today),
    )


def lasts_until(left_fen: int, spent_fen: int, days: int, today: date) -> date | None:
    if left_fen == 0:
        return today
    if spent_fen <= 0:
        return None
    far = timedelta(days=min(left_fen * days // spent_fen, FARTHEST.days))
    return None if far >= FARTHEST else today + far


# --- what became of the books ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Lending:
    """How often copies were lent: of chosen ones after the loan they were bought for."""

    copies: int
    lent: int
    loans: int

    @property
    def never(self) -> int:
        return self.copies - self.lent

    @property
    def lent_percent(self) -> int | None:
        return percent(self.lent, self.copies)

    @property
    def loans_a_copy(self) -> float | None:
        return round(self.loans / self.copies, 2) if self.copies else None


@dataclass(frozen=True, slots=True, kw_only=True)
class WayToShelf:
    """Where the chosen books are, and how many days it took on average until they came back, and from there until they were processed."""

    with_readers: int
    to_process: int
    processed: int
    days_with_reader: float | None
    days_to_process: float | None


def reader_figure(readers: int | None) -> int | str:
    """A number of readers as lists show it; None: too few to be told."""
    return f"< {LEAST_READERS}" if readers is None else readers


def percent(part: int, whole: int) -> int | None:
    """Whole per cent, halves up; None of nothing."""
    return (part * 200 + whole) // (2 * whole) if whole else None
