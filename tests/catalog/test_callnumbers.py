"""Call numbers stand as a librarian puts books on a shelf."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.callnumbers import LONGEST_SHELF_KEY, shelf_key, shelved

SHELF = [
    "A/3",
    "B2/1",
    "I24/2",
    "I24/9",
    "I24/12",
    "I24-49/1",
    "I24(2)/1",
    "I24=6/1",
    "I24:K/1",
    "I247/1",
    "I247.5/1",
    "I247.5/1-2",
    "I247.5/1=2",
    "I247.5/2",
    "I247.57/9",
    "I247.57/10",
    "I247.57/L7",
    "I247.57/L12",
    "I25/1",
    "K",
    "K/1",
    "K-49",
    "TP/1",
    "TP3/1",
    "TP311.1/1",
    "Z/1",
]


def test_a_shelf_stands_in_order() -> None:
    mixed = random.Random(1).sample(SHELF, len(SHELF))
    assert sorted(mixed, key=lambda number: shelf_key(number) or "") == SHELF


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("I247.57/123", "i247.57／０１２３"),  # full width, small letters, a leading zero
        ("I247.57/123", "I247.57 / 123"),
        ("I247.57/123", "I247.57/123 "),
        ("TP311.1/5", "TP3111/5"),
    ],
)
def test_spellings_of_one_call_number_stand_together(one: str, other: str) -> None:
    assert shelf_key(one) == shelf_key(other)


@pytest.mark.parametrize("nothing", [None, "", "  ", "..."])
def test_what_names_no_place_has_no_key(nothing: str | None) -> None:
    assert shelf_key(nothing) is None


@given(st.text(max_size=120))
def test_any_text_has_a_key_that_fits_its_column(text: str) -> None:
    key = shelf_key(text)
    assert key is None or 0 < len(key) <= LONGEST_SHELF_KEY


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_book_numbers_stand_by_their_value(one: int, other: int) -> None:
    first, second = shelf_key(f"I2/{one}"), shelf_key(f"I2/{other}")
    assert first is not None
    assert second is not None
    assert (first < second) == (one < other)


def test_a_change_of_the_call_number_moves_the_book() -> None:
    assert shelved({"call_number": "I2/7", "shelf": "A"}) == {
        "call_number": "I2/7",
        "shelf": "A",
        "shelf_key": "I2!017",
    }
    assert shelved({"call_number": None}) == {"call_number": None, "shelf_key": None}
    assert shelved({"shelf": "A"}) == {"shelf": "A"}
