"""Which copies could be sent to a unit that asks: on a shelf elsewhere, needed for no hold, asked for by nobody; and what became unfit."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import Session

from catalog.models import Bib, Item
from circ.queries.hold_queues import is_idle
from circ.request_rules import Candidate
from kernel.db import table_of
from transit.models import Transfer, TransferRequest
from transit.states import OPEN

_item, _bib = table_of(Item), table_of(Bib)
_transfer, _request = table_of(Transfer), table_of(TransferRequest)
_line, _own = _transfer.alias("line"), _item.alias("own")
_COLUMNS = tuple(_item.c[name] for name in Candidate.__dataclass_fields__)
_IS_ASKED_FOR = exists(select(1).where(_line.c.item_id == _item.c.id, _line.c.status == "requested"))


def _candidates(session: Session, statement: Any) -> list[Candidate]:
    return [Candidate(**row._mapping) for row in session.execute(statement)]


def candidates_of_title(session: Session, bib_id: int, volume: str | None = None) -> list[Candidate]:
    """`volume`: only copies of that one."""
    statement = select(*_COLUMNS).where(_item.c.bib_id == bib_id, *is_idle(_item), ~_IS_ASKED_FOR)
    if volume is not None:
        statement = statement.where(_item.c.volume == volume)
    return _candidates(session, statement.order_by(_item.c.id))


def candidates_like(
    session: Session,
    criteria: Mapping[str, Any],
    types: Collection[str] | None,
    *,
    at: Collection[int],
    to_id: int,
    instead_of: int = 0,
) -> list[Candidate]:
    """One copy of each title at each of these units, of titles that the unit which asks neither has nor is to get; `instead_of` is the
    transfer for which another copy is sought."""
    has_one = exists(select(1).where(_own.c.bib_id == _item.c.bib_id, _own.c.home_id == to_id))
    coming = (_line.c.to_id == to_id, _line.c.status.in_(("requested", *OPEN)), _line.c.id != instead_of)
    is_coming = exists(select(1).where(_line.c.bib_id == _item.c.bib_id, *coming))
    chosen = (
        select(func.min(_item.c.id))
        .join(_bib, _bib.c.id == _item.c.bib_id)
        .where(
            _item.c.location_id.in_(at),
            *is_idle(_item),
            ~_IS_ASKED_FOR,
            ~has_one,
            ~is_coming,
            *_is_like(criteria, types),
        )
        .group_by(_item.c.location_id, _item.c.bib_id)
    )
    return _candidates(session, select(*_COLUMNS).where(_item.c.id.in_(chosen)).order_by(_item.c.shelf_key, _item.c.id))


def volumes_of_title(session: Session, bib_id: int) -> list[str]:
    """The volumes of a set of which the network has copies."""
    found = select(_item.c.volume).where(_item.c.bib_id == bib_id, _item.c.volume.is_not(None)).distinct()
    return [volume for volume in session.scalars(found.order_by(_item.c.volume)) if volume]


def _is_like(criteria: Mapping[str, Any], types: Collection[str] | None) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = [] if types is None else [_item.c.item_type.in_(types)]
    if "class" in criteria:
        wanted.append(_bib.c.class_number.startswith(criteria["class"], autoescape=True))
    if "audience" in criteria:
        wanted.append(_bib.c.data["readership"].as_string() == criteria["audience"])
    return wanted


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    class_number: str | None
    readership: str | None


def likeness_of(session: Session, bib_id: int) -> Likeness:
    """What criteria ask of a title."""
    row = session.execute(
        select(_bib.c.class_number, _bib.c.data["readership"].as_string().label("readership")).where(
            _bib.c.id == bib_id
        )
    ).one()
    return Likeness(**row._mapping)


def gone_from_the_shelf(session: Session, today: date, limit: int) -> list[int]:
    """Requests whose proposed copy cannot be fetched any more, or that come too late."""
    idle = (
        *is_idle(_item),
        _item.c.location_id == _transfer.c.from_id,
        _item.c.bib_id == func.coalesce(_request.c.bib_id, _transfer.c.bib_id),  # it may have been set apart
    )
    is_there = exists(select(1).where(_item.c.id == _transfer.c.item_id, *idle))
    statement = (
        select(_transfer.c.id)
        .join(_request, _request.c.id == _transfer.c.request_id)
        .where(_transfer.c.status == "requested", or_(~is_there, _request.c.needed_by < today))
    )
    return list(session.scalars(statement.order_by(_transfer.c.id).limit(limit)))


def asked_among(session: Session, item_ids: Collection[int]) -> set[int]:
    """Those of these copies that somebody asked for."""
    if not item_ids:
        return set()
    asked = (_transfer.c.status == "requested", _transfer.c.item_id.in_(item_ids))
    return set(session.scalars(select(_transfer.c.item_id).where(*asked)))


def asked_for_copies(session: Session, item_ids: Collection[int]) -> list[int]:
    """The requests for which one of these copies was to be fetched."""
    asked = (_transfer.c.status == "requested", _transfer.c.item_id.in_(item_ids))
    return list(session.scalars(select(_transfer.c.id).where(*asked).order_by(_transfer.c.id)))


def waiting_to_be_sent(session: Session, bib_ids: Collection[int]) -> list[int]:
    """Copies of these titles that were fetched for a request and have not left: a reader who waits comes first."""
    moves = (_transfer.c.bib_id.in_(bib_ids), _transfer.c.status == "approved", _transfer.c.request_id.is_not(None))
    return list(session.scalars(select(_transfer.c.item_id).where(*moves).order_by(_transfer.c.id)))
