"""Reads of the queues of titles: who waits, which copies stand on a shelf for them, and what their libraries have to fetch already."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import Session

from catalog.models import Item
from circ.hold_rules import IdleCopy, Wish
from circ.models import Hold, ShelfMiss
from circ.states import WAITING, WITH_COPY
from kernel.db import one_of, table_of
from patrons.models import Patron

_hold, _miss, _item, _patron = table_of(Hold), table_of(ShelfMiss), table_of(Item), table_of(Patron)
_copy, _other = _item.alias("copy"), _hold.alias("other")


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingRow:
    """A hold in the queue that is neither suspended nor past its last day."""

    id: int
    bib_id: int
    status: str
    item_id: int | None
    volume: str | None
    pickup_id: int
    copy_id: int | None
    patron_id: int
    patron_home_id: int
    patron_category: str

    @property
    def wish(self) -> Wish:
        return Wish(item_id=self.item_id, volume=self.volume)


def is_active(today: date) -> tuple[ColumnElement[bool], ...]:
    """Neither suspended today nor past its last day."""
    return (
        or_(_hold.c.suspended_until.is_(None), _hold.c.suspended_until < today),
        or_(_hold.c.expires_on.is_(None), _hold.c.expires_on >= today),
    )


def waiting_for(session: Session, bib_ids: Collection[int], today: date) -> list[WaitingRow]:
    """The queues of these titles, whose turn it is first."""
    own = ("id", "bib_id", "status", "item_id", "volume", "pickup_id", "copy_id", "patron_id")
    statement = (
        select(
            *(_hold.c[name] for name in own),
            _patron.c.home_id.label("patron_home_id"),
            _patron.c.category.label("patron_category"),
        )
        .join(_patron, _patron.c.id == _hold.c.patron_id)
        .where(_hold.c.bib_id.in_(bib_ids), one_of(_hold.c.status, WAITING), *is_active(today))
        .order_by(_hold.c.rank, _hold.c.id)
    )
    return [WaitingRow(**row._mapping) for row in session.execute(statement)]


def ranks_of(session: Session, bib_id: int) -> list[tuple[int, int]]:
    """(id, rank) of all who wait for a title, in their order, their rows locked."""
    statement = (
        select(_hold.c.id, _hold.c.rank)
        .where(_hold.c.bib_id == bib_id, one_of(_hold.c.status, WAITING))
        .order_by(_hold.c.rank, _hold.c.id)
        .with_for_update()
    )
    return [(row.id, row.rank) for row in session.execute(statement)]


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyOfTitle:
    id: int
    namespace_id: int
    barcode: str
    home_id: int
    location_id: int
    item_type: str
    status: str
    is_damaged: bool
    volume: str | None
    acquired_on: date | None


def copies_of(session: Session, bib_id: int) -> list[CopyOfTitle]:
    columns = (_item.c[name] for name in CopyOfTitle.__dataclass_fields__)
    rows = session.execute(select(*columns).where(_item.c.bib_id == bib_id).order_by(_item.c.id))
    return [CopyOfTitle(**row._mapping) for row in rows]


def is_idle(item: Any) -> tuple[ColumnElement[bool], ...]:
    """On a shelf, fetched for nobody, and not looked for in vain."""
    return (
        item.c.status == "available",
        ~exists(select(1).where(_other.c.copy_id == item.c.id, one_of(_other.c.status, WITH_COPY))),
        ~exists(select(1).where(_miss.c.item_id == item.c.id)),
    )


def idle_copies(session: Session, bib_ids: Collection[int]) -> list[IdleCopy]:
    statement = select(_item.c.id, _item.c.bib_id, _item.c.location_id)
    rows = session.execute(statement.where(_item.c.bib_id.in_(bib_ids), *is_idle(_item)))
    return [IdleCopy(**row._mapping) for row in rows]


def take_idle(session: Session, item_ids: Collection[int]) -> set[int]:
    """Lock those of these copies that are still idle. Never waits: what somebody else has in hand just now is left out."""
    statement = select(_item.c.id).where(_item.c.id.in_(item_ids), *is_idle(_item)).order_by(_item.c.id)
    return set(session.scalars(statement.with_for_update(of=_item, skip_locked=True)))


def take_in_transit(session: Session, item_id: int) -> bool:
    """Lock a copy that is under way; False where it is not, or somebody else has it in hand just now. Never waits itself."""
    statement = select(_item.c.id).where(_item.c.id == item_id, _item.c.status == "in_transit")
    return session.scalar(statement.with_for_update(skip_locked=True)) is not None


def take_waiting(session: Session, hold_ids: Collection[int], statuses: Collection[str] = WAITING) -> set[int]:
    """Lock those of these holds that still wait. Never waits itself: what somebody else has in hand just now is left out."""
    statement = select(_hold.c.id).where(_hold.c.id.in_(hold_ids), _hold.c.status.in_(statuses)).order_by(_hold.c.id)
    return set(session.scalars(statement.with_for_update(skip_locked=True)))


def titles_to_target(session: Session, today: date, limit: int) -> list[int]:
    """Titles with somebody in the queue and a copy on a shelf for them, those who wait longest first."""
    idle = exists(select(1).where(_item.c.bib_id == _hold.c.bib_id, *is_idle(_item)))
    statement = (
        select(_hold.c.bib_id)
        .where(_hold.c.status == "queued", *is_active(today), idle)
        .group_by(_hold.c.bib_id)
        .order_by(func.min(_hold.c.rank))
        .limit(limit)
    )
    return list(session.scalars(statement))


def load_of_libraries(session: Session) -> dict[int, int]:
    """How many books each library is asked to fetch at the moment."""
    statement = (
        select(_copy.c.location_id, func.count())
        .join(_hold, _hold.c.copy_id == _copy.c.id)
        .where(_hold.c.status == "targeted")
        .group_by(_copy.c.location_id)
    )
    return {row[0]: row[1] for row in session.execute(statement)}


def targeted_in_vain(session: Session, today: date, limit: int) -> list[int]:
    """Holds whose copy can no longer be fetched for them: it is not on a shelf any more, or they are suspended."""
    suspended = _hold.c.suspended_until >= today
    statement = (
        select(_hold.c.id)
        .join(_copy, _copy.c.id == _hold.c.copy_id)
        .where(_hold.c.status == "targeted", or_(_copy.c.status != "available", suspended))
    )
    return list(session.scalars(statement.order_by(_hold.c.id).limit(limit)))
