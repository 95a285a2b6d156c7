"""Which brackets of a query hold words together, and which belong to a title (史记 (修订本)). No bracket is ever an error."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

# Characters for private use, that no word has.
OPEN: Final = "\ue000"
CLOSE: Final = "\ue001"
DEEPEST: Final = 8

_EITHER = r"OR|\|\|?|或"
_OPERATOR = re.compile(rf"(?<![^\s(])(?:{_EITHER}|AND|&&?|NOT|与|非)(?![^\s)])|(?<=\s)-(?=[^\s)])")
_LEADS = re.compile(rf"(?:(?:^|[\s(])(?:NOT|AND|&&?|{_EITHER})\s+|(?:^|[\s(])-|\w:)$")
_FOLLOWS = re.compile(rf"\s+(?:{_EITHER})\s")
_FORGED = str.maketrans({OPEN: " ", CLOSE: " "})


def mark_groups(plain: str) -> str:
    """The text with OPEN and CLOSE for the brackets that group: where an operator stands inside, or an operator, minus or name in front,
    or an OR behind. Others stay text, and so do those deeper than eight; one that is never closed reaches to the end.
    """
    text = list(plain.translate(_FORGED))
    closed_late: list[int] = []
    ends: list[int] = []
    for start, end in _pairs(plain):
        ends = [other for other in ends if other > start]
        if len(ends) >= DEEPEST or not _groups(plain, start, end):
            continue
        ends.append(end)
        text[start] = OPEN
        if end < len(plain):
            text[end] = CLOSE
        else:
            closed_late.append(end)
    return "".join(text) + CLOSE * len(closed_late)


def _groups(plain: str, start: int, end: int) -> bool:
    return bool(
        _OPERATOR.search(plain, start + 1, end)
        or _LEADS.search(plain[:start])
        or (end < len(plain) and _FOLLOWS.match(plain, end + 1))
    )


def _pairs(plain: str) -> list[tuple[int, int]]:
    """Brackets outside of quotation marks, by their beginning; the end of one that is never closed is that of the text."""
    waiting: list[int] = []
    found: list[tuple[int, int]] = []
    for place, character in _unquoted(plain):
        if character == "(":
            waiting.append(place)
        elif character == ")" and waiting:
            found.append((waiting.pop(), place))
    return sorted([*found, *((start, len(plain)) for start in waiting)])


def _unquoted(plain: str) -> Iterator[tuple[int, str]]:
    is_quoted = False
    for place, character in enumerate(plain):
        if character == '"':
            is_quoted = not is_quoted
        elif not is_quoted:
            yield place, character
