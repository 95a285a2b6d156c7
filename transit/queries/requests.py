"""Reads of what units asked each other to send: to be answered, what became of it, what is late, what a unit keeps for a time."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from catalog.models import Bib, Item
from kernel.db import table_of
from transit.models import ItemStay, Transfer, TransferRefusal, TransferRequest
from transit.queries import ROW, TransferRow
from transit.states import OPEN

_transfer, _request, _refusal = table_of(Transfer), table_of(TransferRequest), table_of(TransferRefusal)
_item, _bib, _stay = table_of(Item), table_of(Bib), table_of(ItemStay)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a unit asks for: one copy, `copies` of a title or of one `volume`, or so many that fit `criteria`; `unfilled` are those that no
    library has."""

    to_id: int
    bib_id: int | None
    volume: str | None
    item_id: int | None
    criteria: Mapping[str, Any] | None
    copies: int
    unfilled: int
    needed_by: date | None
    keep_until: date | None
    note: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestRow(Wanted):
    """What a unit asked for, and how far it came: of `copies`, `open_copies` are asked for or under way, and `received` are there."""

    id: int
    asked_at: datetime
    author: str
    title: str | None
    open_copies: int
    received: int

    @property
    def is_over(self) -> bool:
        return self.open_copies == 0


def _count(*statuses: str) -> ColumnElement[int]:
    of_request = (_transfer.c.request_id == _request.c.id, _transfer.c.status.in_(statuses))
    return select(func.count()).select_from(_transfer).where(*of_request).correlate(_request).scalar_subquery()


_REQUEST = select(
    *(_request.c[name] for name in RequestRow.__dataclass_fields__ if name not in ("title", "open_copies", "received")),
    _bib.c.title,
    _count("requested", *OPEN).label("open_copies"),
    _count("received").label("received"),
).outerjoin(_bib, _bib.c.id == _request.c.bib_id)


def request_by_id(session: Session, request_id: int) -> RequestRow | None:
    row = session.execute(_REQUEST.where(_request.c.id == request_id)).first()
    return None if row is None else RequestRow(**row._mapping)


def list_requests(
    session: Session, to_ids: Collection[int], *, before_id: int | None = None, limit: int = 50
) -> list[RequestRow]:
    """What these units asked for, the newest first."""
    statement = _REQUEST.where(_request.c.to_id.in_(to_ids))
    if before_id is not None:
        statement = statement.where(_request.c.id < before_id)
    rows = session.execute(statement.order_by(_request.c.id.desc()).limit(limit))
    return [RequestRow(**row._mapping) for row in rows]


def _rows(session: Session, statement: Any) -> list[TransferRow]:
    return [TransferRow(**row._mapping) for row in session.execute(statement)]


def lines_of(session: Session, request_ids: Collection[int]) -> dict[int, list[TransferRow]]:
    """The transfers of these requests, in the order in which they were asked for."""
    found: dict[int, list[TransferRow]] = {one: [] for one in request_ids}
    for row in _rows(session, ROW.where(_transfer.c.request_id.in_(request_ids)).order_by(_transfer.c.id)):
        if row.request_id is not None:
            found[row.request_id].append(row)
    return found


def to_answer(session: Session, units: Collection[int], limit: int = 500) -> list[TransferRow]:
    """What these units are asked to fetch and send, in the order of their shelves."""
    statement = ROW.where(_transfer.c.status == "requested", _transfer.c.from_id.in_(units))
    order = (_transfer.c.from_id, _item.c.shelf, _item.c.shelf_key, _item.c.id)
    return _rows(session, statement.order_by(*order).limit(limit))


def count_to_answer(session: Session, units: Collection[int]) -> int:
    asked = (_transfer.c.status == "requested", _transfer.c.from_id.in_(units))
    return session.scalar(select(func.count()).select_from(_transfer).where(*asked)) or 0


def count_open_requests(session: Session, to_id: int) -> int:
    """How many requests of a unit have a copy that is asked for or under way."""
    is_open = (_transfer.c.to_id == to_id, _transfer.c.status.in_(("requested", *OPEN)))
    statement = select(func.count(func.distinct(_transfer.c.request_id))).where(*is_open)
    return session.scalar(statement) or 0


def asked_before(session: Session, units: Collection[int], before: datetime, limit: int) -> list[int]:
    """What these units were asked for before a moment and have not answered."""
    asked = (_transfer.c.status == "requested", _transfer.c.from_id.in_(units), _transfer.c.requested_at < before)
    oldest = select(_transfer.c.id).where(*asked).order_by(_transfer.c.requested_at, _transfer.c.id)
    return list(session.scalars(oldest.limit(limit)))


def lock_asked(session: Session, request_id: int, from_id: int) -> list[TransferRow]:
    """What a unit is still asked for by a request, oldest first, the rows ours; what comes to be asked meanwhile is not among them."""
    asked = (
        _transfer.c.request_id == request_id,
        _transfer.c.from_id == from_id,
        _transfer.c.status == "requested",
    )
    ours = list(session.scalars(select(_transfer.c.id).where(*asked).order_by(_transfer.c.id).with_for_update()))
    return _rows(session, ROW.where(_transfer.c.id.in_(ours)).order_by(_transfer.c.id))


