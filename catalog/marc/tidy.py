"""Tidies the text of one subfield for a bib: NFC, half-width digits, letters and blanks, no ISBD marks at the edges."""

from __future__ import annotations

import re
import unicodedata

_FOLD = {0xFF00 + code: 0x20 + code for code in (*range(0x10, 0x1A), *range(0x21, 0x3B), *range(0x41, 0x5B))}
_NON_SORTING = dict.fromkeys((0x88, 0x89, 0x98, 0x9C, 0xFFFC))
_REWRITTEN = _FOLD | _NON_SORTING | {0x3000: 0x20}
_NEEDS_REWRITING = re.compile("[\u3000\x88\x89\x98\x9c\ufffc\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]")
_LONG = 1000  # sorting endless combining marks takes Unicode's normal form quadratic time
_SPACES = re.compile(r"\s{2,}")
_ISBD_END = " \t/:;=,：；，＝"
_ISBD_START = " \t=/:;,"
_ABBREVIATED = re.compile(r"(?:\.\.|\b(?:[A-ZА-Я]|Inc|etc|Ltd|Co|Bros|Jr|Sr|Dr|St|vol|ed|cm|ill|dept|al|др))\.$")
_QUOTED_TITLE = re.compile(r"^《([^《》]+)》$")
_MARK = "[\u0300-\u036f\u0591-\u05bd\u064b-\u065f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
_MARKS = re.compile(f"({_MARK}{{16}}){_MARK}+")
_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


def clean(text: str) -> str:
    """The text as a bib keeps it."""
    if text.isascii():
        return _SPACES.sub(" ", text.strip()) if "  " in text else text.strip()
    if len(text) > _LONG:
        text = _MARKS.sub(r"\1", text)
    if _NEEDS_REWRITING.search(text):
        text = text.translate(_REWRITTEN)
    if not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    return _SPACES.sub(" ", text.strip())


def without_isbd(text: str) -> str:
    """Without the marks that ISBD sets between elements: MARC21 writes them into the subfields, CNMARC sometimes."""
    text = text.lstrip(_ISBD_START).rstrip(_ISBD_END)
    return text[:-2].rstrip(_ISBD_END) if text.endswith((" .", " 。")) else text


def without_stop(text: str) -> str:
    """Without the full stop that closes a field, unless it belongs to an abbreviation or initial."""
    text = without_isbd(text)
    if text.endswith(".") and not _ABBREVIATED.search(text[-12:]):
        return text[:-1].rstrip()
    return text


def without_title_marks(text: str) -> str:
    """《书名》 wholly in title marks is written without them."""
    found = _QUOTED_TITLE.match(text)
    return found.group(1) if found else text


def without_brackets(text: str) -> str:
    """[北京] without the brackets a cataloguer sets around what the book does not say; a lone one goes too."""
    if text.startswith("[") and (text.endswith("]") or "]" not in text):
        text = text[1:].removesuffix("]")
    elif text.endswith("]") and "[" not in text:
        text = text[:-1]
    return text.strip()


def imprint(values: list[str]) -> str | None:
    """A place or a house: the first that says something without brackets and ISBD signs."""
    return next((name for value in values if (name := without_brackets(without_isbd(value)))), None)


def has_han(text: str) -> bool:
    return _HAN.search(text) is not None


def unique(values: list[str]) -> tuple[str, ...]:
    """Non-empty values in order, each once."""
    return tuple(dict.fromkeys(value for value in values if value))
