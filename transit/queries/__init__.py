"""Reads of transfers, as small values. What units asked each other for is read in `requests`."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from catalog.models import Bib, Item
from kernel.db import one_of, table_of
from kernel.statements import Statement
from transit.models import Transfer, TransferRequest
from transit.states import OPEN


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferRow:
    """A transfer, and of the request it belongs to what lists show. While it is requested, the copy is the one to be fetched; `is_named`:
    that copy alone was asked for."""

    id: int
    item_id: int | None
    bib_id: int
    request_id: int | None
    from_id: int
    to_id: int
    reason: str
    status: str
    requested_at: datetime
    dispatched_at: datetime | None
    received_at: datetime | None
    ended_at: datetime | None
    cancel_reason: str | None
    barcode: str | None
    title: str
    call_number: str | None
    shelf: str | None
    volume: str | None
    is_named: bool
    needed_by: date | None
    keep_until: date | None
    note: str | None


_transfer, _item, _bib, _request = table_of(Transfer), table_of(Item), table_of(Bib), table_of(TransferRequest)
ROW = (
    select(
        _transfer.c.id,
        _transfer.c.item_id,
        _transfer.c.bib_id,
        _transfer.c.request_id,
        _transfer.c.from_id,
        _transfer.c.to_id,
        _transfer.c.reason,
        _transfer.c.status,
        _transfer.c.requested_at,
        _transfer.c.dispatched_at,
        _transfer.c.received_at,
        _transfer.c.ended_at,
        _transfer.c.cancel_reason,
        _item.c.barcode,
        _bib.c.title,
        _item.c.call_number,
        _item.c.shelf,
        _item.c.volume,
        _request.c.item_id.is_not(None).label("is_named"),
        _request.c.needed_by,
        _request.c.keep_until,
        _request.c.note,
    )
    .join(_bib, _bib.c.id == _transfer.c.bib_id)
    .outerjoin(_item, _item.c.id == _transfer.c.item_id)
    .outerjoin(_request, _request.c.id == _transfer.c.request_id)
)
_BY_ID = Statement(ROW.where(_transfer.c.id == bindparam("transfer")))
_LOCK = Statement(select(_transfer.c.id).where(_transfer.c.id == bindparam("transfer")).with_for_update())
_OPEN_OF_ITEM = Statement(ROW.where(_transfer.c.item_id == bindparam("item"), one_of(_transfer.c.status, OPEN)))


def transfer_by_id(session: Session, transfer_id: int) -> TransferRow | None:
    row = _BY_ID.first(session, {"transfer": transfer_id})
    return None if row is None else TransferRow(**row)


def lock_transfer(session: Session, transfer_id: int) -> TransferRow | None:
    """The transfer as it is once its row is ours."""
    _LOCK.all(session, {"transfer": transfer_id})
    return transfer_by_id(session, transfer_id)


def open_transfer(session: Session, item_id: int) -> TransferRow | None:
    row = _OPEN_OF_ITEM.first(session, {"item": item_id})
    return None if row is None else TransferRow(**row)


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
    statement = ROW.where(or_(Transfer.from_id.in_(seen_at), Transfer.to_id.in_(seen_at)), Transfer.id > after_id)
    if from_ids is not None:
        statement = statement.where(Transfer.from_id.in_(from_ids))
    if to_ids is not None:
        statement = statement.where(Transfer.to_id.in_(to_ids))
    if statuses is not None:
        statement = statement.where(Transfer.status.in_(statuses))
    return [TransferRow(**row._mapping) for row in session.execute(statement.order_by(Transfer.id).limit(limit))]
