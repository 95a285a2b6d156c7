"""How Han characters and words are read, by pypinyin's tables.

They are read from its files and kept in a tenth of what its own dictionaries take: nine words in ten are read as their characters are,
one by one, and need no reading of their own, only to be known for words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.util import find_spec
from pathlib import Path

# A piece at a time: what a JSON parser makes of the whole, 40 MB, would leave its holes in the memory of a process that lives for months.
_CHARACTER = re.compile(r'"(\d+)":\s*"([^",]*)')  # code point and its readings, the usual one first
_WORD = re.compile(r'"([^"]+)":\s*\[((?:\s*\[[^]]*\]\s*,?)*)\s*\]')  # a word and, for each character, its readings
_FIRST_READING = re.compile(r'\[\s*"([^"]*)"')

Reading = tuple[str, ...]


@dataclass(slots=True)
class Readings:
    """`words` bears a reading where a word is not read as its `characters` are. `longest` is the longest word beginning with two
    characters. Syllables have no tones.
    """

    characters: Mapping[int, str]
    words: Mapping[str, Reading | None]
    longest: dict[str, int] = field(default_factory=dict)
    known: dict[str, Reading] = field(default_factory=dict)

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

    def read(self, word: str) -> Reading:
        reading = self.known.get(word)
        if reading is None:
            reading = self.known[word] = self.words.get(word) or _read_singly(word, self.characters)
        return reading


@cache
def load_readings() -> Readings:
    """The tables, read once per process."""
    characters = {int(found[1]): _without_tones(found[2]) for found in _CHARACTER.finditer(_table("pinyin_dict"))}
    words = {found[1]: _own_reading(found[1], found[2], characters) for found in _WORD.finditer(_table("phrases_dict"))}
    return Readings(characters, words)


def _table(name: str) -> str:
    package = find_spec("pypinyin")  # not imported, for then it loads the tables itself
    assert package is not None
    assert package.origin is not None
    return (Path(package.origin).parent / f"{name}.json").read_text(encoding="utf-8")


def _own_reading(word: str, readings: str, characters: Mapping[int, str]) -> Reading | None:
    reading = tuple(_without_tones(first) for first in _FIRST_READING.findall(readings))
    return None if reading == _read_singly(word, characters) else reading


def _read_singly(word: str, characters: Mapping[int, str]) -> Reading:
    return tuple([characters[code] for code in map(ord, word) if code in characters])


@cache
def _without_tones(syllable: str) -> str:
    plain = unicodedata.normalize("NFD", syllable).replace("u\u0308", "v").replace("e\u0302", "e")
    return "".join(c for c in plain if c.isascii() and c.isalpha())
