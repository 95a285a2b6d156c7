"""Who is told of what on which day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import pytest

from circ.notice_rules import expires_soon, is_due_soon, is_late, longest, overdue_step

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("due_in", "lent_ago", "days", "told"),
    [
        (3, 27, 3, True),
        (4, 26, 3, False),
        (0, 30, 3, True),  # the worker was down for some days: better late than never
        (-1, 31, 3, False),
        (2, 0, 3, False),  # lent today, for two days
        (2, 1, 3, True),
        (3, 27, None, False),
    ],
)
def test_a_reader_is_reminded_some_days_before(due_in: int, lent_ago: int, days: int | None, told: bool) -> None:
    due, lent = TODAY + timedelta(days=due_in), TODAY - timedelta(days=lent_ago)
    assert is_due_soon(due, lent, TODAY, days) is told


@pytest.mark.parametrize(
    ("late", "steps", "step"),
    [
        (0, (1, 7, 21), None),
        (1, (1, 7, 21), 1),
        (6, (1, 7, 21), 1),
        (7, (1, 7, 21), 7),
        (20, (1, 7, 21), 7),
        (21, (1, 7, 21), 21),
        (35, (1, 7, 21), 21),
        (36, (1, 7, 21), None),  # three weeks was said or missed long ago
        (400, (1, 7, 21), None),
        (5, (), None),
        (5, (30,), None),
    ],
)
def test_the_last_step_that_was_reached_counts_for_two_weeks(late: int, steps: Sequence[int], step: int | None) -> None:
    assert overdue_step(late, steps) == step


def test_a_query_looks_as_far_as_any_rule() -> None:
    assert longest([3, None, [1, 7, 21], []]) == 21
    assert longest([None]) == 0


@pytest.mark.parametrize(
    ("in_days", "days", "told"), [(30, 30, True), (31, 30, False), (0, 30, True), (-1, 30, False), (1, None, False)]
)
def test_a_card_is_spoken_of_before_it_expires(in_days: int, days: int | None, told: bool) -> None:
    assert expires_soon(TODAY + timedelta(days=in_days), TODAY, days) is told


@pytest.mark.parametrize(("days", "limit", "late"), [(6, 7, False), (7, 7, True), (90, None, False)])
def test_a_transfer_is_late_from_a_day_on(days: int, limit: int | None, late: bool) -> None:
    assert is_late(days, limit) is late
