"""Volumes of a set that share one ISBN: which a shop's list names, and which copies stand against buying one of them. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final, Literal

from catalog.matchkeys import volume_form

MOST: Final = 100
LONGEST: Final = 500
JOINT: Final = "、"
NAMED_BY_SHOPS: Final = 1  # of other volumes that nobody but a shop named, so many are believed: a set has two at least
_BETWEEN: Final = re.compile(r"[、，,;；/|\n]+")
_RANGE: Final = re.compile(r"(?:第)?([0-9]{1,3})[-—–~～至]([0-9]{1,3})(?:[册卷集部辑])?")

Unclear = Literal["which", "whether"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyVolume:
    """Which volume a copy is, None: it is not said. `is_certain`: a library had it in its hands; else only a shop said so."""

    volume: str | None
    is_certain: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """How many copies are or may be the book, and how many of them are it for certain. Where more would do harm, `unclear` says what is
    lacking: `which` volume is wanted, or `whether` the copies are that one."""

    count: int
    sure: int
    unclear: Unclear | None = None


def split_volumes(text: str) -> tuple[str, ...]:
    """The volumes that a text names: `上、下`, `上 中 下`, `1-4`."""
    parts = [part.strip() for part in _BETWEEN.split(text) if part.strip()]
    parts = parts if len(parts) > 1 else text.split()
    return tuple(name for part in parts for name in _named(part))


def _named(part: str) -> Iterable[str]:
    found = _RANGE.fullmatch("".join(part.split()))
    if found is None or int(found[1]) >= int(found[2]):
        return (part,)
    return (str(n) for n in range(int(found[1]), int(found[2]) + 1))


def same_volumes(names: Collection[str]) -> tuple[str, str] | None:
    """Two of these names that mean one volume (上, 上册)."""
    seen: dict[str, str] = {}
    for name in names:
        if (first := seen.setdefault(volume_form(name), name)) != name or list(names).count(name) > 1:
            return first, name
    return None


def listed(names: Collection[str], volume: str | None) -> str | None:
    """The volume as the list writes it; None where it does not name it."""
    key = volume_form(volume)
    return next((name for name in names if key and volume_form(name) == key), None)


def may_be(copy: CopyVolume, asked: str | None, names: Collection[str]) -> bool:
    """Whether a copy is, or may be, the volume that is asked for. One is another only where a library had it in its hands, or where the
    shop's list, which stands before anybody chooses, names both."""
    key, own = volume_form(asked), volume_form(copy.volume)
    if not key or not own or own == key:
        return True
    return not (copy.is_certain or (listed(names, asked) and listed(names, copy.volume)))


def count_copies(copies: Collection[CopyVolume], asked: str | None, names: Collection[str]) -> Counted:
    """What stands against buying the volume that is asked for. Volumes can be made up at a counter, to buy one book any number of times: of
    those that only a shop named `NAMED_BY_SHOPS` is believed to be another, and none where the list says which there are."""
    key = volume_form(asked)
    if not key:
        is_set = bool(names) or any(volume_form(copy.volume) for copy in copies)
        return Counted(count=len(copies), sure=0 if is_set else len(copies), unclear="which" if is_set else None)
    left = [volume_form(copy.volume) for copy in copies if may_be(copy, asked, names)]
    sure = left.count(key)
    others = sum(bool(own) and own != key for own in left)
    believed = 0 if names else min(others, NAMED_BY_SHOPS)
    return Counted(count=len(left) - believed, sure=sure, unclear="whether")
