"""Reads of what readers and libraries may have to be told: loans near and past their day, cards near their end, late transfers."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from catalog.models import Bib, Item
from circ.models import Hold, Loan
from kernel.db import one_of, table_of
from patrons.models import Patron
from transit.models import Transfer
from transit.states import OPEN

_loan, _item, _bib, _patron = table_of(Loan), table_of(Item), table_of(Bib), table_of(Patron)
_transfer, _hold = table_of(Transfer), table_of(Hold)


# With the reader, as far as the library knows: who says the book is lost or was returned is not asked for it.
_HELD: Final = (_loan.c.closed_at.is_(None), _loan.c.mark.is_(None))


@dataclass(frozen=True, slots=True, kw_only=True)
class OwedLoan:
    """An open loan, with what policies ask for."""

    id: int
    patron_id: int
    org_id: int
    checked_out_at: datetime
    due_at: datetime
    title: str
    item_home_id: int
    item_type: str
    patron_home_id: int
    patron_category: str


def _due_between(after: datetime, until: datetime) -> tuple[ColumnElement[bool], ...]:
    return *_HELD, _loan.c.due_at > after, _loan.c.due_at <= until


def readers_with_loans(
    session: Session, *, due_after: datetime, due_until: datetime, after_id: int, limit: int
) -> list[int]:
    statement = select(_loan.c.patron_id).where(*_due_between(due_after, due_until), _loan.c.patron_id > after_id)
    return list(session.scalars(statement.distinct().order_by(_loan.c.patron_id).limit(limit)))


def loans_of_readers(
    session: Session, patron_ids: Collection[int], *, due_after: datetime, due_until: datetime
) -> list[OwedLoan]:
    """What is due first comes first."""
    statement = (
        select(
            _loan.c.id,
            _loan.c.patron_id,
            _loan.c.org_id,
            _loan.c.checked_out_at,
            _loan.c.due_at,
            _bib.c.title,
            _item.c.home_id.label("item_home_id"),
            _item.c.item_type,
            _patron.c.home_id.label("patron_home_id"),
            _patron.c.category.label("patron_category"),
        )
        .join(_item, _item.c.id == _loan.c.item_id)
        .join(_bib, _bib.c.id == _item.c.bib_id)
        .join(_patron, _patron.c.id == _loan.c.patron_id)
        .where(*_due_between(due_after, due_until), _loan.c.patron_id.in_(patron_ids))
        .order_by(_loan.c.due_at, _loan.c.id)
    )
    return [OwedLoan(**row._mapping) for row in session.execute(statement)]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecalledLoan:
    """A loan that was called back and is still open."""

    id: int
    patron_id: int
    due_at: datetime
    title: str
    patron_home_id: int


def recalled_loan(session: Session, loan_id: int) -> RecalledLoan | None:
    statement = (
        select(_loan.c.id, _loan.c.patron_id, _loan.c.due_at, _bib.c.title, _patron.c.home_id.label("patron_home_id"))
        .join(_item, _item.c.id == _loan.c.item_id)
        .join(_bib, _bib.c.id == _item.c.bib_id)
        .join(_patron, _patron.c.id == _loan.c.patron_id)
        .where(_loan.c.id == loan_id, _loan.c.recalled_at.is_not(None), *_HELD)
    )
    row = session.execute(statement).first()
    return None if row is None else RecalledLoan(**row._mapping)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpiringCard:
    id: int
    home_id: int
    category: str
    expires_on: date


def cards_expiring(session: Session, first: date, last: date, *, after_id: int, limit: int) -> list[ExpiringCard]:
    p = _patron.c
    statement = select(p.id, p.home_id, p.category, p.expires_on).where(
        p.status == "active", p.expires_on.between(first, last), p.id > after_id
    )
    return [ExpiringCard(**row._mapping) for row in session.execute(statement.order_by(p.id).limit(limit))]


@dataclass(frozen=True, slots=True, kw_only=True)
class LateTransfer:
    """An open transfer; `since` is when it came into the state it is in."""

    id: int
    status: str
    from_id: int
    to_id: int
    since: datetime
    title: str
    barcode: str


_SINCE = func.coalesce(_transfer.c.dispatched_at, _transfer.c.requested_at, type_=_transfer.c.requested_at.type)


def transfers_since(session: Session, before: datetime, *, after_id: int, limit: int) -> list[LateTransfer]:
    t = _transfer.c
    statement = (
        select(t.id, t.status, t.from_id, t.to_id, _SINCE.label("since"), _bib.c.title, _item.c.barcode)
        .join(_bib, _bib.c.id == t.bib_id)
        .join(_item, _item.c.id == t.item_id)
        .where(one_of(t.status, OPEN), before >= _SINCE, t.id > after_id)
        .order_by(t.id)
        .limit(limit)
    )
    return [LateTransfer(**row._mapping) for row in session.execute(statement)]


# --- whether it still is so ---------------------------------------------------------------------------------------------


def open_loans_due(session: Session, due: dict[int, datetime]) -> bool:
    """Whether one of these loans is open and due at that time."""
    rows = session.execute(select(_loan.c.id, _loan.c.due_at).where(_loan.c.id.in_(due), *_HELD))
    return any(due[row.id] == row.due_at for row in rows)


def holds_ready(session: Session, ready: dict[int, datetime]) -> bool:
    """Whether one of these holds lies on the shelf since that time."""
    mine: tuple[Any, ...] = (_hold.c.id.in_(ready), _hold.c.status == "ready")
    return any(
        ready[row.id] == row.ready_at for row in session.execute(select(_hold.c.id, _hold.c.ready_at).where(*mine))
    )
