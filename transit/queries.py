"""Reads of transfers, as small values."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from catalog.models import Bib, Item
from transit.models import Transfer
from transit.states import OPEN


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferRow:
    id: int
    item_id: int | None
    bib_id: int
    from_id: int
    to_id: int
    reason: str
    status: str
    requested_at: datetime
    dispatched_at: datetime | None
    received_at: datetime | None
    cancel_reason: str | None
    barcode: str | None
    title: str
    call_number: str | None


_ROW = (
    select(
        Transfer.id,
        Transfer.item_id,
        Transfer.bib_id,
        Transfer.from_id,
        Transfer.to_id,
        Transfer.reason,
        Transfer.status,
        Transfer.requested_at,
        Transfer.dispatched_at,
        Transfer.received_at,
        Transfer.cancel_reason,
        Item.barcode,
        Bib.title,
        Item.call_number,
    )
    .join(Bib, Bib.id == Transfer.bib_id)
    .outerjoin(Item, Item.id == Transfer.item_id)
)


def transfer_by_id(session: Session, transfer_id: int) -> TransferRow | None:
    row = session.execute(_ROW.where(Transfer.id == transfer_id)).first()
    return None if row is None else TransferRow(**row._mapping)


def open_transfer(session: Session, item_id: int) -> TransferRow | None:
    row = session.execute(_ROW.where(Transfer.item_id == item_id, Transfer.status.in_(OPEN))).first()
    return None if row is None else TransferRow(**row._mapping)


def list_transfers(
    session: Session,
    *,
    seen_at: Collection[int],
    from_ids: Collection[int] | None = None,
    to_ids: Collection[int] | None = None,
    statuses: Collection[str] | None = None,
    after_id: int = 0,
    limit: int = 50,
) -> list[TransferRow]:
    """Transfers that leave or reach one of `seen_at`, oldest first."""
    statement = _ROW.where(or_(Transfer.from_id.in_(seen_at), Transfer.to_id.in_(seen_at)), Transfer.id > after_id)
    if from_ids is not None:
        statement = statement.where(Transfer.from_id.in_(from_ids))
    if to_ids is not None:
        statement = statement.where(Transfer.to_id.in_(to_ids))
    if statuses is not None:
        statement = statement.where(Transfer.status.in_(statuses))
    return [TransferRow(**row._mapping) for row in session.execute(statement.order_by(Transfer.id).limit(limit))]
