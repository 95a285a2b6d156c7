"""How records of one book differ from house to house beyond what `record` varies: the dirt of real deliveries, one function a kind.

Works on fields as text, behind the writers, so that both formats share it. Whether a kind of dirt befalls a record is drawn; what it
does is fixed.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from opencc import OpenCC

TextField = tuple[str, str]
Record = list[TextField]
Dirt = Callable[[Record, "Places", random.Random], Record]

_MARK: Final = "\x1f"
_HAN: Final = re.compile(r"[\u3400-\u9fff]")
_FULL_WIDTH: Final = {code: code + 0xFEE0 for code in (*range(0x30, 0x3A), *range(0x41, 0x5B), *range(0x61, 0x7B))}
_NUMBERS: Final = "一二三四五六七八九"


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Where a format keeps what dirt befalls: (tags, subfield)."""

    title: tuple[str, ...]
    author: tuple[str, ...]
    names: tuple[str, ...]
    edition: tuple[str, ...]
    imprint: tuple[str, ...]
    extent: tuple[str, ...]
    isbn: tuple[str, ...]
    codes: Mapping[str, str] = field(default_factory=dict)


CNMARC: Final = Places(
    title=("200",),
    author=("200",),
    names=("701", "702"),
    edition=("205",),
    imprint=("210",),
    extent=("215",),
    isbn=("010",),
    codes={"author": "f", "publisher": "c", "year": "d"},
)
MARC21: Final = Places(
    title=("245", "880"),
    author=("245", "880"),
    names=("100", "700"),
    edition=("250",),
    imprint=("260", "264"),
    extent=("300",),
    isbn=("020",),
    codes={"author": "c", "publisher": "b", "year": "c"},
)


def _changed(record: Record, tags: tuple[str, ...], code: str, change: Callable[[str], str]) -> Record:
    """The record with `change` applied to this subfield of these fields; a subfield that becomes empty is left out."""
    return [(tag, _subfields(value, code, change)) if tag in tags else (tag, value) for tag, value in record]


def _subfields(value: str, code: str, change: Callable[[str], str]) -> str:
    head, *parts = value.split(_MARK)
    kept = [part if part[:1] != code else (code + text if (text := change(part[1:])) else "") for part in parts]
    return _MARK.join([head, *(part for part in kept if part)])


@cache
def _to_traditional() -> OpenCC:
    return OpenCC("s2t")


def traditional(record: Record, places: Places, _rng: random.Random) -> Record:
    """The whole description in traditional characters, as Hong Kong and Taiwan deliver it."""
    tags = {*places.title, *places.names, *places.imprint}
    return [(tag, _to_traditional().convert(value) if tag in tags else value) for tag, value in record]


def full_width(record: Record, places: Places, _rng: random.Random) -> Record:
    """Digits and letters of title and year typed with a Chinese input method."""
    wide = _changed(record, places.title, "a", lambda text: text.translate(_FULL_WIDTH))
    return _changed(wide, places.imprint, places.codes["year"], lambda text: text.translate(_FULL_WIDTH))


def quoted_title(record: Record, places: Places, _rng: random.Random) -> Record:
    return _changed(record, places.title, "a", lambda text: f"《{text.strip()}》")


def spaced_title(record: Record, places: Places, _rng: random.Random) -> Record:
    """A blank behind every character, as old typewriter rules wanted short titles."""
    return _changed(record, places.title, "a", lambda text: " ".join(text) if len(text) <= 8 else text)


def no_isbn(record: Record, places: Places, _rng: random.Random) -> Record:
    """Cards that were typed from older cards."""
    return _changed(record, places.isbn, "a", lambda _text: "")


def isbn_with_words(record: Record, places: Places, _rng: random.Random) -> Record:
    return _changed(record, places.isbn, "a", lambda text: f"ISBN {text.strip()}（平装）" if "(" not in text else text)


def long_house(record: Record, places: Places, _rng: random.Random) -> Record:
    return _changed(record, places.imprint, places.codes["publisher"], lambda text: _append(text, "有限责任公司"))


