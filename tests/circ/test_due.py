"""Due dates: each way to count closed days, festivals, the turn of the year, leap days, midnight. Tables, no database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from branches.calendar import Calendars, ClosedDays, Hours
from branches.tree import OrgTree, Unit
from circ.due import Length, due_at, due_by, due_day, due_hour
from circ.policies import time as settings_of_time
from kernel.clock import ZONE, end_of_day, local_day

DAYS_MODES, HOURS_MODES = tuple(settings_of_time.DAYS_MODES), tuple(settings_of_time.HOURS_MODES)
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


# --- by the hour ----------------------------------------------------------------------------------------------------------------

LUNCH = (("09:00", "12:00"), ("14:00", "17:30"))
WITH_LUNCH = calendar((LUNCH,) * 5 + (SHUT, SHUT))  # Monday to Friday
DAY_AND_NIGHT = calendar(((("00:00", "23:59"),),) * 7)


def shanghai(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00")


@pytest.mark.parametrize(
    ("calendars", "start", "hours", "mode", "due"),
    [
        *[(WITH_LUNCH, "2026-11-23T09:30", 2, mode, "2026-11-23T11:30") for mode in HOURS_MODES],  # open then
        (WITH_LUNCH, "2026-11-23T10:30", 2, "ignore", "2026-11-23T12:30"),
        (WITH_LUNCH, "2026-11-23T10:30", 2, "close", "2026-11-23T12:00"),
        (WITH_LUNCH, "2026-11-23T10:30", 2, "open", "2026-11-23T14:00"),
        (WITH_LUNCH, "2026-11-23T10:30", 4, "close", "2026-11-23T14:30"),  # over lunch, and open again
        *[(WITH_LUNCH, "2026-11-23T15:30", 2, mode, "2026-11-23T17:30") for mode in HOURS_MODES],  # the closing itself
        (WITH_LUNCH, "2026-11-27T16:00", 3, "close", "2026-11-27T17:30"),  # a Friday
        (WITH_LUNCH, "2026-11-27T16:00", 3, "open", "2026-11-30T09:00"),
        (WITH_LUNCH, "2026-11-27T16:00", 24, "close", "2026-11-27T17:30"),
        (WITH_LUNCH, "2026-11-27T18:30", 2, "close", "2026-11-30T09:00"),  # by a machine, after the closing
        (WITH_LUNCH, "2026-11-28T10:00", 2, "open", "2026-11-30T09:00"),  # on a closed day
        *[(DAY_AND_NIGHT, "2026-11-23T22:00", 4, mode, "2026-11-24T02:00") for mode in HOURS_MODES],
        *[(ALWAYS, "2026-11-23T22:00", 4, mode, "2026-11-24T02:00") for mode in HOURS_MODES],
        *[(NEVER_OPEN, "2026-11-23T10:00", 3, mode, "2026-11-23T13:00") for mode in HOURS_MODES],
        (calendar(None, ("2026-11-24", "2026-11-25")), "2026-11-23T22:00", 4, "close", "2026-11-23T23:59"),
        (calendar(None, ("2026-11-24", "2026-11-25")), "2026-11-23T22:00", 4, "open", "2026-11-26T00:00"),
    ],
)
def test_a_loan_by_the_hour(calendars: Calendars, start: str, hours: int, mode: str, due: str) -> None:
    assert due_hour(shanghai(start), hours, mode, calendars, LIB) == shanghai(due)


# --- every ceiling --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "due"),
    [
        ({}, "2026-12-03"),
        ({"terms_end_on": (date(2026, 12, 24),)}, "2026-12-03"),  # later than the loan
        ({"terms_end_on": (date(2026, 11, 25),)}, "2026-11-25"),
        ({"terms_end_on": (date(2026, 11, 23),)}, "2026-11-22"),  # a Monday: back to the Sunday
        ({"terms_end_on": (date(2026, 11, 2),)}, "2026-12-03"),  # a term that is over
        ({"terms_end_on": (date(2026, 12, 24), date(2026, 11, 2), date(2026, 11, 25))}, "2026-11-25"),  # the next one
        ({"terms_end_on": (date(2026, 11, 3),)}, "2026-11-03"),  # ends today
        ({"terms_end_on": (date(2026, 11, 25),), "card_until": date(2026, 11, 20)}, "2026-11-20"),
        ({"terms_end_on": (date(2026, 11, 20),), "card_until": date(2026, 11, 25)}, "2026-11-20"),
        ({"at_most_days": 7}, "2026-11-10"),
        ({"at_most_days": 60}, "2026-12-03"),
        ({"at_most_days": 6}, "2026-11-10"),  # the Monday is shut
        ({"at_most_days": 7, "terms_end_on": (date(2026, 11, 6),)}, "2026-11-06"),
    ],
)
def test_the_earliest_ceiling_holds(changes: dict[str, Any], due: str) -> None:
    length = Length(**{"days": 30, "days_mode": "datedue"} | changes)
    assert local_day(due_by(LENT, length, MONDAYS_SHUT, LIB)).isoformat() == due


def test_a_loan_by_the_hour_ends_with_the_term_too() -> None:
    length = Length(days=30, days_mode="datedue", hours=48, terms_end_on=(date(2026, 11, 4),))
    assert due_by(LENT, length, ALWAYS, LIB) == end_of_day(date(2026, 11, 4))
    assert due_by(LENT, Length(days=30, days_mode="datedue", hours=3), ALWAYS, LIB) == LENT + timedelta(hours=3)


def test_many_waiting_do_not_lengthen_a_loan_by_the_hour() -> None:
    length = Length(days=1, days_mode="days", hours=3).shortened(7)
    assert due_by(LENT, length, ALWAYS, LIB) == LENT + timedelta(hours=3)
    assert length.shortened(2).at_most_days == 2
    assert length.shortened(None).at_most_days == 7


def test_a_loan_of_the_last_minute_of_a_term_is_due_the_next_day() -> None:
    late = shanghai("2026-11-04T23:59:30")
    length = Length(days=30, days_mode="datedue", terms_end_on=(date(2026, 11, 4),))
    assert due_by(late, length, ALWAYS, LIB) == end_of_day(date(2026, 11, 5))


some_weeks = st.lists(st.sampled_from([OPEN, LUNCH, SHUT, (("00:00", "23:59"),)]), min_size=7, max_size=7).map(tuple)
moments = st.integers(0, 364 * 86_400).map(lambda n: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=n))
days_or_none = st.none() | st.dates(date(2025, 12, 1), date(2027, 2, 1))
lengths = st.builds(
    Length,
    days=st.integers(1, 60),
    days_mode=st.sampled_from(DAYS_MODES),
    hours=st.none() | st.integers(1, 100),
    hours_mode=st.sampled_from(HOURS_MODES),
    terms_end_on=st.lists(st.dates(date(2025, 12, 1), date(2027, 2, 1)), max_size=3).map(tuple),
    card_until=days_or_none,
    at_most_days=st.none() | st.integers(1, 20),
)


@given(some_weeks, st.lists(spans, max_size=3), moments, lengths)
def test_a_due_time_lies_ahead_and_under_every_ceiling(
    weekly: tuple[tuple[tuple[str, str], ...], ...], shut: list[tuple[date, int]], lent_at: datetime, length: Length
) -> None:
    closures = tuple(ClosedDays(from_on=day, to_on=day + timedelta(days=n)) for day, n in shut)
    calendars = Calendars(TREE, {LIB: Hours(weekly=weekly, closures=closures)})
    due, first = due_by(lent_at, length, calendars, LIB), local_day(lent_at)
    assert due >= lent_at
    last_day = length.last_day(first)
    if last_day is not None:
        assert local_day(due) <= max(last_day, first + timedelta(days=1))
    elif length.hours is None and length.days_mode == "datedue" and any(weekly):
        assert calendars.is_open(LIB, local_day(due))
    elif length.hours is not None and length.at_most_days is None and length.hours_mode != "ignore" and any(weekly):
        assert calendars.is_open_at(LIB, due)


@given(some_weeks, moments, lengths, st.integers(0, 30))
def test_more_days_or_hours_are_never_due_earlier(
    weekly: tuple[tuple[tuple[str, str], ...], ...], lent_at: datetime, length: Length, more: int
) -> None:
    calendars = Calendars(TREE, {LIB: Hours(weekly=weekly)})
    longer = replace(length, days=length.days + more, hours=None if length.hours is None else length.hours + more)
    assert due_by(lent_at, longer, calendars, LIB) >= due_by(lent_at, length, calendars, LIB)


@given(some_weeks, moments, st.integers(0, 72), st.integers(1, 48), st.sampled_from(HOURS_MODES[::2]))
def test_who_borrows_later_returns_no_earlier(
    weekly: tuple[tuple[tuple[str, str], ...], ...], lent_at: datetime, later: int, hours: int, mode: str
) -> None:
    calendars = Calendars(TREE, {LIB: Hours(weekly=weekly)})
    for n in (hours, hours + 1):
        due = due_hour(lent_at + timedelta(hours=later), n, mode, calendars, LIB)
        assert due >= due_hour(lent_at, n, mode, calendars, LIB)


def test_a_library_that_opens_once_a_year_is_answered_at_once() -> None:
    """Ten years of open days in a library with a thousand closures: counted no further than anybody plans."""
    shut = tuple(
        ClosedDays(from_on=date(2026, 1, 2) + timedelta(days=7 * n), to_on=date(2026, 1, 7) + timedelta(days=7 * n))
        for n in range(1000)
    )
    calendars = Calendars(TREE, {LIB: Hours(closures=shut)})
    assert due_day(date(2026, 1, 1), 3650, "calendar", calendars, LIB) == date(2026, 1, 1) + timedelta(days=3650)
    assert due_day(date(2026, 1, 1), 2, "calendar", calendars, LIB) == date(2026, 1, 15)
