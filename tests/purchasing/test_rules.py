"""Who may choose which book: every reason against it, one rule at a time, and which programme is best."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from purchasing.kinds import kinds_of
from purchasing.programmes import (
    Fund,
    Programme,
    Quota,
    Rules,
    budget_left,
    can_pay,
    cost_of,
    first_day_of,
    has_reached_warning,
    rules_from_json,
    rules_to_json,
    split,
)
from purchasing.rules import (
    BookFacts,
    ReaderFacts,
    Used,
    Verdict,
    age_group,
    age_on,
    check_window,
    has_desk,
    judge,
    ranked,
)
from purchasing.volumes import Counted

TODAY = date(2026, 11, 23)
BOOK = BookFacts(
    isbn="9787020002207",
    title="红楼梦",
    price_fen=5970,
    cost_fen=5970,
    class_number="I242.4",
    year=2024,
    language="chi",
)
READER = ReaderFacts(category="adult", age=30, within_own=True)


def fund(allocated: int, spent: int = 0, *, n: int = 1, share: int = 1, stop_at: int = 100) -> Fund:
    return Fund(id=n, code=f"F{n}", name="经费", share=share, allocated_fen=allocated, spent_fen=spent, stop_at=stop_at)


def programme(*funds: Fund, **values: Any) -> Programme:
    rules = values.pop("rules", Rules())
    return replace(
        Programme(
            id=1,
            code="NXS",
            name="你选书",
            org_id=1,
            library_id=1,
            item_type="book",
            starts_on=date(2026, 1, 1),
            ends_on=date(2026, 12, 31),
            warn_at=80,
            stop_at=100,
            is_paused=False,
            rules=rules,
            funds=funds or (fund(1_000_000),),
            version=1,
        ),
        **values,
    )


def verdict(of: Programme | None = None, **values: Any) -> Verdict:
    asked: dict[str, Any] = {
        "shop_code": "XH",
        "shop_name": "新华书店",
        "book": BOOK,
        "reader": READER,
        "used": {},
        "copies": Counted(count=0, sure=0),
        "today": TODAY,
    }
    return judge(of or programme(), **asked | values)


def codes(of: Programme | None = None, **values: Any) -> list[str]:
    return [refusal.code for refusal in verdict(of, **values).refusals]


@pytest.mark.parametrize(
    ("rules", "values", "expected"),
    [
        ({}, {}, []),
        ({"shops": ("XH",)}, {}, []),
        ({"shops": ("YD",)}, {}, ["purchase.shop"]),
        ({"max_price_fen": 5970}, {}, []),
        ({"max_price_fen": 5969}, {}, ["purchase.price"]),
        ({"max_copies_in_network": 3}, {"copies": Counted(count=2, sure=2)}, []),
        ({"max_copies_in_network": 3}, {"copies": Counted(count=3, sure=3)}, ["purchase.copies"]),
        ({"max_copies_in_network": 0}, {"copies": Counted(count=0, sure=0)}, ["purchase.copies"]),
        ({"excluded_classes": ("I2",)}, {}, ["purchase.class"]),
        ({"excluded_classes": ("i2",)}, {}, ["purchase.class"]),
        ({"excluded_classes": ("TP",)}, {}, []),
        ({"excluded_classes": ("I",)}, {"book": replace(BOOK, class_number=None)}, []),
        ({"excluded_kinds": ("textbook",)}, {"book": replace(BOOK, title="五年高考三年模拟 数学")}, ["purchase.kind"]),
        ({"excluded_kinds": ("copybook",)}, {"book": replace(BOOK, title="五年高考三年模拟 数学")}, []),
        ({"earliest_year": 2024}, {}, []),
        ({"earliest_year": 2025}, {}, ["purchase.year"]),
        ({"earliest_year": 2025}, {"book": replace(BOOK, year=None)}, ["purchase.year"]),
        ({"languages": ("chi",)}, {}, []),
        ({"languages": ("eng",)}, {}, ["purchase.language"]),
        ({"languages": ("eng",)}, {"book": replace(BOOK, language=None)}, []),
        ({"ages": (None, 17)}, {}, ["purchase.age"]),
        ({"ages": (18, None)}, {}, []),
        ({"ages": (18, None)}, {"reader": replace(READER, age=None)}, ["purchase.age"]),
        ({"readers": "own"}, {}, []),
        ({"readers": "own"}, {"reader": replace(READER, within_own=False)}, ["purchase.reader"]),
        ({"categories": ("child",)}, {}, ["purchase.reader"]),
        ({"per_patron": (Quota(period="month", count=2),)}, {"used": {"month": Used(books=1)}}, []),
        ({"per_patron": (Quota(period="month", count=2),)}, {"used": {"month": Used(books=2)}}, ["purchase.quota"]),
        ({"per_patron": (Quota(period="year", amount_fen=10_000),)}, {"used": {"year": Used(price_fen=4030)}}, []),
        (
            {"per_patron": (Quota(period="year", amount_fen=10_000),)},
            {"used": {"year": Used(price_fen=4031)}},
            ["purchase.quota"],
        ),
        (
            {"per_patron": (Quota(period="visit", count=1), Quota(period="year", count=5, amount_fen=6000))},
            {"used": {"visit": Used(books=1, price_fen=100), "year": Used(books=5, price_fen=100)}},
            ["purchase.quota", "purchase.quota", "purchase.quota"],
        ),
        (
            {"max_price_fen": 100, "earliest_year": 2026, "languages": ("eng",)},
            {},
            ["purchase.price", "purchase.year", "purchase.language"],
        ),
    ],
)
def test_each_rule_says_why(rules: dict[str, Any], values: dict[str, Any], expected: list[str]) -> None:
    assert codes(programme(rules=Rules(**rules)), **values) == expected


@pytest.mark.parametrize(
    ("of", "expected"),
    [
        (programme(starts_on=TODAY, ends_on=TODAY), []),
        (programme(starts_on=TODAY + timedelta(1)), ["purchase.programme_closed"]),
        (programme(ends_on=TODAY - timedelta(1)), ["purchase.programme_closed"]),
        (programme(is_paused=True), ["purchase.programme_closed"]),
        (programme(fund(5970)), []),
        (programme(fund(5969)), ["purchase.budget"]),
        (programme(fund(10_000, 4_031)), ["purchase.budget"]),
        (programme(fund(10_000, stop_at=59)), ["purchase.budget"]),
        (programme(fund(2985), fund(2985, n=2)), []),
        (programme(fund(2984), fund(99_999, n=2)), ["purchase.budget"]),
    ],
)
def test_period_and_budget(of: Programme, expected: list[str]) -> None:
    assert codes(of) == expected


def test_a_refusal_names_what_is_left_of_the_budget() -> None:
    (refusal,) = verdict(programme(fund(2984), fund(99_999, n=2))).refusals
    assert refusal.data["left"] == "59.68"  # of 59.69 the first fund would pay the odd fen, and has 29.84


def test_what_is_left_to_the_reader_is_told() -> None:
    quotas = (Quota(period="visit", count=2), Quota(period="year", amount_fen=50_000))
    told = verdict(
        programme(rules=Rules(per_patron=quotas)), used={"visit": Used(books=1), "year": Used(price_fen=49_999)}
    )
    assert [(left.period, left.books, left.amount_fen) for left in told.left] == [("visit", 1, None), ("year", None, 1)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (programme(code="B"), programme(code="A", rules=Rules(max_price_fen=1))),
        (programme(code="B", rules=Rules(max_price_fen=1)), programme(code="A", is_paused=True)),
        (
            programme(code="B", rules=Rules(max_price_fen=1, earliest_year=2030)),
            programme(code="A", rules=Rules(ages=(None, 17))),
        ),
        (programme(code="B", rules=Rules(loan_days=60)), programme(code="A", rules=Rules(loan_days=30))),
        (programme(code="B"), programme(code="A", rules=Rules(per_patron=(Quota(period="year", count=2),)))),
        (programme(code="B", ends_on=date(2026, 11, 30)), programme(code="A")),
        (programme(code="A"), programme(code="B")),
    ],
)
def test_the_best_programme_is_chosen_whatever_the_order(one: Programme, other: Programme) -> None:
    for order in ([one, other], [other, one]):
        assert [found.programme for found in ranked(verdict(each) for each in order)] == [one, other]


@given(fen=st.integers(1, 10**9), shares=st.lists(st.integers(1, 100), min_size=1, max_size=6))
def test_a_sum_is_split_to_the_fen(fen: int, shares: list[int]) -> None:
    by_fund = dict(enumerate(shares, 1))
    parts = split(fen, by_fund)
    assert sum(parts.values()) == fen
    assert parts.keys() == by_fund.keys()
    assert all(abs(parts[n] - fen * share / sum(shares)) < 1 for n, share in by_fund.items())


@given(st.lists(st.tuples(st.integers(0, 5000), st.integers(1, 9)), min_size=1, max_size=4))
def test_what_is_left_can_be_paid(funds: list[tuple[int, int]]) -> None:
    of = programme(*(fund(left, n=n, share=share) for n, (left, share) in enumerate(funds, 1)))
    assert can_pay(of, budget_left(of))


def test_a_programme_without_funds_pays_nothing() -> None:
    penniless = replace(programme(), funds=())
    assert (budget_left(penniless), can_pay(penniless, 1)) == (0, False)
    assert codes(penniless) == ["purchase.budget"]


def test_levels_and_costs() -> None:
    assert not has_reached_warning(programme(fund(1000, 799)))
    assert has_reached_warning(programme(fund(1000, 800)))
    assert [cost_of(5970, 80), cost_of(5970, 100), cost_of(1, 10), cost_of(333, 50)] == [4776, 5970, 1, 167]


def test_periods_begin() -> None:
    assert [first_day_of(period, TODAY) for period in ("visit", "month", "year")] == [
        TODAY,
        date(2026, 11, 1),
        date(2026, 1, 1),
    ]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("title", "class_number", "expected"),
    [
        ("红楼梦", "I242.4", ()),
        ("现代汉语词典", "H163", ("reference",)),
        ("新华字典", None, ("reference",)),
        ("英语作业本 三年级", "G623.315", ("textbook",)),
        ("注册会计师历年真题详解", "F23-44", ("exam",)),
        ("计算机手册", "TP3-62", ("reference",)),
        ("欧阳询楷书字帖", "J292.33", ("copybook",)),
        ("高 考 数 学", None, ("textbook",)),
        ("", None, ()),
    ],
)
def test_kinds_are_told_by_class_and_title(title: str, class_number: str | None, expected: tuple[str, ...]) -> None:
    assert kinds_of(title, class_number) == expected


def test_ages() -> None:
    born = date(2008, 11, 24)
    assert (age_on(born, TODAY), age_on(born, date(2026, 11, 24)), age_on(None, TODAY)) == (17, 18, None)
    assert [age_group(age) for age in (None, 0, 17, 18, 59, 60)] == [
        "unknown",
        "child",
        "child",
        "adult",
        "adult",
        "senior",
    ]


def test_the_window_ends() -> None:
    made = datetime(2026, 11, 23, 2, tzinfo=UTC)
    assert check_window(made, made + timedelta(minutes=30), 30) == []
    assert [one.code for one in check_window(made, made + timedelta(minutes=31), 30)] == ["purchase.window"]


@pytest.mark.parametrize(
    "rules",
    [
        Rules(),
        Rules(shops=("XH",), per_patron=(Quota(period="visit", count=3, amount_fen=1),), ages=(None, 17)),
        Rules(loan_days=28, max_price_fen=0, excluded_kinds=("textbook",)),
    ],
)
def test_rules_are_kept_whole(rules: Rules) -> None:
    assert rules_from_json(rules_to_json(rules)) == rules


@pytest.mark.parametrize("kind", ["hub", "branch", "point", "selfservice", "mobile"])
def test_online_choices_are_collected_where_holds_are(kind: str) -> None:
    assert has_desk(kind, is_closed=False)
    assert not has_desk(kind, is_closed=True)


@pytest.mark.parametrize("kind", ["network", "store", "shop"])  # to nobody is anything lent in a store
def test_online_choices_are_not_collected_elsewhere(kind: str) -> None:
    assert not has_desk(kind, is_closed=False)
