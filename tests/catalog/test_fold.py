"""Different spellings of one thing become equal, and every place leads back to the text as written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.fold import _folded, fold, fold_with_offsets


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("紅樓夢", "红楼梦"),
        ("Ｈａｒｒｙ　Ｐｏｔｔｅｒ", "harry potter"),
        ("Café", "cafe"),
        ("Cafe\u0301", "cafe"),
        ("Straße", "strasse"),
        ("İstanbul", "istanbul"),
        ("Ⅳ", "iv"),
        ("㎏", "kg"),
        ("ﾊﾞｽ", "バス"),
        ("が", "が"),
        ("한국", "한국"),
        ("臺灣", "台湾"),
        ("钱锺书 錢鍾書", "钱钟书 钱钟书"),
        ("a\u200bb\ufeff", "ab"),
        ("a\x00b\x1fc", "a b c"),
        ("a\ud800b", "a b"),
        ("葛󠄀", "葛"),
    ],
)
def test_spellings_of_one_thing_become_equal(written: str, folded: str) -> None:
    assert fold(written) == folded


def test_plain_text_is_folded_without_a_table_as_with_it() -> None:
    plain = "".join(filter(str.isprintable, map(chr, range(128))))
    assert fold(plain) == _folded.__wrapped__(plain)


def test_kana_keep_their_voicing_marks() -> None:
    assert fold("が") != fold("か")


@given(st.text())
def test_folded_text_can_be_kept_and_sent(text: str) -> None:
    fold(text).encode("utf-8")


@given(st.text(alphabet=st.characters(max_codepoint=0xFFFF)))
def test_folding_again_changes_nothing_that_is_compared(text: str) -> None:
    once = fold(text)
    assert "".join(fold(once).split()) == "".join(once.split())


@given(st.text())
def test_offsets_rise_and_end_with_the_text(text: str) -> None:
    found = fold_with_offsets(text)
    if found is not None:
        folded, offsets = found
        assert len(offsets) == len(folded) + 1
        assert offsets == sorted(offsets)
        assert offsets[-1] == len(text)


def test_common_text_always_has_offsets() -> None:
    assert fold_with_offsets("《紅樓夢》 10㎏ Cafe\u0301") == (
        "《红楼梦》 10kg cafe",
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 8, 9, 10, 11, 12, 13, 15],
    )
