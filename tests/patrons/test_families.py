"""At which age a child needs a guardian, and when it has outgrown one."""

from __future__ import annotations

from datetime import date

import pytest

from patrons.families import age_on, born_by, is_child, is_grown_up
from tests.factories import day


@pytest.mark.parametrize(
    ("born", "today", "age"),
    [
        ("2012-11-23", "2026-11-22", 13),
        ("2012-11-23", "2026-11-23", 14),
        ("2012-02-29", "2026-02-28", 13),  # no 29 February in 2026: older on 1 March
        ("2012-02-29", "2026-03-01", 14),
        ("2026-11-23", "2026-11-23", 0),
    ],
)
def test_age_is_full_years(born: str, today: str, age: int) -> None:
    assert age_on(day(born), day(today)) == age


@pytest.mark.parametrize("age", [14, 18])
@pytest.mark.parametrize("today", ["2026-11-23", "2028-02-29", "2026-02-28", "2026-03-01", "2026-12-31"])
def test_whoever_was_born_by_a_day_has_reached_the_age_and_nobody_later(age: int, today: str) -> None:
    last = born_by(age, day(today))
    assert age_on(last, day(today)) >= age
    assert age_on(date.fromordinal(last.toordinal() + 1), day(today)) < age or (today[5:] == "02-28")


def test_a_ward_whose_birthday_nobody_noted_is_a_child_and_never_grows_up() -> None:
    today = day("2026-11-23")
    assert is_child(None, today, has_guardian=True)
    assert not is_child(None, today, has_guardian=False)
    assert not is_grown_up(None, today)
    assert is_grown_up(day("2008-11-23"), today)
