"""Call numbers as libraries write them: taken apart, and put in the order of the shelf."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.callnumbers import LONGEST_SHELF_KEY, class_key, is_class_number, join, shelf_key, shelved, split, tidy

# Each line stands before the next one on the shelf.
SHELVES = {
    "classes by letter, then by digits as decimals": """
        A811/1 B2/1 B21/1 B222.2/1 B82-49/1 C91/1 D0/1 DF0/1 E0/1 F0/1 I0/1 I1/1 I106/1 I11/1 I2/1 I206.2/1 I207.411/1 I21/1 I24/1
        I242.4/1 I246.7/1 I247/1 I247.4/1 I247.5/1 I247.57/1 I247.8/1 I25/1 I313.45/1 I712.45/1 K0/1 K825.6/1 K928.9/1 O1/1 Q1/1
        T-0/1 T1/1 TB1/1 TH1/1 TP3/1 TP311.13/1 TP312/1 TP312BA/1 TP312C/1 TP312JA/1 TP393/1 TS972.12/1 TU/1 TU2/1 U4/1 Z1/1
    """,
    "auxiliaries before longer numbers, in the order of the classification": """
        I247/9 I247-43/1 I247-44/1 I247(2)/1 I247(21)/1 I247(712)/1 I247"2"/1 I247=2/1 I247=535/1 I247<326>/1 I247:G40/1 I247+K2/1 I247/.8/1 I247.5/1
    """,
    "an auxiliary on top of another": "D920/1 D920(2)/1 D920(2)-43/1 D920(2)=5/1 D920(21)/1 D920.4/1 D920.5/1",
    "numbers of a class by their value": "I247.57/1 I247.57/2 I247.57/9 I247.57/10 I247.57/99 I247.57/100 I247.57/1000 I247.57/123456789 I247.57/1234567890",
    "without a book number first": "I247.57 I247.57/1",
    "volumes and editions behind their title": """
        I247.57/12 I247.57/12-2 I247.57/12-10 I247.57/12(2) I247.57/12=2 I247.57/12=10 I247.57/12:1 I247.57/12:2 I247.57/12:10
        I247.57/12:10-2 I247.57/12/1 I247.57/12/2 I247.57/13
    """,
    "volumes by their words": "K20/5:上 K20/5:中 K20/5:下 K20/6:一 K20/6:二 K20/6:十 K20/6:二十一",
    "author numbers by letters and digit by digit": "I247.57/12 I247.57/L12 I247.57/L78 I247.57/L784 I247.57/L79 I247.57/LX1 I247.57/W29 I247.57/W293 I247.57/W293-2",
    "four corner numbers": "K825.6/0022 K825.6/1010 K825.6/4423 K825.6/4423.1 K825.6/4424",
    "other classifications among themselves": "57.1/2 57.17/1 57.1752/1 57.2/1",
    "collections with a mark of their own at the end": "Z89/1 少儿I287/2 少儿I287/10",
}


@pytest.mark.parametrize("line", SHELVES.values(), ids=SHELVES)
def test_keys_put_books_in_the_order_of_the_shelf(line: str) -> None:
    in_order = line.split()
    mixed = in_order[:]
    random.Random(4).shuffle(mixed)
    assert sorted(mixed, key=lambda one: shelf_key(one) or "") == in_order
    for before, after in pairwise(in_order):
        assert (shelf_key(before) or "") < (shelf_key(after) or "")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("I247.57/123", "Ｉ２４７．５７／１２３"),
        ("I247.57/123", " i247.57 / 123 "),
        ("I247.57/123", "I247.57 123"),
        ("I247.57/123", "I247.57\n123"),
        ("I247.57/123", "I247.57/0123"),
        ("I247.57/12:2", "I247.57/12：2"),
        ("B82-49/3", "B82—49/3"),
        ("I207.22(2)/3", "I207.22（2）/3"),
        ("K20/5 v.2", "K20/5 第2册"),
        ("K20/5 vol.10", "K20/5 第十卷"),
        ("I247.57/l78", "I247.57/L78"),
        ("K2“2”/1", 'K2"2"/1'),
        ("K2〈326〉/1", "K2<326>/1"),
    ],
)
def test_two_ways_of_writing_are_one_place(one: str, other: str) -> None:
    assert shelf_key(one) == shelf_key(other)


@pytest.mark.parametrize("text", [None, "", "   ", "\u3000", "..."])
def test_no_call_number_has_no_place(text: str | None) -> None:
    assert shelf_key(text) is None


@pytest.mark.parametrize("text", ["/", "//", "待编", "???", "\x00", "A", "(((", "1" * 100, "/" * 100, "卷" * 100, "'"])
def test_anything_has_a_key_that_a_column_holds(text: str) -> None:
    assert len(shelf_key(text) or "") <= LONGEST_SHELF_KEY


@pytest.mark.parametrize(
    ("text", "mark", "class_number", "book_number"),
    [
        ("I247.57/123", "", "I247.57", "123"),
        ("I247.57/123:2", "", "I247.57", "123:2"),
        ("I247.57/123/2", "", "I247.57", "123/2"),
        ("I247.57 L78", "", "I247.57", "L78"),
        ("K825.6/.7/12", "", "K825.6/.7", "12"),
        ("K825.6/.7", "", "K825.6/.7", ""),
        ("TP312JA/45=2", "", "TP312JA", "45=2"),
        ("I247.57", "", "I247.57", ""),
        ("/123", "", "", "123"),
        ("少儿 I287.7/3", "少儿", "I287.7", "3"),
        ("古籍/K204/2", "古籍", "K204", "2"),
        ("57.1752/T12", "", "57.1752", "T12"),
        ("", "", "", ""),
    ],
)
def test_takes_a_call_number_apart(text: str, mark: str, class_number: str, book_number: str) -> None:
    found = split(text)
    assert (found.mark, found.class_number, found.book_number) == (mark, class_number, book_number)


def test_puts_a_call_number_together() -> None:
    assert join("Ｉ247.57", "123") == "I247.57/123"
    assert join("I247.57", "") == "I247.57"
    assert str(split("少儿 i287.7 / 3")) == "少儿 I287.7/3"


@pytest.mark.parametrize(
    "text",
    [
        "I",
        "I2",
        "I247",
        "I247.5",
        "I247.57",
        "K825.125.6",
        "TP312",
        "TP312JA",
        "B82-49",
        "D920.5-43",
        "I207.22(2)",
        "K825.6=535",
        "DF3",
        "H31:G40",
        "H319.4:I712.45",
        "[D07]",
        "Ｉ247.57",
        "K825.6/.7",
        'K2"2"',
        "K825.6<326>",
    ],
)
def test_knows_the_form_of_a_class_number(text: str) -> None:
    assert is_class_number(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "L78",
        "W1",
        "I24.7",
        "I2475",
        "I247.",
        "I247..5",
        "247.5",
        "TZ1",
        "II247",
        "I247-",
        "I247(2",
        "文学",
        "I247.57/123",
        "I247 5",
    ],
)
def test_knows_what_is_no_class_number(text: str) -> None:
    assert not is_class_number(text)


def test_keys_of_a_class_begin_with_the_key_of_the_class() -> None:
    start = f"{class_key('I247.5')} "
    assert (shelf_key("I247.5/123") or "").startswith(start)
    assert not (shelf_key("I247.57/123") or "").startswith(start)
    assert tidy("  I247.57 /　123 ") == "I247.57/123"


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
        "shelf_key": "I2 17",
    }
    assert shelved({"call_number": None}) == {"call_number": None, "shelf_key": None}
    assert shelved({"shelf": "A"}) == {"shelf": "A"}
