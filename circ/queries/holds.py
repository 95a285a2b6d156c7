"""Reads of holds: one, a reader's, a title's queue, what is to be fetched, what stands on the hold shelf; and the locks on them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Select, and_, bindparam, case, exists, func, or_, select
from sqlalchemy.orm import Session

from catalog.models import Bib, Item
from catalog.states import HOLDABLE
from circ.hold_rules import NO_SHOWS_COUNT_FOR, HoldCounts, Wish
from circ.models import Hold, Loan, ShelfMiss
from circ.states import OPEN, WAITING, WITH_COPY
from kernel.clock import start_of_day
from kernel.db import one_of, table_of
from patrons.models import Card, Patron

_hold, _loan, _miss = table_of(Hold), table_of(Loan), table_of(ShelfMiss)
_item, _bib = table_of(Item), table_of(Bib)
_patron, _card = table_of(Patron), table_of(Card)
_copy, _wanted, _before = _item.alias("copy"), _item.alias("wanted"), _hold.alias("before")
_other, _called = _hold.alias("other"), _loan.alias("called")


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldRow:
    """A hold with the names that lists show. `barcode` is the copy it waits for, if only one will do; `copy_barcode` the one that was
    found. `position` is its place among those who wait for the same, None once a copy is put aside. `recalled_due_at`: when the lent copy
    that was called back for it is due."""

    id: int
    patron_id: int | None
    bib_id: int
    item_id: int | None
    volume: str | None
    pickup_id: int
    status: str
    rank: int
    placed_at: datetime
    expires_on: date | None
    suspended_until: date | None
    copy_id: int | None
    targeted_at: datetime | None
    ready_at: datetime | None
    shelf_until: date | None
    ended_at: datetime | None
    end_reason: str | None
    title: str
    authors: str
    barcode: str | None
    copy_barcode: str | None
    copy_location_id: int | None
    copy_volume: str | None
    call_number: str | None
    shelf: str | None
    patron_barcode: str | None
    patron_home_id: int | None
    patron_category: str | None
    recalled_due_at: datetime | None
    position: int | None

    @property
    def wish(self) -> Wish:
        return Wish(item_id=self.item_id, volume=self.volume)

    @property
    def card_tail(self) -> str:
        """Enough of the card for finding a book on the hold shelf, and not the name."""
        return (self.patron_barcode or "")[-4:]


# Whoever may get a copy that this hold could have, too.
_IN_ONE_QUEUE = (
    _before.c.bib_id == _hold.c.bib_id,
    one_of(_before.c.status, WAITING),
    or_(_before.c.item_id.is_(None), _hold.c.item_id.is_(None), _before.c.item_id == _hold.c.item_id),
    or_(_before.c.volume.is_(None), _hold.c.volume.is_(None), _before.c.volume == _hold.c.volume),
)
_POSITION = (
    select(func.count())
    .where(
        *_IN_ONE_QUEUE,
        or_(_before.c.rank < _hold.c.rank, and_(_before.c.rank == _hold.c.rank, _before.c.id <= _hold.c.id)),
    )
    .correlate(_hold)
    .scalar_subquery()
)
_OWN: Final = (
    *("id", "patron_id", "bib_id", "item_id", "volume", "pickup_id", "status", "rank", "placed_at", "expires_on"),
    *("suspended_until", "copy_id", "targeted_at", "ready_at", "shelf_until", "ended_at", "end_reason"),
)
_ROW = (
    select(
        *(_hold.c[name] for name in _OWN),
        _bib.c.title,
        _bib.c.authors,
        _wanted.c.barcode,
        _copy.c.barcode.label("copy_barcode"),
        _copy.c.location_id.label("copy_location_id"),
        _copy.c.volume.label("copy_volume"),
        _copy.c.call_number,
        _copy.c.shelf,
        _card.c.barcode.label("patron_barcode"),
        _patron.c.home_id.label("patron_home_id"),
        _patron.c.category.label("patron_category"),
        _called.c.due_at.label("recalled_due_at"),
        case((one_of(_hold.c.status, WAITING), _POSITION), else_=None).label("position"),
    )
    .join(_bib, _bib.c.id == _hold.c.bib_id)
    .outerjoin(_wanted, _wanted.c.id == _hold.c.item_id)
    .outerjoin(_copy, _copy.c.id == _hold.c.copy_id)
    .outerjoin(_patron, _patron.c.id == _hold.c.patron_id)
    .outerjoin(_card, (_card.c.patron_id == _hold.c.patron_id) & (_card.c.status == "active"))
    .outerjoin(_called, (_called.c.id == _hold.c.recalled_loan_id) & _called.c.closed_at.is_(None))
)
# That a copy may fill a hold, as far as wish and status go; whether the policies allow it, too, is asked by the rules.
_MAY_FILL: Final = (
    _item.c.bib_id == _hold.c.bib_id,
    _item.c.status.in_(HOLDABLE),
    or_(_hold.c.item_id.is_(None), _item.c.id == _hold.c.item_id),
    or_(_hold.c.volume.is_(None), _item.c.volume == _hold.c.volume),
)
_BY_ID = _ROW.where(_hold.c.id == bindparam("hold"))


def _rows(session: Session, statement: Select[Any]) -> list[HoldRow]:
    return [HoldRow(**row._mapping) for row in session.execute(statement)]


def hold_by_id(session: Session, hold_id: int) -> HoldRow | None:
    row = session.execute(_BY_ID, {"hold": hold_id}).first()
    return None if row is None else HoldRow(**row._mapping)


def lock_hold(session: Session, hold_id: int) -> HoldRow | None:
    """The hold as it is once its row is ours."""
    session.execute(select(_hold.c.id).where(_hold.c.id == hold_id).with_for_update())
    return hold_by_id(session, hold_id)


def hold_of_loan(session: Session, loan_id: int) -> HoldRow | None:
    """The hold that was collected by a loan."""
    found = _rows(session, _ROW.where(_hold.c.loan_id == loan_id))
    return found[0] if found else None


def waits_again(session: Session, hold: HoldRow) -> bool:
    """Whether the reader of a hold that is over waits for the same once more."""
    same = (_hold.c.patron_id == hold.patron_id, _hold.c.bib_id == hold.bib_id, _hold.c.id != hold.id)
    return session.scalar(select(_hold.c.id).where(*same, one_of(_hold.c.status, OPEN)).limit(1)) is not None


def hold_with_copy(session: Session, item_id: int) -> HoldRow | None:
    """The hold for which a copy is being fetched or was put aside."""
    found = _rows(session, _ROW.where(_hold.c.copy_id == item_id, one_of(_hold.c.status, WITH_COPY)))
    return found[0] if found else None


# --- a reader's -----------------------------------------------------------------------------------------------------------------


def holds_of_patron(session: Session, patron_id: int) -> list[HoldRow]:
    """The open ones, what can be collected first."""
    order = case({"ready": 0, "in_transit": 1, "targeted": 2}, value=_hold.c.status, else_=3)
    statement = _ROW.where(_hold.c.patron_id == patron_id, one_of(_hold.c.status, OPEN))
    return _rows(session, statement.order_by(order, _hold.c.placed_at, _hold.c.id))


def ready_at(session: Session, patron_id: int, unit_id: int) -> list[HoldRow]:
    """What lies on the hold shelf of a unit for a reader who stands at its desk."""
    mine = (_hold.c.patron_id == patron_id, _hold.c.status == "ready", _hold.c.pickup_id == unit_id)
    return _rows(session, _ROW.where(*mine).order_by(_hold.c.shelf_until, _hold.c.id))


def lately_ended(session: Session, patron_id: int, since: datetime) -> list[HoldRow]:
    """Those that came to nothing lately, so that a reader learns why; what was collected is a loan now."""
    ended = (_hold.c.patron_id == patron_id, _hold.c.status.in_(("cancelled", "expired")), _hold.c.ended_at >= since)
    return _rows(session, _ROW.where(*ended, _hold.c.end_reason != "merged").order_by(_hold.c.ended_at.desc()))


def count_open(session: Session, patron_id: int) -> int:
    mine = (_hold.c.patron_id == patron_id, one_of(_hold.c.status, OPEN))
    return session.scalar(select(func.count()).select_from(_hold).where(*mine)) or 0


def counts_of(
    session: Session, patron_id: int, bib_id: int, wish: Wish, *, day_began: datetime, lately: datetime
) -> HoldCounts:
    """What decides whether a reader, whose row is locked, may place another hold. Holds not collected count since `lately`."""
    open_ = session.execute(
        select(_hold.c.bib_id, _hold.c.item_id, _hold.c.volume).where(
            _hold.c.patron_id == patron_id, one_of(_hold.c.status, OPEN)
        )
    ).all()
    placed = (_hold.c.patron_id == patron_id, _hold.c.placed_at >= day_began)
    lent = session.execute(
        select(_item.c.id, _item.c.volume)
        .join(_loan, _loan.c.item_id == _item.c.id)
        .where(_item.c.bib_id == bib_id, _loan.c.patron_id == patron_id, _loan.c.closed_at.is_(None))
    )
    return HoldCounts(
        open_holds=len(open_),
        placed_today=session.scalar(select(func.count()).select_from(_hold).where(*placed)) or 0,
        wishes=tuple(Wish(item_id=row.item_id, volume=row.volume) for row in open_ if row.bib_id == bib_id),
        has_loan=any(wish.takes(row.id, row.volume) for row in lent),
        no_shows=count_no_shows(session, patron_id, lately),
    )


def queue_of(session: Session, hold_id: int) -> list[int]:
    """The holds among which this one has its position, itself too, whose turn it is first; of a set, those that want its volume."""
    statement = (
        select(_before.c.id)
        .select_from(_hold.join(_before, and_(*_IN_ONE_QUEUE)))
        .where(_hold.c.id == hold_id, one_of(_hold.c.status, WAITING))
        .order_by(_before.c.rank, _before.c.id)
    )
    return list(session.scalars(statement))


def count_no_shows(session: Session, patron_id: int, since: datetime) -> int:
    """How often a reader left a book on the hold shelf."""
    left = (_hold.c.patron_id == patron_id, _hold.c.ended_at >= since, _hold.c.end_reason == "not_collected")
    return session.scalar(select(func.count()).select_from(_hold).where(*left)) or 0


def facts_of_holds(session: Session, patron_id: int, today: date) -> dict[str, int]:
    """What a reader's profile tells of holds that came to nothing."""
    return {"no_shows": count_no_shows(session, patron_id, start_of_day(today) - NO_SHOWS_COUNT_FOR)}


