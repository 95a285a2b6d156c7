"""Some months of life in the demo county: books lent, returned here and there, and sent home, through the services of the desk.

Every act happens at a time of its own in the past, in the order of time, by somebody who holds the right for it. The plan
is drawn from a fixed seed, so that every demo county has lived alike.
"""

from __future__ import annotations

import heapq
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from branches.access import Caller
from branches.context import Context
from branches.models import Grant, StaffUser
from catalog.models import Item
from circ.commands import CheckIn, CheckOut, Renew
from circ.models import Loan
from circ.service import CirculationService, Returned
from kernel.clock import ZONE, local_day
from transit.service import TransferService
from web.demo import county
from web.demo.founding.plan import FIRST_DAY, Visit, plan_visits

_SEED = "qingxi: a year of reading"
_OPEN_DAYS_SHIFT = 14  # a visit on a closed day moves back to an open one
_FAVOURITES = 60  # readers take mostly the first titles of a unit, which are the classics
_SEND_HOUR, _RECEIVE_HOUR = time(10, 20), time(15, 40)

Step = Literal["lend", "renew", "take_back", "send", "receive", "stray", "cancel"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Errand:
    """One act to do: what is known of it when it is planned."""

    step: Step
    visit: Visit
    item: str = ""
    loan_id: int = 0
    transfer_id: int = 0
    at: str = ""


def has_lived(session: Session) -> bool:
    """Whether anything was ever lent here."""
    return session.scalar(select(Loan.id).limit(1)) is not None


def live(context: Context) -> int:
    """Let the county live up to now; returns the number of acts."""
    return _History(context).run()


class _History:
    def __init__(self, context: Context) -> None:
        self._context = context
        self._rng = random.Random(_SEED)  # noqa: S311 - a repeatable county is the point
        self._queue: list[tuple[datetime, int, _Errand]] = []
        self._planned = 0
        self._shelves = _Shelves(context, self._rng)
        self._staff = callers_of_desks(context)

    def run(self) -> int:
        today = local_day(self._context.now)
        for visit in plan_visits(self._rng, county.readers()):
            day = self._open_day(visit.unit, today - timedelta(days=visit.days_ago), -1)
            self._plan(self._moment(day), _Errand(step="lend", visit=visit, at=visit.unit))
        done = 0
        while self._queue:
            moment, _, errand = heapq.heappop(self._queue)
            self._do(errand, moment)
            done += 1
        return done

    def _plan(self, moment: datetime, errand: _Errand) -> None:
        """What would lie in the future does not happen yet: that is how books are still out or on their way."""
        if moment <= self._context.now:
            self._planned += 1
            heapq.heappush(self._queue, (moment, self._planned, errand))

    def _do(self, errand: _Errand, moment: datetime) -> None:
        context = replace(self._context, now=moment, caller=self._caller(errand), channel="desk")
        {
            "lend": self._lend,
            "renew": self._renew,
            "take_back": self._take_back,
            "send": self._send,
            "receive": self._receive,
            "stray": self._stray,
            "cancel": self._cancel,
        }[errand.step](context, errand)

    def _lend(self, context: Context, errand: _Errand) -> None:
        visit = errand.visit
        item = self._shelves.take(visit.unit, visit.reader.category)
        lent = CirculationService(context).check_out(CheckOut(patron=visit.reader.card, item=item, at=visit.unit))
        after = replace(errand, item=item, loan_id=lent.id or 0)
        today = local_day(context.now)
        if visit.renewed_after is not None:
            moment = self._moment(today + timedelta(days=visit.renewed_after))
            self._plan(moment, replace(after, step="renew"))
        if visit.kept_days is not None:
            day = self._open_day(visit.back_at, today + timedelta(days=visit.kept_days), 1)
            self._plan(self._moment(day), replace(after, step="take_back", at=visit.back_at))

    def _renew(self, context: Context, errand: _Errand) -> None:
        CirculationService(context).renew(Renew(loan_id=errand.loan_id))

    def _take_back(self, context: Context, errand: _Errand) -> None:
        returned = CirculationService(context).check_in(CheckIn(item=errand.item, at=errand.at))
        self._after_return(context, errand, returned)

    def _after_return(self, context: Context, errand: _Errand, returned: Returned) -> None:
        """A book that is sent on leaves the next morning and arrives in the afternoon of the day after."""
        if returned.transfer_id is None or returned.to is None:
            return
        after = replace(errand, transfer_id=returned.transfer_id, at=returned.location.code)
        today = local_day(context.now)
        fate = errand.visit.fate
        if fate == "cancelled":
            self._plan(_at(today + timedelta(days=1), _SEND_HOUR), replace(after, step="cancel"))
            return
        if fate == "forgotten":
            return
        self._plan(_at(today + timedelta(days=1), _SEND_HOUR), replace(after, step="send"))
        arrival = _at(today + timedelta(days=2), _RECEIVE_HOUR)
        if fate == "astray":
            self._plan(arrival, replace(after, step="stray", at=errand.visit.astray_at))
        elif fate == "delivered":
            self._plan(arrival, replace(after, step="receive", at=returned.to.code))

    def _send(self, context: Context, errand: _Errand) -> None:
        TransferService(context).dispatch(errand.transfer_id)

    def _receive(self, context: Context, errand: _Errand) -> None:
        CirculationService(context).check_in(CheckIn(item=errand.item, at=errand.at))

    def _stray(self, context: Context, errand: _Errand) -> None:
        """The box went to the wrong unit; its desk scans the book and learns to send it on."""
        CirculationService(context).check_in(CheckIn(item=errand.item, at=errand.at))

    def _cancel(self, context: Context, errand: _Errand) -> None:
        TransferService(context).cancel(errand.transfer_id, "留作本地陈列")

    def _caller(self, errand: _Errand) -> Caller:
        """Machines and volunteers act at their own desk; the rest is done by a librarian of the hub above it."""
        if errand.step in ("lend", "take_back") and errand.at in self._staff:
            return self._staff[errand.at]
        tree = self._context.tree
        above = tree.codes(tree.unit(errand.at).id)
        return self._staff["SE" if "SE" in above else "ZG"]

    def _open_day(self, code: str, day: date, step: int) -> date:
        org_id = self._context.tree.unit(code).id
        while not self._context.calendars.is_open(org_id, day):
            day += timedelta(days=step)
        return day

    def _moment(self, day: date) -> datetime:
        return _at(day, time(self._rng.choice((9, 10, 11, 15, 16, 17)), self._rng.randrange(31, 59)))


class _Shelves:
    """Copies that every unit has had for long, handed out once each; the first titles of the catalogue, mostly."""

    def __init__(self, context: Context, rng: random.Random) -> None:
        self._rng = rng
        self._free: dict[tuple[str, str], list[str]] = {}
        codes = {unit.id: unit.code for unit in context.tree.by_id.values()}
        columns = (Item.home_id, Item.item_type, Item.barcode)
        old_enough = Item.created_at < context.now - timedelta(days=FIRST_DAY + _OPEN_DAYS_SHIFT)
        rows = context.session.execute(select(*columns).where(old_enough).order_by(Item.id))
        for home_id, item_type, barcode in rows:
            self._free.setdefault((codes[home_id], item_type), []).append(barcode)

    def take(self, unit: str, category: str) -> str:
        """A barcode that suits the reader; grown-ups take children's books where there are no others."""
        wanted: Sequence[str] = ("child_book", "picture_book") if category == "child" else ("book", "child_book")
        types = [item_type for item_type in wanted if self._free.get((unit, item_type))]
        item_type = self._rng.choice(types) if category == "child" else types[0]
        shelf = self._free[unit, item_type]
        return shelf.pop(self._rng.randrange(min(_FAVOURITES, len(shelf))))


def callers_of_desks(context: Context) -> dict[str, Caller]:
    """The demo staff who lend, by the unit where they do."""
    members = {member.username: member for member in county.staff()}
    rows = context.session.execute(
        select(StaffUser.id, StaffUser.username, StaffUser.name, Grant.role, Grant.org_id)
        .join(Grant, Grant.user_id == StaffUser.id)
        .where(StaffUser.username.in_(members), Grant.role.in_(_LENDING_ROLES))
    )
    return {
        members[username].org: Caller(kind="staff", id=id_, name=name, username=username, grants=((role, org_id),))
        for id_, username, name, role, org_id in rows
    }


_LENDING_ROLES = ("hub_librarian", "branch_librarian", "volunteer", "self_check")


def _at(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, ZONE)
