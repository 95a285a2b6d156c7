"""Makes different spellings of one thing equal: width, case, accents, traditional and simplified characters.

Works character by character, so that a place in the folded text leads back to its place in the text as
written. A character with two simplified forms (乾) gets one of them always: what counts is that index and
query agree, not that the result be good Chinese.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from itertools import pairwise

from opencc import OpenCC

_HAN_BLOCKS = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0x20000, 0x323AF))
_MARKS = (
    "\u0300",
    "\u036f",
)  # Latin, Greek and Cyrillic accents; the marks of kana and of Indic scripts carry meaning
_VARIATION_SELECTORS = (("\ufe00", "\ufe0f"), ("\U000e0100", "\U000e01ef"))
_HALF_WIDTH_VOICING = "\uff9e\uff9f"
_SIGNS = re.compile(r"[\W_]+")


def fold(text: str) -> str:
    """The form that is indexed and searched. Controls and broken characters become blanks, invisible ones
    vanish.
    """
    if text.isascii() and text.isprintable():  # numbers and plain words, the most common of all
        return text.lower()
    return _folded(text)


@lru_cache(maxsize=4096)
def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).translate(_table())


def plain(text: str) -> str:
    """The folded text by its letters and digits alone: how titles and names are compared. Equal with and without signs and blanks."""
    return _SIGNS.sub("", fold(text))


def fold_with_offsets(text: str) -> tuple[str, list[int]] | None:
    """The folded text and, for each of its characters, the start of its source; one more offset marks the
    end.

    None where folding the pieces and folding the whole differ (unusual sequences of marks): then no place
    can be named.
    """
    pieces: list[str] = []
    offsets: list[int] = []
    for start, end in _clusters(text):
        piece = fold(text[start:end])
        pieces.append(piece)
        offsets.extend([start] * len(piece))
    folded = "".join(pieces)
    return (folded, [*offsets, len(text)]) if folded == fold(text) else None


def simplified(text: str) -> str:
    """Traditional to simplified with knowledge of words (乾隆 stays): for reading aloud, not for matching. Text without a traditional
    character stays as it is."""
    return text if _simplified_characters().keys().isdisjoint(text) else _converter().convert(text)


@cache
def _converter() -> OpenCC:
    return OpenCC("t2s")


def _clusters(text: str) -> list[tuple[int, int]]:
    """A base character with the marks that follow it."""
    starts = [i for i, character in enumerate(text) if i == 0 or not _continues(character)]
    return list(pairwise([*starts, len(text)]))


def _continues(character: str) -> bool:
    return (
        unicodedata.combining(character) != 0
        or character in _HALF_WIDTH_VOICING
        or "\u1160" <= character <= "\u11ff"  # Hangul vowels and finals, which compose with what stands before
    )


class _Table(dict[int, str]):
    """Filled as characters are met: `str.translate` asks `__missing__` once for each."""

    def __init__(self, simplified: dict[str, str]) -> None:
        super().__init__()
        self._simplified = simplified

    def __missing__(self, code_point: int) -> str:
        folded = "".join(self._simplified.get(c, c) for c in _fold_character(chr(code_point)))
        self[code_point] = folded
        return folded


@cache
def _table() -> _Table:
    return _Table(_simplified_characters())


@cache
def _simplified_characters() -> dict[str, str]:
    """OpenCC's table, and the one character it leaves that readers type otherwise: 钱锺书 is asked for as 钱钟书."""
    found = {old: new for characters in _han_characters() for old, new in _converted(characters) if old != new}
    return found | {"锺": "钟"}


def _han_characters() -> Iterator[list[str]]:
    """A thousand at a time: all at once would leave 16 MB of holes in the memory of a process that lives for months."""
    for first, last in _HAN_BLOCKS:
        for start in range(first, last + 1, 1000):
            yield [chr(code) for code in range(start, min(start + 1000, last + 1))]


def _converted(characters: Sequence[str]) -> Iterator[tuple[str, str]]:
    return zip(characters, _converter().convert("\n".join(characters)).split("\n"), strict=True)


def _fold_character(character: str) -> str:
    category = unicodedata.category(character)
    if category in ("Cc", "Cs", "Co", "Cn", "Zl", "Zp"):
        return " "
    if category == "Cf" or any(first <= character <= last for first, last in _VARIATION_SELECTORS):
        return ""
    lower = unicodedata.normalize("NFKC", character.casefold())
    bare = "".join(c for c in unicodedata.normalize("NFD", lower) if not _MARKS[0] <= c <= _MARKS[1])
    return unicodedata.normalize("NFC", bare)
