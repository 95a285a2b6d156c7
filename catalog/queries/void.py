"""Titles that came to nothing: made for a copy that was never the library's, with nothing else to them. No reader finds them.

Such a title keeps its row, for what was done is told of it. It is found again by itself, as soon as it has a copy that is not withdrawn,
somebody changes it, or an import brings a record of it.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import Session

from catalog.models import Bib, Item, SourceRecord
from catalog.queries.bibs import BibRow, find_bib
from catalog.queries.hanging import hung_on
from kernel.errors import NotFound

_GONE: Final = "withdrawn"
_OWN_TABLES: Final = frozenset({"bib_identifier", "source_record", "bib_version", "item"})


def is_found() -> ColumnElement[bool]:
    """Of a title (`Bib`): readers may find it."""
    return or_(
        Bib.void_version.is_(None),
        Bib.void_version != Bib.version,
        exists().where(Item.bib_id == Bib.id, Item.status != _GONE),
        exists().where(SourceRecord.bib_id == Bib.id, SourceRecord.batch_id.is_not(None)),
    )


def is_void(session: Session, bib_id: int) -> bool:
    """Whether no reader finds a title. False also where there is no such title."""
    return session.scalar(select(Bib.id).where(Bib.id == bib_id, ~is_found())) is not None


def find_shown(session: Session, bib_id: int) -> BibRow:
    """A title that readers may see. Raises NotFound for one that came to nothing, as for one that never was."""
    title = find_bib(session, bib_id)
    if is_void(session, bib_id):
        raise NotFound("bib", bib_id)
    return title


def void_titles(session: Session) -> list[int]:
    """All that no reader finds, by id."""
    return list(session.scalars(select(Bib.id).where(Bib.void_version.is_not(None), ~is_found()).order_by(Bib.id)))


def is_bare(session: Session, bib_id: int, *, but: Collection[str] = ()) -> bool:
    """Whether a title has no copy that is not withdrawn, rests on one record and was never changed, and no row of any other table names it;
    `but`: tables that whoever asks looks at for themselves."""
    copies = select(func.count()).select_from(Item).where(Item.bib_id == bib_id, Item.status != _GONE)
    records = select(func.count()).select_from(SourceRecord).where(SourceRecord.bib_id == bib_id)
    if session.scalar(copies) or (session.scalar(records) or 0) > 1:
        return False
    return not hung_on(session, "bib", [bib_id], but=_OWN_TABLES | set(but))
