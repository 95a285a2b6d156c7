"""Call numbers: class and book number apart, and the order in which books stand on the shelf. Pure.

`I247.57/123:2` is the class `I247.57` of the Chinese Library Classification and the book number `123:2`: the 123rd title of the class,
its second volume. On the shelf letters come first, then digits as decimals (the dot only helps the eye); what ends at a step stands
before its auxiliaries, those in the order - ( ) " " = < > : + /, and they before a longer number. A book number of digits (种次号,
四角号码) stands by its value, one that begins with a letter (著者号) by its letters and then digit by digit; volumes, editions and
parts stand behind it by their value, 上 before 中 before 下.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from catalog.marc.numerals import number

LONGEST_SHELF_KEY: Final = 160

_LONGEST_VOLUME: Final = 100
_DASHES: Final = re.compile("[\u2010-\u2015\u2212\ufe58\ufe63\u30fc]")
_QUOTES: Final = re.compile("[\u201c-\u201e]")
_ANGLES: Final = str.maketrans("〈〉《》", "<><>")
_MARK: Final = re.compile(r"([^\x00-\x7f]+)[\s/]*(?=[A-Za-z0-9\[])")
_SMALL_CLASS: Final = re.compile(r"^[^\x00-\x7f]*[\s/]*[a-z]{1,2}(?=[0-9\-/])")
_CLASS_LIKE: Final = re.compile(r"[A-Z]{1,2}[0-9]\S*|[0-9]{1,3}(?:\.[0-9]\S*)?", re.IGNORECASE)
_BASE: Final = r"(?:[A-KN-VXZ]|T[BDEFGHJKLMNPQSUV]|DF)(?:[0-9]{3}(?:\.[0-9]{3})*\.[0-9]{1,3}|[0-9]{1,3})?"
_CLASS_NUMBER: Final = re.compile(
    rf"\[?{_BASE}\]?(?:(?<=[0-9])[A-Z+]{{1,4}}[0-9]{{0,3}})?"
    rf'(?:-[0-9.]+|\([0-9.=]+\)|"[0-9.]+"|=[0-9.]+|<[0-9.]+>|[:+]{_BASE}|/\.[0-9]+)*'
)

_END: Final = " "
# Auxiliaries lie between the end and the digits; what closes a bracket ends what stands inside, before the digits too.
_RANKS: Final = {mark: chr(code) for code, mark in enumerate('-("=<:+/', start=ord("!"))}
_SIGNS: Final = str.maketrans(_RANKS | {")": ")", ">": ")"} | dict.fromkeys(".[]' "))
_TOKEN: Final = re.compile(
    r'[0-9]+(?:\.[0-9]+)?|[A-Z]+\.?[0-9]*|[零〇一二三四五六七八九十百廿卅]+|[^\W0-9A-Z_]|[-("=<:+/]'
)
_PARTS: Final = {"上": 1, "中": 2, "下": 3, "前": 1, "后": 2, "正": 1, "续": 2}
_VOLUME_WORDS: Final = frozenset("第卷册辑集部分编期号")
_VOLUME_LETTERS: Final = frozenset({"V", "VOL", "NO", "C", "PT"})


@dataclass(frozen=True, slots=True, kw_only=True)
class CallNumber:
    """A call number in its parts. `mark` is what some libraries write in front of it for a collection (少儿, 古籍)."""

    mark: str = ""
    class_number: str = ""
    book_number: str = ""

    def __str__(self) -> str:
        return " ".join(filter(None, (self.mark, "/".join(filter(None, (self.class_number, self.book_number))))))


def tidy(text: str) -> str:
    """As it is written on a label: half-width, plain dashes and quotes, a capital class letter, no blanks around a divider."""
    plain = _DASHES.sub("-", unicodedata.normalize("NFKC", _QUOTES.sub('"', text))).translate(_ANGLES)
    plain = re.sub(r"\s*([/:=])\s*", r"\1", " ".join(plain.split()))
    return _SMALL_CLASS.sub(lambda found: found.group().upper(), plain)


def split(text: str) -> CallNumber:
    """Mark, class and book number. Without a slash a blank divides them; without either all is class."""
    plain = tidy(text)
    marked = _MARK.match(plain)
    mark, rest = (marked.group(1), plain[marked.end() :]) if marked else ("", plain)
    slash = re.search(r"/(?!\.)", rest)  # K825.6/.7 is a range of classes
    at = slash.start() if slash else _blank_after_class(rest)
    if at is None:
        return CallNumber(mark=mark, class_number=rest)
    return CallNumber(mark=mark, class_number=rest[:at].strip(), book_number=rest[at + 1 :].strip())


def join(class_number: str, book_number: str) -> str:
    """The whole call number, `class/book`."""
    return str(CallNumber(class_number=tidy(class_number), book_number=tidy(book_number)))


def is_class_number(text: str) -> bool:
    """Whether this has the form of a number of the Chinese Library Classification: I247.57, TP312, D920.5-43, K825.6=535."""
    return _CLASS_NUMBER.fullmatch(tidy(text).upper()) is not None


@lru_cache(maxsize=4096)  # the copies of a title have one call number, most of them
def shelf_key(call_number: str | None) -> str | None:
    """A text whose order by code points is the order on the shelf; None for a copy without a call number."""
    if call_number is None or not (plain := tidy(call_number)):
        return None
    parts = split(plain)
    key = class_key(parts.class_number) + _END + _book_key(parts.book_number.upper())
    whole = f"~{parts.mark}{_END}{key}" if parts.mark else key
    return whole[:LONGEST_SHELF_KEY].rstrip() or None


def shelved(values: Mapping[str, Any]) -> dict[str, Any]:
    """Columns of a copy that are about to change, with its place on the shelf where the call number is among them."""
    if "call_number" not in values:
        return dict(values)
    return {**values, "shelf_key": shelf_key(values["call_number"])}


def class_key(class_number: str) -> str:
    """The key of a class alone. The keys of its books begin with it and a blank."""
    return tidy(class_number).upper().translate(_SIGNS)


def _blank_after_class(plain: str) -> int | None:
    found = _CLASS_LIKE.match(plain)
    return found.end() if found and plain[found.end() : found.end() + 1] == " " else None


def _book_key(book_number: str) -> str:
    tokens = [one for one in _TOKEN.findall(book_number) if one not in _VOLUME_WORDS]
    return "".join(_token_key(token, is_first=at == 0) for at, token in enumerate(tokens))


def _token_key(token: str, *, is_first: bool) -> str:
    if token in _RANKS:
        return _RANKS[token]
    if not token.isascii():
        value = _PARTS.get(token) or number(token)
        return token if value is None else _value_key(str(value))
    if token[0].isdigit():
        whole, _, decimals = token.partition(".")
        return _value_key(whole) + (f".{decimals}" if decimals else "")
    letters = token.rstrip("0123456789.")
    digits = token[len(letters) :].strip(".")
    if is_first or letters not in _VOLUME_LETTERS:
        return letters + digits
    return _value_key(digits) if digits else ""


def _value_key(digits: str) -> str:
    """A length in front lets digits be compared as text: 9 before 10; from nine digits on the length has two digits of its own."""
    plain = digits.lstrip("0") or "0"
    length = str(len(plain)) if len(plain) < 9 else f"9{len(plain):02d}"
    return length + plain


def volume_number(text: str | None) -> int | None:
    """The number of a volume as people write it: `第2卷`, `v.2`, `下`, `第十册`; None where there is none. Looked for at the beginning
    alone, so that none has more digits than can be written down again."""
    for token in _TOKEN.findall(unicodedata.normalize("NFKC", (text or "")[:_LONGEST_VOLUME]).upper()):
        digits = token.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ.")
        value = _PARTS.get(token) or number(digits.partition(".")[0])
        if value is not None:
            return value
    return None


def sequence_number(book_number: str) -> int | None:
    """The number within the class with which a book number begins (123 of `123:2`); None for an author number."""
    found = re.match(r"[0-9]{1,6}(?![0-9])", tidy(book_number))
    return int(found.group()) if found and int(found.group()) else None


def sequence_of_key(key: str, class_number_key: str) -> int:
    """The number within the class that a key of the shelf holds; 0 for none."""
    rest = key.removeprefix(f"{class_number_key}{_END}")
    digits = rest[1 : 1 + int(rest[0])] if rest[:1].isdigit() else ""
    return int(digits or 0)


def sequence_bounds(class_number_key: str) -> tuple[str, str]:
    """Between these lie the keys of the books of a class that are numbered within it: up to six digits, for longer ones are slips
    such as a barcode in the place of a number."""
    return f"{class_number_key}{_END}0", f"{class_number_key}{_END}7"
