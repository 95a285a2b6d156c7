"""What readers of the demo county wait for: books to be fetched, on their way, ready, not collected in time, and out on loan."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Final, Literal

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session, aliased

from branches.access import Caller
from branches.context import Context
from catalog.models import Item
from circ.commands import CheckIn, CheckOut, PlaceHold
from circ.models import Hold, Loan
from circ.queries.holds import HoldRow
from circ.service import CirculationService
from circ.service.holds import HoldService
from kernel.clock import ZONE, local_day
from patrons.queries import find_patron
from transit.service import TransferService
from web.demo.founding.history import callers_of_desks

Fate = Literal["asked", "sent", "ready", "uncollected"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wait:
    """A hold on a title that stands at one unit only (`at`), or on one whose copies are all out (None)."""

    card: str
    pickup: str
    at: str | None
    days_ago: int
    fate: Fate = "asked"


WAITS: Final = (
    _Wait(card="5190000124", pickup="LT", at="SE", days_ago=24, fate="uncollected"),
    _Wait(card="5190000116", pickup="LT", at="ZG", days_ago=6, fate="ready"),
    _Wait(card="5190000249", pickup="YQ", at="SE", days_ago=5, fate="ready"),
    _Wait(card="5190000165", pickup="LT02", at="ZG", days_ago=3, fate="sent"),
    _Wait(card="5190000173", pickup="BS", at="ZG", days_ago=2),
    _Wait(card="5190000108", pickup="LT", at="ZG", days_ago=1),
    _Wait(card="5190000132", pickup="LT01", at="SE", days_ago=1),
    _Wait(card="5190000199", pickup="BS", at="SE", days_ago=1),
    _Wait(card="5190000033", pickup="ZG", at=None, days_ago=4),
    _Wait(card="5190000140", pickup="LT01", at=None, days_ago=2),
    _Wait(card="5190000355", pickup="ZG", at=None, days_ago=1),
)


_HUB, _BORROWER, _LENT_DAYS_AGO = "ZG", "5190000413", 9


def has_holds(session: Session) -> bool:
    return session.scalar(select(Hold.id).limit(1)) is not None


def make_holds(context: Context) -> int:
    """Let readers ask, and libraries fetch, send and shelve, each at its own time; returns how many holds there are."""
    lent = _lend(context)
    made = 0
    for wait in sorted(WAITS, key=lambda one: -one.days_ago):
        bib_id = lent if wait.at is None else _title_at(context, wait.at)
        if bib_id is not None:
            _follow(context, wait, _place(context, wait, bib_id))
            made += 1
    HoldService(context).expire_due()
    return made


def _place(context: Context, wait: _Wait, bib_id: int) -> HoldRow:
    reader = find_patron(context.session, wait.card, context.tree, at=None)
    asked = replace(
        _at(context, wait.days_ago, time(19, 40)), caller=Caller(kind="patron", id=reader.id), channel="opac"
    )
    return HoldService(asked).place(PlaceHold(bib_id=bib_id, pickup=wait.pickup))


def _follow(context: Context, wait: _Wait, hold: HoldRow) -> None:
    """Fetched the next morning, on its way at noon, there the day after."""
    if wait.fate == "asked" or wait.at is None or hold.copy_barcode is None:
        return
    staff = callers_of_desks(context)
    sender = replace(_at(context, wait.days_ago - 1, time(9, 30)), caller=staff[wait.at], channel="desk")
    sent = CirculationService(sender).check_in(CheckIn(item=hold.copy_barcode, at=wait.at))
    if sent.transfer_id is None or wait.fate == "sent":
        return
    TransferService(replace(sender, now=_moment(context, wait.days_ago - 1, time(12)))).dispatch(sent.transfer_id)
    receiver = replace(_at(context, wait.days_ago - 2, time(10)), caller=staff[wait.at], channel="desk")
    CirculationService(receiver).check_in(CheckIn(item=hold.copy_barcode, at=wait.pickup))


def _title_at(context: Context, code: str) -> int | None:
    """A title of which every copy stands at this unit, was never lent, and is waited for by nobody."""
    unit, other = context.tree.unit(code).id, aliased(Item)
    gone = or_(other.location_id != unit, other.status != "available", exists().where(Loan.item_id == other.id))
    statement = select(Item.bib_id).where(
        Item.location_id == unit,
        ~exists().where(other.bib_id == Item.bib_id, gone),
        ~exists().where(Hold.bib_id == Item.bib_id),
    )
    return context.session.scalar(statement.order_by(Item.bib_id).limit(1))


def _lend(context: Context) -> int | None:
    """A title whose copies are all out: those of one that stands at the hub are lent to a reader there."""
    bib_id = _title_at(context, _HUB)
    desk = replace(_at(context, _LENT_DAYS_AGO, time(16)), caller=callers_of_desks(context)[_HUB], channel="desk")
    for barcode in context.session.scalars(select(Item.barcode).where(Item.bib_id == bib_id).order_by(Item.id)):
        CirculationService(desk).check_out(CheckOut(patron=_BORROWER, item=barcode, at=_HUB))
    return bib_id


def _at(context: Context, days_ago: int, clock: time) -> Context:
    return replace(context, now=_moment(context, days_ago, clock))


def _moment(context: Context, days_ago: int, clock: time) -> datetime:
    """Never in the future: what would be later than now happens now."""
    return min(datetime.combine(local_day(context.now) - timedelta(days=days_ago), clock, ZONE), context.now)
