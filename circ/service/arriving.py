"""When a reader could have a copy that stands on some shelf, at a place of their choice: an estimate for whoever asks before deciding."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from branches.context import Context
from branches.policy import Question
from branches.tree import Unit
from circ.arrival_rules import LATELY, Way, about, arrives_on, way_of
from circ.hold_rules import Wish, can_fill, can_pick_up
from circ.queries.holds import count_waiting
from circ.service.holds.reading import copies_for
from circ.service.requests.lateness import SETTING
from kernel.clock import local_day
from kernel.i18n import Text
from patrons.queries import PatronRow
from transit.queries.pace import days_taken

_OF_PAIR: Final = 25
_OF_NETWORK: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """About when a copy at `origin` could be had at `place`. `way` None: it stands there already."""

    origin: Unit
    place: Unit
    day: date
    way: Way | None

    def words(self, today: date) -> Text:
        if self.way is None:
            return Text("架上就有", "on the shelf there")
        return about(self.day, today)


def estimate(context: Context, *, from_id: int, to_id: int) -> Arrival | None:
    """For a copy that stands at one unit and is to be collected at another; None where nothing tells. At most two statements."""
    session, tree = context.session, context.tree
    origin, place = tree.by_id[from_id], tree.by_id[to_id]
    day = first_open_day(context, from_id)
    if day is None:
        return None
    if from_id == to_id:
        return Arrival(origin=origin, place=place, day=day, way=None)
    since = context.now - LATELY
    way = way_of(days_taken(session, since, _OF_PAIR, pair=(from_id, to_id)), (), None)
    if way is None:
        allowed = context.policies.resolve(SETTING, Question(org=tree.codes(to_id))).value
        way = way_of((), days_taken(session, since, _OF_NETWORK), allowed)
    if way is None:
        return None
    there = arrives_on(way, context.calendars, from_id=from_id, to_id=to_id, fetch_from=day)
    return None if there is None else Arrival(origin=origin, place=place, day=there, way=way)


def estimate_for(context: Context, patron: PatronRow, bib_id: int, *, volume: str | None = None) -> Arrival | None:
    """Were a reader to place a hold now and collect it at their own library: from the nearest shelf whose copy may come there. None where
    that library hands nothing out, no copy on a shelf may come, or as many wait already. At most four statements."""
    place = context.tree.by_id[patron.home_id]
    if not can_pick_up(place.kind, is_closed=place.is_closed):
        return None
    wish = Wish(volume=volume)
    copies = copies_for(context, bib_id, pickup_id=place.id, home_id=patron.home_id, category=patron.category)
    shelves = [
        copy.location_id
        for copy in copies
        if copy.status == "available" and (copy.location_id == place.id or can_fill(copy, wish, place.id))
    ]
    if not shelves or count_waiting(context.session, bib_id) >= len(shelves):
        return None
    nearness = context.tree.by_nearness(place.id)
    return estimate(context, from_id=min(shelves, key=nearness), to_id=place.id)


def first_open_day(context: Context, org_id: int) -> date | None:
    """Today while a unit is open or will be yet, else the next day on which it is."""
    calendars, today = context.calendars, local_day(context.now)
    if calendars.is_open_at(org_id, context.now):
        return today
    opening = calendars.next_opening(org_id, context.now)
    return None if opening is None else local_day(opening)
