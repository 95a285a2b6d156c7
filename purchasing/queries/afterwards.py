"""What became of chosen copies, and of others bought meanwhile, month by month: as the worker keeps it, or counted at once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, String, and_, case, cast, func, or_, select
from sqlalchemy.orm import Session

from catalog.models import Item
from catalog.states import ITEM_STATUSES
from circ.models import Loan
from kernel.clock import start_of_day
from kernel.db import one_of, table_of
from kernel.journal import PROCESSED, JournalEntry
from kernel.local_time import days_between, local_day
from purchasing.oversight_models import BoughtMonth, ChoiceMonth, FiguresMonth
from purchasing.selection_models import Selection
from purchasing.spans import span_of

_S: Final = Selection
_STOCK: Final = tuple(name for name, status in ITEM_STATUSES.items() if status.counts)
_choices, _bought, _months = table_of(ChoiceMonth), table_of(BoughtMonth), table_of(FiguresMonth)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenCounts:
    """As `ChoiceMonth` says."""

    programme_id: int
    shop_id: int
    month: date
    copies: int
    lent: int
    loans: int
    with_readers: int
    to_process: int
    processed: int
    read: int
    read_days: float
    put_up: int
    process_days: float


@dataclass(frozen=True, slots=True, kw_only=True)
class BoughtCounts:
    """As `BoughtMonth` says."""

    home_id: int
    month: date
    copies: int
    lent: int
    loans: int


# --- kept -----------------------------------------------------------------------------------------------------------------


def kept_months(session: Session, months: Collection[date]) -> dict[date, datetime]:
    """Those that are kept, and when they were counted."""
    found = select(_months.c.month, _months.c.kept_at).where(_months.c.month.in_(months))
    return {row.month: row.kept_at for row in session.execute(found)}


def kept_choices(
    session: Session, months: Collection[date], programme_id: int, shops: Collection[int]
) -> list[ChosenCounts]:
    c = _choices.c
    found = select(_choices).where(c.programme_id == programme_id, c.month.in_(months), c.shop_id.in_(shops))
    return [ChosenCounts(**row._mapping) for row in session.execute(found)]


def kept_bought(session: Session, months: Collection[date], homes: Collection[int]) -> list[BoughtCounts]:
    found = select(_bought).where(_bought.c.month.in_(months), _bought.c.home_id.in_(homes))
    return [BoughtCounts(**row._mapping) for row in session.execute(found)]


# --- counted --------------------------------------------------------------------------------------------------------------


def count_choices(session: Session, months: Sequence[date], *conditions: ColumnElement[bool]) -> list[ChosenCounts]:
    """Of the choices of whole months that follow each other, under further conditions on selections."""
    since, until = start_of_day(months[0]), start_of_day(_after(months[-1]))
    own = and_(_S.made_at >= since, _S.made_at < until, _S.status == "lent", *conditions)
    processed = (
        select(JournalEntry.item_id, func.min(JournalEntry.at).label("at"))
        .where(PROCESSED, JournalEntry.at >= since)
        .group_by(JournalEntry.item_id)
        .subquery()
    )
    again = (
        select(Loan.item_id, func.count().label("loans"))
        .join(_S, and_(_S.item_id == Loan.item_id, _S.loan_id != Loan.id))
        .where(own, _is_real())
        .group_by(Loan.item_id)
        .subquery()
    )
    returned_at = case((Loan.close_reason == "returned", Loan.closed_at))
    is_done, is_back = processed.c.at.is_not(None), returned_at.is_not(None)
    counts = and_(~Item.awaits_processing, one_of(Item.status, _STOCK))
    month = func.substr(local_day(_S.made_at), 1, 7).label("month")
    statement = (
        select(
            _S.programme_id,
            _S.shop_id,
            month,
            _sum(counts).label("copies"),
            _sum(and_(counts, again.c.loans > 0)).label("lent"),
            func.sum(case((counts, func.coalesce(again.c.loans, 0)), else_=0)).label("loans"),
            _sum(and_(Loan.closed_at.is_(None), ~is_done)).label("with_readers"),
            _sum(and_(is_back, ~is_done, Item.awaits_processing)).label("to_process"),
            _sum(is_done).label("processed"),
            _sum(is_back).label("read"),
            func.coalesce(func.sum(days_between(_S.made_at, returned_at)), 0.0).label("read_days"),
            _sum(and_(is_back, is_done)).label("put_up"),
            func.coalesce(func.sum(days_between(returned_at, processed.c.at)), 0.0).label("process_days"),
        )
        .select_from(_S)
        .join(Loan, Loan.id == _S.loan_id)
        .join(Item, Item.id == _S.item_id)
        .outerjoin(processed, processed.c.item_id == _S.item_id)
        .outerjoin(again, again.c.item_id == _S.item_id)
        .where(own)
        .group_by(_S.programme_id, _S.shop_id, month)
    )
    return [ChosenCounts(**_with_month(row._mapping)) for row in session.execute(statement)]


def count_bought(session: Session, months: Sequence[date], *conditions: ColumnElement[bool]) -> list[BoughtCounts]:
    """Of the copies acquired in whole months that follow each other, under further conditions on items."""
    copies = (
        select(Item.id, Item.home_id, func.substr(cast(Item.acquired_on, String), 1, 7).label("month"))
        .where(Item.acquired_on >= months[0], Item.acquired_on < _after(months[-1]), one_of(Item.status, _STOCK))
        .where(~select(_S.id).where(_S.item_id == Item.id).exists(), *conditions)
        .subquery()
    )
    of = copies.c
    by_copy = (
        select(of.home_id, of.month, func.count(Loan.id).label("loans"))
        .outerjoin(Loan, and_(Loan.item_id == of.id, _is_real()))
        .group_by(of.id, of.home_id, of.month)
        .subquery()
    )
    c = by_copy.c
    statement = select(
        c.home_id,
        c.month,
        func.count().label("copies"),
        _sum(c.loans > 0).label("lent"),
        func.sum(c.loans).label("loans"),
    ).group_by(c.home_id, c.month)
    return [BoughtCounts(**_with_month(row._mapping)) for row in session.execute(statement)]


def _is_real() -> ColumnElement[bool]:
    return or_(Loan.close_reason.is_(None), Loan.close_reason != "undone")


def _sum(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


def _after(month: date) -> date:
    return span_of("month", month).next().first_on


def _with_month(row: Any) -> dict[str, Any]:
    numbers = {
        name: float(value) if name.endswith("_days") else int(value) for name, value in row.items() if name != "month"
    }
    return numbers | {"month": date.fromisoformat(f"{row['month']}-01")}
