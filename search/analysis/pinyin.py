"""Sounds Han text out, so that queries in Latin letters (hongloumeng, hlm) find it. A query in Han
characters never comes here to be matched: characters that merely sound alike are not the same book.

The words are cut as pypinyin cuts them, from its own tables, ten times as fast as through its styles: an
index load is mostly pinyin.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from functools import cache, lru_cache

from catalog.fold import simplified
from search.analysis.syllables import SPELLED_ALIKE, SYLLABLES
from search.analysis.tokens import HAN_RUN

LONGEST_SPLIT = 32
_MOST_SPLITS = 3
_LONGEST_SYLLABLE = max(map(len, SYLLABLES))


@lru_cache(maxsize=4096)
def sound_out(text: str) -> tuple[tuple[str, ...], ...]:
    """The syllables of each Han run, without tones, ü written v. Titles and names come several times in
    a row.
    """
    if text.isascii():
        return ()
    runs = HAN_RUN.findall(simplified(unicodedata.normalize("NFKC", text)))
    return tuple([_syllables(run) for run in runs])


def initial_tokens(initials: str) -> list[str]:
    """Threes with their tails: hlm gives hlm, lm, m; so any two initials are a prefix, any more a phrase."""
    return [initials[i : i + 3] for i in range(len(initials))]


def initial_query_tokens(initials: str) -> list[str]:
    """The tokens of a query of two or more initials; of two there is only one, asked for as a prefix."""
    return [initials[i : i + 3] for i in range(max(len(initials) - 2, 1))]


@lru_cache(maxsize=4096)
def split(word: str) -> tuple[tuple[str, ...], ...]:
    """The ways to read a Latin word as syllables, fewest syllables first, three at most: xian is xian, then
    xi an.
    """
    if not word.isascii() or not word.isalpha() or len(word) > LONGEST_SPLIT:
        return ()
    ways: list[list[tuple[str, ...]]] = [[()]]
    for end in range(1, len(word) + 1):
        found = [
            (*head, SPELLED_ALIKE.get(word[start:end], word[start:end]))
            for start in range(max(0, end - _LONGEST_SYLLABLE), end)
            if word[start:end] in SYLLABLES
            for head in ways[start]
        ]
        ways.append(sorted(found, key=len)[:_MOST_SPLITS])
    return tuple(ways[-1])


def may_be_initials(word: str) -> bool:
    """No syllable begins with i, u or v, so a word holding one of them is not a string of initials."""
    return 2 <= len(word) <= 10 and word.isascii() and word.isalpha() and not set(word) & set("iuv")


@dataclass(slots=True)
class _Readings:
    """pypinyin's tables with tones taken off as words are met. `longest` is the longest word beginning with
    two characters.
    """

    words: dict[str, list[list[str]]]
    characters: dict[int, str]
    longest: dict[str, int] = field(default_factory=dict)
    known: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for word in self.words:
            self.longest[word[:2]] = max(len(word), self.longest.get(word[:2], 0))

    def word_at(self, text: str, start: int) -> str:
        longest = self.longest.get(text[start : start + 2])
        if longest is not None:
            for length in range(min(longest, len(text) - start), 1, -1):
                if text[start : start + length] in self.words:
                    return text[start : start + length]
        return text[start]

    def read(self, word: str) -> tuple[str, ...]:
        reading = self.known.get(word)
        if reading is None:
            reading = self.known[word] = tuple(_without_tones(syllable) for syllable in self._toned(word))
        return reading

    def _toned(self, word: str) -> list[str]:
        if word in self.words:
            return [readings[0] for readings in self.words[word]]
        readings = self.characters.get(ord(word))
        return [readings.split(",")[0]] if readings else []


@cache
def _readings() -> _Readings:
    from pypinyin.constants import (
        PHRASES_DICT,
        PINYIN_DICT,
    )  # 50 MB of tables: only where text is sounded out

    return _Readings(PHRASES_DICT, PINYIN_DICT)


def _syllables(run: str) -> tuple[str, ...]:
    readings = _readings()
    syllables: list[str] = []
    position = 0
    while position < len(run):
        word = readings.word_at(run, position)
        syllables.extend(readings.read(word))
        position += len(word)
    return tuple(syllables)


def _without_tones(syllable: str) -> str:
    plain = unicodedata.normalize("NFD", syllable).replace("u\u0308", "v").replace("e\u0302", "e")
    return "".join(c for c in plain if c.isascii() and c.isalpha())
