"""Reading aloud, and reading what was typed by sound."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypinyin import lazy_pinyin
from pypinyin.constants import PHRASES_DICT, PINYIN_DICT

from catalog.fold import fold
from search.analysis import pinyin
from search.analysis.readings import load_readings
from search.analysis.syllables import SYLLABLES
from search.analysis.tokens import HAN_RUN

TITLES = """红楼梦 西游记 三国演义 水浒传 呐喊 平凡的世界 活着 围城 骆驼祥子 茶馆 重庆方言 长恨歌 穆斯林的葬礼 白鹿原 曾国藩家书 乐府诗集
音乐欣赏 银行会计实务 行走的力量 会计学 社会调查 朝花夕拾 清朝那些事儿 大夫与病人 单田芳评书 差异与差遣 还珠楼主 降龙十八掌 绿色的湖 女儿国
中国近代史纲要 儿童心理学 尉迟恭 调查研究 调味品 参差 人参的种植 便宜坊 似的 仇英画集 区惠莲 盛京 解放军 解县志 给水排水 宿舍 星宿 强迫症 倔强
""".split()  # noqa: SIM905 - read more easily so


@pytest.mark.parametrize("title", TITLES)
def test_reads_as_pypinyin_does(title: str) -> None:
    assert [s for run in pinyin.sound_out(title) for s in run] == lazy_pinyin(title)


def test_reads_every_word_and_character_as_in_the_tables_of_pypinyin() -> None:
    readings = load_readings()
    assert list(readings.words) == list(PHRASES_DICT)
    assert readings.characters.keys() == PINYIN_DICT.keys()
    words = {word: tuple(_plain(first) for first, *_ in syllables) for word, syllables in PHRASES_DICT.items()}
    assert {word: readings.read(word) for word in words} == words
    characters = {code: _plain(syllables.split(",")[0]) for code, syllables in PINYIN_DICT.items()}
    assert readings.characters == characters


def _plain(syllable: str) -> str:
    letters = unicodedata.normalize("NFD", syllable).replace("u\u0308", "v")
    return "".join(letter for letter in letters if letter.isascii() and letter.isalpha())


@pytest.mark.parametrize(
    ("text", "sounds"),
    [
        ("重慶", [("chong", "qing")]),
        ("乾隆皇帝", [("qian", "long", "huang", "di")]),
        ("绿", [("lv",)]),
        ("红楼梦，Python与梦", [("hong", "lou", "meng"), ("yu", "meng")]),
        ("Harry", []),
        ("バス", []),
    ],
)
def test_sounds_of_each_han_run(text: str, sounds: list[tuple[str, ...]]) -> None:
    assert list(pinyin.sound_out(text)) == sounds


@given(st.text())
def test_any_text_can_be_read_aloud(text: str) -> None:
    for run in pinyin.sound_out(text):
        assert all(syllable.isascii() and syllable.islower() for syllable in run if syllable)


@pytest.mark.parametrize(
    ("typed", "ways"),
    [
        ("hongloumeng", [("hong", "lou", "meng")]),
        ("xian", [("xian",), ("xi", "an")]),
        ("lue", [("lve",), ("lu", "e")]),
        ("python", []),
        ("hlm", []),
        ("é", []),
        ("", []),
        ("a" * 40, []),
    ],
)
def test_splits_what_was_typed_into_syllables(typed: str, ways: list[tuple[str, ...]]) -> None:
    found = [way for way in pinyin.split(typed) if way]
    assert found == ways


@given(st.lists(st.sampled_from(sorted(SYLLABLES)), min_size=1, max_size=5))
def test_what_is_spelled_in_syllables_can_be_split(syllables: list[str]) -> None:
    word = "".join(syllables)
    assert len(word) > pinyin.LONGEST_SPLIT or pinyin.split(word)


@pytest.mark.parametrize(("word", "may"), [("hlm", True), ("pfdsj", True), ("h", False), ("vip", False), ("3d", False)])
def test_tells_what_may_be_initials(word: str, may: bool) -> None:
    assert pinyin.may_be_initials(word) is may


@given(st.text(alphabet="abcdefgh", min_size=2, max_size=10), st.data())
def test_initials_within_others_are_a_phrase_or_a_prefix(initials: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(initials) - 2))
    end = data.draw(st.integers(start + 2, len(initials)))
    asked = pinyin.initial_query_tokens(initials[start:end])
    tokens = pinyin.initial_tokens(initials)
    if end - start == 2:
        assert any(token.startswith(asked[0]) for token in tokens)
    else:
        assert any(tokens[i : i + len(asked)] == asked for i in range(len(tokens)))


def test_the_simplified_form_reads_alike() -> None:
    assert HAN_RUN.findall(fold("三國演義")) == ["三国演义"]
    assert pinyin.sound_out("三國演義") == pinyin.sound_out("三国演义")
