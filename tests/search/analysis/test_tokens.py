"""Golden tokens: whatever engine is behind, this is what it is given."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.fold import fold
from search.analysis.identifiers import class_prefixes, isbn_query_tokens
from search.analysis.tokens import FILLER, field_text, index_tokens, phrase_tokens, query_tokens, runs, squeezed

GOLDEN = [
    ("红楼梦", "红楼 楼梦 梦"),
    ("梦", "梦"),
    ("三體：黑暗森林", "三体 体 黑暗 暗森 森林 林"),
    ("Python编程", "python 编程 程"),
    ("编程Python 3.5", "编程 程 python 3 5"),
    ("Don't panic", "dont panic"),
    ("O’Brien", "obrien"),
    ("C++ C# C语言 .NET", "c++ c# c 语言 言 net"),
    ("バス", "バス ス"),
    ("한국어", "한국 국어 어"),
    ("々", "々"),
    ("１９９６年", "1996 年"),
    ("Война и мир", "воина и мир"),
    ("——，。！？", ""),
    ("", ""),
]


@pytest.mark.parametrize(("text", "tokens"), GOLDEN)
def test_golden_tokens(text: str, tokens: str) -> None:
    assert " ".join(index_tokens(text)) == tokens


def test_a_very_long_word_is_cut_alike_in_index_and_query() -> None:
    word = "a" * 5000
    assert [*index_tokens(word)] == query_tokens(runs(word)[0]) == ["a" * 64]


@pytest.mark.parametrize("hostile", ["a'", "-1", "c+", "1.", "红a", "’", "a\u0301", "ａ", "😀"])
def test_a_hostile_text_costs_no_more_than_its_length(hostile: str) -> None:
    text = hostile * (50_000 // len(hostile))
    began = time.process_time()
    index_tokens(text)
    isbn_query_tokens(text)
    class_prefixes(text)
    # A tenth of a second when the cost grows with the length; minutes, on any machine, when it grows with its square.
    assert time.process_time() - began < 10


def test_a_query_for_a_single_character_has_no_whole_token() -> None:
    assert query_tokens(runs("梦")[0]) == []


def test_a_field_is_never_empty_and_divides_its_values() -> None:
    assert field_text([]) == FILLER
    assert field_text([None, "", "…"]) == FILLER
    assert field_text(["John", "Smith"]) == f"john {FILLER} smith"


def test_squeezed_keeps_blanks_between_latin_words_only() -> None:
    assert squeezed("《War and Peace》：战争 与 和平！") == "war and peace战争与和平"


def _holds(tokens: list[str], part: list[str]) -> bool:
    return any(tokens[i : i + len(part)] == part for i in range(len(tokens) - len(part) + 1))


@given(st.text(alphabet="红楼梦曹雪芹之乎者也", min_size=2, max_size=12), st.data())
def test_every_part_of_a_han_run_is_a_phrase_of_it(run: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(run) - 2))
    end = data.draw(st.integers(start + 2, len(run)))
    assert _holds([*index_tokens(run)], query_tokens(runs(fold(run[start:end]))[0]))


@given(st.text(alphabet="红楼梦ab ，", max_size=16))
def test_every_end_of_a_text_is_found_as_a_phrase(text: str) -> None:
    found = runs(fold(text))
    for i in range(len(found)):
        tokens = phrase_tokens(found[i:])
        assert not tokens or _holds([*index_tokens(text)], tokens)


@given(st.text(alphabet="红楼梦曹", min_size=1), st.text(alphabet="红楼梦曹", min_size=1))
def test_no_phrase_reaches_across_two_runs(left: str, right: str) -> None:
    crossing = left[-1] + right[0]
    if crossing not in left and crossing not in right:
        assert crossing not in index_tokens(f"{left}，{right}")
