"""Reads of the lists on which readers put titles together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kernel.errors import NotFound
from patrons.models import ReaderList, ReaderListEntry

LONGEST_NAME: Final = 60
LONGEST_NOTE: Final = 500
MOST_LISTS: Final = 50
MOST_ENTRIES: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class ListRow:
    """A list and how many titles stand on it. `token` is part of the address under which others may see it; None while nobody may."""

    id: int
    name: str
    token: str | None
    created_at: datetime
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryRow:
    bib_id: int
    note: str
    added_at: datetime


_COUNT: Final = (
    select(func.count())
    .select_from(ReaderListEntry)
    .where(ReaderListEntry.list_id == ReaderList.id)
    .scalar_subquery()
    .label("count")
)
_LIST: Final = select(ReaderList.id, ReaderList.name, ReaderList.token, ReaderList.created_at, _COUNT)


def lists_of(session: Session, patron_id: int) -> list[ListRow]:
    """The newest first."""
    statement = _LIST.where(ReaderList.patron_id == patron_id).order_by(ReaderList.id.desc())
    return [ListRow(**row._mapping) for row in session.execute(statement)]


def find_list(session: Session, patron_id: int, list_id: int) -> ListRow:
    """A reader's own list; another one's is answered as absent."""
    row = session.execute(_LIST.where(ReaderList.patron_id == patron_id, ReaderList.id == list_id)).first()
    if row is None:
        raise NotFound("list", list_id)
    return ListRow(**row._mapping)


def find_shared(session: Session, token: str) -> ListRow:
    row = session.execute(_LIST.where(ReaderList.token == token)).first()
    if row is None:
        raise NotFound("list", "…")
    return ListRow(**row._mapping)


def entries_of(session: Session, list_id: int) -> list[EntryRow]:
    """What was added last comes first."""
    e = ReaderListEntry
    statement = select(e.bib_id, e.note, e.added_at).where(e.list_id == list_id)
    return [EntryRow(**row._mapping) for row in session.execute(statement.order_by(e.added_at.desc(), e.bib_id.desc()))]
