"""Which language the number of a book tells."""

from __future__ import annotations

import pytest

from catalog.languages import LANGUAGES, language_of_isbn


@pytest.mark.parametrize(
    ("isbn", "language"),
    [
        ("9787020002207", "chi"),
        ("9780306406157", "eng"),
        ("9798886451740", "eng"),
        ("9791032305690", "fre"),
        ("9791162540640", "kor"),
        ("9788937460449", "kor"),
        ("9784101010014", "jpn"),
        ("9788126403462", None),  # India: books in many languages
        ("9789622093041", None),  # Hong Kong: Chinese and English
    ],
)
def test_a_number_tells_a_language_where_its_group_has_one(isbn: str, language: str | None) -> None:
    assert language_of_isbn(isbn) == language
    assert language is None or language in LANGUAGES
