"""Counting the posted books of which it was said that they did not come, and forgetting it with the year and with the reader.

Every act on a reader has the reader's row; what ends the year takes none.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from branches.context import Context
from kernel.db import rows_changed, table_of
from kernel.writes import insert_into
from purchasing.missed_models import MissedParcels

_missed = table_of(MissedParcels)


def count_missed(session: Session, programme_id: int, patron_id: int, year: int, parcels: int = 1) -> None:
    key = {"programme_id": programme_id, "patron_id": patron_id, "year": year}
    statement = insert_into(session, _missed).values(key | {"parcels": parcels})
    more = {"parcels": _missed.c.parcels + parcels}
    session.execute(statement.on_conflict_do_update(index_elements=list(key), set_=more))


def take_back_missed(session: Session, programme_id: int, patron_id: int, year: int) -> None:
    """It came after all. Of a year that is forgotten there is nothing to take back."""
    m = _missed.c
    mine = (m.programme_id == programme_id, m.patron_id == patron_id, m.year == year, m.parcels > 0)
    session.execute(update(_missed).where(*mine).values(parcels=m.parcels - 1))


def forget_years_before(session: Session, today: date) -> int:
    """How many rows there were."""
    return rows_changed(session.execute(delete(_missed).where(_missed.c.year < today.year)))


def forget_missed(context: Context, patron_id: int) -> None:
    """For one who is erased."""
    context.session.execute(delete(_missed).where(_missed.c.patron_id == patron_id))


def hand_over_missed(context: Context, patron_id: int, into_id: int) -> None:
    """One person's parcels count together."""
    for row in context.session.execute(select(_missed).where(_missed.c.patron_id == patron_id)).all():
        count_missed(context.session, row.programme_id, into_id, row.year, row.parcels)
    forget_missed(context, patron_id)
