"""The small language of the mapping tables: what a tag spec finds in a record.

`200$a` is every $a of every 200; `606$axyz` joined is one text per field; `100$a/9-12` and `008/35-37` are positions; several specs
are separated by blanks and taken in that order. A line of a table is a bib field, a source and a transform."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple, TypeVar

from catalog.marc.record import Field, MarcRecord
from catalog.marc.tidy import clean

Found = TypeVar("Found")
Texts = Callable[[MarcRecord], list[str]]
Fields = Callable[[MarcRecord], list[Field]]


class Line(NamedTuple):
    """How one bib field is made: `field` = `read` (record)."""

    field: str
    read: Callable[[MarcRecord], object]


def line(field: str, source: Callable[[MarcRecord], Found], transform: Callable[[Found], object]) -> Line:
    return Line(field, lambda record: transform(source(record)))


def extract(record: MarcRecord, lines: Iterable[Line]) -> dict[str, Any]:
    return {field: read(record) for field, read in lines}


class _Spec(NamedTuple):
    tag: str
    codes: str
    start: int
    end: int


def each(specs: str) -> Texts:
    """One cleaned text for every subfield, or slice of it, that the specs name; empty ones are left out."""
    parsed = [_parse(spec) for spec in specs.split()]

    def read(record: MarcRecord) -> list[str]:
        texts = []
        for spec in parsed:
            for field in record.named(spec.tag):
                for code, text in field.subfields or (("", field.value),):
                    if code in spec.codes if code else not spec.codes:
                        tidy = clean(text[spec.start : spec.end])
                        if tidy:
                            texts.append(tidy)
        return texts

    return read


def joined(specs: str, separator: str = " ") -> Texts:
    """One text per field: its named subfields in the order of the record."""
    parsed = [_parse(spec) for spec in specs.split()]

    def read(record: MarcRecord) -> list[str]:
        texts = []
        for spec in parsed:
            for field in record.named(spec.tag):
                parts = [tidy for code, text in field.subfields if code in spec.codes and (tidy := clean(text))]
                if parts:
                    texts.append(separator.join(parts))
        return texts

    return read


def fields(tags: str) -> Fields:
    """The fields themselves, tag by tag, for transforms that need indicators or the order of subfields."""
    wanted = tags.split()

    def read(record: MarcRecord) -> list[Field]:
        return [field for tag in wanted for field in record.named(tag)]

    return read


def leader(record: MarcRecord) -> str:
    return record.leader


def first(values: list[str]) -> str | None:
    return values[0] if values else None


def _parse(spec: str) -> _Spec:
    where, _, positions = spec.partition("/")
    tag, _, codes = where.partition("$")
    if not positions:
        return _Spec(tag, codes, 0, 1 << 30)
    start, _, end = positions.partition("-")
    return _Spec(tag, codes, int(start), int(end or start) + 1)
