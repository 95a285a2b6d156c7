"""What a table of parts is made of: which fields of a description a part writes, under which tags, and small builders of fields."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from catalog.bibdata import BibData, Contributor
from catalog.marc.record import Field
from kernel.money import show_money


class Part(NamedTuple):
    """`build` gets the description and the record's present fields of these tags, and returns what stands there instead."""

    describes: tuple[str, ...]
    tags: frozenset[str]
    build: Callable[[BibData, list[Field]], list[Field]]


def part(describes: str, tags: str | Iterable[str], build: Callable[[BibData, list[Field]], list[Field]]) -> Part:
    named = tags.split() if isinstance(tags, str) else tags
    return Part(tuple(describes.split()), frozenset(named), build)


def plain(describes: str, tags: str | Iterable[str], indicators: str, code: str = "a") -> Part:
    """One field a value, under the first of the tags: a text, lines of a text, or a tuple of texts."""
    first = tags.split()[0] if isinstance(tags, str) else next(iter(tags))

    def build(data: BibData, _existing: list[Field]) -> list[Field]:
        value = getattr(data, describes)
        texts = value.split("\n") if isinstance(value, str) else value or ()
        return [made(first, indicators, (code, text)) for text in texts if text]

    return part(describes, tags, build)


def made(tag: str, indicators: str, *subfields: tuple[str, str | None]) -> Field:
    """A field of those subfields that have a text."""
    return Field(tag, indicators, tuple((code, text) for code, text in subfields if text))


def filled(field: Field) -> list[Field]:
    return [field] if field.subfields else []


def price(data: BibData) -> str | None:
    fen = data.price_fen
    return None if fen is None else f"CNY{show_money(fen)}"


def statement(contributors: tuple[Contributor, ...]) -> str | None:
    """What stands on a title page: 路遥著 ; 某人译."""
    return " ; ".join(f"{one.name}{one.role or ''}" for one in contributors) or None


def subject(tag: str, indicators: str, heading: str) -> Field:
    """`--` divides a heading from its subdivisions."""
    head, *divisions = heading.split("--")
    return made(tag, indicators, ("a", head), *(("x", text) for text in divisions))


def patched(text: str, start: int, value: str) -> str:
    """A string of fixed positions with some of them overwritten."""
    return text[:start].ljust(start) + value + text[start + len(value) :]
