"""Any form of a number finds the book."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import isbn as stdnum_isbn

from search.analysis.identifiers import (
    call_number_token,
    class_base,
    class_prefixes,
    isbn_index_tokens,
    isbn_query_tokens,
    issn_token,
    looks_like_call_number,
    number_token,
)


@pytest.mark.parametrize(
    "form",
    [
        "9787020002207",
        "978-7-02-000220-7",
        "978 7 02 000220 7",
        "７０２０００２２０Ｘ",
        "7-02-000220-x",
        "ISBN 978-7-02-000220-7",
        "isbn:702000220X",
        "ISBN-13: 9787020002207",
        "978\u20117\u201102\u2011000220\u20117",
        "  9787020002207  ",
    ],
)
def test_any_form_of_an_isbn_finds_the_book(form: str) -> None:
    assert isbn_query_tokens(form) == ("9787020002207",)
    assert set(isbn_query_tokens(form)) <= set(isbn_index_tokens("9787020002207"))


@pytest.mark.parametrize("form", ["9787020002208", "7-02-000220-7"])
def test_a_wrong_check_digit_still_finds_the_book_that_was_meant(form: str) -> None:
    assert set(isbn_query_tokens(form)) <= set(isbn_index_tokens("9787020002207"))


@pytest.mark.parametrize(
    "text", ["", "1996", "红楼梦", "97870200022", "X7020002207", "123456789012345", "1234567890123"]
)
def test_what_is_no_isbn_finds_nothing(text: str) -> None:
    assert isbn_query_tokens(text) == ()


def test_979_has_a_core_of_its_own() -> None:
    assert isbn_index_tokens("9798602405453")[1] not in isbn_index_tokens("9788602405450")


@given(st.integers(0, 999_999_999))
def test_isbn_10_and_13_meet(number: int) -> None:
    nine = f"{number:09d}"
    ten = nine + stdnum_isbn._calc_isbn10_check_digit(nine)
    thirteen = stdnum_isbn.to_isbn13(ten)
    assert isbn_query_tokens(ten) == isbn_query_tokens(thirteen) == (thirteen,)


@given(st.text())
def test_any_text_is_looked_at_without_error(text: str) -> None:
    isbn_query_tokens(text)
    issn_token(text)
    class_prefixes(text)
    looks_like_call_number(number_token(text))


def test_issn_with_and_without_hyphen() -> None:
    assert issn_token("ISSN 1000-0135") == issn_token("10000135") == "10000135"
    assert issn_token("100-0135") is None


def test_call_numbers_are_compared_without_blanks_width_and_case() -> None:
    assert call_number_token("Ｉ247.57 / 123") == call_number_token("i247.57/123")


@pytest.mark.parametrize(
    ("word", "looks"),
    [("i247.57/123", True), ("tp312", True), ("k837.127=6", True), ("ab", False), ("2001", False), ("abc1", False)],
)
def test_tells_what_looks_like_a_call_number(word: str, looks: bool) -> None:
    assert looks_like_call_number(word) is looks


@pytest.mark.parametrize(
    ("number", "prefixes"),
    [
        ("I247.57", "I I2 I24 I247 I247.5 I247.57"),
        ("TP312C++", "T TP TP3 TP31 TP312"),
        ("K837.127=6", "K K8 K83 K837 K837.1 K837.12 K837.127"),
        ("ｉ２４", "I I2 I24"),
        ("古籍", ""),
        ("", ""),
    ],
)
def test_a_class_lies_in_all_that_hold_it(number: str, prefixes: str) -> None:
    assert " ".join(class_prefixes(number)) == prefixes
    assert not prefixes or class_base(number) == prefixes.split()[-1]
