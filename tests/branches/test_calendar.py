"""Open days: weekly hours, closures, and what is inherited. Tables, no database."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from branches.calendar import SEARCH_LIMIT_DAYS, Calendars, ClosedDays, Hours
from branches.tree import OrgTree, Unit

NETWORK, HUB, POINT, OTHER = 1, 2, 3, 4
TREE = OrgTree(
    [
        Unit(id=NETWORK, code="QX", name="县", kind="network", parent_id=None),
        Unit(id=HUB, code="ZG", name="总馆", kind="hub", parent_id=NETWORK),
        Unit(id=POINT, code="LX", name="李村", kind="point", parent_id=HUB),
        Unit(id=OTHER, code="YC", name="羊村", kind="branch", parent_id=NETWORK),
    ]
)
DAILY = (("09:00", "17:30"),)
CLOSED_ON_MONDAYS = Hours(weekly=((), DAILY, DAILY, DAILY, DAILY, DAILY, DAILY))
WEEKENDS_ONLY = Hours(weekly=((), (), (), (), (), DAILY, DAILY))
NEVER = Hours(weekly=((), (), (), (), (), (), ()))

MONDAY = date(2026, 11, 23)
SPRING_FESTIVAL = ClosedDays(from_on=date(2026, 2, 17), to_on=date(2026, 2, 23), reason="春节")


def closed(first: date, days: int) -> Hours:
    return Hours(closures=(ClosedDays(from_on=first, to_on=first + timedelta(days=days - 1)),))


def test_without_any_hours_every_day_is_open() -> None:
    calendars = Calendars(TREE, {})
    assert calendars.week(POINT) is None
    assert len(calendars.open_days(POINT, MONDAY, MONDAY + timedelta(days=13))) == 14


@pytest.mark.parametrize(
    ("hours", "org_id", "is_open"),
    [
        ({HUB: CLOSED_ON_MONDAYS}, HUB, False),
        ({HUB: CLOSED_ON_MONDAYS}, POINT, False),  # the parent's week
        ({HUB: CLOSED_ON_MONDAYS}, OTHER, True),  # a neighbour's is none of its affair
        ({HUB: CLOSED_ON_MONDAYS}, NETWORK, True),  # nor does a week hold upwards
        ({NETWORK: CLOSED_ON_MONDAYS, HUB: WEEKENDS_ONLY}, OTHER, False),
        ({HUB: closed(MONDAY, 1)}, POINT, False),  # closures come down the tree
        ({POINT: closed(MONDAY, 1)}, HUB, True),
        (
            {HUB: CLOSED_ON_MONDAYS, POINT: Hours(weekly=(DAILY,) * 7)},
            POINT,
            True,
        ),  # its own week replaces the parent's
        ({HUB: closed(MONDAY, 1), POINT: Hours(weekly=(DAILY,) * 7)}, POINT, False),  # but not the parent's closures
    ],
)
def test_the_nearest_week_and_all_closures_above_hold(hours: dict[int, Hours], org_id: int, is_open: bool) -> None:
    assert Calendars(TREE, hours).is_open(org_id, MONDAY) is is_open


@pytest.mark.parametrize(
    ("day", "is_open"),
    [
        (date(2026, 2, 16), True),
        (date(2026, 2, 17), False),  # both ends belong to the closure
        (date(2026, 2, 20), False),
        (date(2026, 2, 23), False),
        (date(2026, 2, 24), True),
    ],
)
def test_both_ends_of_a_closure_are_closed(day: date, is_open: bool) -> None:
    assert Calendars(TREE, {NETWORK: Hours(closures=(SPRING_FESTIVAL,))}).is_open(POINT, day) is is_open


@pytest.mark.parametrize(
    ("start", "found"),
    [
        (date(2026, 11, 22), date(2026, 11, 22)),  # a Sunday that is open
        (MONDAY, date(2026, 11, 24)),
        (date(2026, 2, 17), date(2026, 2, 24)),  # over the festival
        (date(2026, 2, 15), date(2026, 2, 15)),
    ],
)
def test_the_next_open_day_may_be_the_day_itself(start: date, found: date) -> None:
    hours = {HUB: Hours(weekly=CLOSED_ON_MONDAYS.weekly, closures=(SPRING_FESTIVAL,))}
    assert Calendars(TREE, hours).next_open_day(HUB, start) == found


@pytest.mark.parametrize(("days", "has_next"), [(SEARCH_LIMIT_DAYS - 1, True), (SEARCH_LIMIT_DAYS, False)])
def test_the_search_for_an_open_day_ends(days: int, has_next: bool) -> None:
    assert (Calendars(TREE, {HUB: closed(MONDAY, days)}).next_open_day(HUB, MONDAY) is not None) is has_next


@pytest.mark.parametrize(
    ("start", "count", "reached"),
    [
        (date(2026, 11, 20), 0, date(2026, 11, 20)),
        (date(2026, 11, 20), 3, date(2026, 11, 24)),  # Sat, Sun, (Mon closed), Tue
        (date(2026, 2, 14), 2, date(2026, 2, 24)),  # Sun 15, Mon 16 closed, festival, Tue 24
    ],
)
def test_only_open_days_count(start: date, count: int, reached: date) -> None:
    hours = {HUB: Hours(weekly=CLOSED_ON_MONDAYS.weekly, closures=(SPRING_FESTIVAL,))}
    assert Calendars(TREE, hours).add_open_days(HUB, start, count) == reached


def test_a_library_that_never_opens_has_no_open_days_to_count() -> None:
    calendars = Calendars(TREE, {HUB: NEVER})
    assert calendars.add_open_days(POINT, MONDAY, 1) is None
    assert calendars.open_days(POINT, MONDAY, MONDAY + timedelta(days=30)) == []


def test_open_days_of_a_span_include_both_ends_and_none_of_an_empty_one() -> None:
    calendars = Calendars(TREE, {HUB: WEEKENDS_ONLY})
    assert calendars.open_days(HUB, date(2026, 11, 21), date(2026, 11, 28)) == [
        date(2026, 11, 21),
        date(2026, 11, 22),
        date(2026, 11, 28),
    ]
    assert calendars.open_days(HUB, date(2026, 11, 28), date(2026, 11, 21)) == []
