"""What the index is told of a title."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.analysis.identifiers import isbn_query_tokens
from search.copies import Copy
from search.documents import HEADING_DIVIDER
from search.fields import AVAILABLE, FIELD_BY_NAME
from tests.search.library import AT_TOWN, AT_VILLAGE, IndexDoc, copy, doc


def all_values(made: IndexDoc) -> dict[str, str]:
    """Field -> type under which the document gives it a value."""
    given = {"text": made.text, "keyword": made.keywords, "number": made.numbers, "sort_text": made.sort_texts}
    return {name: type_ for type_, values in given.items() for name, value in values.items() if value}


def test_a_title_that_tells_everything_has_a_value_in_every_declared_field() -> None:
    told = doc(
        1,
        copy(AT_TOWN),
        title="红楼梦",
        authors=("曹雪芹",),
        year=1996,
        isbns=("9787020002207",),
        class_number="I247.57",
        language="chi",
        subjects=("章回小说",),
        readership="youth",
    )
    assert all_values(told) == {name: field.type for name, field in FIELD_BY_NAME.items()}


def test_a_number_that_is_no_isbn_is_found_as_written_and_by_its_core() -> None:
    made = doc(1, isbn_invalid=("7-02-000220-7", "书号 10019·1234"))
    assert "7020002207" in made.keywords["isbn"]
    assert set(isbn_query_tokens("7-02-000220-7")) <= set(made.keywords["isbn"])
    assert "书号10019·1234" in made.keywords["isbn"]


def test_copies_are_counted_at_every_unit_above_them() -> None:
    made = doc(1, copy(AT_VILLAGE, free=False), copy(AT_TOWN))
    assert made.keywords["org"] == ("1", "2", "3", "4")
    assert (made.keywords["available_at"], made.keywords["availability"]) == (("1", "2", "3"), (AVAILABLE,))
    assert (doc(1).keywords["available_at"], doc(1).keywords["availability"]) == ((), ())


def test_classes_and_the_call_numbers_of_copies_stand_in_one_field() -> None:
    shelved = Copy(AT_TOWN, True, "book", "B1", "Ｉ242.4 / 37")
    made = doc(1, shelved, shelved._replace(call_number="I242.4"), class_number="I242.4", other_classes=("K825",))
    assert made.keywords["call_number"] == ("i242.4", "k825", "i242.4/37")


@pytest.mark.parametrize(("year", "indexed"), [(1996, 1996), (0, None), (-5, None), (99999, None), (None, None)])
def test_only_a_year_that_can_be_is_one(year: int | None, indexed: int | None) -> None:
    assert doc(1, year=year).numbers.get("year") == indexed


def test_headings_can_be_begun_as_written_by_sound_and_by_initials() -> None:
    lines = doc(1, title="红楼梦", authors=("曹雪芹",)).keywords["heading"]
    assert [line.split(HEADING_DIVIDER) for line in lines if line.endswith("红楼梦")] == [
        ["红楼梦", "title", "红楼梦"],
        ["hongloumeng", "title", "红楼梦"],
        ["hlm", "title", "红楼梦"],
    ]
    assert any(line.startswith("cxq") for line in lines)


def test_a_translated_author_is_found_by_every_name_of_the_heading() -> None:
    made = doc(1, title="双城记", authors=("(英) 狄更斯 (Dickens, Charles)",))
    assert {"狄更斯", "dickenscharles", "charlesdickens"} <= {w.replace(" ", "") for w in made.keywords["author_whole"]}
    keys = [line.split(HEADING_DIVIDER)[0] for line in made.keywords["heading"] if HEADING_DIVIDER + "author" in line]
    assert {"狄更斯", "digengsi", "dickens charles", "charles dickens"} <= set(keys)


def test_a_heading_with_the_divider_in_it_is_left_out() -> None:
    assert doc(1, title=f"红{HEADING_DIVIDER}楼").keywords["heading"] == ()


@given(st.text(min_size=1), st.text(), st.lists(st.text(min_size=1), max_size=3), st.integers(0, 10**6))
def test_any_title_makes_a_document(title: str, volume: str, authors: list[str], loans: int) -> None:
    made = doc(1, title=title, volume=volume, authors=tuple(authors), abstract=title, loans=loans)
    assert 0.0 <= made.weight <= 1.0
    assert all(made.text.values())
    assert all(len(word) <= 400 for words in made.keywords.values() for word in words)