def count_of_library(session: Session, patron_id: int, home_id: int) -> int:
    """A reader's open holds that the copies of one library alone can fill."""
    mine = (_hold.c.patron_id == patron_id, one_of(_hold.c.status, OPEN))
    there = exists(select(1).where(*_MAY_FILL, _item.c.home_id == home_id))
    elsewhere = exists(select(1).where(*_MAY_FILL, _item.c.home_id != home_id))
    return session.scalar(select(func.count()).select_from(_hold).where(*mine, there, ~elsewhere)) or 0


# --- what runs out --------------------------------------------------------------------------------------------------------------


def run_out(session: Session, today: date, limit: int) -> list[int]:
    """Holds not filled by their last day, and those not collected in time."""
    too_late = and_(one_of(_hold.c.status, WAITING), _hold.c.expires_on < today)
    not_collected = and_(_hold.c.status == "ready", _hold.c.shelf_until < today)
    statement = select(_hold.c.id).where(or_(too_late, not_collected))
    return list(session.scalars(statement.order_by(_hold.c.id).limit(limit)))


# --- a library's ----------------------------------------------------------------------------------------------------------------


def pull_list(session: Session, units: Collection[int], limit: int = 500) -> list[HoldRow]:
    """What is to be fetched from the shelves of these units, in the order of the shelves."""
    statement = _ROW.where(_hold.c.status == "targeted", _copy.c.status == "available", _copy.c.location_id.in_(units))
    order = (_copy.c.location_id, _copy.c.shelf, _copy.c.shelf_key, _copy.c.id)
    return _rows(session, statement.order_by(*order).limit(limit))


