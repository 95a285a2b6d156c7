"""What of a description is compared when records of several sources meet, each in a form that dirt and habit do not change. Pure.

Text is folded (width, case, traditional to simplified) and stripped of signs; nothing is ever turned into sound: homophones are
other books.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Final, TypeVar

from catalog.bibdata import BibData, Contributor
from catalog.callnumbers import volume_number
from catalog.fold import fold, plain
from catalog.marc.numerals import NUMERAL, number
from catalog.marc.people import BRACKETED, from_statement

# Text that is longer is no name, edition or part: what is looked at has an end, so that no record keeps an import busy for hours.
_LONGEST_NAME: Final = 200
_LONGEST_EDITION: Final = 100
_LONGEST_PART: Final = 60
_LONGEST_CHINESE_NAME: Final = 3  # but for those of two surnames, which are rare
_REMEMBERED: Final = 8192
KEY_LENGTH: Final = 13  # 64 bits in base 32: two titles under one key by chance are told apart when they are compared

Given = TypeVar("Given", str, str | None)
Form = TypeVar("Form")

_HAN = re.compile(r"[\u3400-\u9fff]{2,}")
_HOUSE = re.compile(
    r"出版传媒|出版集团|出版公司|出版社|出版|集团|股份|有限责任公司|有限公司|公司|"
    r"\b(?:publishing|publishers?|press|verlag|éditions|editions|books|company|co|inc|ltd|corp)\b"
)
_HOUSES = re.compile(r"[;；,，/]")
_NUMBERS = re.compile(r"[0-9]+|(?<=第)[零〇一二三四五六七八九十百]+|[上中下](?=[册卷部集编篇]|$)")
_EDITION_NUMBER = re.compile(rf"({NUMERAL})\s*(?:版|st|nd|rd|th|ed)")
# Behind a title: in brackets or behind a sign anything that counts volumes, right behind it only what says so in full.
_VOLUME = rf"第?{NUMERAL}[卷册冊集辑輯部编編]|[上中下][卷册冊集辑輯部编編]?"
_PART_BEHIND = re.compile(
    rf"(?<=\S)(?:\s*[（(\[［]\s*(?P<bracketed>{_VOLUME}|[0-9０-９]{{1,3}})\s*[)）\]］]|[\s.．·:：,，]+(?P<divided>{_VOLUME})|"
    rf"(?P<plain>第{NUMERAL}[卷册冊集辑輯]))\s*$"
)
_PAGES = re.compile(r"(\d{2,5})\s*(?:页|頁|p\b|pages?\b|s\b)?")


def _remembered(form: Callable[[Given], Form]) -> Callable[[Given], Form]:
    """A title is compared with every one of its name, and houses and names come again all the time. Long texts, of which a hostile file
    may be full, are not kept."""
    known = lru_cache(maxsize=_REMEMBERED)(form)

    @wraps(form)
    def ask(text: Given) -> Form:
        return form(text) if text is not None and len(text) > _LONGEST_NAME else known(text)

    return ask


def match_keys(data: BibData) -> tuple[str, ...]:
    """Under what a title is looked up where no number finds it: title and volume, once with and once without the subtitle."""
    volume = volume_form(part_of(data))
    return tuple(dict.fromkeys(_key(f"{form}\x1f{volume}") for form in title_forms(data)))


def title_forms(data: BibData) -> tuple[str, ...]:
    """The title proper without its part, and the title with its subtitle, which others write into the title proper."""
    title = _split(data)[0]
    forms = [_plain(title)]
    if data.subtitle:
        forms.append(_plain(title + data.subtitle))
    return tuple(form for form in dict.fromkeys(forms) if form)


def part_of(data: BibData) -> str | None:
    """The volume, also where it was written behind the title: `红楼梦 上册`, `红楼梦（第二卷）`."""
    return _split(data)[1]


def _split(data: BibData) -> tuple[str, str | None]:
    found = None if data.volume else _PART_BEHIND.search(data.title, max(0, len(data.title) - _LONGEST_PART))
    if found is None:
        return data.title, data.volume
    return data.title[: found.start()], next(part for part in found.groups() if part)


def title_numbers(data: BibData) -> tuple[str, ...]:
    """The numbers in a title proper, which tell the parts of a set apart where they are not written as parts."""
    return tuple(_NUMBERS.findall(fold(data.title)))


@_remembered
def volume_form(volume: str | None) -> str:
    """The number of a volume, else its name; nothing for what is no part of a set."""
    if not volume:
        return ""
    found = volume_number(volume)
    return plain(volume) if found is None else str(found)


def names(people: tuple[Contributor, ...]) -> frozenset[str]:
    """The names without dynasty, country and signs."""
    return frozenset(name for one in people if (name := _core(one.name)))


def names_in(statement: str | None) -> frozenset[str]:
    """The names of a statement of responsibility: headings of foreign names are often in Latin letters alone, or missing."""
    return names(tuple(from_statement([(statement, True)]))) if statement else frozenset()


def share_a_name(ours: frozenset[str], theirs: frozenset[str]) -> bool:
    """Whether somebody stands on both sides; of foreign names the family name in Han characters is enough (J.K.罗琳, 罗琳), of Chinese
    ones it is not: 李晓 is not 李晓明."""
    if ours & theirs:
        return True
    ours_han, theirs_han = ({run for name in side for run in _HAN.findall(name)} for side in (ours, theirs))
    return any(_is_within(one, other) or _is_within(other, one) for one in ours_han for other in theirs_han)


def may_share_a_name(one: BibData, other: BibData) -> bool:
    """Whether somebody stands in both, in headings or statements of responsibility; also where one of the two has no heading."""
    ours, theirs = names(one.contributors), names(other.contributors)
    if not ours or not theirs or share_a_name(ours, theirs):
        return True
    return share_a_name(ours | names_in(one.responsibility), theirs | names_in(other.responsibility))


def _is_within(one: str, other: str) -> bool:
    return one == other or (len(other) > _LONGEST_CHINESE_NAME and one in other)


@_remembered
def publishers(text: str | None) -> frozenset[str]:
    """The names of the houses without what they all are called: 人民文学 of 人民文学出版社有限公司."""
    pieces = _HOUSES.split(fold(text or ""))
    return frozenset(core for piece in pieces if (core := plain(_HOUSE.sub("", piece)) or plain(piece)))


@_remembered
def edition_form(edition: str | None) -> str:
    """The number of an edition, else its words (修订版); the first one is as good as none said."""
    if not edition:
        return "1"
    found = _EDITION_NUMBER.search(fold(edition[:_LONGEST_EDITION]))
    value = number(found.group(1)) if found else None
    return str(value) if value is not None else plain(edition)


@_remembered
def pages(extent: str | None) -> int | None:
    """The first number of two digits or more of an extent: `324页`, `xii, 324 p.`"""
    found = _PAGES.search(fold(extent or ""))
    return int(found.group(1)) if found else None


@_remembered
def _plain(text: str) -> str:
    return plain(text)


@_remembered
def _core(name: str) -> str:
    return plain(BRACKETED.sub("", name[:_LONGEST_NAME])).removesuffix("等")


def _key(text: str) -> str:
    return base64.b32encode(hashlib.blake2b(text.encode(), digest_size=8).digest()).decode()[:KEY_LENGTH]
