"""Reads of the journal that undoing needs: one act, and what happened to its copy since."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from circ.models import LoanRenewal
from kernel.db import table_of
from kernel.journal import JournalEntry

_entry, _renewal = table_of(JournalEntry), table_of(LoanRenewal)


@dataclass(frozen=True, slots=True, kw_only=True)
class ActRow:
    """One row of the journal. `data` is what the act needs to be told again, and so to be taken back."""

    id: int
    act: str
    at: datetime
    org_id: int | None
    item_id: int | None
    patron_id: int | None
    author: str
    channel: str
    request_id: str | None
    data: Mapping[str, Any]


_SHOWN = (
    _entry.c.id,
    _entry.c.act,
    _entry.c.at,
    _entry.c.org_id,
    _entry.c.item_id,
    _entry.c.patron_id,
    _entry.c.author,
    _entry.c.channel,
    _entry.c.request_id,
    _entry.c.data,
)


def _read(row: Any) -> ActRow:
    return ActRow(**{**row._mapping, "data": row.data or {}})


def act_by_id(session: Session, entry_id: int) -> ActRow | None:
    row = session.execute(select(*_SHOWN).where(_entry.c.id == entry_id)).first()
    return None if row is None else _read(row)


def later_acts(session: Session, act: ActRow) -> list[ActRow]:
    """What the journal tells of the same copy after this act, the oldest first."""
    rows = session.execute(
        select(*_SHOWN).where(_entry.c.item_id == act.item_id, _entry.c.id > act.id).order_by(_entry.c.id)
    )
    return [_read(row) for row in rows]


def is_undone(session: Session, entry_id: int) -> bool:
    return session.scalar(select(exists().where(_entry.c.undoes_id == entry_id))) or False


def last_renewal(session: Session, loan_id: int) -> tuple[int, datetime, datetime] | None:
    """Its number, the day it moved from and the day it moved to."""
    renewals = select(_renewal.c.id, _renewal.c.old_due_at, _renewal.c.new_due_at).where(_renewal.c.loan_id == loan_id)
    row = session.execute(renewals.order_by(_renewal.c.id.desc()).limit(1)).first()
    return None if row is None else (row.id, row.old_due_at, row.new_due_at)
