"""Sounds Han text out, so that queries in Latin letters (hongloumeng, hlm) find it. A query in Han
characters never comes here to be matched: characters that merely sound alike are not the same book.

The words are cut as pypinyin cuts them, from its own tables, ten times as fast as through its styles: an
index load is mostly pinyin.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from catalog.fold import simplified
from search.analysis.readings import load_readings
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


def _syllables(run: str) -> tuple[str, ...]:
    readings = load_readings()
    syllables: list[str] = []
    position = 0
    while position < len(run):
        word = readings.word_at(run, position)
        syllables.extend(readings.read(word))
        position += len(word)
    return tuple(syllables)
