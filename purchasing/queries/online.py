"""Reads of choices made online: how they come, what a shop is to send, what a reader waits for."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from circ.models import Hold, Loan
from kernel.errors import NotFound
from purchasing.programmes import Way
from purchasing.queries.selections import SelectionRow, selections_where
from purchasing.selection_models import Delivery, DeliveryAddress, Selection
from purchasing.states import ONLINE_ACTS, WAITING


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryRow:
    """How a choice comes to its reader."""

    selection_id: int
    way: Way
    pickup_id: int | None
    hold_id: int | None
    postage_id: int | None
    sent_at: datetime | None
    tracking: str | None
    due_on: date | None
    missing_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ParcelRow:
    """A posted choice and the fee it carries for its parcel."""

    selection_id: int
    price_fen: int
    postage_id: int | None


_DELIVERY: Final = select(*(getattr(Delivery, name) for name in DeliveryRow.__dataclass_fields__))


def delivery_of(session: Session, selection_id: int) -> DeliveryRow:
    """Raises NotFound for a choice that was not made online."""
    found = deliveries_of(session, [selection_id])
    if selection_id not in found:
        raise NotFound("selection", selection_id)
    return found[selection_id]


def deliveries_of(session: Session, selection_ids: Collection[int]) -> dict[int, DeliveryRow]:
    rows = session.execute(_DELIVERY.where(Delivery.selection_id.in_(selection_ids)))
    return {row.selection_id: DeliveryRow(**row._mapping) for row in rows}


def addresses_of(session: Session, selection_ids: Collection[int]) -> dict[int, bytes]:
    """Sealed, of those whose address is still kept."""
    statement = select(DeliveryAddress.selection_id, DeliveryAddress.sealed)
    statement = statement.where(DeliveryAddress.selection_id.in_(selection_ids))
    return {row.selection_id: row.sealed for row in session.execute(statement)}


def parcel_of(
    session: Session, patron_id: int, shop_id: int, programme_id: int, since: datetime, until: datetime
) -> list[ParcelRow]:
    """What a reader, whose row is locked, has posted to them of a day and is not there yet, in the order of the choices."""
    statement = (
        select(Selection.id.label("selection_id"), Selection.price_fen, Delivery.postage_id)
        .join(Delivery, Delivery.selection_id == Selection.id)
        .where(
            Selection.patron_id == patron_id,
            Selection.shop_id == shop_id,
            Selection.programme_id == programme_id,
            Selection.status.in_(WAITING),
            Selection.made_at >= since,
            Selection.made_at < until,
            Delivery.way == "post",
        )
        .order_by(Selection.id)
    )
    return [ParcelRow(**row._mapping) for row in session.execute(statement)]


def to_send(session: Session, shop_ids: Collection[int], limit: int) -> list[SelectionRow]:
    """What shops are to send, or to send again, the oldest first."""
    mine = (Selection.shop_id.in_(shop_ids), Selection.status.in_(ONLINE_ACTS["dispatch"].of["shop"]))
    return selections_where(session, *mine, newest_first=False, limit=limit)


def posted(session: Session, shop_ids: Collection[int], limit: int, *, since: datetime) -> list[SelectionRow]:
    """What these shops posted and nobody said to have come, the oldest first; what counted as received too, where it was sent since then
    and its reader still has it."""
    by_post = select(Delivery.selection_id).where(Delivery.way == "post")
    lately = by_post.where(Delivery.sent_at >= since)
    is_out = select(Loan.id).where(Loan.id == Selection.loan_id, Loan.closed_at.is_(None)).exists()
    on_the_way = and_(Selection.status == "sent", Selection.id.in_(by_post))
    out = and_(Selection.status == "lent", Selection.id.in_(lately), is_out)
    return selections_where(
        session, Selection.shop_id.in_(shop_ids), or_(on_the_way, out), newest_first=False, limit=limit
    )


def waited_for(session: Session, patron_id: int) -> list[SelectionRow]:
    """What a reader chose online and does not have yet, the newest first."""
    mine = (Selection.patron_id == patron_id, Selection.status.in_(WAITING))
    return selections_where(session, *mine, newest_first=True, limit=None)


def chosen_at_counters(session: Session, patron_id: int, limit: int = 50) -> list[SelectionRow]:
    """What was chosen at a shop's counter on a reader's card, as far as its loan still names them, the newest first. What was called off is
    told too."""
    theirs = select(Loan.id).where(Loan.patron_id == patron_id)
    return selections_where(session, Selection.loan_id.in_(theirs), Selection.is_online.is_(False), limit=limit)


def waiting_copy(session: Session, item_id: int) -> SelectionRow | None:
    """The choice made online whose copy this is, if its reader does not have it yet."""
    found = selections_where(session, Selection.item_id == item_id, Selection.status.in_(WAITING))
    return found[0] if found else None


def begun_by(session: Session, loan_id: int) -> SelectionRow | None:
    """The choice made online that a loan is of."""
    found = selections_where(session, Selection.loan_id == loan_id, Selection.is_online.is_(True))
    return found[0] if found else None


def of_hold(session: Session, hold_id: int) -> SelectionRow | None:
    """The choice that a hold puts aside, if its reader does not have it yet."""
    about = select(Delivery.selection_id).where(Delivery.hold_id == hold_id)
    found = selections_where(session, Selection.id.in_(about), Selection.status == "sent")
    return found[0] if found else None


def received_by(session: Session, day: date, limit: int) -> list[int]:
    """Posted choices that count as received by this day."""
    statement = (
        select(Selection.id)
        .join(Delivery, Delivery.selection_id == Selection.id)
        .where(Selection.status == "sent", Delivery.due_on <= day)
        .order_by(Selection.id)
        .limit(limit)
    )
    return list(session.scalars(statement))


def is_online(session: Session, selection_id: int) -> bool:
    """False also where there is no such choice."""
    return session.scalar(select(Selection.is_online).where(Selection.id == selection_id)) or False


def put_aside(session: Session, hold_ids: Collection[int]) -> set[int]:
    """Those of the holds whose copy stood on the hold shelf."""
    return set(session.scalars(select(Hold.id).where(Hold.id.in_(hold_ids), Hold.ready_at.is_not(None))))


def count_waited_for(session: Session, patron_id: int) -> int:
    mine = (Selection.patron_id == patron_id, Selection.status.in_(WAITING))
    return session.scalar(select(func.count()).select_from(Selection).where(*mine)) or 0
