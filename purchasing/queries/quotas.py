"""Reads of what readers have used of their quotas."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from sqlalchemy import literal, or_, select, union_all
from sqlalchemy.orm import Session

from kernel.journal import JournalEntry
from patrons.models import Patron
from purchasing.budget_models import Programme
from purchasing.programmes import Period, first_day_of
from purchasing.quota_models import Chooser, QuotaPast, QuotaUse
from purchasing.rules import Used

_U, _P = QuotaUse, QuotaPast


def used_by(
    session: Session, programme_id: int, patron_id: int, periods: Collection[Period], today: date
) -> dict[Period, Used]:
    """What a reader, whose row is locked where it matters, has chosen in these periods until now."""
    if not periods:
        return {}
    since = {period: first_day_of(period, today) for period in periods}
    days = select(_U.day.label("day"), literal(1).label("is_day"), _U.books, _U.price_fen).where(
        _U.programme_id == programme_id, _U.patron_id == patron_id, _U.day >= min(since.values()), _U.day <= today
    )
    months = select(_P.month, literal(0), _P.books, _P.price_fen).where(
        _P.programme_id == programme_id, _P.patron_id == patron_id, _P.month >= min(since.values()), _P.month <= today
    )
    rows = session.execute(union_all(days, months)).all()
    used = {}
    for period, first in since.items():
        own = [row for row in rows if row.day >= first and (row.is_day or period != "visit")]
        used[period] = Used(books=sum(row.books for row in own), price_fen=sum(row.price_fen for row in own))
    return used


def has_chosen(session: Session, patron_id: int) -> bool:
    """Whether a reader ever chose a book under any programme."""
    found = select(Patron.id).where(
        Patron.id == patron_id,
        or_(
            select(_U.day).where(_U.patron_id == patron_id, _U.books > 0).exists(),
            select(_P.id).where(_P.patron_id == patron_id, _P.books > 0).exists(),
            select(Chooser.patron_id).where(Chooser.patron_id == patron_id).exists(),
        ),
    )
    return session.scalar(found) is not None


def readers_with_days_before(session: Session, day: date, limit: int) -> list[int]:
    """Readers of whom a day that is over is still told by itself, by id."""
    statement = select(_U.patron_id).where(_U.day < day).distinct().order_by(_U.patron_id).limit(limit)
    return list(session.scalars(statement))


def uses_before(session: Session, patron_ids: Collection[int], day: date | None) -> list[QuotaUse]:
    """What these readers used on the days before this one; None: on all."""
    statement = select(_U).where(_U.patron_id.in_(patron_ids))
    return list(session.scalars(statement if day is None else statement.where(_U.day < day)))


def last_fold(session: Session) -> datetime | None:
    """When the job last made months of the days that were over."""
    told = select(JournalEntry.at).where(JournalEntry.act == "quotas_folded").order_by(JournalEntry.id.desc())
    return session.scalar(told.limit(1))


def quotas_of(session: Session, patron_id: int) -> dict[str, Any]:
    """All that is kept of a reader's quotas, for a file of their data."""
    days = (
        select(Programme.name.label("programme"), _U.day, _U.books, _U.price_fen)
        .join(Programme, Programme.id == _U.programme_id)
        .where(_U.patron_id == patron_id)
        .order_by(_U.day, Programme.name)
    )
    months = (
        select(Programme.name.label("programme"), _P.month, _P.books, _P.price_fen)
        .join(Programme, Programme.id == _P.programme_id)
        .where(_P.patron_id == patron_id)
        .order_by(_P.month, Programme.name)
    )
    return {
        "days": [dict(row._mapping) for row in session.execute(days)],
        "months": [dict(row._mapping) for row in session.execute(months)],
        "has_chosen_before": has_chosen(session, patron_id),
    }