def two_houses(record: Record, places: Places, _rng: random.Random) -> Record:
    """A distributor named beside the publisher."""
    return _changed(record, places.imprint, places.codes["publisher"], lambda text: _append(text, "；新华书店"))


def no_house(record: Record, places: Places, _rng: random.Random) -> Record:
    return _changed(record, places.imprint, places.codes["publisher"], lambda _text: "")


def bracketed_year(record: Record, places: Places, _rng: random.Random) -> Record:
    return _changed(record, places.imprint, places.codes["year"], lambda text: f"[{text[:4]}]")


def next_printing(record: Record, places: Places, _rng: random.Random) -> Record:
    """Catalogued from a copy printed a year later."""
    return _changed(
        record,
        places.imprint,
        places.codes["year"],
        lambda text: str(int(text[:4]) + 1) if text[:4].isdecimal() else text,
    )


def first_edition(record: Record, places: Places, _rng: random.Random) -> Record:
    """The first edition said as such, where others say nothing; later ones with their number in words."""
    said = any(tag in places.edition for tag, _ in record)
    if not said:
        return sorted([*record, (places.edition[0], f"  {_MARK}a第1版")], key=lambda one: one[0])
    return _changed(record, places.edition, "a", lambda text: re.sub(r"第?([1-9])版", _number_in_words, text))


def _number_in_words(found: re.Match[str]) -> str:
    return f"第{_NUMBERS[int(found.group(1)) - 1]}版"


def no_headings(record: Record, places: Places, _rng: random.Random) -> Record:
    """No 7XX: the names stand only in the title statement."""
    return [(tag, value) for tag, value in record if tag not in places.names]


def and_others(record: Record, places: Places, _rng: random.Random) -> Record:
    """The names of 7XX left out and all but the first in the statement given up."""
    return _changed(no_headings(record, places, _rng), places.author, places.codes["author"], _only_first)


def _only_first(text: str) -> str:
    first, *others = re.split(r"[,，]\s*", text)
    return f"{first}等" + _role(text) if others else text


def _role(text: str) -> str:
    found = re.search(r"(主编|编著|编写|著|编|绘|译)\.?$", text)
    return found.group(1) if found else ""


def page_words(record: Record, places: Places, _rng: random.Random) -> Record:
    return _changed(record, places.extent, "a", lambda text: text.replace("页", "p"))


def no_extent(record: Record, places: Places, _rng: random.Random) -> Record:
    return [(tag, value) for tag, value in record if tag not in places.extent]


def slip_in_title(record: Record, places: Places, rng: random.Random) -> Record:
    """Two characters changed places."""
    return _changed(record, places.title, "a", lambda text: _swap(text, rng))


def slip_in_name(record: Record, places: Places, rng: random.Random) -> Record:
    """A wrong character in the names, both where they are headings and in the statement."""
    wrong = rng.choice("伟芳娜敏静磊洋艳勇杰娟涛超")
    slipped = _changed(record, places.names, "a", lambda text: text[:-1] + wrong if _HAN.match(text[-1:]) else text)
    return no_headings(slipped, places, rng) if rng.getrandbits(2) == 0 else slipped


def volume_in_title(record: Record, places: Places, _rng: random.Random) -> Record:
    """The volume written behind the title instead of in a subfield of its own."""
    code = "h" if places is CNMARC else "n"
    return [(tag, _volume_behind(value, code) if tag in places.title else value) for tag, value in record]


def _volume_behind(value: str, code: str) -> str:
    found = re.search(rf"{_MARK}{code}([^{_MARK}]*)", value)
    if found is None:
        return value
    name = found.group(1)
    return _subfields(value.replace(found.group(0), ""), "a", lambda text: f"{text} {name}")


def _append(text: str, tail: str) -> str:
    bare = text.rstrip(" ,")
    return bare + tail + text[len(bare) :] if _HAN.search(bare) else text


def _swap(text: str, rng: random.Random) -> str:
    if len(text) < 4 or not _HAN.search(text):
        return text
    place = rng.randrange(len(text) - 1)
    return text[:place] + text[place + 1] + text[place] + text[place + 2 :]
