"""Titles that may be the same book as one about to be kept: they share an ISBN, or the title and a name. A question, never an answer:
volumes of a set share an ISBN, and two books may have one title."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.bibdata import BibData
from catalog.description import columns, identifiers
from catalog.models import Bib, BibIdentifier

MOST: Final = 10
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


_ROW: Final = select(Bib.id, Bib.title, Bib.authors, Bib.publisher, Bib.year, Bib.isbn)


def titles_alike(session: Session, data: BibData, *, except_id: int | None = None) -> list[Alike]:
    """Those with one of its numbers first."""
    found = {alike.id: alike for alike in (*_same_title(session, data), *_same_number(session, data))}
    found.pop(except_id or 0, None)
    return sorted(found.values(), key=lambda one: (one.by != "isbn", one.id))[:MOST]


def _same_number(session: Session, data: BibData) -> list[Alike]:
    numbers = [value for kind, value in identifiers(data) if kind in ("isbn", "issn")]
    if not numbers:
        return []
    ids = select(BibIdentifier.bib_id).where(BibIdentifier.value.in_(numbers)).limit(MOST + 1)
    rows = session.execute(_ROW.where(Bib.id.in_(ids)).order_by(Bib.id))
    return [Alike(**row._mapping, by="isbn") for row in rows]


def _same_title(session: Session, data: BibData) -> list[Alike]:
    """With a name in common, or where one of the two names nobody."""
    written = columns(data)
    names = set(_names(written["authors"]))
    rows = session.execute(_ROW.where(Bib.title == written["title"]).order_by(Bib.id).limit(MOST * 10))
    return [Alike(**row._mapping, by="title") for row in rows if _shares(names, _names(row.authors))]


def _names(authors: str) -> list[str]:
    return [name.strip() for name in authors.split(";") if name.strip()]


def _shares(names: Collection[str], others: Collection[str]) -> bool:
    return not names or not others or not set(names).isdisjoint(others)
