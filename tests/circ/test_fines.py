"""What lateness costs, as tables of cases. No database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from circ.fines import (
    Band,
    Fine,
    FineTerms,
    Lateness,
    SuspensionTerms,
    banded,
    fine,
    is_forgiven,
    measure,
    suspended_for,
    suspended_until,
)

DUE = date(2026, 11, 20)  # a Friday
TEN_A_DAY = (Band(from_day=1, to_day=None, fen=10),)
TERMS = FineTerms(bands=TEN_A_DAY)
RISING = (
    Band(from_day=1, to_day=5, fen=10),
    Band(from_day=6, to_day=10, fen=20),
    Band(from_day=31, to_day=None, fen=50),
)


def opens_on_weekdays(day: date) -> bool:
    return day.weekday() < 5


def late(days: int) -> Lateness:
    return Lateness(days=days, counted=days)


@pytest.mark.parametrize(
    ("until", "closed_days_cost", "days", "counted"),
    [
        (date(2026, 11, 19), False, 0, 0),
        (date(2026, 11, 20), False, 0, 0),  # the due day itself is in time
        (date(2026, 11, 21), False, 1, 0),  # a Saturday
        (date(2026, 11, 21), True, 1, 1),
        (date(2026, 11, 23), False, 3, 1),
        (date(2026, 11, 27), False, 7, 5),
        (date(2026, 11, 27), True, 7, 7),
        (date(2099, 1, 1), True, 3650, 3650),
    ],
)
def test_late_days_are_those_after_the_due_day(until: date, *, closed_days_cost: bool, days: int, counted: int) -> None:
    terms = replace(TERMS, closed_days_cost=closed_days_cost)
    assert measure(DUE, until, terms, opens_on_weekdays) == Lateness(days=days, counted=counted)


@pytest.mark.parametrize(
    ("days", "fen"), [(0, 0), (1, 10), (5, 50), (6, 70), (10, 150), (11, 150), (30, 150), (31, 200), (33, 300)]
)
def test_each_day_costs_what_its_band_says(days: int, fen: int) -> None:
    assert banded(days, RISING) == fen


@pytest.mark.parametrize(
    ("days", "changes", "price", "due"),
    [
        (5, {}, None, Fine(fen=50, computed_fen=50)),
        (2, {"grace_days": 2}, None, Fine()),
        (3, {"grace_days": 2}, None, Fine(fen=30, computed_fen=30)),  # past the grace all days count
        (5, {"bands": ()}, None, Fine()),
        (5, {"cap_fen": 50}, None, Fine(fen=50, computed_fen=50)),
        (6, {"cap_fen": 50}, None, Fine(fen=50, computed_fen=60, capped_by="fine_cap")),
        (6, {"cap_fen": 0}, None, Fine(fen=0, computed_fen=60, capped_by="fine_cap")),
        (6, {}, 20, Fine(fen=60, computed_fen=60)),  # the price caps only where the policies say so
        (6, {"cap_price": True}, 20, Fine(fen=20, computed_fen=60, capped_by="price")),
        (6, {"cap_price": True, "cap_fen": 10}, 20, Fine(fen=10, computed_fen=60, capped_by="fine_cap")),
        (6, {"cap_price": True, "cap_fen": 40}, 20, Fine(fen=20, computed_fen=60, capped_by="price")),
        (6, {"cap_price": True}, None, Fine(fen=60, computed_fen=60)),  # no price, no cap
        (6, {"cap_price": True}, 0, Fine(fen=60, computed_fen=60)),
        (6, {"cap_price": True, "default_price_fen": 30}, None, Fine(fen=30, computed_fen=60, capped_by="price")),
    ],
)
def test_a_fine_is_the_sum_of_its_days_within_the_caps(
    days: int, changes: dict[str, Any], price: int | None, due: Fine
) -> None:
    assert fine(late(days), replace(TERMS, **changes), price) == due


def test_no_day_is_charged_twice_and_all_together_stay_below_the_cap() -> None:
    terms = replace(TERMS, bands=RISING, cap_fen=120)
    first = fine(late(6), terms, None)
    assert first.fen == 70
    rest = fine(late(9), terms, None, charged_days=6, charged_fen=first.fen)
    assert rest == Fine(fen=50, computed_fen=60, capped_by="fine_cap")
    assert fine(late(6), terms, None, charged_days=6, charged_fen=70) == Fine()


@given(st.integers(0, 400), st.integers(0, 400), st.integers(0, 5000), st.integers(0, 10))
def test_charging_in_two_parts_comes_to_the_same(first: int, more: int, cap: int, grace: int) -> None:
    terms = replace(TERMS, bands=RISING, cap_fen=cap, grace_days=grace)
    early = fine(late(first), terms, None)
    charged = 0 if is_forgiven(late(first), terms) else first
    rest = fine(late(first + more), terms, None, charged_days=charged, charged_fen=early.fen)
    whole = fine(late(first + more), terms, None)
    assert early.fen + rest.fen == whole.fen <= cap


@pytest.mark.parametrize(
    ("days", "changes", "suspended"),
    [
        (5, {}, 5),
        (5, {"days": 2}, 10),
        (5, {"per_days": 2}, 2),
        (5, {"grace_days": 2}, 3),
        (2, {"grace_days": 2}, 0),
        (50, {"max_days": 30}, 30),
    ],
)
def test_a_suspension_lasts_by_the_days_late(days: int, changes: dict[str, Any], suspended: int) -> None:
    assert suspended_for(late(days), replace(SuspensionTerms(days=1), **changes)) == suspended


def test_suspensions_stand_beside_each_other_or_add_up() -> None:
    beside, adding = SuspensionTerms(days=1), SuspensionTerms(days=1, cumulative=True)
    in_force = DUE + timedelta(days=10)
    assert suspended_until(3, DUE, None, adding) == DUE + timedelta(days=3)
    assert suspended_until(3, DUE, in_force, beside) == DUE + timedelta(days=3)
    assert suspended_until(3, DUE, in_force, adding) == in_force + timedelta(days=3)
    assert suspended_until(3, DUE, DUE - timedelta(days=9), adding) == DUE + timedelta(days=3)


def test_no_suspension_goes_beyond_the_calendar() -> None:
    harsh = SuspensionTerms(days=3650, cumulative=True)
    days = suspended_for(late(900), harsh)
    assert days == 3650
    assert suspended_until(days, DUE, date(9990, 1, 1), harsh) == DUE + timedelta(days=3650)
