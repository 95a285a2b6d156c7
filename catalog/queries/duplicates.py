"""Titles that may be the same book as one about to be kept: they share an ISBN, or the title and a name. A question, never an answer:
volumes of a set share an ISBN, and two books may have one title."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final, Literal

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from catalog.bibdata import BibData
from catalog.description import from_json, identifiers
from catalog.matchkeys import match_keys, may_share_a_name
from catalog.models import Bib, BibIdentifier

MOST: Final = 10
MOST_DENIED: Final = 100  # titles that one act may say are not meant
Likeness = Literal["isbn", "title"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alike:
    """A title and what it has in common with the new one."""

    id: int
    title: str
    authors: str
    publisher: str | None
    year: int | None
    isbn: str | None
    by: Likeness


_COLUMNS: Final = (Bib.id, Bib.title, Bib.authors, Bib.publisher, Bib.year, Bib.isbn)
_ROW: Final = select(*_COLUMNS)


def titles_alike(session: Session, data: BibData, *, except_id: int | None = None) -> list[Alike]:
    """Those with one of its numbers first."""
    found = {alike.id: alike for alike in (*_same_title(session, data), *_same_number(session, data))}
    found.pop(except_id or 0, None)
    return sorted(found.values(), key=lambda one: (one.by != "isbn", one.id))[:MOST]


def _same_number(session: Session, data: BibData) -> list[Alike]:
    numbers = [value for kind, value in identifiers(data) if kind != "key"]
    rows = session.execute(_ROW.where(_under(numbers)).order_by(Bib.id).limit(MOST + 1))
    return [Alike(**row._mapping, by="isbn") for row in rows]


def _same_title(session: Session, data: BibData) -> list[Alike]:
    """Title and volume as imports compare them, with a name in common, or where one of the two names nobody."""
    rows = session.execute(_ROW.add_columns(Bib.data).where(_under(match_keys(data))).order_by(Bib.id).limit(MOST * 10))
    return [
        Alike(**{column.name: row._mapping[column.name] for column in _COLUMNS}, by="title")
        for row in rows
        if may_share_a_name(data, from_json(row.data))
    ]


def _under(values: Collection[str]) -> ColumnElement[bool]:
    return Bib.id.in_(select(BibIdentifier.bib_id).where(BibIdentifier.value.in_(values)))
