"""What a lost book costs and what is given back: tables of cases, no database."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from branches.policy import Unfit
from circ.lost_rules import LostTerms, costs, gives_back, read_terms
from circ.policies.lost import LOST
from tests.factories import NOW


@pytest.mark.parametrize(
    ("value", "price", "default", "expected"),
    [
        (None, 6800, None, []),
        ({"charge": True}, 6800, None, [("lost", 6800)]),
        ({"charge": True, "factor": "1.5"}, 6800, None, [("lost", 10200)]),
        ({"charge": True, "factor": "0.33"}, 101, None, [("lost", 33)]),  # 33.33 fen
        ({"charge": True, "factor": "0.5"}, 101, None, [("lost", 51)]),  # half a fen counts as one
        ({"charge": True, "factor": 3}, 6800, None, [("lost", 20400)]),
        ({"charge": True}, None, 3000, [("lost", 3000)]),
        ({"charge": True}, None, None, []),
        ({"charge": True}, 0, 3000, [("lost", 3000)]),  # a price that nobody entered
        ({"charge": True}, 0, None, []),
        ({"charge": True, "processing": "5.00"}, 6800, None, [("lost", 6800), ("processing", 500)]),
        ({"charge": False, "processing": "5.00"}, 6800, None, [("processing", 500)]),
    ],
)
def test_what_a_lost_book_costs(value: Any, price: int | None, default: int | None, expected: Any) -> None:
    assert costs(read_terms(value), price, default) == expected


@pytest.mark.parametrize(
    ("value", "hours", "expected"),
    [
        ({}, 10_000, True),
        ({"on_return": "keep"}, 0, False),
        ({"refund_within_hours": 48}, 48, True),
        ({"refund_within_hours": 48}, 49, False),
    ],
)
def test_whether_a_found_book_gives_back(value: Any, hours: int, expected: bool) -> None:
    assert gives_back(read_terms(value), NOW, NOW + timedelta(hours=hours)) is expected


def test_nothing_set_charges_nothing_and_ends_nothing() -> None:
    assert read_terms(None) == LostTerms()


@pytest.mark.parametrize(
    "value",
    [
        {"charge": "yes"},
        {"factor": 1.5},
        {"factor": "-1"},
        {"factor": 100},
        {"processing": 5},
        {"on_return": "sometimes"},
        {"refund_within_hours": 0},
        {"ends": True},
        [],
    ],
)
def test_what_the_setting_cannot_be(value: Any) -> None:
    with pytest.raises(Unfit):
        LOST[0].check(value)
