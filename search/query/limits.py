"""Years and classes named in a query (`year:2015..2020`, `分类:I247`): they narrow, they are not words to be found."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from search.analysis.identifiers import class_base

Years = tuple[int | None, int | None]

_YEARS = re.compile(
    r"(?<![^\s(])(?:year|年|年份|出版年):\s?(?P<first>\d{1,4})?(?P<to>\.\.|-|~)?(?P<last>\d{1,4})?(?![^\s)])", re.I
)
_CLASS = re.compile(r"(?<![^\s(])(?:class|clc|分类|分类号|中图法):\s?(?P<number>[A-Za-z][\w.\-]*)\*?(?![^\s)])", re.I)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """`years` is inclusive, either end may be open; `classes` each with all below it, any of them."""

    years: Years | None = None
    classes: tuple[str, ...] = ()


NO_LIMITS: Final = Limits()


def take_limits(plain: str) -> tuple[str, Limits]:
    """The text without its limits, and these. Of several ranges of years the last counts; what is no year or class stays a word."""
    years: Years | None = None
    classes: list[str] = []

    def take_years(match: re.Match[str]) -> str:
        nonlocal years
        found = _years(match)
        years = found or years
        return match.group() if found is None else ""

    def take_class(match: re.Match[str]) -> str:
        base = class_base(match["number"])
        classes.append(base)
        return "" if classes[-1] else match.group()

    rest = _CLASS.sub(take_class, _YEARS.sub(take_years, plain))
    found = tuple(dict.fromkeys(base for base in classes if base))
    return (rest, Limits(years=years, classes=found)) if years or found else (plain, NO_LIMITS)


def _years(match: re.Match[str]) -> Years | None:
    first, last = (int(match[end]) if match[end] else None for end in ("first", "last"))
    if first is None and last is None:
        return None
    if match["to"] is None:
        return (first, first) if last is None else None
    return first, last


def narrower(asked: Years | None, named: Years | None) -> Years | None:
    """Both ranges at once; a range that can hold no year stays one."""
    if asked is None or named is None:
        return asked or named
    lows = [year for year in (asked[0], named[0]) if year is not None]
    highs = [year for year in (asked[1], named[1]) if year is not None]
    return max(lows, default=None), min(highs, default=None)