def hold_shelf(session: Session, units: Collection[int], limit: int = 500) -> list[HoldRow]:
    """What can be collected at these units, what must leave the shelf first."""
    statement = _ROW.where(_hold.c.status == "ready", _hold.c.pickup_id.in_(units))
    return _rows(session, statement.order_by(_hold.c.shelf_until, _hold.c.ready_at, _hold.c.id).limit(limit))


def shelf_to_clear(session: Session, units: Collection[int], limit: int = 500) -> list[HoldRow]:
    """What stands on the hold shelves of these units for nobody any more."""
    statement = _ROW.where(_hold.c.to_clear, _copy.c.location_id.in_(units))
    return _rows(session, statement.order_by(_hold.c.ended_at, _hold.c.id).limit(limit))


def stuck_holds(session: Session, units: Collection[int], closed: Collection[int], limit: int = 200) -> list[HoldRow]:
    """Holds collected at these units that no copy can fill as things stand: none is left that may come, or the place was closed."""
    wanted = exists(select(1).where(*_MAY_FILL))
    statement = _ROW.where(
        one_of(_hold.c.status, WAITING), _hold.c.pickup_id.in_(units), or_(~wanted, _hold.c.pickup_id.in_(closed))
    )
    return _rows(session, statement.order_by(_hold.c.placed_at, _hold.c.id).limit(limit))


