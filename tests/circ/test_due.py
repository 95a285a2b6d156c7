"""Due dates: each way to count closed days, festivals, the turn of the year, leap days, midnight. Tables, no database."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from branches.calendar import Calendars, ClosedDays, Hours
from branches.tree import OrgTree, Unit
from circ.due import due_at, due_day
from circ.policies.time import DAYS_MODES
from kernel.clock import ZONE, local_day

LIB = 1
TREE = OrgTree([Unit(id=LIB, code="ZG", name="总馆", kind="hub", parent_id=None)])
OPEN, SHUT = (("09:00", "17:30"),), ()
TUESDAY_TO_SUNDAY = (SHUT, OPEN, OPEN, OPEN, OPEN, OPEN, OPEN)
NEVER = (SHUT,) * 7


def calendar(weekly: tuple[tuple[tuple[str, str], ...], ...] | None = None, *closures: tuple[str, str]) -> Calendars:
    days = [ClosedDays(from_on=date.fromisoformat(a), to_on=date.fromisoformat(b)) for a, b in closures]
    return Calendars(TREE, {LIB: Hours(weekly=weekly, closures=tuple(days))})


ALWAYS = Calendars(TREE, {})
MONDAYS_SHUT = calendar(TUESDAY_TO_SUNDAY)
SPRING_FESTIVAL = calendar(TUESDAY_TO_SUNDAY, ("2026-02-17", "2026-02-23"))  # Tuesday to Monday
NEVER_OPEN = calendar(NEVER)
SHUT_FOR_YEARS = calendar(None, ("2026-03-01", "2029-03-01"))


@pytest.mark.parametrize(
    ("calendars", "start", "days", "mode", "due"),
    [
        # nothing closed: every mode says the same
        *[(ALWAYS, "2026-11-23", 30, mode, "2026-12-23") for mode in DAYS_MODES],
        # due on a Monday, when the library is shut
        (MONDAYS_SHUT, "2026-11-02", 28, "days", "2026-11-30"),
        (MONDAYS_SHUT, "2026-11-02", 28, "datedue", "2026-12-01"),
        (MONDAYS_SHUT, "2026-11-03", 6, "calendar", "2026-11-10"),  # the Monday does not count
        (MONDAYS_SHUT, "2026-11-03", 12, "calendar", "2026-11-17"),
        # a weekday that is always shut never comes: the next open day instead
        (MONDAYS_SHUT, "2026-11-02", 28, "dayweek", "2026-12-01"),
        # into the Spring Festival, 17 to 23 February, and Mondays shut
        (SPRING_FESTIVAL, "2026-01-20", 30, "days", "2026-02-19"),
        (SPRING_FESTIVAL, "2026-01-20", 30, "datedue", "2026-02-24"),
        (SPRING_FESTIVAL, "2026-01-20", 30, "dayweek", "2026-02-26"),  # the Thursday after
        (SPRING_FESTIVAL, "2026-02-13", 3, "calendar", "2026-02-24"),  # Sat, Sun, then Tue the 24th
        (SPRING_FESTIVAL, "2026-02-15", 1, "calendar", "2026-02-24"),
        (SPRING_FESTIVAL, "2026-01-18", 29, "datedue", "2026-02-24"),  # Monday the 16th, shut till the 24th
        # a library that never opens: closed days do not count
        *[(NEVER_OPEN, "2026-11-23", 14, mode, "2026-12-07") for mode in DAYS_MODES],
        *[(SHUT_FOR_YEARS, "2026-02-27", 7, mode, "2026-03-06") for mode in DAYS_MODES],
        # the turn of the year
        (ALWAYS, "2026-12-15", 30, "datedue", "2027-01-14"),
        (calendar(None, ("2026-12-31", "2027-01-03")), "2026-12-01", 30, "datedue", "2027-01-04"),
        (calendar(None, ("2026-12-31", "2027-01-03")), "2026-12-30", 2, "calendar", "2027-01-05"),
        # leap days
        (ALWAYS, "2028-01-30", 30, "days", "2028-02-29"),
        (ALWAYS, "2027-01-30", 30, "days", "2027-03-01"),
        (ALWAYS, "2028-02-29", 365, "days", "2029-02-28"),
        (calendar(None, ("2028-02-29", "2028-02-29")), "2028-02-22", 7, "datedue", "2028-03-01"),
        (calendar(None, ("2028-02-29", "2028-02-29")), "2028-02-22", 7, "dayweek", "2028-03-07"),
    ],
)
def test_the_due_day(calendars: Calendars, start: str, days: int, mode: str, due: str) -> None:
    assert due_day(date.fromisoformat(start), days, mode, calendars, LIB) == date.fromisoformat(due)


@pytest.mark.parametrize(
    ("lent_at", "due"),
    [
        (datetime(2026, 11, 22, 15, 59, 59, tzinfo=UTC), "2026-11-29"),  # 23:59 on Sunday in Shanghai
        (datetime(2026, 11, 22, 16, 0, 0, tzinfo=UTC), "2026-11-30"),  # midnight: Monday there, still Sunday in UTC
        (datetime(2026, 12, 31, 16, 30, tzinfo=UTC), "2027-01-08"),  # New Year there, New Year's Eve in UTC
        (datetime(2028, 2, 28, 17, 0, tzinfo=UTC), "2028-03-07"),  # lent on 29 February, there
    ],
)
def test_days_are_those_of_the_network_not_of_utc(lent_at: datetime, due: str) -> None:
    found = due_at(lent_at, 7, "days", ALWAYS, LIB)
    assert found.tzinfo is not None
    assert found.astimezone(ZONE).isoformat(timespec="minutes") == f"{due}T23:59+08:00"


LENT = datetime(2026, 11, 3, 2, 0, tzinfo=UTC)  # Tuesday


@pytest.mark.parametrize(
    ("calendars", "expires_on", "due"),
    [
        (ALWAYS, "2026-12-31", "2026-12-03"),  # expires later: no matter
        (ALWAYS, "2026-12-03", "2026-12-03"),
        (ALWAYS, "2026-11-20", "2026-11-20"),
        (MONDAYS_SHUT, "2026-11-23", "2026-11-22"),  # back to an open day
        (ALWAYS, "2026-11-03", "2026-11-03"),  # expires today
        (ALWAYS, "2026-10-01", "2026-11-03"),  # expired, lent by override: back today
        (calendar(None, ("2026-11-04", "2026-11-20")), "2026-11-10", "2026-11-03"),
        (NEVER_OPEN, "2026-11-10", "2026-11-10"),  # no open day to go back to
    ],
)
def test_a_loan_ends_with_the_card_where_the_policy_says_so(calendars: Calendars, expires_on: str, due: str) -> None:
    found = due_at(LENT, 30, "datedue", calendars, LIB, date.fromisoformat(expires_on))
    assert local_day(found).isoformat() == due


weeks = st.lists(st.sampled_from([OPEN, SHUT]), min_size=7, max_size=7).map(tuple)
spans = st.tuples(st.dates(date(2026, 1, 1), date(2026, 12, 31)), st.integers(0, 40))


@given(weeks, st.lists(spans, max_size=3), st.dates(date(2026, 1, 1), date(2026, 12, 31)), st.integers(1, 60))
def test_a_due_day_is_open_or_nothing_ever_is(
    weekly: tuple[tuple[tuple[str, str], ...], ...], shut: list[tuple[date, int]], lent: date, days: int
) -> None:
    closures = tuple(ClosedDays(from_on=day, to_on=day + timedelta(days=n)) for day, n in shut)
    calendars = Calendars(TREE, {LIB: Hours(weekly=weekly, closures=closures)})
    for mode in DAYS_MODES:
        due = due_day(lent, days, mode, calendars, LIB)
        assert due >= lent + timedelta(days=days)  # never shorter than promised
        if mode != "days" and any(weekly):
            assert calendars.is_open(LIB, due)
