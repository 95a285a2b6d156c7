"""What looks odd in the choices that are looked at: counted in the database, one statement a question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from sqlalchemy import ColumnElement, and_, func, literal, or_, select, tuple_
from sqlalchemy.orm import Session

from catalog.matchkeys import volume_form
from catalog.models import Item
from circ.models import Loan
from kernel.local_time import local_clock, local_day, local_weekday
from purchasing.queries.oversight import Scope
from purchasing.selection_models import Selection
from purchasing.settlement_models import Settlement, SettlementLine

_S: Final = Selection


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopHours:
    """Shops that keep the same hours. `spans`: weekday (0 is Monday), opens, closes; None: they are always open but on `closed` days."""

    shops: tuple[int, ...]
    spans: tuple[tuple[int, str, str], ...] | None
    closed: tuple[tuple[date, date], ...]

    def outside(self) -> ColumnElement[bool]:
        """Made while one of these shops was shut, by the hours it keeps today."""
        day, weekday, clock = local_day(_S.made_at), local_weekday(_S.made_at), local_clock(_S.made_at)
        shut: list[ColumnElement[bool]] = [
            day.between(first.isoformat(), last.isoformat()) for first, last in self.closed
        ]
        if self.spans is not None:
            alike: dict[tuple[str, str], list[str]] = {}
            for n, opens, closes in self.spans:
                alike.setdefault((opens, closes), []).append(str(n))
            is_open = [and_(weekday.in_(days), clock.between(*span)) for span, days in alike.items()]
            shut.append(~or_(*is_open) if is_open else literal(True))
        return and_(_S.shop_id.in_(self.shops), or_(*shut)) if shut else literal(False)


def is_outside(hours: Sequence[ShopHours]) -> ColumnElement[bool]:
    return or_(literal(False), *(one.outside() for one in hours))


def outside_hours(session: Session, scope: Scope, hours: Sequence[ShopHours]) -> list[tuple[int, int, int]]:
    """(programme, shop, choices) made while the shop was shut."""
    statement = (
        select(_S.programme_id, _S.shop_id, func.count())
        .where(*scope.has(), ~_S.is_online, is_outside(hours))
        .group_by(_S.programme_id, _S.shop_id)
    )
    return [(row[0], row[1], row[2]) for row in session.execute(statement)]


@dataclass(frozen=True, slots=True, kw_only=True)
class TitleCount:
    """`volume` where the title is a set whose volumes share one ISBN, as the copies name it."""

    programme_id: int
    isbn: str
    title: str
    volume: str | None
    copies: int

    @property
    def name(self) -> str:
        return f"{self.title} {self.volume}" if self.volume else self.title


def many_of_one(session: Session, scope: Scope, least: int, limit: int = 20) -> list[TitleCount]:
    """Titles of which so many copies were chosen, the most first. A set bought once is no such title: each of its volumes is counted by
    itself, whichever way it is written (上, 上册)."""
    stand = (*scope.has(), _S.status != "cancelled")
    of_set = (_S.programme_id, Item.bib_id)
    often = select(*of_set).join(Item, Item.id == _S.item_id).where(*stand).group_by(*of_set)
    statement = (
        select(*of_set, Item.volume, func.max(_S.isbn), func.max(_S.title), func.count())
        .join(Item, Item.id == _S.item_id)
        .where(*stand, tuple_(*of_set).in_(often.having(func.count() >= least)))
        .group_by(*of_set, Item.volume)
    )
    found: dict[tuple[int, int, str], TitleCount] = {}
    for programme_id, bib_id, volume, isbn, title, copies in session.execute(statement):
        key = (programme_id, bib_id, volume_form(volume))
        one = TitleCount(programme_id=programme_id, isbn=isbn, title=title, volume=volume, copies=copies)
        found[key] = replace(one, copies=one.copies + found[key].copies) if key in found else one
    most = sorted(found.values(), key=lambda one: (-one.copies, one.isbn, one.volume or ""))
    return [one for one in most if one.copies >= least][:limit]


@dataclass(frozen=True, slots=True, kw_only=True)
class DearCount:
    """Books of a class that cost many times its average. `usual_fen` is that average over all of them."""

    programme_id: int
    class_letter: str
    books: int
    usual_fen: int
    top_fen: int


def much_dearer(session: Session, scope: Scope, *, times: int, least_fen: int, sample: int) -> list[DearCount]:
    """Classes of which some books cost `times` the average and at least `least_fen`; classes of fewer than `sample` books have no usual
    price."""
    chosen = (*scope.has(), _S.status != "cancelled", _S.class_letter.is_not(None))
    usual = (
        select(_S.programme_id, _S.class_letter, func.avg(_S.price_fen).label("fen"))
        .where(*chosen)
        .group_by(_S.programme_id, _S.class_letter)
        .having(func.count() >= sample)
        .subquery()
    )
    u = usual.c
    statement = (
        select(_S.programme_id, _S.class_letter, func.count(), func.max(u.fen), func.max(_S.price_fen))
        .join(usual, and_(u.programme_id == _S.programme_id, u.class_letter == _S.class_letter))
        .where(*chosen, _S.price_fen >= least_fen, _S.price_fen >= u.fen * times)
        .group_by(_S.programme_id, _S.class_letter)
    )
    return [
        DearCount(programme_id=row[0], class_letter=row[1], books=row[2], usual_fen=round(row[3]), top_fen=row[4])
        for row in session.execute(statement)
    ]


def settled_by_maker(session: Session, scope: Scope) -> list[tuple[int, str, int]]:
    """(programme, author, choices) whose settlement the same person confirmed for the library, or paid."""
    is_same = _S.made_by.in_([Settlement.library_confirmed_by, Settlement.paid_by])
    statement = (
        select(_S.programme_id, _S.made_by, func.count(_S.id.distinct()))
        .join(SettlementLine, SettlementLine.selection_id == _S.id)
        .join(Settlement, Settlement.id == SettlementLine.settlement_id)
        .where(*scope.has(), is_same, Settlement.discarded_at.is_(None))
        .group_by(_S.programme_id, _S.made_by)
    )
    return [(row[0], row[1], row[2]) for row in session.execute(statement)]


def open_choices_of(session: Session, scope: Scope, patron_id: int, limit: int = 20) -> list[tuple[int, int]]:
    """(selection, shop) of a reader whose loans are open, the newest first."""
    statement = (
        select(_S.id, _S.shop_id)
        .join(Loan, Loan.id == _S.loan_id)
        .where(Loan.patron_id == patron_id, Loan.closed_at.is_(None), *scope.has())
        .order_by(_S.id.desc())
        .limit(limit)
    )
    return [(row[0], row[1]) for row in session.execute(statement)]
