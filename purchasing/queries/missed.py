"""Reads of how often readers said that a posted book did not come."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from purchasing.budget_models import Programme
from purchasing.missed_models import MissedParcels

_M = MissedParcels


@dataclass(frozen=True, slots=True, kw_only=True)
class MostMissed:
    """How many readers of a programme missed so many parcels in a year, who missed the most, and how many these are."""

    readers: int
    parcels: int
    top_id: int


def missed_by(session: Session, programme_id: int, patron_id: int, year: int) -> int:
    """How many parcels a reader, whose row is locked where it matters, missed under a programme."""
    mine = (_M.programme_id == programme_id, _M.patron_id == patron_id, _M.year == year)
    return session.scalar(select(_M.parcels).where(*mine)) or 0


def most_missed(session: Session, programme_ids: Collection[int], year: int, least: int) -> dict[int, MostMissed]:
    """By programme, of the readers who missed `least` parcels or more."""
    place = func.row_number().over(partition_by=_M.programme_id, order_by=(_M.parcels.desc(), _M.patron_id))
    readers = func.count().over(partition_by=_M.programme_id)
    many = (
        select(
            _M.programme_id, _M.parcels, _M.patron_id.label("top_id"), place.label("place"), readers.label("readers")
        )
        .where(_M.programme_id.in_(programme_ids), _M.year == year, _M.parcels >= least)
        .subquery()
    )
    rows = session.execute(select(many).where(many.c.place == 1))
    return {row.programme_id: MostMissed(readers=row.readers, parcels=row.parcels, top_id=row.top_id) for row in rows}


def missed_parcels_of(session: Session, patron_id: int) -> list[dict[str, Any]]:
    """All that is kept of a reader, for a file of their data."""
    statement = (
        select(Programme.name.label("programme"), _M.year, _M.parcels)
        .join(Programme, Programme.id == _M.programme_id)
        .where(_M.patron_id == patron_id)
        .order_by(_M.year, Programme.name)
    )
    return [dict(row._mapping) for row in session.execute(statement)]
