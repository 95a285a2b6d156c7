"""Which policy row wins: nearness first, one criterion after the other, each setting on its own. Tables, no database."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from branches.policy import REGISTRY, REQUIRED, PolicyBook, Question, Row
from circ import policies

policies.register()

ASKED = Question(
    org=("LX", "CG", "ZG", "QX"),
    item_org=("YC", "QX"),
    patron_org=("CG", "ZG", "QX"),
    category=("child",),
    item_type=("picture_book", "book"),
)


def row(row_id: int, value: Any, setting: str = "loan_days", **criteria: str) -> Row:
    return Row(id=row_id, setting=setting, value=value, **criteria)


# Each line: what the better row says, what the worse one says. The better one must win whatever the order of the rows.
BETTER = [
    ({"org": "LX"}, {}),
    ({"org": "LX"}, {"org": "CG"}),
    ({"org": "CG"}, {"org": "QX"}),
    ({"org": "QX"}, {}),  # the root named is nearer than nothing named
    ({"org": "QX"}, {"item_org": "YC", "patron_org": "CG", "category": "child", "item_type": "picture_book"}),
    ({"org": "LX"}, {"org": "CG", "item_org": "YC", "patron_org": "CG", "category": "child"}),
    ({"org": "LX", "item_org": "YC"}, {"org": "LX", "item_org": "QX", "patron_org": "CG"}),
    ({"org": "LX", "item_org": "QX"}, {"org": "LX", "patron_org": "CG"}),
    ({"item_org": "QX"}, {"patron_org": "CG", "category": "child"}),
    ({"patron_org": "CG"}, {"patron_org": "QX", "category": "child"}),
    ({"patron_org": "QX"}, {"category": "child", "item_type": "picture_book"}),
    ({"category": "child"}, {"item_type": "picture_book"}),
    ({"category": "child", "item_type": "book"}, {"category": "child"}),
    ({"item_type": "picture_book"}, {"item_type": "book"}),
    ({"item_type": "book"}, {}),
]


@pytest.mark.parametrize(("better", "worse"), BETTER)
def test_the_first_difference_decides(better: dict[str, str], worse: dict[str, str]) -> None:
    for first, second in permutations((row(7, 10, **better), row(3, 99, **worse))):
        resolved = PolicyBook(1, [first, second]).resolve("loan_days", ASKED)
        assert resolved.value == 10
        assert [r.value for r in resolved.considered] == [10, 99]
        assert resolved.source == "row"


@pytest.mark.parametrize(
    "criteria",
    [
        {"org": "YC"},
        {"item_org": "CG"},
        {"patron_org": "LX"},  # below the reader's home
        {"category": "adult"},
        {"item_type": "reference"},
        {"org": "LX", "category": "adult"},  # one wrong criterion is enough
    ],
)
def test_a_row_for_somebody_else_is_not_considered(criteria: dict[str, str]) -> None:
    resolved = PolicyBook(1, [row(1, 5, **criteria), row(2, 30)]).resolve("loan_days", ASKED)
    assert resolved.value == 30
    assert len(resolved.considered) == 1


def test_of_two_rows_that_say_the_same_the_older_wins() -> None:
    twice = [row(9, 10, category="child"), row(4, 20, category="child")]
    for rows in permutations(twice):
        resolved = PolicyBook(1, rows).resolve("loan_days", ASKED)
        assert resolved.row is not None
        assert resolved.row.id == 4


def test_every_setting_is_resolved_on_its_own() -> None:
    book = PolicyBook(1, [row(1, 30), row(2, 14, org="LX"), row(3, 2, "renewals"), row(4, 0, "renewals", org="YC")])
    assert book.resolve("loan_days", ASKED).value == 14
    assert book.resolve("renewals", ASKED).value == 2


def test_without_a_row_the_default_holds_and_says_so() -> None:
    resolved = PolicyBook(1, []).resolve("renewals", ASKED)
    assert (resolved.value, resolved.row, resolved.source) == (REGISTRY["renewals"].default, None, "default")


def test_a_network_without_loan_days_has_no_value_for_them() -> None:
    assert PolicyBook(1, []).resolve("loan_days", ASKED).value is REQUIRED


@pytest.mark.parametrize("value", [None, 0, False])
def test_an_empty_value_of_a_row_is_a_value(value: Any) -> None:
    """null, 0 and false are what a library says; only a missing row falls to the default."""
    resolved = PolicyBook(1, [row(1, value, "max_loans")]).resolve("max_loans", ASKED)
    assert resolved.value is value
    assert resolved.source == "row"


def test_an_open_question_matches_only_open_rows() -> None:
    book = PolicyBook(1, [row(1, 5, category="child"), row(2, 30)])
    assert book.resolve("loan_days", Question()).value == 30


def test_all_settings_are_explained_at_once() -> None:
    explained = PolicyBook(1, [row(1, 21)]).resolve_all(ASKED)
    assert explained.keys() == {setting.name for setting in REGISTRY}
    assert explained["loan_days"].value == 21


def test_what_was_asked_before_is_answered_the_same_and_belongs_to_who_asked() -> None:
    book = PolicyBook(1, [row(1, 5), row(2, 30, category="adult")])
    first = book.resolve_several(("loan_days",), ASKED)
    assert first == {"loan_days": book.resolve("loan_days", ASKED)}
    first.clear()
    assert book.resolve_several(("loan_days",), ASKED) == {"loan_days": book.resolve("loan_days", ASKED)}
    assert book.resolve_several(("loan_days",), Question()) == {"loan_days": book.resolve("loan_days", Question())}
