"""Decides who is to be told of what, and when. No I/O: the service asks for the facts and hands on what is owed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Final

# A step that was missed by so many days is not caught up with: who switches notices on writes to nobody about last year's books.
STALE_AFTER_DAYS: Final = 14
TOLD_WHEN_OVER: Final = ("staff", "too_late", "not_collected")  # whoever called their own hold off knows it


def is_due_soon(due_on: date, lent_on: date, today: date, days: int | None) -> bool:
    """Whether a reader is to be reminded today. On the day of lending they were just told."""
    return days is not None and lent_on < today and 0 <= (due_on - today).days <= days


def overdue_step(days_late: int, steps: Sequence[int]) -> int | None:
    """The step that a book so many days overdue has reached; what lies before it needs no word of its own any more."""
    reached = max((step for step in steps if step <= days_late), default=None)
    return None if reached is None or days_late - reached > STALE_AFTER_DAYS else reached


def longest(values: Iterable[object]) -> int:
    """The greatest number of days that any of these values of a setting names: how far a query has to look."""
    days = [0]
    for value in values:
        named = value if isinstance(value, list) else [value]
        days += [day for day in named if isinstance(day, int)]
    return max(days)


def is_late(days: int, limit: int | None) -> bool:
    """Whether a book that is on its way for so many days, by the calendar, is late."""
    return limit is not None and days >= limit


def late_since(today: date, limit: int) -> date:
    """The same for lists: what was sent before this day is late."""
    return today - timedelta(days=limit - 1)


def expires_soon(expires_on: date, today: date, days: int | None) -> bool:
    return days is not None and 0 <= (expires_on - today).days <= days
