"""The spans of days that oversight is told for: months, quarters and years, and no others, so that no two of them can be subtracted to see
the few days between. What is divided into parts is divided quarter by quarter; a year is the sum of what its quarters tell. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from kernel.clock import FIRST_YEAR, LAST_YEAR
from kernel.i18n import Text

Kind = Literal["year", "quarter", "month"]
MONTHS_IN: Final[dict[Kind, int]] = {"year": 12, "quarter": 3, "month": 1}
KINDS: Final[dict[Kind, Text]] = {
    "year": Text("年", "Year"),
    "quarter": Text("季", "Quarter"),
    "month": Text("月", "Month"),
}
NO_SPAN: Final = Text(
    "请写年、季或月，如 2026、2026-Q4、2026-11。", "Write a year, quarter or month, such as 2026, 2026-Q4 or 2026-11."
)
_WRITTEN: Final = re.compile(r"([0-9]{4})(?:-(?:Q([1-4])|(0[1-9]|1[0-2])))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Span:
    """A whole month, quarter or year of the calendar, by its first day."""

    kind: Kind
    first_on: date

    @property
    def last_on(self) -> date:
        return self.next().first_on - timedelta(days=1)

    @property
    def code(self) -> str:
        """`2026`, `2026-Q4` or `2026-11`."""
        if self.kind == "year":
            return f"{self.first_on:%Y}"
        if self.kind == "quarter":
            return f"{self.first_on:%Y}-Q{self._quarter}"
        return f"{self.first_on:%Y-%m}"

    @property
    def label(self) -> Text:
        year = self.first_on.year
        if self.kind == "year":
            return Text(f"{year}年", str(year))
        if self.kind == "quarter":
            return Text(f"{year}年第{self._quarter}季", f"quarter {self._quarter} of {year}")
        return Text(f"{year}年{self.first_on.month}月", f"{self.first_on:%Y-%m}")

    @property
    def _quarter(self) -> int:
        return (self.first_on.month + 2) // 3

    def next(self) -> Span:
        months = self.first_on.year * 12 + self.first_on.month - 1 + MONTHS_IN[self.kind]
        return Span(self.kind, date(months // 12, months % 12 + 1, 1))

    def quarters(self) -> tuple[Span, ...]:
        """Those it is divided by: none for a month, in which too few readers chose for that."""
        if self.kind == "month":
            return ()
        return tuple(spans_in("quarter", self.first_on, self.last_on))


def span_of(kind: Kind, day: date) -> Span:
    """The one that a day lies in."""
    months = MONTHS_IN[kind]
    return Span(kind, date(day.year, (day.month - 1) // months * months + 1, 1))


def read_span(written: str) -> Span | None:
    """As `Span.code` writes it; None for what is none."""
    found = _WRITTEN.fullmatch(written.strip().upper())
    if found is None or not FIRST_YEAR <= int(found[1]) <= LAST_YEAR:
        return None
    year = int(found[1])
    if found[2]:
        return Span("quarter", date(year, int(found[2]) * 3 - 2, 1))
    return Span("month", date(year, int(found[3]), 1)) if found[3] else Span("year", date(year, 1, 1))


def spans_between(first: date, last: date) -> dict[Kind, list[Span]]:
    """All that share a day with these, the newest first."""
    return {kind: list(spans_in(kind, first, last))[::-1] for kind in MONTHS_IN}


def spans_in(kind: Kind, first: date, last: date) -> Iterator[Span]:
    """Those of a kind that share a day with these, in their order."""
    span = span_of(kind, first)
    while span.first_on <= last:
        yield span
        span = span.next()
