"""Which days a unit is open. Pure: weekly hours and closures come in, days come out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from branches.tree import OrgTree

SEARCH_LIMIT_DAYS = 400  # a calendar that is closed longer counts as having no open day

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
        if any(c.from_on <= day <= c.to_on for c in self.closures(org_id)):
            return False
        week = self.week(org_id)
        return week is None or bool(week[day.weekday()])

    def next_open_day(self, org_id: int, day: date) -> date | None:
        """The day itself or the first open one after it; None when there is none within the limit."""
        candidates = (day + timedelta(days=n) for n in range(SEARCH_LIMIT_DAYS))
        return next((candidate for candidate in candidates if self.is_open(org_id, candidate)), None)

    def add_open_days(self, org_id: int, day: date, count: int) -> date | None:
        """The day on which `count` open days after `day` have passed."""
        reached = day
        for _ in range(count):
            following = self.next_open_day(org_id, reached + timedelta(days=1))
            if following is None:
                return None
            reached = following
        return reached

    def open_days(self, org_id: int, from_on: date, to_on: date) -> list[date]:
        days = (from_on + timedelta(days=n) for n in range((to_on - from_on).days + 1))
        return [day for day in days if self.is_open(org_id, day)]
