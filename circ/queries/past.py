"""Acts of the past that policies decided, as the journal keeps them, one batch after the other."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from circ.replay import ACTS, PastAct
from kernel.db import table_of
from kernel.journal import JournalEntry

_BATCH: Final = 2000

_journal = table_of(JournalEntry)
_later = aliased(_journal)


def _condition(from_at: datetime, to_at: datetime, units: Collection[int] | None) -> tuple[ColumnElement[bool], ...]:
    """Acts of a period that were not undone; `units` None: of all units."""
    here = () if units is None else (_journal.c.org_id.in_(units),)
    return (
        _journal.c.at >= from_at,
        _journal.c.at < to_at,
        _journal.c.act.in_(list(ACTS)),
        _journal.c.org_id.is_not(None),
        ~exists(select(1).where(_later.c.undoes_id == _journal.c.id)),
        *here,
    )


def count_past(
    session: Session, from_at: datetime, to_at: datetime, units: Collection[int] | None, *, up_to: int
) -> int:
    """How many there are, counted no further than one more than `up_to`."""
    some = select(_journal.c.id).where(*_condition(from_at, to_at, units)).limit(up_to + 1).subquery()
    return session.scalar(select(func.count()).select_from(some)) or 0


def past_acts(session: Session, from_at: datetime, to_at: datetime, units: Collection[int] | None) -> Iterator[PastAct]:
    """In the order of time, read in batches, so that a year of acts takes no more memory than a day of them."""
    names = ("id", "act", "at", "org_id", "item_id", "bib_id", "data")
    statement = (
        select(*(_journal.c[name] for name in names))
        .where(*_condition(from_at, to_at, units))
        .order_by(_journal.c.at, _journal.c.id)
        .limit(_BATCH)
    )
    rows = session.execute(statement).all()
    while rows:
        for row in rows:
            yield _past(row._mapping)
        last = rows[-1]
        behind = or_(_journal.c.at > last.at, (_journal.c.at == last.at) & (_journal.c.id > last.id))
        rows = session.execute(statement.where(_journal.c.at >= last.at, behind)).all() if len(rows) == _BATCH else []


def _past(row: Any) -> PastAct:
    return PastAct(**{**row, "data": row["data"] or {}})
