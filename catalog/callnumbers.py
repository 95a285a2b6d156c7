"""Call numbers (索书号) in the order of the shelf. Pure.

A call number is a class of the Chinese Library Classification, `/`, and a book number. On the shelf the letters come first, the class's
digits count as decimals (I24 before I247 before I25), a class alone stands before one with an auxiliary (`-`, `(`, `"`, `=`, `<`, `:`, `+`,
in this order), that before a longer class, and book numbers stand by their value (9 before 12).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any, Final

LONGEST_SHELF_KEY: Final = 160
_ORDER: Final = str.maketrans(
    {
        "/": "!",
        "-": "#",
        "—": "#",
        "(": "$",
        "[": "$",
        '"': "%",
        "“": "%",
        "=": "&",
        "<": "'",
        ":": "(",
        "+": ")",
        # Dots only part long classes, closing brackets say nothing that the opening ones have not said.
        **dict.fromkeys(".)]>”·﹒・", ""),
    }
)
_BLANKS: Final = re.compile(r"\s+")
_NUMBER: Final = re.compile(r"\d+", re.ASCII)
_MOST_DIGITS: Final = 99


def shelf_key(call_number: str | None) -> str | None:
    """What sorts call numbers as they stand on a shelf, compared character by character; None for a copy without one."""
    if not call_number:
        return None
    plain = _BLANKS.sub("", unicodedata.normalize("NFKC", call_number)).upper()
    class_, _, book = plain.partition("/")
    key = class_.translate(_ORDER)
    if book:
        key = f"{key}!{_NUMBER.sub(_by_value, book).translate(_ORDER)}"
    return key[:LONGEST_SHELF_KEY] or None


def shelved(values: Mapping[str, Any]) -> dict[str, Any]:
    """Columns of a copy that are about to change, with its place on the shelf where the call number is among them."""
    if "call_number" not in values:
        return dict(values)
    return {**values, "shelf_key": shelf_key(values["call_number"])}


def _by_value(number: re.Match[str]) -> str:
    """A longer number is a greater one, so its length comes first."""
    digits = number[0].lstrip("0")[:_MOST_DIGITS]
    return f"{len(digits):02d}{digits}"
