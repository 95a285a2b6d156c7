"""How many days a copy is likely to be on its way, and the day on which it could be collected."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from circ.arrival_rules import Way, about, arrives_on, way_of

MONDAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("pair", "network", "allowed", "days", "ground"),
    [
        ([2, 2, 9], [1] * 9, 7, 2, "pair"),
        ([2, 3, 3, 2], [], 7, 3, "pair"),  # a median between two days is the later one
        ([0, 0, 0], [], 7, 1, "pair"),
        ([2, 2], [4, 5, 6, 6, 7], 7, 6, "network"),
        ([], [4, 5, 6, 6], 7, 7, "policy"),
        ([], [], 0, 1, "policy"),
    ],
)
def test_the_days_are_the_median_of_what_arrived_else_what_the_policies_give(
    pair: list[int], network: list[int], allowed: int | None, days: int, ground: str
) -> None:
    assert way_of(pair, network, allowed) == Way(days=days, ground=ground)  # type: ignore[arg-type]


def test_where_nothing_tells_there_is_no_day() -> None:
    assert way_of([1, 1], [1, 1], None) is None


class Weekdays:
    """Unit 1 opens on these weekdays (0 is Monday), unit 2 on those."""

    def __init__(self, **days: set[int]) -> None:
        self.days = {1: days["one"], 2: days["two"]}

    def next_open_day(self, org_id: int, day: date) -> date | None:
        if not self.days[org_id]:
            return None
        while day.weekday() not in self.days[org_id]:
            day += timedelta(days=1)
        return day


ALL = set(range(7))


@pytest.mark.parametrize(
    ("one", "two", "day"),
    [
        (ALL, ALL, date(2026, 11, 25)),
        (ALL, {3}, date(2026, 11, 26)),  # the village opens on Thursdays
        ({2}, {3}, date(2026, 12, 3)),  # fetched on Wednesday, there on Friday, handed out on the next Thursday
        (ALL, set[int](), None),
        (set[int](), ALL, None),
    ],
)
def test_it_is_handed_out_on_the_next_open_day_after_the_way(one: set[int], two: set[int], day: date | None) -> None:
    way = Way(days=2, ground="pair")
    calendars = Weekdays(one=one, two=two)
    assert arrives_on(way, calendars, from_id=1, to_id=2, fetch_from=MONDAY) == day


def test_it_is_told_as_about_a_day() -> None:
    told = about(date(2026, 12, 3), MONDAY)
    assert (told.zh, told.en) == ("大约12月3日（周四）到", "about Thu 3 Dec")
