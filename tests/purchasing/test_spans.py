"""Months, quarters and years, and nothing else; and a year of parts as the sum of its quarters."""

from __future__ import annotations

from datetime import date

import pytest

from purchasing.oversight import Part, Quarter, over_quarters
from purchasing.spans import read_span, span_of, spans_between


@pytest.mark.parametrize(
    ("written", "first", "last"),
    [
        ("2026", date(2026, 1, 1), date(2026, 12, 31)),
        ("2026-Q4", date(2026, 10, 1), date(2026, 12, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        (" 2026-q1 ", date(2026, 1, 1), date(2026, 3, 31)),
    ],
)
def test_a_span_is_read_as_it_is_written(written: str, first: date, last: date) -> None:
    span = read_span(written)
    assert span is not None
    assert (span.first_on, span.last_on, span.code) == (first, last, written.strip().upper())


@pytest.mark.parametrize("written", ["", "2026-13", "2026-Q5", "2026-11-01", "2026-11..2026-12", "26", "０"])
def test_other_days_are_no_span(written: str) -> None:
    assert read_span(written) is None


def test_a_year_has_its_quarters_a_quarter_itself_and_a_month_none() -> None:
    day = date(2026, 11, 23)
    assert [one.code for one in span_of("year", day).quarters()] == ["2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4"]
    assert [one.code for one in span_of("quarter", day).quarters()] == ["2026-Q4"]
    assert span_of("month", day).quarters() == ()


def test_the_spans_of_a_programme_are_those_it_shares_a_day_with() -> None:
    found = spans_between(date(2026, 9, 30), date(2026, 11, 23))
    assert {kind: [one.code for one in some] for kind, some in found.items()} == {
        "year": ["2026"],
        "quarter": ["2026-Q4", "2026-Q3"],
        "month": ["2026-11", "2026-10", "2026-09"],
    }


def quarter(*parts: tuple[str, int, int], readers: int = 50) -> Quarter:
    """Parts as (key, books, readers); nobody chose more than one book where it is not known."""
    own = tuple(Part(key=key, books=books, cost_fen=books * 100, readers=known) for key, books, known in parts)
    return Quarter(parts=own, readers=readers, busiest=(9, 9, 9, 9, 9))


@pytest.mark.parametrize(
    ("quarters", "told"),
    [
        ([quarter(("I", 20, 12), ("K", 8, 6))], [("I", 20), ("K", 8)]),
        ([quarter(("I", 20, 12), ("K", 8, 6)), quarter(("I", 5, 5), ("K", 3, 3), ("R", 2, 2), ("T", 1, 1))], None),
        ([quarter(("I", 20, 12), ("K", 8, 6)), quarter(("I", 9, 9), ("K", 1, 1), readers=4)], None),
        ([quarter(("I", 3, 3)), quarter(("I", 3, 3))], []),
    ],
)
def test_a_longer_span_is_the_sum_of_what_its_quarters_tell(
    quarters: list[Quarter], told: list[tuple[str, int]] | None
) -> None:
    """Whatever a quarter hides stays hidden in the year: what is told of a part is what its quarters told of it, and all books are there."""
    found = over_quarters(quarters)
    alone = [{one.key: one.books for one in each.told() if not one.folded} for each in quarters]
    shown = {one.key: one.books for one in found if not one.folded}
    assert shown == {key: sum(one.get(key, 0) for one in alone) for key in shown}
    if found:
        assert sum(one.books for one in found) == sum(one.books for each in quarters for one in each.parts)
    if told is not None:
        assert [(one.key, one.books) for one in found] == told
