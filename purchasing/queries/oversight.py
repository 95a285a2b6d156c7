"""Figures of what readers chose: counted in the database, one statement a question, however many choices there are."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import (
    CTE,
    ColumnElement,
    Select,
    String,
    and_,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from branches.models import OrgUnit
from catalog.models import Item
from catalog.states import ITEM_STATUSES
from circ.models import Loan
from kernel.db import one_of
from kernel.journal import PROCESSED, WANTED, JournalEntry
from kernel.local_time import days_between
from purchasing.budget_models import FundEntry
from purchasing.oversight import LEAST_READERS, Lending, Part, WayToShelf
from purchasing.programmes import first_day_of
from purchasing.quota_models import QuotaPast, QuotaUse
from purchasing.selection_models import Selection

_S: Final = Selection
_STOCK: Final = tuple(name for name, status in ITEM_STATUSES.items() if status.counts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Which choices are looked at: of these programmes, in these shops, made from `since` on and before `until`."""

    programmes: tuple[int, ...]
    shops: frozenset[int]
    since: datetime
    until: datetime

    def has(self) -> tuple[ColumnElement[bool], ...]:
        return (
            _S.programme_id.in_(self.programmes),
            _S.made_at >= self.since,
            _S.made_at < self.until,
            _S.shop_id.in_(self.shops),
        )


