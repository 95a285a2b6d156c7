"""Accounts of readers side by side, as they are looked at before two become one."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Table, func, select
from sqlalchemy.orm import Session

from circ.ledger_models import Account
from circ.models import Hold, Loan
from circ.states import OPEN
from kernel.db import one_of, table_of
from patrons.models import Block, Card, Patron

_patron, _card, _block = table_of(Patron), table_of(Card), table_of(Block)
_loan, _hold, _account = table_of(Loan), table_of(Hold), table_of(Account)


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of two accounts, as it is before."""

    id: int
    barcode: str
    name: str
    category: str
    home_id: int
    birth_on: date | None
    expires_on: date | None
    history: str
    loans: int
    holds: int
    blocks: int
    balance_fen: int
    deposit_fen: int


def _count(table: Table, *which: ColumnElement[bool]) -> ColumnElement[int]:
    return select(func.count()).select_from(table).where(table.c.patron_id == _patron.c.id, *which).scalar_subquery()


_PRESENT_CARD = (
    select(_card.c.barcode)
    .where(_card.c.patron_id == _patron.c.id)
    .order_by(_card.c.status != "active", _card.c.id.desc())
    .limit(1)
    .scalar_subquery()
)
_SIDE = select(
    *(getattr(_patron.c, name) for name in ("id", "name", "category", "home_id", "birth_on", "expires_on", "history")),
    _PRESENT_CARD.label("barcode"),
    _count(_loan, _loan.c.closed_at.is_(None)).label("loans"),
    _count(_hold, one_of(_hold.c.status, OPEN)).label("holds"),
    _count(_block, _block.c.ended_at.is_(None)).label("blocks"),
    func.coalesce(_account.c.balance_fen, 0).label("balance_fen"),
    func.coalesce(_account.c.deposit_fen, 0).label("deposit_fen"),
).outerjoin(_account, _account.c.patron_id == _patron.c.id)


def sides_of(session: Session, patron_ids: Collection[int]) -> dict[int, Side]:
    """These accounts by their numbers, all in one statement."""
    rows = session.execute(_SIDE.where(_patron.c.id.in_(patron_ids)))
    return {row.id: Side(**row._mapping) for row in rows}
