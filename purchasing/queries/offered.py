"""Reads of what the shops' lists offer to readers, and of how long it took until books chosen from them stood on a hold shelf."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import ColumnElement, Select, func, or_, select, union_all
from sqlalchemy.orm import Session

from circ.models import Hold, Loan
from kernel.clock import days_between, local_day
from kernel.errors import NotFound
from purchasing.selection_models import Delivery, Selection, ShopOffer


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedRow:
    """A book on a shop's list, as readers see it. `stock` None: the shop does not say."""

    shop_id: int
    isbn: str
    title: str
    author: str
    publisher: str
    year: int | None
    price_fen: int
    stock: int | None
    volumes: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CameRow:
    """A book that was chosen online and came: where it was to be collected, and the calendar days until it stood there."""

    shop_id: int
    pickup_id: int
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PostedRow:
    """A book that was chosen online and posted: the calendar days until its shop sent it, and until its reader said that it had come; None
    where nobody said so, and the calendar did."""

    shop_id: int
    sent: int
    received: int | None


_OFFERED: Final = select(*(getattr(ShopOffer, name) for name in OfferedRow.__dataclass_fields__))
_SEARCHED: Final = (ShopOffer.title, ShopOffer.author, ShopOffer.publisher, ShopOffer.isbn)


def find_books(
    session: Session, shop_ids: Collection[int], words: Sequence[str], *, up_to_fen: int | None, skip: int, limit: int
) -> list[str]:
    """The numbers of the books of which one of these shops has a copy at that price, and whose row there holds every word in title, author,
    publisher or number: each once, the newest on a list first."""
    holds_all = [or_(*(column.icontains(word, autoescape=True) for column in _SEARCHED)) for word in words]
    statement = (
        select(ShopOffer.isbn)
        .where(*_to_be_had(shop_ids, up_to_fen), *holds_all)
        .group_by(ShopOffer.isbn)
        .order_by(func.max(ShopOffer.listed_at).desc(), ShopOffer.isbn)
    )
    return list(session.scalars(statement.offset(skip).limit(limit)))


def offers_of(
    session: Session, shop_ids: Collection[int], isbns: Collection[str], *, up_to_fen: int | None = None
) -> list[OfferedRow]:
    """Who of these shops has a copy of these books at that price, the newest on a list first."""
    statement = _OFFERED.where(ShopOffer.isbn.in_(isbns), *_to_be_had(shop_ids, up_to_fen))
    rows = session.execute(statement.order_by(ShopOffer.listed_at.desc(), ShopOffer.shop_id))
    return [OfferedRow(**row._mapping) for row in rows]


def find_offer(session: Session, shop_id: int, isbn: str) -> OfferedRow:
    """Raises NotFound."""
    row = session.execute(_OFFERED.where(ShopOffer.shop_id == shop_id, ShopOffer.isbn == isbn)).first()
    if row is None:
        raise NotFound("offer", isbn)
    return OfferedRow(**row._mapping)


def came_from(session: Session, shop_ids: Collection[int], since: datetime, limit: int) -> list[CameRow]:
    """Of each of these shops the latest choices since then whose book stood on the hold shelf; `limit` of each. One statement."""
    if not shop_ids:
        return []
    each = [_came(shop_id, since, limit).subquery() for shop_id in sorted(shop_ids)]
    rows = session.execute(union_all(*(select(one) for one in each)))
    return [
        CameRow(shop_id=row.shop_id, pickup_id=row.pickup_id, days=days_between(row.made_at, row.ready_at))
        for row in rows
    ]


def _came(shop_id: int, since: datetime, limit: int) -> Select[int, int, datetime, datetime | None]:
    return (
        select(Selection.shop_id, Hold.pickup_id, Selection.made_at, Hold.ready_at)
        .join(Delivery, Delivery.selection_id == Selection.id)
        .join(Hold, Hold.id == Delivery.hold_id)
        .where(Selection.shop_id == shop_id, Selection.made_at >= since, Hold.ready_at.is_not(None))
        .order_by(Selection.made_at.desc(), Selection.id.desc())
        .limit(limit)
    )


def posted_from(session: Session, shop_ids: Collection[int], since: datetime, limit: int) -> list[PostedRow]:
    """Of each of these shops the latest choices since then that it posted; `limit` of each. One statement."""
    if not shop_ids:
        return []
    each = [_posted(shop_id, since, limit).subquery() for shop_id in sorted(shop_ids)]
    return [
        PostedRow(
            shop_id=row.shop_id,
            sent=days_between(row.made_at, row.sent_at),
            received=None
            if row.checked_out_at is None or local_day(row.checked_out_at) >= row.due_on
            else days_between(row.made_at, row.checked_out_at),
        )
        for row in session.execute(union_all(*(select(one) for one in each)))
    ]


def _posted(shop_id: int, since: datetime, limit: int) -> Select[int, datetime, datetime | None, date | None, datetime]:
    return (
        select(Selection.shop_id, Selection.made_at, Delivery.sent_at, Delivery.due_on, Loan.checked_out_at)
        .join(Delivery, Delivery.selection_id == Selection.id)
        .outerjoin(Loan, Loan.id == Selection.loan_id)
        .where(
            Selection.shop_id == shop_id,
            Selection.made_at >= since,
            Delivery.way == "post",
            Delivery.sent_at.is_not(None),
            Delivery.missing_at.is_(None),
        )
        .order_by(Selection.made_at.desc(), Selection.id.desc())
        .limit(limit)
    )


def _to_be_had(shop_ids: Collection[int], up_to_fen: int | None) -> list[ColumnElement[bool]]:
    there = [ShopOffer.shop_id.in_(shop_ids), or_(ShopOffer.stock.is_(None), ShopOffer.stock > 0)]
    return there if up_to_fen is None else [*there, ShopOffer.price_fen <= up_to_fen]
