"""A document as it is handed to an engine: one JSON text, checked against the declared fields, since engines know a field by its name.

The text is put together where the document is made and read by the engine itself; in between nobody looks into it. Its two parts, what the
description says and what the copies add, are written apart, so that the first can be kept while the second changes with every loan.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from json.encoder import encode_basestring as quoted
from typing import NamedTuple

from search.fields import FIELDS, FieldType
from search.port import WrittenDoc

ID = "id"
WEIGHT = "weight"
_LONGEST_KEYWORD = 200

_NAMES: Mapping[FieldType, frozenset[str]] = {
    type_: frozenset(field.name for field in FIELDS if field.type == type_)
    for type_ in ("text", "keyword", "number", "sort_text")
}


class UnknownField(ValueError):
    """tantivy would drop such a value in silence, and Elasticsearch would take a keyword for a text."""


class Description(NamedTuple):
    """The part of a document that the copies have no say in: `members` is JSON without the braces around it. Written only when the copies
    are known: `call_numbers`, the classes, which share a field with the call numbers of the copies, and `year` (0 for none), which counts
    into the weight."""

    id: int
    year: int
    call_numbers: tuple[str, ...]
    members: str


def distinct(values: Iterable[str]) -> tuple[str, ...]:
    """The values of a field of keywords: each once, none empty, none longer than engines take."""
    return tuple(dict.fromkeys([value[:_LONGEST_KEYWORD] for value in values if value]))


def unique_key(value: int, id_: int) -> int:
    """A sort key, made unique by the id in its lower half."""
    return value << 32 | id_ & 0xFFFFFFFF


def write_members(
    *,
    text: Mapping[str, str] | None = None,
    keywords: Mapping[str, tuple[str, ...]] | None = None,
    numbers: Mapping[str, int] | None = None,
    sort_texts: Mapping[str, str] | None = None,
) -> str:
    """Fields as members of a JSON object, without its braces; keywords without a value are left out. Text fields hold tokens divided by
    blanks. Raises UnknownField for a value without a declared field of its type.
    """
    members: list[str] = []
    if text:
        _check("text", text)
        members += [f'"{name}":{quoted(value)}' for name, value in text.items()]
    if keywords:
        _check("keyword", keywords)
        members += [f'"{name}":[{",".join(map(quoted, found))}]' for name, found in keywords.items() if found]
    if numbers:
        _check("number", numbers)
        members += [f'"{name}":{value:d}' for name, value in numbers.items()]
    if sort_texts:
        _check("sort_text", sort_texts)
        members += [f'"{name}":{quoted(value)}' for name, value in sort_texts.items()]
    return ",".join(members)


def write_down(id_: int, version: int, weight: float, *parts: str) -> WrittenDoc:
    """A document of parts (members as `write_members` gives them) that have no field in common."""
    members = ",".join([part for part in parts if part])
    return WrittenDoc(id_, version, f'{{"{ID}":{id_},"{WEIGHT}":{weight!r},{members}}}')


def _check(type_: FieldType, values: Mapping[str, object]) -> None:
    if not values.keys() <= _NAMES[type_]:
        raise UnknownField(f"no {type_} field is called {min(values.keys() - _NAMES[type_])}")