# --- parts of a whole -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What was chosen of one part. `dimension` names the way of dividing, `key` the part (of `home` the branch, for a village the one
    above it); `readers` are those whose loans still name them;
    `cancelled` were called off without another in their place and are not among the `books`."""

    programme_id: int
    dimension: str
    key: str
    books: int
    cost_fen: int
    first: int
    readers: int
    cancelled: int


def part_of(tally: Tally) -> Part:
    return Part(key=tally.key, books=int(tally.books), cost_fen=int(tally.cost_fen), readers=int(tally.readers))


DIMENSIONS: Final = {
    "all": literal(""),
    "shop": cast(_S.shop_id, String),
    "class": func.coalesce(_S.class_letter, ""),
    "age": _S.age_group,
    "home": cast(case((OrgUnit.kind.in_(("network", "hub", "branch")), OrgUnit.id), else_=OrgUnit.parent_id), String),
    "clerk": _S.made_by,
}


def tallies(session: Session, scope: Scope, dimensions: Sequence[str]) -> list[Tally]:
    """The choices divided in each of these ways."""
    chosen = _chosen(scope)
    parts = [_divided(chosen, dimension) for dimension in dimensions]
    return [Tally(**row._mapping) for row in session.execute(union_all(*parts))]


def _chosen(scope: Scope) -> CTE:
    replacing = aliased(Selection)
    return (
        select(
            _S.programme_id,
            *(expression.label(name) for name, expression in DIMENSIONS.items()),
            _S.cost_fen,
            _S.is_first,
            (_S.status == "cancelled").label("is_over"),
            replacing.id.is_not(None).label("is_replaced"),
            func.coalesce(_S.patron_id, Loan.patron_id).label("patron_id"),
        )
        .join(OrgUnit, OrgUnit.id == _S.reader_home_id)
        .outerjoin(Loan, Loan.id == _S.loan_id)
        .outerjoin(replacing, and_(_S.status == "cancelled", replacing.replaces_id == _S.id))
        .where(*scope.has())
        .cte("chosen")
    )


def _divided(chosen: CTE, dimension: str) -> Select[Any]:
    c, counts = chosen.c, ~chosen.c.is_over
    return select(
        c.programme_id,
        literal(dimension).label("dimension"),
        c[dimension].label("key"),
        func.sum(case((counts, 1), else_=0)).label("books"),
        func.sum(case((counts, c.cost_fen), else_=0)).label("cost_fen"),
        func.sum(case((and_(counts, c.is_first), 1), else_=0)).label("first"),
        func.count(case((counts, c.patron_id)).distinct()).label("readers"),
        func.sum(case((and_(c.is_over, ~c.is_replaced), 1), else_=0)).label("cancelled"),
    ).group_by(c.programme_id, c[dimension])


# --- readers, by their quotas: how many books, never which ------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Readers:
    """How many readers chose under a programme, and the books of those who chose most, the most first. `top_id` is the first of them,
    None where that is forgotten."""

    count: int
    busiest: tuple[int, ...]
    top_id: int | None


NOBODY: Final = Readers(count=0, busiest=(), top_id=None)


def readers_of(session: Session, scope: Scope, from_on: date, to_on: date) -> dict[int, Readers]:
    """By programme. One more than needs to be hidden, so that the last bounds all others. Of days that are over only month and count are
    known: whole months count, whatever the shop, which hides rather too much than too little."""
    u, p = QuotaUse, QuotaPast
    today = select(u.programme_id, u.patron_id.label("key"), u.books).where(
        u.programme_id.in_(scope.programmes), u.day.between(from_on, to_on), u.shop_id.in_(scope.shops)
    )
    nameless = -p.reader  # no reader has a number below zero
    past = select(p.programme_id, func.coalesce(p.patron_id, nameless), p.books).where(
        p.programme_id.in_(scope.programmes), p.month.between(first_day_of("month", from_on), to_on)
    )
    chosen = union_all(today, past).subquery()
    books = func.sum(chosen.c.books)
    by_reader = (
        select(chosen.c.programme_id, chosen.c.key, books.label("books"))
        .group_by(chosen.c.programme_id, chosen.c.key)
        .having(books > 0)
        .subquery()
    )
    r = by_reader.c
    place = func.row_number().over(partition_by=r.programme_id, order_by=(r.books.desc(), r.key)).label("place")
    count = func.count().over(partition_by=r.programme_id).label("count")
    ranked = select(r.programme_id, r.key, r.books, place, count).subquery()
    statement = select(ranked).where(ranked.c.place <= LEAST_READERS).order_by(ranked.c.programme_id, ranked.c.place)
    rows: dict[int, list[Any]] = {}
    for row in session.execute(statement):
        rows.setdefault(row.programme_id, []).append(row)
    return {
        programme: Readers(
            count=found[0].count,
            busiest=tuple(int(row.books) for row in found),
            top_id=found[0].key if found[0].key > 0 else None,
        )
        for programme, found in rows.items()
    }


# --- money ----------------------------------------------------------------------------------------------------------------


def spent_since(session: Session, fund_ids: Collection[int], since: datetime) -> dict[int, int]:
    """What funds spent from an instant on, whatever for."""
    e = FundEntry
    statement = select(e.fund_id, func.sum(e.fen)).where(e.fund_id.in_(fund_ids), e.at >= since, e.kind != "allocation")
    return {fund: int(fen) for fund, fen in session.execute(statement.group_by(e.fund_id))}


def spent_on(session: Session, scope: Scope) -> dict[int, int]:
    """What the choices took from each fund, with what was put back for them since."""
    statement = (
        select(FundEntry.fund_id, func.sum(FundEntry.fen))
        .join(_S, _S.id == FundEntry.selection_id)
        .where(*scope.has())
        .group_by(FundEntry.fund_id)
    )
    return {fund: int(fen) for fund, fen in session.execute(statement)}


# --- what became of the books ---------------------------------------------------------------------------------------------


def lent_again(session: Session, scope: Scope, before: datetime) -> Lending:
    """Of the books chosen before an instant, processed and still in stock: how often they were lent after the loan they were bought for."""
    books = (
        select(_S.item_id, _S.loan_id)
        .join(Item, Item.id == _S.item_id)
        .where(*scope.has(), _S.status == "lent", _S.made_at < before)
        .where(~Item.awaits_processing, one_of(Item.status, _STOCK))
        .subquery()
    )
    is_another = and_(Loan.item_id == books.c.item_id, Loan.id != books.c.loan_id, _is_real())
    return _lending(session, select(books.c.item_id).outerjoin(Loan, is_another).add_columns(Loan.id.label("loan_id")))


def lent_of_others(session: Session, homes: Collection[int], from_on: date, to_on: date) -> Lending:
    """Copies of these libraries bought on these days that no reader chose."""
    books = (
        select(Item.id)
        .outerjoin(_S, _S.item_id == Item.id)
        .where(Item.acquired_on.between(from_on, to_on), Item.home_id.in_(homes), _S.id.is_(None))
        .where(one_of(Item.status, _STOCK))
        .subquery()
    )
    on = and_(Loan.item_id == books.c.id, _is_real())
    return _lending(
        session, select(books.c.id.label("item_id")).outerjoin(Loan, on).add_columns(Loan.id.label("loan_id"))
    )


def _is_real() -> ColumnElement[bool]:
    return or_(Loan.close_reason.is_(None), Loan.close_reason != "undone")


def _lending(session: Session, loans: Select[Any]) -> Lending:
    """Of rows (copy, loan or nothing)."""
    rows = loans.subquery()
    by_copy = select(func.count(rows.c.loan_id).label("loans")).group_by(rows.c.item_id).subquery()
    has_loans = case((by_copy.c.loans > 0, 1), else_=0)
    statement = select(func.count(), func.coalesce(func.sum(has_loans), 0), func.coalesce(func.sum(by_copy.c.loans), 0))
    copies, lent, count = session.execute(statement.select_from(by_copy)).one()
    return Lending(copies=int(copies), lent=int(lent), loans=int(count))


def way_to_shelf(session: Session, scope: Scope) -> WayToShelf:
    """Choice, return of the first loan, processing: where the books are, and how many days each took on average."""
    j = JournalEntry
    processed = (
        select(j.item_id, func.min(j.at).label("at"))
        .where(PROCESSED, j.at >= scope.since)
        .group_by(j.item_id)
        .subquery()
    )
    returned_at = case((Loan.close_reason == "returned", Loan.closed_at))
    is_done = processed.c.at.is_not(None)
    statement = (
        select(
            func.sum(case((and_(Loan.closed_at.is_(None), ~is_done), 1), else_=0)).label("with_readers"),
            func.sum(case((and_(returned_at.is_not(None), ~is_done, Item.awaits_processing), 1), else_=0)),
            func.sum(case((is_done, 1), else_=0)),
            func.avg(days_between(_S.made_at, returned_at)),
            func.avg(days_between(returned_at, processed.c.at)),
        )
        .select_from(_S)
        .join(Loan, Loan.id == _S.loan_id)
        .join(Item, Item.id == _S.item_id)
        .outerjoin(processed, processed.c.item_id == _S.item_id)
        .where(*scope.has(), _S.status == "lent")
    )
    with_readers, waiting, done, reading, processing = session.execute(statement).one()
    return WayToShelf(
        with_readers=int(with_readers or 0),
        to_process=int(waiting or 0),
        processed=int(done or 0),
        days_with_reader=None if reading is None else round(float(reading), 1),
        days_to_process=None if processing is None else round(float(processing), 1),
    )


# --- what was refused -----------------------------------------------------------------------------------------------------


def refused(
    session: Session, programme: str, shops: Collection[str], since: datetime, until: datetime
) -> dict[str, int]:
    """How often a choice was refused, by the codes of all its reasons (as JSON). Most are asked with the same few reasons."""
    j = JournalEntry
    codes = cast(j.data["codes"], String)
    statement = (
        select(codes, func.count())
        .where(WANTED, j.act == "selection_refused", j.at >= since, j.at < until)
        .where(j.data["programme"].as_string() == programme, j.data["shop"].as_string().in_(shops))
        .group_by(codes)
    )
    return {row[0]: row[1] for row in session.execute(statement)}
