"""Figures of what readers chose: counted in the database, one statement a question, however many choices there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    String,
    and_,
    case,
    cast,
    func,
    literal,
    select,
    union,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from branches.models import OrgUnit
from circ.models import Loan
from kernel.clock import start_of_day
from kernel.journal import WANTED, JournalEntry
from purchasing.budget_models import FundEntry
from purchasing.oversight import LEAST_READERS, Part
from purchasing.programmes import first_day_of
from purchasing.quota_models import QuotaPast, QuotaUse
from purchasing.selection_models import Selection

_S: Final = Selection


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
    """What was chosen of one part in one period, counted from 0. `dimension` names the way of dividing, `key` the part (of `home` the
    branch, for a village the one above it); `readers` are those whose loans still name them; `cancelled` were called off without another
    in their place and are not among the `books`."""

    programme_id: int
    period: int
    dimension: str
    key: str
    books: int
    cost_fen: int
    first: int
    readers: int
    cancelled: int


def added(found: Sequence[Tally]) -> list[Tally]:
    """Over all periods, each part once. Readers are not to be added: the most of one span is the least there were in all."""
    together: dict[tuple[int, str, str], Tally] = {}
    for one in found:
        key = (one.programme_id, one.dimension, one.key)
        before = together.get(key)
        together[key] = one if before is None else _plus(before, one)
    return list(together.values())


def _plus(one: Tally, other: Tally) -> Tally:
    sums = {name: getattr(one, name) + getattr(other, name) for name in _NUMBERS}
    return replace(one, period=0, readers=max(one.readers, other.readers), **sums)


def part_of(tally: Tally) -> Part:
    return Part(key=tally.key, books=tally.books, cost_fen=tally.cost_fen, readers=tally.readers)


DIMENSIONS: Final = {
    "all": literal(""),
    "shop": cast(_S.shop_id, String),
    "class": func.coalesce(_S.class_letter, ""),
    "age": _S.age_group,
    "home": cast(case((OrgUnit.kind.in_(("network", "hub", "branch")), OrgUnit.id), else_=OrgUnit.parent_id), String),
    "clerk": _S.made_by,
}
_NUMBERS: Final = ("books", "cost_fen", "first", "cancelled")


_Key = tuple[int, int, str, str]


def tallies(session: Session, scope: Scope, dimensions: Sequence[str], cuts: Sequence[date] = ()) -> list[Tally]:
    """The choices divided in each of these ways, and into periods, each of which but the first begins on one of the days `cuts`. The
    database goes through them once, by all ways together; what that comes to in each is added up here. Readers are counted apart: few
    choices still name theirs."""
    period = _period(_S.made_at, [start_of_day(day) for day in cuts])
    numbers: dict[_Key, dict[str, int]] = defaultdict(lambda: dict.fromkeys(_NUMBERS, 0))
    for row in session.execute(_counted(scope, dimensions, period)):
        for dimension in dimensions:
            into = numbers[row.programme_id, row.period, dimension, row._mapping[dimension]]
            for name in _NUMBERS:
                into[name] += int(row._mapping[name])
    readers: dict[_Key, set[int]] = defaultdict(set)
    for row in session.execute(_named(scope, dimensions, period)):
        for dimension in dimensions:
            readers[row.programme_id, row.period, dimension, row._mapping[dimension]].add(row.patron_id)
    return [
        Tally(
            programme_id=key[0],
            period=key[1],
            dimension=key[2],
            key=key[3],
            readers=len(readers.get(key, ())),
            **found,
        )
        for key, found in sorted(numbers.items())
    ]


def _period(at: Any, cuts: Sequence[Any]) -> ColumnElement[int]:
    """Which period an instant or a day lies in."""
    if not cuts:
        return literal(0)
    return case(*((at < cut, n) for n, cut in enumerate(cuts)), else_=len(cuts))


def _counted(scope: Scope, dimensions: Sequence[str], period: ColumnElement[int]) -> Select[Any]:
    replacing = aliased(Selection)
    is_over = _S.status == "cancelled"
    is_replaced = case((is_over, select(replacing.id).where(replacing.replaces_id == _S.id).exists()), else_=False)
    rows = (
        select(
            _S.programme_id,
            period.label("period"),
            *(DIMENSIONS[name].label(name) for name in dimensions),
            _S.cost_fen,
            _S.is_first,
            is_over.label("is_over"),
            is_replaced.label("is_replaced"),
        )
        .join(OrgUnit, OrgUnit.id == _S.reader_home_id)
        .where(*scope.has())
        .subquery()
    )
    counts, own = ~rows.c.is_over, [rows.c.period, *(rows.c[name] for name in dimensions)]
    return select(
        rows.c.programme_id,
        *own,
        func.sum(case((counts, 1), else_=0)).label("books"),
        func.sum(case((counts, rows.c.cost_fen), else_=0)).label("cost_fen"),
        func.sum(case((and_(counts, rows.c.is_first), 1), else_=0)).label("first"),
        func.sum(case((and_(rows.c.is_over, ~rows.c.is_replaced), 1), else_=0)).label("cancelled"),
    ).group_by(rows.c.programme_id, *own)


def _named(scope: Scope, dimensions: Sequence[str], period: ColumnElement[int]) -> CompoundSelect[Any]:
    """Of the choices that still name their reader, by the loan or, before it, themselves: each reader once for each part."""
    has = (*scope.has(), _S.status != "cancelled")
    own = [_S.programme_id, period.label("period"), *(DIMENSIONS[name].label(name) for name in dimensions)]
    at_home = (OrgUnit, OrgUnit.id == _S.reader_home_id)
    lent = (
        select(*own, Loan.patron_id.label("patron_id"))
        .join(*at_home)
        .join(Loan, Loan.id == _S.loan_id)
        .where(*has, Loan.patron_id.is_not(None))
    )
    waiting = select(*own, _S.patron_id).join(*at_home).where(*has, _S.patron_id.is_not(None))
    return union(lent, waiting)


# --- readers, by their quotas: how many books, never which ------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Readers:
    """How many readers chose under a programme, and the books of those who chose most, the most first. `top_id` is the first of them,
    None where that is forgotten."""

    count: int
    busiest: tuple[int, ...]
    top_id: int | None


NOBODY: Final = Readers(count=0, busiest=(), top_id=None)


def readers_of(
    session: Session, scope: Scope, from_on: date, to_on: date, cuts: Sequence[date] = ()
) -> dict[tuple[int, int], Readers]:
    """By programme and period, as `tallies` has them. One more than needs to be hidden, so that the last bounds all others. Of days that
    are over only month and count are known: whole months count, whatever the shop, which hides rather too much than too little."""
    u, p = QuotaUse, QuotaPast
    today = select(u.programme_id, _period(u.day, cuts).label("period"), u.patron_id.label("key"), u.books).where(
        u.programme_id.in_(scope.programmes), u.day.between(from_on, to_on), u.shop_id.in_(scope.shops)
    )
    nameless = -p.reader  # no reader has a number below zero
    past = select(p.programme_id, _period(p.month, cuts), func.coalesce(p.patron_id, nameless), p.books).where(
        p.programme_id.in_(scope.programmes), p.month.between(first_day_of("month", from_on), to_on)
    )
    chosen = union_all(today, past).subquery()
    of = (chosen.c.programme_id, chosen.c.period)
    books = func.sum(chosen.c.books)
    by_reader = select(*of, chosen.c.key, books.label("books")).group_by(*of, chosen.c.key).having(books > 0).subquery()
    r = by_reader.c
    same = (r.programme_id, r.period)
    place = func.row_number().over(partition_by=same, order_by=(r.books.desc(), r.key)).label("place")
    count = func.count().over(partition_by=same).label("count")
    ranked = select(*same, r.key, r.books, place, count).subquery()
    statement = (
        select(ranked)
        .where(ranked.c.place <= LEAST_READERS)
        .order_by(*(ranked.c[one.name] for one in same), ranked.c.place)
    )
    rows: dict[tuple[int, int], list[Any]] = defaultdict(list)
    for row in session.execute(statement):
        rows[row.programme_id, row.period].append(row)
    return {
        key: Readers(
            count=found[0].count,
            busiest=tuple(int(row.books) for row in found),
            top_id=found[0].key if found[0].key > 0 else None,
        )
        for key, found in rows.items()
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


def cost_of_choices(session: Session, programme_ids: Collection[int]) -> dict[int, int]:
    """What all choices under these programmes cost that were not called off."""
    counts = (_S.programme_id.in_(programme_ids), _S.status != "cancelled")
    statement = select(_S.programme_id, func.sum(_S.cost_fen)).where(*counts).group_by(_S.programme_id)
    return {programme: int(fen) for programme, fen in session.execute(statement)}


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
