"""When a unit is open. Pure: weekly hours and closures come in, days and moments come out."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from branches.tree import OrgTree
from kernel.clock import ZONE

SEARCH_LIMIT_DAYS = 400  # a calendar that is closed longer counts as having no open day
COUNT_LIMIT_DAYS = 5000  # and one in which so many open days take longer, as having too few
ALL_DAY = (("00:00", "23:59"),)

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedDays:
    from_on: date
    to_on: date
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """What one unit says of itself. `weekly[i]` lists (opens, closes) of weekday i; None: the parent's week holds."""

    weekly: tuple[tuple[tuple[str, str], ...], ...] | None = None
    closures: tuple[ClosedDays, ...] = ()


_NOTHING = Hours()


class Calendars:
    """The open days of every unit: the nearest week upwards, and the closures of the unit and all above it."""

    def __init__(self, tree: OrgTree, hours: Mapping[int, Hours]) -> None:
        self._tree = tree
        self._hours = hours
        self._shut: dict[int, tuple[list[date], list[date]]] = {}

    def own(self, org_id: int) -> Hours:
        """What a unit says of itself, before its parents are asked."""
        return self._hours.get(org_id, _NOTHING)

    def week(self, org_id: int) -> tuple[tuple[tuple[str, str], ...], ...] | None:
        """The week in force; None where nobody set one, which means always open."""
        for unit in self._tree.path(org_id):
            own = self._hours.get(unit)
            if own is not None and own.weekly is not None:
                return own.weekly
        return None

    def closures(self, org_id: int) -> Sequence[ClosedDays]:
        return [c for unit in self._tree.path(org_id) if unit in self._hours for c in self._hours[unit].closures]

    def is_open(self, org_id: int, day: date) -> bool:
        return bool(self.spans(org_id, day))

    def spans(self, org_id: int, day: date) -> Sequence[tuple[str, str]]:
        """From when to when a unit is open on a day; nothing on a closed one. A unit without hours is open all day."""
        if self._is_shut(org_id, day):
            return ()
        week = self.week(org_id)
        return ALL_DAY if week is None else week[day.weekday()]

    def _is_shut(self, org_id: int, day: date) -> bool:
        """Whether a closure covers the day. The closures of a unit are laid out once: looking far ahead asks for each day."""
        if org_id not in self._shut:
            self._shut[org_id] = _merged(self.closures(org_id))
        begins, ends = self._shut[org_id]
        place = bisect_right(begins, day)
        return place > 0 and day <= ends[place - 1]

    # --- moments ------------------------------------------------------------------------------------------------------

    def is_open_at(self, org_id: int, moment: datetime) -> bool:
        """Whether a unit is open at a moment, the minutes of opening and closing included."""
        local = moment.astimezone(ZONE)
        minute = local.strftime("%H:%M")
        return any(opens <= minute <= closes for opens, closes in self.spans(org_id, local.date()))

    def next_opening(self, org_id: int, moment: datetime) -> datetime | None:
        """When a unit that is closed at a moment opens next; None when it does not within the limit."""
        first = moment.astimezone(ZONE).date()
        for n in range(SEARCH_LIMIT_DAYS):
            day = first + timedelta(days=n)
            later = [at for opens, _ in self.spans(org_id, day) if (at := _moment(day, opens)) > moment]
            if later:
                return min(later)
        return None

    def last_closing(self, org_id: int, moment: datetime, after: datetime) -> datetime | None:
        """When a unit that is closed at a moment closed last, if that was later than `after`."""
        day, first = moment.astimezone(ZONE).date(), after.astimezone(ZONE).date()
        while day >= first:
            closings = [_moment(day, closes) for _, closes in self.spans(org_id, day)]
            past = [at for at in closings if after < at <= moment]
            if past:
                return max(past)
            day -= timedelta(days=1)
        return None

    # --- days ---------------------------------------------------------------------------------------------------------

    def next_open_day(self, org_id: int, day: date) -> date | None:
        """The day itself or the first open one after it; None when there is none within the limit."""
        candidates = (day + timedelta(days=n) for n in range(SEARCH_LIMIT_DAYS))
        return next((candidate for candidate in candidates if self.is_open(org_id, candidate)), None)

    def add_open_days(self, org_id: int, day: date, count: int) -> date | None:
        """The day on which `count` open days after `day` have passed; None where that takes longer than anybody plans."""
        reached, latest = day, day + timedelta(days=COUNT_LIMIT_DAYS)
        for _ in range(count):
            following = self.next_open_day(org_id, reached + timedelta(days=1))
            if following is None or following > latest:
                return None
            reached = following
        return reached

    def open_days(self, org_id: int, from_on: date, to_on: date) -> list[date]:
        days = (from_on + timedelta(days=n) for n in range((to_on - from_on).days + 1))
        return [day for day in days if self.is_open(org_id, day)]


def _merged(closures: Sequence[ClosedDays]) -> tuple[list[date], list[date]]:
    """The first and the last days of what is closed, in order and without overlap."""
    begins: list[date] = []
    ends: list[date] = []
    for closed in sorted(closures, key=lambda one: one.from_on):
        if ends and closed.from_on <= ends[-1]:
            ends[-1] = max(ends[-1], closed.to_on)
        else:
            begins.append(closed.from_on)
            ends.append(closed.to_on)
    return begins, ends


def _moment(day: date, clock: str) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock), ZONE)
