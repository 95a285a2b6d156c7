"""What too few readers did is told together, and what looks odd is found: tables of cases."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from kernel.i18n import Text
from purchasing.alerts import IN_ORDER, LIMITS, Counted, Dear, Ending, Seen, Tried, find_alerts
from purchasing.oversight import (
    Lending,
    Part,
    broken_down,
    lasts_until,
    percent,
    readers_at_least,
    state_of,
)
from purchasing.programmes import Fund

TODAY = date(2026, 11, 23)
ONE_EACH = (1, 1, 1, 1, 1)


def part(key: str, books: int, readers: int = 0) -> Part:
    return Part(key=key, books=books, cost_fen=books * 100, readers=readers)


@pytest.mark.parametrize(
    ("books", "busiest", "readers"),
    [
        (0, (3, 2), 0),
        (1, (3, 2), 1),
        (3, (3, 2), 1),
        (4, (3, 2), 2),
        (10, (3, 3, 2, 2, 1), 4),
        (11, (3, 3, 2, 2, 1), 5),
        (400, (90, 5, 4, 1, 1), 6),
        (5, ONE_EACH, 5),
    ],
)
def test_so_many_books_had_at_least_so_many_readers(books: int, busiest: tuple[int, ...], readers: int) -> None:
    assert readers_at_least(books, busiest) == readers


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        ([], []),
        ([("I", 9), ("K", 5)], [("I", 9, 0), ("K", 5, 0)]),
        # Two small ones hide each other, as long as both together had five readers.
        ([("I", 9), ("K", 3), ("R", 2)], [("I", 9, 0), ("", 5, 2)]),
        # One small one alone could be had by subtraction: the smallest large one goes with it.
        ([("I", 9), ("K", 6), ("R", 2)], [("I", 9, 0), ("", 8, 2)]),
        # Nothing remains to be told.
        ([("I", 6), ("R", 2)], []),
        ([("R", 2), ("K", 1)], []),
    ],
)
def test_small_parts_are_told_together(parts: list[tuple[str, int]], told: list[tuple[str, int, int]]) -> None:
    shown = broken_down([part(key, books) for key, books in parts], ONE_EACH)
    assert [(one.key, one.books, one.folded) for one in shown] == told
    assert sum(one.books for one in shown) in (0, sum(books for _, books in parts))


def test_who_still_has_the_books_counts_where_a_busy_reader_might_have_had_them_all() -> None:
    busy = (30, 20, 10, 5, 5)
    assert broken_down([part("I", 40), part("K", 40)], busy) == ()
    assert [one.key for one in broken_down([part("I", 40, readers=7), part("K", 40, readers=5)], busy)] == ["I", "K"]


def test_costs_of_small_parts_are_added_up() -> None:
    assert broken_down([part("I", 9), part("K", 3), part("R", 2)], ONE_EACH)[-1].cost_fen == 500


# --- funds


@pytest.mark.parametrize(
    ("left", "spent", "days", "until"),
    [
        (0, 0, 60, TODAY),
        (1000, 0, 60, None),
        (1000, -5, 60, None),
        (60_000, 60_000, 60, date(2027, 1, 22)),
        (100, 60_000, 60, TODAY),
        (10**9, 1, 60, None),
    ],
)
def test_a_fund_lasts_as_long_as_its_pace_lets_it(left: int, spent: int, days: int, until: date | None) -> None:
    assert lasts_until(left, spent, days, TODAY) == until


@pytest.mark.parametrize(("spent", "level"), [(7999, "good"), (8000, "warn"), (8999, "warn"), (9000, "stop")])
def test_a_fund_is_at_its_level(spent: int, level: str) -> None:
    fund = Fund(id=1, code="F", name="经费", share=1, allocated_fen=10_000, spent_fen=spent, stop_at=90)
    assert state_of(fund, warn_at=80, span_fen=0, lately_fen=0, days=1, today=TODAY).level == level


def test_of_nothing_there_is_no_share() -> None:
    assert (percent(0, 0), percent(1, 8), percent(1, 3)) == (None, 13, 33)
    assert Lending(copies=0, lent=0, loans=0).loans_a_copy is None
    assert (Lending(copies=4, lent=3, loans=9).never, Lending(copies=4, lent=3, loans=9).loans_a_copy) == (1, 2.25)


# --- alerts

QUIET = Seen(programme="NXS", books=100, most_by_one=3, may_choose_shop=True, names={"7": Text("新华书店", "Xinhua")})


@pytest.mark.parametrize(
    ("kind", "odd", "usual"),
    [
        ("reader", {"most_by_one": 20}, {"most_by_one": 19}),
        ("reader", {"books": 20, "most_by_one": 8}, {"books": 20, "most_by_one": 7}),
        ("reader", {"books": 20, "most_by_one": 20}, {"books": 19, "most_by_one": 19}),
        ("shop", {"shops": [part("7", 70)]}, {"shops": [part("7", 69)]}),
        ("shop", {"shops": [part("7", 100)]}, {"shops": [part("7", 100)], "may_choose_shop": False}),
        ("class", {"classes": [part("K", 60), part("I", 40)]}, {"classes": [part("K", 59), part("I", 41)]}),
        ("class", {"classes": [part("K", 20), part("", 80)]}, {"classes": [part("K", 19), part("", 81)]}),
        ("title", {"titles": [Counted(key="978", name="书", books=5)]}, {"titles": [Counted(key="978", name="书", books=4)]}),
        (
            "cancelled",
            {"by_shop": [Tried(key="7", name="新华", made=40, cancelled=6)]},
            {"by_shop": [Tried(key="7", name="新华", made=41, cancelled=6)]},
        ),
        (
            "clerk",
            {"by_clerk": [Tried(key="li", name="li", made=5, cancelled=5)]},
            {"by_clerk": [Tried(key="li", name="li", made=4, cancelled=4)]},
        ),
        ("hours", {"outside": [Counted(key="7", name="新华", books=3)]}, {"outside": [Counted(key="7", name="新华", books=2)]}),
        (
            "fund",
            {"ending": [Ending(code="F", name="经费", lasts_until=date(2026, 12, 30), ends_on=date(2026, 12, 31))]},
            {"ending": [Ending(code="F", name="经费", lasts_until=date(2026, 12, 31), ends_on=date(2026, 12, 31))]},
        ),
        ("self_settling", {"self_settling": [Counted(key="wang", name="wang", books=1)]}, {"self_settling": []}),
        (
            "price",
            {"dear": [Dear(key="J", name=Text("艺术", "Arts"), books=2, usual_fen=4000, top_fen=38_000)]},
            {"dear": []},
        ),
    ],
)  # fmt: skip
def test_what_looks_odd_is_told(kind: str, odd: dict[str, Any], usual: dict[str, Any]) -> None:
    assert [alert.kind for alert in find_alerts(replace(QUIET, **odd), TODAY)] == [kind]
    assert find_alerts(replace(QUIET, **usual), TODAY) == []


def test_an_alert_says_why_in_both_languages_and_names_no_reader() -> None:
    (alert,) = find_alerts(replace(QUIET, books=40, most_by_one=12), TODAY)
    assert (alert.message, alert.key) == (
        Text("一位读者选了 40 册中的 12 册。", "One reader chose 12 of 40 books."),
        "",
    )
    (alert,) = find_alerts(replace(QUIET, shops=[part("7", 80)]), TODAY)
    assert alert.message.zh == "100 册中有 80 册在新华书店选（80%），其他书店也参加活动。"
    assert alert.message.en == "80 of 100 books (80 %) were chosen at Xinhua, though other shops take part."


def test_alerts_come_in_one_order() -> None:
    odd = replace(
        QUIET,
        most_by_one=50,
        titles=[Counted(key="a", name="甲", books=5), Counted(key="b", name="乙", books=9)],
        self_settling=[Counted(key="wang", name="wang", books=2)],
    )
    found = find_alerts(odd, TODAY)
    assert [(one.kind, one.count) for one in found] == [
        ("self_settling", 2), ("reader", 50), ("title", 9), ("title", 5),
    ]  # fmt: skip
    assert [IN_ORDER.index(one.kind) for one in found] == sorted(IN_ORDER.index(one.kind) for one in found)


def test_thresholds_are_one_value_that_can_be_changed() -> None:
    stricter = replace(LIMITS, reader_percent=3, reader_books=3)
    assert [one.kind for one in find_alerts(QUIET, TODAY, stricter)] == ["reader"]
