"""What lateness costs: fines by bands of days, capped, or days of suspension instead. Pure: the calendar comes in as a question.

A book is late by the days after the one on which it was due, up to and including the day on which it came back. Closed days cost nothing
unless `closed_days_cost` says so. Within the days of grace nothing is charged; after them all days count, from the first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from circ.worth import worth

LONGEST_SUSPENSION_DAYS: Final = 3650  # whatever a policy adds up to: a calendar has an end

IsOpen = Callable[[date], bool]
Basis = Literal["checkout", "return"]

MOST_LATE_DAYS: Final = 3650  # who counts further has lost the book


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """What each late day costs from the one to the other, both included; `to_day` None: every day after."""

    from_day: int
    to_day: int | None
    fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspensionTerms:
    """`days` of suspension for every `per_days` that a book is late beyond `grace_days`, at most `max_days`. `cumulative`: after the
    suspension that is in force, else beside it."""

    days: int
    per_days: int = 1
    grace_days: int = 0
    max_days: int | None = None
    cumulative: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FineTerms:
    """`cap_fen` is the most that one loan costs, None for no limit; so is the price of the copy where `cap_price` says so."""

    bands: tuple[Band, ...] = ()
    grace_days: int = 0
    cap_fen: int | None = None
    cap_price: bool = False
    default_price_fen: int | None = None
    closed_days_cost: bool = False
    basis: Basis = "checkout"
    suspension: SuspensionTerms | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lateness:
    """`days` late by the calendar, of which `counted` cost something."""

    days: int = 0
    counted: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Fine:
    """What is due: `computed_fen` before the cap, and which cap held, if any."""

    fen: int = 0
    computed_fen: int = 0
    capped_by: Literal["fine_cap", "price"] | None = None


NOTHING: Final = Fine()


def measure(due: date, until: date, terms: FineTerms, is_open: IsOpen) -> Lateness:
    """How late a book is that was due on a day and came back on another."""
    days = min(max((until - due).days, 0), MOST_LATE_DAYS)
    if terms.closed_days_cost:
        return Lateness(days=days, counted=days)
    late = (due + timedelta(days=n) for n in range(1, days + 1))
    return Lateness(days=days, counted=sum(is_open(day) for day in late))


def is_forgiven(late: Lateness, terms: FineTerms) -> bool:
    """Whether a book came back within the days of grace, which count as in time."""
    return late.counted <= terms.grace_days


def fine(
    late: Lateness, terms: FineTerms, price_fen: int | None, *, charged_days: int = 0, charged_fen: int = 0
) -> Fine:
    """What is due for a loan, of which `charged_days` were charged before with `charged_fen` (before a renewal, or when the book was
    declared lost): no day is charged twice, and all together stay below the cap."""
    if is_forgiven(late, terms):
        return NOTHING
    computed = banded(late.counted, terms.bands) - banded(charged_days, terms.bands)
    cap, capped_by = _cap(terms, price_fen)
    left = computed if cap is None else max(cap - charged_fen, 0)
    if computed <= left:
        return Fine(fen=max(computed, 0), computed_fen=max(computed, 0))
    return Fine(fen=left, computed_fen=computed, capped_by=capped_by)


def banded(days: int, bands: Sequence[Band]) -> int:
    """The sum of what the first `days` late days cost."""
    return sum(band.fen * _days_within(days, band) for band in bands)


def suspended_for(late: Lateness, terms: SuspensionTerms) -> int:
    """Days of suspension."""
    days = max(late.counted - terms.grace_days, 0) // terms.per_days * terms.days
    return min(days, LONGEST_SUSPENSION_DAYS if terms.max_days is None else terms.max_days)


def suspended_until(days: int, today: date, in_force_until: date | None, terms: SuspensionTerms) -> date:
    """The last day of a suspension of so many whole days after today, or after the one in force where they add up."""
    starts_after = today
    if terms.cumulative and in_force_until is not None:
        starts_after = max(starts_after, in_force_until)
    return min(starts_after + timedelta(days=days), today + timedelta(days=LONGEST_SUSPENSION_DAYS))


def _days_within(days: int, band: Band) -> int:
    last = days if band.to_day is None else min(days, band.to_day)
    return max(last - band.from_day + 1, 0)


def _cap(terms: FineTerms, price_fen: int | None) -> tuple[int | None, Literal["fine_cap", "price"] | None]:
    """The lower of the caps that hold."""
    price = worth(price_fen, terms.default_price_fen)
    by_price = price if terms.cap_price else None
    if by_price is not None and (terms.cap_fen is None or by_price < terms.cap_fen):
        return by_price, "price"
    return (terms.cap_fen, "fine_cap") if terms.cap_fen is not None else (None, None)
