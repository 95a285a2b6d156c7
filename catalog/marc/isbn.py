"""ISBN in any spelling to ISBN-13, ISSN to its usual form. What does not validate is kept apart as it was written."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from stdnum import isbn, issn
from stdnum.exceptions import ValidationError

_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−﹘﹣－·"), "-") | {ord("Х"): "X"}  # the Cyrillic letter too
_CANDIDATE = re.compile(
    r"(?<![0-9])(?:97[89][- ]*)?[0-9](?:[- ]?[0-9]){8}(?:[- ]?[0-9](?![0-9])|[- ]?X)|(?<![0-9-])[0-9]{9}(?![0-9X-])"
)
_ISSN = re.compile(r"(?<![0-9])[0-9]{4}[- ]?[0-9]{3}[0-9X](?![0-9])")
_LONGEST = 1000
_PLAIN = re.compile(r"97[89][0-9-]{10,14}")


def isbn13s(text: str) -> list[str]:
    """The valid ISBNs in a subfield as 13 digits; a nine-digit SBN counts."""
    found = [text] if _PLAIN.fullmatch(text) else _CANDIDATE.findall(_plain(text))
    return [number for number in map(_isbn13, found) if number]


def valid_isbns(values: list[str]) -> tuple[str, ...]:
    """The ISBN-13s of the subfields that hold ISBNs, each once, the record's first one first."""
    return tuple(dict.fromkeys(number for value in values for number in isbn13s(value)))


def invalid_isbns(written: list[str], known_wrong: list[str]) -> tuple[str, ...]:
    """What stands in an ISBN's place and is none, and what the record itself calls wrong and is."""
    wrong = [value for value in written if any(map(str.isdigit, value)) and not isbn13s(value)]
    return tuple(dict.fromkeys([*wrong, *(value for value in known_wrong if not isbn13s(value))]))


def other_isbns(known_wrong: list[str], written: list[str]) -> tuple[str, ...]:
    """The valid ISBNs among those that a record calls wrong or cancelled: of another binding, of the set, or put there by mistake."""
    own = set(valid_isbns(written))
    return tuple(number for number in valid_isbns(known_wrong) if number not in own)


def right_check(text: str) -> tuple[str, str] | None:
    """The check digit that is written and the one that the other digits ask for, where that alone is wrong with an ISBN."""
    digits = _plain(text).replace("-", "").replace(" ", "")
    if not re.fullmatch(r"97[89][0-9]{10}|[0-9]{9}[0-9X]", digits) or isbn13s(text):
        return None
    checks = "0123456789" if len(digits) == 13 else "0123456789X"
    return digits[-1], next(check for check in checks if isbn.is_valid(digits[:-1] + check))


def valid_issns(values: list[str]) -> tuple[str, ...]:
    found = (match for value in values for match in _ISSN.findall(_plain(value)))
    return tuple(dict.fromkeys(issn.format(number) for number in found if issn.is_valid(number)))


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text[:_LONGEST]).upper().translate(_DASHES)


@lru_cache(maxsize=4096)  # each is asked about several times while a record is read
def _isbn13(number: str) -> str | None:
    try:
        return isbn.validate(number.replace("-", "").replace(" ", ""), convert=True)
    except ValidationError:
        return None
