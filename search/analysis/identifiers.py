"""Numbers people read off a book: ISBN in any form, ISSN, barcodes, call numbers, classes of the Chinese
Library Classification.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from catalog.fold import fold
from catalog.marc.isbn import isbn13s

_NOT_DIGITS = re.compile(r"[^0-9X]")
_ISBN_LIKE = re.compile(r"(?:ISBN(?:-?1[03])?[:\s]*)?([0-9][0-9\s\-]{7,20}[0-9X])")
_ISSN_LIKE = re.compile(r"(?:ISSN[:\s]*)?([0-9]{4})-?([0-9]{3}[0-9X])")
_CALL_NUMBER_LIKE = re.compile(r"[a-z]{1,2}[0-9][0-9.\-=()/:+a-z]*")
_CLASS_BASE = re.compile(r"([A-Z]{1,2})([0-9]*)((?:\.[0-9]+)*)")
_DASHES = re.compile(r"[\u2010-\u2015\u2212\ufe58\ufe63\u30fc]")


def isbn_query_tokens(text: str) -> tuple[str, ...]:
    """What finds a book by this number. A valid ISBN gives itself; one with a wrong check digit gives its
    core, which finds the book that was meant; anything else gives nothing.
    """
    match = _ISBN_LIKE.fullmatch(_plain(text))
    if match is None:
        return ()
    digits = _NOT_DIGITS.sub("", match.group(1))
    isbn13 = to_isbn13(digits)
    if isbn13 is not None:
        return (isbn13,)
    return (_core(digits),) if _shaped(digits) else ()


def isbn_index_tokens(isbn13: str) -> tuple[str, ...]:
    """The number itself and its core (without check digit, and without 978, so that ISBN-10 and ISBN-13
    meet).
    """
    return (isbn13, _core(isbn13))


def to_isbn13(digits: str) -> str | None:
    """A valid ISBN-10 or ISBN-13 of digits only as ISBN-13."""
    return next(iter(isbn13s(digits)), None) if len(digits) in (10, 13) else None


def issn_token(text: str) -> str | None:
    match = _ISSN_LIKE.fullmatch(_plain(text))
    return match.group(1) + match.group(2) if match else None


def number_token(text: str) -> str:
    """A barcode or another number as it is compared: width and case folded, no blanks."""
    return "".join(fold(text).split())


def call_number_token(text: str) -> str:
    """I247.57 / 123 and Ｉ247.57/123 are the same place on the shelf."""
    return "".join(fold(text).split())


def looks_like_call_number(folded_word: str) -> bool:
    return len(folded_word) <= 40 and _CALL_NUMBER_LIKE.fullmatch(folded_word) is not None


@lru_cache(maxsize=4096)
def class_prefixes(class_number: str) -> tuple[str, ...]:
    """Every class that holds this one: I247.5 lies in I, I2, I24, I247 and I247.5. Auxiliaries (-43, (2),
    =6) narrow no further.
    """
    base = class_base(class_number)
    if not base:
        return ()
    return tuple(base[:end] for end in range(1, len(base) + 1) if base[end - 1] != ".")


def class_base(class_number: str) -> str:
    """The hierarchical part, in capitals; empty for what is no such class."""
    match = _CLASS_BASE.match(_plain(class_number))
    return "".join(match.groups()) if match else ""


def _plain(text: str) -> str:
    return _DASHES.sub("-", unicodedata.normalize("NFKC", text)).strip().upper()


def _shaped(digits: str) -> bool:
    if "X" in digits[:-1]:
        return False
    return len(digits) == 10 or (len(digits) == 13 and digits.startswith(("978", "979")) and digits.isdigit())


def _core(digits: str) -> str:
    if len(digits) == 10:
        return "core" + digits[:9]
    return "core" + (digits[3:12] if digits.startswith("978") else digits[:12])