def list_holds(
    session: Session,
    *,
    seen_at: Collection[int] | None,
    patron_id: int | None = None,
    bib_id: int | None = None,
    pickup_ids: Collection[int] | None = None,
    statuses: Sequence[str] = OPEN,
    after_id: int = 0,
    limit: int = 50,
) -> list[HoldRow]:
    """Holds collected at one of `seen_at` or of readers at home there (None: all), oldest first."""
    statement = _ROW.where(_hold.c.id > after_id, _hold.c.status.in_(statuses))
    if seen_at is not None:
        statement = statement.where(or_(_hold.c.pickup_id.in_(seen_at), _patron.c.home_id.in_(seen_at)))
    if patron_id is not None:
        statement = statement.where(_hold.c.patron_id == patron_id)
    if bib_id is not None:
        statement = statement.where(_hold.c.bib_id == bib_id)
    if pickup_ids is not None:
        statement = statement.where(_hold.c.pickup_id.in_(pickup_ids))
    return _rows(session, statement.order_by(_hold.c.id).limit(limit))


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """A copy that was not where it should stand."""

    item_id: int
    barcode: str
    title: str
    call_number: str | None
    org_id: int
    at: datetime


def missed_at(session: Session, units: Collection[int], limit: int = 200) -> list[Missed]:
    statement = (
        select(_miss.c.item_id, _item.c.barcode, _bib.c.title, _item.c.call_number, _miss.c.org_id, _miss.c.at)
        .join(_item, _item.c.id == _miss.c.item_id)
        .join(_bib, _bib.c.id == _item.c.bib_id)
        .where(_miss.c.org_id.in_(units), _item.c.status == "available")
        .order_by(_miss.c.at, _miss.c.item_id)
        .limit(limit)
    )
    return [Missed(**row._mapping) for row in session.execute(statement)]


def count_waiting(session: Session, bib_id: int) -> int:
    """How many readers wait for a title."""
    waiting = (_hold.c.bib_id == bib_id, one_of(_hold.c.status, OPEN))
    return session.scalar(select(func.count()).select_from(_hold).where(*waiting)) or 0
