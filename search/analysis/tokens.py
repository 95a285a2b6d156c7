"""Cuts folded text into tokens.

A run of Han, kana or Hangul gives its overlapping pairs and, in the index only, its last character alone: so
every part of the run is a phrase, every single character the start of some token, and no phrase reaches
across two runs. Other letters and digits give words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from operator import add
from typing import NamedTuple

from catalog.fold import fold

# Stands in for "nothing here" and between two values: engines count field lengths alike, and no phrase
# crosses from one value to the next.
FILLER = "\u00b7"
LONGEST_TOKEN = 64
_SHORT = 60

_HAN = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U000323af"
_CJK = _HAN + "\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\uac00-\ud7a3"
_LETTER = rf"[^\W_{_CJK}]"
_RUN = re.compile(
    rf"(?P<cjk>[{_CJK}]+)"
    rf"|(?<![^\W_])[a-z](?:\+\+|#)"  # C++, C#, F#
    rf"|{_LETTER}+(?:['’]{_LETTER}+)*"
)
_POSSESSIVE = re.compile(r"(?<=[^\W_])['’]s\b", re.IGNORECASE)
HAN_RUN = re.compile(f"[{_HAN}]+")


class Run(NamedTuple):
    """A stretch of folded text of one kind, and where it stands."""

    text: str
    is_cjk: bool
    start: int
    end: int


def runs(folded: str) -> list[Run]:
    return [_run(match) for match in _RUN.finditer(folded)]


def _run(match: re.Match[str]) -> Run:
    text, (start, end) = match.group(), match.span()
    return Run(text, True, start, end) if match.lastgroup == "cjk" else Run(_word(text), False, start, end)


def _word(text: str) -> str:
    if not text.isalnum():
        text = _POSSESSIVE.sub("", text).replace("'", "").replace("’", "")
    return text[:LONGEST_TOKEN]


def joined_possessives(text: str) -> str | None:
    """The text as those write it who leave the apostrophe out (philosophers stone); None where it has none. The words themselves are
    indexed without their 's: who looks for alice wants Alice's adventures too."""
    joined = _POSSESSIVE.sub("s", text)
    return joined if joined != text else None


def index_tokens(text: str) -> tuple[str, ...]:
    """What one value of a field is indexed under."""
    return _short_text_tokens(text) if len(text) <= _SHORT else _tokens(text)


@lru_cache(maxsize=8192)
def _short_text_tokens(text: str) -> tuple[str, ...]:
    """Names, publishers and headings come again and again."""
    return _tokens(text)


def _tokens(text: str) -> tuple[str, ...]:
    """Without a `Run` for each stretch: an index load is mostly this."""
    tokens: list[str] = []
    for match in _RUN.finditer(fold(text)):
        found = match.group()
        if match.lastgroup == "cjk":
            tokens += map(add, found, found[1:])
            tokens.append(found[-1])
        else:
            tokens.append(_word(found))
    return tuple(tokens)


def run_tokens(run: Run) -> list[str]:
    """The tokens of a run as indexed, the last character included."""
    return [*_pairs(run.text), run.text[-1]] if run.is_cjk else [run.text]


def query_tokens(run: Run) -> list[str]:
    """The tokens that find a run anywhere inside a longer one. Empty for a single Han character, which is
    asked for as a prefix.
    """
    return _pairs(run.text) if run.is_cjk else [run.text]


def phrase_tokens(phrase: list[Run]) -> list[str]:
    """The tokens of several runs in a row: what stands inside ends as in the index, only the last run may go
    on.
    """
    inner = [token for run in phrase[:-1] for token in run_tokens(run)]
    return [*inner, *query_tokens(phrase[-1])]


def field_text(values: Iterable[str | None]) -> str:
    """All tokens of a field, divided by blanks, ready for an engine that cuts at blanks; never empty."""
    parts = [tokens for value in values if value and (tokens := index_tokens(value))]
    return join(parts)


def join(parts: Iterable[Sequence[str]]) -> str:
    """Token lists of several values as the text of one field."""
    return f" {FILLER} ".join([" ".join(part) for part in parts]) or FILLER


@lru_cache(maxsize=8192)
def squeezed(text: str) -> str:
    """A whole heading without punctuation, blanks only between Latin words: for equality, and for prefixes
    while typing.
    """
    found = runs(fold(text))
    return "".join(
        run.text if i == 0 or run.is_cjk or found[i - 1].is_cjk else " " + run.text for i, run in enumerate(found)
    )


def _pairs(text: str) -> list[str]:
    return list(map(add, text, text[1:]))
