"""Counting what readers use of their quotas, and forgetting it: days become months, and months of a year that is over become nobody's.

Every act on a reader has the reader's row, or takes it: two of them come one after the other. What ends months of all readers takes none.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import date, timedelta
from typing import Final

from sqlalchemy import ColumnElement, and_, case, delete, func, select, update
from sqlalchemy.orm import Session

from branches.context import Context, InTurns
from kernel.clock import local_day
from kernel.db import rows_changed, table_of
from kernel.journal import was_recorded
from kernel.writes import insert_into
from patrons.queries import lock_patrons
from purchasing.programmes import amounts_needed_from, first_day_of
from purchasing.queries.funds import list_programmes, programme_by_id
from purchasing.queries.quotas import readers_with_days_before, uses_before
from purchasing.quota_models import Chooser, QuotaPast, QuotaUse
from purchasing.service.missed import forget_years_before

AT_ONCE: Final = 200
TOLD_EVERY: Final = timedelta(days=1)
_days, _months, _choosers = table_of(QuotaUse), table_of(QuotaPast), table_of(Chooser)


# --- counting -----------------------------------------------------------------------------------------------------------


def use(
    session: Session, programme_id: int, patron_id: int, shop_id: int, day: date, price_fen: int, *, books: int = 1
) -> None:
    """Add what a reader chose on a day."""
    key = {"programme_id": programme_id, "patron_id": patron_id, "day": day, "shop_id": shop_id}
    statement = insert_into(session, _days).values(key | {"books": books, "price_fen": price_fen})
    added = {"books": _days.c.books + books, "price_fen": _days.c.price_fen + price_fen}
    session.execute(statement.on_conflict_do_update(index_elements=list(key), set_=added))


def give_back(session: Session, programme_id: int, patron_id: int, shop_id: int, day: date, price_fen: int) -> None:
    """Take a book of a day back, wherever that day is told by now; of a year that is forgotten, from one of those whose nobody knows."""
    d, m = _days.c, _months.c
    of_day = (d.programme_id == programme_id, d.patron_id == patron_id, d.day == day, d.shop_id == shop_id)
    less = {"books": d.books - 1, "price_fen": d.price_fen - price_fen}
    if rows_changed(session.execute(update(_days).where(*of_day, d.books > 0).values(less))):
        return
    of_month = (m.programme_id == programme_id, m.month == first_day_of("month", day), m.books > 0)
    for whose in (m.patron_id == patron_id, m.patron_id.is_(None)):
        one = select(func.min(m.id)).where(*of_month, whose).scalar_subquery()
        left = case((m.price_fen > price_fen, m.price_fen - price_fen), else_=0)
        if rows_changed(session.execute(update(_months).where(m.id == one).values(books=m.books - 1, price_fen=left))):
            return


# --- forgetting ---------------------------------------------------------------------------------------------------------


def fold_due(in_turns: InTurns) -> int:
    """Make months of the days that are over and forget the years that are, so many readers at a time; how many readers and months. May run
    at any time, also twice at once; the journal tells of it daily."""
    readers = 0
    while turn := in_turns(_fold_some):
        readers += turn
    return readers + in_turns(lambda context: _end_months(context, readers))


def _fold_some(context: Context) -> int:
    session, today = context.session, local_day(context.now)
    ids = readers_with_days_before(session, today, AT_ONCE)
    lock_patrons(session, ids)
    _fold(context, ids, today)
    return len(ids)


def _fold(context: Context, patron_ids: Collection[int], before: date | None) -> None:
    """The days of these readers become months: no shop, and no amount that no limit counts."""
    session, today = context.session, local_day(context.now)
    needed: dict[int, date | None] = {}
    for row in uses_before(session, patron_ids, before):
        if row.programme_id not in needed:
            rules = programme_by_id(session, row.programme_id).rules
            needed[row.programme_id] = amounts_needed_from(rules, today)
        first, month = needed[row.programme_id], first_day_of("month", row.day)
        fen = row.price_fen if first is not None and month >= first else 0
        _add_month(session, row.programme_id, row.patron_id, month, row.books, fen)
    gone = delete(_days).where(_days.c.patron_id.in_(patron_ids))
    session.execute(gone if before is None else gone.where(_days.c.day < before))


def _add_month(session: Session, programme_id: int, patron_id: int, month: date, books: int, fen: int) -> None:
    key = {"programme_id": programme_id, "patron_id": patron_id, "month": month}
    values = key | {"reader": _number_of(session, programme_id, patron_id, month), "books": books, "price_fen": fen}
    added = {"books": _months.c.books + books, "price_fen": _months.c.price_fen + fen}
    statement = insert_into(session, _months).values(values)
    session.execute(statement.on_conflict_do_update(index_elements=list(key), set_=added))


def _number_of(session: Session, programme_id: int, patron_id: int, month: date) -> int:
    """The number drawn for this reader, programme and year."""
    m, first = _months.c, first_day_of("year", month)
    mine = (m.programme_id == programme_id, m.patron_id == patron_id)
    of_year = m.month.between(first, first.replace(month=12))
    drawn: int | None = session.scalar(select(func.min(m.reader)).where(*mine, of_year))
    return drawn if drawn is not None else 1 + secrets.randbelow(2**62)


def _end_months(context: Context, readers: int) -> int:
    """Take away the amounts that no limit counts any more, whose the months of years that are over were, and who missed parcels in
    these; then tell of it."""
    session, today, m = context.session, local_day(context.now), _months.c
    for programme in list_programmes(session):
        first = amounts_needed_from(programme.rules, today)
        idle: ColumnElement[bool] = m.price_fen > 0
        if first is not None:
            idle = and_(idle, m.month < first)
        session.execute(update(_months).where(m.programme_id == programme.id, idle).values(price_fen=0))
    months = _forget(session, m.month < first_day_of("year", today)) + forget_years_before(session, today)
    if readers or months or not was_recorded(session, "quotas_folded", context.now - TOLD_EVERY):
        context.record("quotas_folded", data={"readers": readers, "months": months})
    return months


def _forget(session: Session, which: ColumnElement[bool]) -> int:
    """Whose these months were; only that they chose once stays known."""
    m = _months.c
    named = and_(which, m.patron_id.is_not(None))
    chose = select(m.patron_id).where(named, m.books > 0).distinct()
    once = insert_into(session, _choosers).from_select(["patron_id"], chose)
    session.execute(once.on_conflict_do_nothing())
    return rows_changed(session.execute(update(_months).where(named).values(patron_id=None, price_fen=0)))


# --- readers who leave, and who are one person --------------------------------------------------------------------------


def forget_quotas(context: Context, patron_id: int) -> None:
    """For one who is erased: that somebody chose so many books stays known, not who."""
    session = context.session
    _fold(context, [patron_id], None)
    _forget(session, _months.c.patron_id == patron_id)
    session.execute(delete(_choosers).where(_choosers.c.patron_id == patron_id))


def hand_over_quotas(context: Context, patron_id: int, into_id: int) -> None:
    """One person's choices count together."""
    session, m = context.session, _months.c
    for row in uses_before(session, [patron_id], None):
        use(session, row.programme_id, into_id, row.shop_id, row.day, row.price_fen, books=row.books)
    session.execute(delete(_days).where(_days.c.patron_id == patron_id))
    for month in session.execute(select(_months).where(m.patron_id == patron_id)).all():
        _add_month(session, month.programme_id, into_id, month.month, month.books, month.price_fen)
    session.execute(delete(_months).where(m.patron_id == patron_id))
    chose = select(_choosers.c.patron_id).where(_choosers.c.patron_id == patron_id)
    if session.scalar(chose) is not None:
        session.execute(insert_into(session, _choosers).values(patron_id=into_id).on_conflict_do_nothing())
        session.execute(delete(_choosers).where(_choosers.c.patron_id == patron_id))
