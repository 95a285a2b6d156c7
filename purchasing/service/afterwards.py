"""What became of the books: the figures that the worker keeps of every month; months it has not counted yet are counted at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Table, delete, func, insert, select
from sqlalchemy.orm import Session

from branches.context import Context, InTurns
from catalog.models import Item
from kernel.clock import local_day
from kernel.db import table_of
from purchasing.budget_models import Programme as ProgrammeTable
from purchasing.oversight import Lending, WayToShelf
from purchasing.oversight_models import BoughtMonth, ChoiceMonth, FiguresMonth
from purchasing.queries import afterwards as queries
from purchasing.queries.afterwards import BoughtCounts, ChosenCounts
from purchasing.selection_models import Selection
from purchasing.spans import Span, spans_in

_choices, _bought, _months = table_of(ChoiceMonth), table_of(BoughtMonth), table_of(FiguresMonth)


@dataclass(frozen=True, slots=True, kw_only=True)
class Afterwards:
    """`kept_at`: when the oldest of the kept figures was counted; None where all were counted at once."""

    again: Lending
    others: Lending
    shelf: WayToShelf
    kept_at: datetime | None


def became(
    context: Context,
    programme_id: int,
    shops: frozenset[int],
    homes: frozenset[int],
    months: Sequence[date],
    mature: date,
) -> Afterwards:
    """Of the choices of these months, which follow each other, and of other copies of `homes`; lent again counts of months before
    `mature` alone."""
    session = context.session
    if not months:
        return Afterwards(again=_lending([]), others=_lending([]), shelf=_shelf([]), kept_at=None)
    kept = queries.kept_months(session, months)
    chosen = queries.kept_choices(session, kept, programme_id, shops)
    bought = queries.kept_bought(session, kept, homes)
    for some in _runs(months, kept):
        own = (Selection.programme_id == programme_id, Selection.shop_id.in_(shops))
        chosen += queries.count_choices(session, some, *own)
        bought += queries.count_bought(session, some, Item.home_id.in_(homes))
    return Afterwards(
        again=_lending([one for one in chosen if one.month < mature]),
        others=_lending([one for one in bought if one.month < mature]),
        shelf=_shelf(chosen),
        kept_at=min(kept.values(), default=None),
    )


def keep_figures(in_turns: InTurns) -> int:
    """Count all months since the first programme anew, a transaction for each, so that no desk waits long; how many months."""
    months = in_turns(_months_to_keep)
    for month in months:
        in_turns(lambda context, month=month: _keep(context, month))  # type: ignore[misc]
    return len(months)


def _months_to_keep(context: Context) -> list[date]:
    first = context.session.scalar(select(func.min(ProgrammeTable.starts_on)))
    return [] if first is None else months_between(first, local_day(context.now))


def months_between(first: date, last: date) -> list[date]:
    """The first days of all months that share a day with these."""
    return [month.first_on for month in spans_in("month", first, last)]


def months_of(span: Span, first: date, last: date) -> list[date]:
    """Those of a span in which a programme ran that lasts from one day to another."""
    return months_between(max(span.first_on, first), min(span.last_on, last))


def _keep(context: Context, month: date) -> None:
    session = context.session
    chosen, bought = queries.count_choices(session, [month]), queries.count_bought(session, [month])
    for table in (_choices, _bought, _months):
        session.execute(delete(table).where(table.c.month == month))
    _put(session, _choices, map(asdict, chosen))
    _put(session, _bought, map(asdict, bought))
    _put(session, _months, [{"month": month, "kept_at": context.now}])


def _put(session: Session, table: Table, rows: Iterable[dict[str, Any]]) -> None:
    if some := list(rows):
        session.execute(insert(table), some)


def _runs(months: Sequence[date], kept: Collection[date]) -> list[list[date]]:
    """What is not kept of months that follow each other, parted where some are kept."""
    return [list(run) for is_kept, run in groupby(months, key=lambda month: month in kept) if not is_kept]


def _lending(rows: Sequence[ChosenCounts | BoughtCounts]) -> Lending:
    return Lending(
        copies=sum(one.copies for one in rows),
        lent=sum(one.lent for one in rows),
        loans=sum(one.loans for one in rows),
    )


def _shelf(rows: Sequence[ChosenCounts]) -> WayToShelf:
    read, put_up = sum(one.read for one in rows), sum(one.put_up for one in rows)
    return WayToShelf(
        with_readers=sum(one.with_readers for one in rows),
        to_process=sum(one.to_process for one in rows),
        processed=sum(one.processed for one in rows),
        days_with_reader=round(sum(one.read_days for one in rows) / read, 1) if read else None,
        days_to_process=round(sum(one.process_days for one in rows) / put_up, 1) if put_up else None,
    )