def take_asked(session: Session, transfer_id: int) -> bool:
    """Lock a transfer that is still only asked for; False where somebody else has it in hand just now. Never waits itself."""
    statement = select(_transfer.c.id).where(_transfer.c.id == transfer_id, _transfer.c.status == "requested")
    return session.scalar(statement.with_for_update(skip_locked=True)) is not None


def asked_of_copy(session: Session, item_id: int) -> TransferRow | None:
    """The request for which a copy is to be fetched."""
    found = _rows(session, ROW.where(_transfer.c.item_id == item_id, _transfer.c.status == "requested"))
    return found[0] if found else None


def refused_by(session: Session, transfer_id: int) -> set[int]:
    """The units that said no to a transfer."""
    return set(session.scalars(select(_refusal.c.org_id).where(_refusal.c.transfer_id == transfer_id)))


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusalRow:
    transfer_id: int
    org_id: int
    reason: str
    at: datetime


def refusals_of(session: Session, transfer_ids: Sequence[int]) -> dict[int, list[RefusalRow]]:
    """Who said no to each of these transfers and why, oldest first."""
    found: dict[int, list[RefusalRow]] = {one: [] for one in transfer_ids}
    columns = (_refusal.c[name] for name in RefusalRow.__dataclass_fields__)
    asked = select(*columns).where(_refusal.c.transfer_id.in_(transfer_ids)).order_by(_refusal.c.at, _refusal.c.org_id)
    for row in session.execute(asked):
        found[row.transfer_id].append(RefusalRow(**row._mapping))
    return found


def load_of_requests(session: Session) -> dict[int, int]:
    """How many copies each unit is asked to fetch for others at the moment."""
    statement = (
        select(_transfer.c.from_id, func.count()).where(_transfer.c.status == "requested").group_by(_transfer.c.from_id)
    )
    return {row[0]: row[1] for row in session.execute(statement)}


def late_on_the_way(
    session: Session, units: Collection[int], sent_before: datetime, limit: int = 200
) -> list[TransferRow]:
    """What left one of these units, or should have reached one, and was sent before then."""
    statement = ROW.where(_late(units, sent_before))
    return _rows(session, statement.order_by(_transfer.c.dispatched_at, _transfer.c.id).limit(limit))


def count_late(session: Session, units: Collection[int], sent_before: datetime) -> int:
    return session.scalar(select(func.count()).select_from(_transfer).where(_late(units, sent_before))) or 0


def _late(units: Collection[int], sent_before: datetime) -> ColumnElement[bool]:
    ends = or_(_transfer.c.from_id.in_(units), _transfer.c.to_id.in_(units))
    return and_(_transfer.c.status == "dispatched", _transfer.c.dispatched_at < sent_before, ends)


def lost_to(session: Session, item_id: int, to_id: int) -> TransferRow | None:
    """The transfer on which a copy was given up, if it was the last one and was going there."""
    last = select(func.max(_transfer.c.id)).where(_transfer.c.item_id == item_id).scalar_subquery()
    found = _rows(session, ROW.where(_transfer.c.id == last, _transfer.c.status == "missing"))
    return found[0] if found and found[0].to_id == to_id else None


# --- copies that a unit keeps for a time ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class StayRow:
    item_id: int
    org_id: int
    home_id: int
    until: date
    is_over: bool


def stay_of(session: Session, item_id: int) -> StayRow | None:
    columns = (_stay.c[name] for name in StayRow.__dataclass_fields__)
    row = session.execute(select(*columns).where(_stay.c.item_id == item_id)).first()
    return None if row is None else StayRow(**row._mapping)


def stays_run_out(session: Session, today: date, limit: int) -> list[int]:
    """Copies whose time at a unit is over, and that belong there still."""
    over = (~_stay.c.is_over, _stay.c.until < today)
    return list(
        session.scalars(select(_stay.c.item_id).where(*over).order_by(_stay.c.until, _stay.c.item_id).limit(limit))
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class GuestRow:
    """A copy that stands where it was kept for a time that is over now."""

    item_id: int
    barcode: str
    title: str
    call_number: str | None
    org_id: int
    home_id: int
    until: date


def to_send_back(session: Session, units: Collection[int], limit: int = 200) -> list[GuestRow]:
    """What these units keep no longer and should send back, in the order of their shelves."""
    statement = (
        select(
            _stay.c.item_id,
            _item.c.barcode,
            _bib.c.title,
            _item.c.call_number,
            _stay.c.org_id,
            _stay.c.home_id,
            _stay.c.until,
        )
        .join(_item, _item.c.id == _stay.c.item_id)
        .join(_bib, _bib.c.id == _item.c.bib_id)
        .where(
            _stay.c.is_over,
            _stay.c.org_id.in_(units),
            _item.c.location_id == _stay.c.org_id,
            _item.c.status == "available",
        )
        .order_by(_stay.c.org_id, _item.c.shelf_key, _item.c.id)
        .limit(limit)
    )
    return [GuestRow(**row._mapping) for row in session.execute(statement)]
