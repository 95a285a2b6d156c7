"""Reads of the choices that belong into a settlement, and of what the funds bear of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any, Final

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from catalog.models import Item
from kernel.clock import bounds_of, local_day
from kernel.db import one_of
from purchasing.budget_models import FundEntry, Programme
from purchasing.queries.selections import terms_of
from purchasing.selection_models import Selection
from purchasing.settlement_models import Settlement, SettlementDifference, SettlementLine
from purchasing.settling import Choice, Elsewhere, Span
from purchasing.states import DELIVERED, SEALED

_INVOICED_LATE_DAYS: Final = 92  # how long after it was called off a choice may still turn up on an invoice


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """A choice that belongs into a settlement, with what its line says of it."""

    choice: Choice
    item: str
    programme: str
    chosen_on: date


def gather(session: Session, shop_id: int, span: Span, *, beside: int | None = None, most: int) -> list[Gathered]:
    """The choices of a shop that were handed over, made in the period or left for a later one, and that stand in no settlement but
    `beside`; what was chosen online comes in once it was received or not collected, however long that took. Their rows are taken, so that
    none can be called off meanwhile. At most `most` and one more."""
    selection, line = Selection, SettlementLine
    start, end = bounds_of(span.first_on, span.last_on)
    left_over = (
        select(line.selection_id)
        .join(Settlement, Settlement.id == line.settlement_id)
        .where(line.selection_id == selection.id, line.is_standing.is_(False), one_of(Settlement.status, SEALED))
    ).exists()  # where a settlement was frozen, only what was left for the next period let go of its choice
    in_period = and_(selection.made_at >= start, selection.made_at < end)
    earlier = and_(selection.made_at < start, or_(selection.is_online, left_over))
    locked = session.scalars(
        select(selection.id)
        .where(selection.shop_id == shop_id, one_of(selection.status, DELIVERED), or_(in_period, earlier))
        .where(selection.id.not_in(_standing(beside)))
        .order_by(selection.id)
        .limit(most + 1)
        .with_for_update()
    ).all()
    # Another settlement may have taken some while this waited for their rows: only a new statement sees it.
    taken = set(session.scalars(_standing(beside).where(line.selection_id.in_(locked))))
    return _facts_of(session, [one for one in locked if one not in taken])


def _standing(beside: int | None) -> Any:
    line = SettlementLine
    statement = select(line.selection_id).where(line.is_standing)
    return statement if beside is None else statement.where(line.settlement_id != beside)


def _facts_of(session: Session, selection_ids: Collection[int]) -> list[Gathered]:
    """In the order in which they were chosen."""
    s = Selection
    statement = (
        select(s.id, s.isbn, s.title, s.price_fen, s.cost_fen, s.made_at, s.shop_id)
        .add_columns(Item.barcode, Item.status, Item.location_id, Programme.code)
        .join(Item, Item.id == s.item_id)
        .join(Programme, Programme.id == s.programme_id)
        .where(s.id.in_(selection_ids))
        .order_by(s.made_at, s.id)
    )
    return [
        Gathered(
            choice=Choice(
                id=row.id,
                isbn=row.isbn,
                title=row.title,
                price_fen=row.price_fen,
                cost_fen=row.cost_fen,
                is_given_back=row.status == "withdrawn" and row.location_id == row.shop_id,
            ),
            item=row.barcode,
            programme=row.code,
            chosen_on=local_day(row.made_at),
        )
        for row in session.execute(statement)
    ]


def elsewhere(session: Session, shop_id: int, span: Span, isbns: Collection[str], *, beside: int) -> Elsewhere:
    """What became of these numbers in the shop outside the settlement `beside`."""
    selection, line = Selection, SettlementLine
    since, end = bounds_of(span.first_on - timedelta(days=_INVOICED_LATE_DAYS), span.last_on)
    counted = (
        select(selection.isbn, selection.status, func.count())
        .where(selection.shop_id == shop_id, selection.status.not_in(DELIVERED), selection.made_at >= since)
        .where(selection.made_at < end, selection.isbn.in_(isbns))
        .group_by(selection.isbn, selection.status)
    )
    cancelled: Counter[str] = Counter()
    on_their_way: Counter[str] = Counter()
    missing: Counter[str] = Counter()
    told = {"cancelled": cancelled, "missing": missing}
    for isbn, status, count in session.execute(counted):
        told.get(status, on_their_way)[isbn] += count
    settled = (
        select(line.isbn)
        .join(Settlement, Settlement.id == line.settlement_id)
        .where(Settlement.shop_id == shop_id, Settlement.id != beside, line.is_standing, line.isbn.in_(isbns))
        .distinct()
    )
    return Elsewhere(
        cancelled=cancelled,
        on_their_way=on_their_way,
        missing=missing,
        settled=frozenset(session.scalars(settled)),
        pays_percent=terms_of(session, shop_id).pays_percent,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Borne:
    """A line for which the funds are to bear another sum than at the choice. `chosen` is what each was charged then, by fund id."""

    selection_id: int
    paid_fen: int
    chosen: Mapping[int, int]


def borne_by_lines(session: Session, settlement_id: int) -> dict[int, Borne]:
    """By the number of the line, in its order. What is left for the next period is borne as it was chosen."""
    line, difference, entry = SettlementLine, SettlementDifference, FundEntry
    # Not joined: of lines written a moment ago PostgreSQL believes that there is one, and compares each with each difference.
    later = (difference.settlement_id == settlement_id, difference.resolution == "later")
    waiting = set(session.scalars(select(difference.number).where(*later)))
    statement = (
        select(line.number, line.selection_id, line.paid_fen, entry.fund_id, func.sum(entry.fen))
        .join(entry, entry.selection_id == line.selection_id)
        .where(line.settlement_id == settlement_id, line.paid_fen != line.cost_fen, entry.kind != "settlement")
        .group_by(line.number, line.selection_id, line.paid_fen, entry.fund_id)
        .order_by(line.number, entry.fund_id)
    )
    found: dict[int, Borne] = {}
    for number, rows in groupby(session.execute(statement), key=lambda row: row[0]):
        entries = list(rows)
        if number in waiting:
            continue
        _, selection_id, paid_fen, _, _ = entries[0]
        assert selection_id is not None  # it has entries
        chosen = {row[3]: int(row[4]) for row in entries}
        found[number] = Borne(selection_id=selection_id, paid_fen=paid_fen, chosen=chosen)
    return found
