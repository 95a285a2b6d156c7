"""When a loan is due. Pure: the calendar of the lending library decides, and the due date says whose it was."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from branches.calendar import Calendars
from kernel.clock import ONE_DAY, end_of_day, local_day

MOST_WEEKS = 60  # a weekday that is closed longer than a year has no next opening


@dataclass(frozen=True, slots=True, kw_only=True)
class Length:
    """How long a loan or a renewal lasts. `hours`, where set, count instead of `days`. `terms_end_on` are the days by which everything is
    back (the next one counts), `card_until` the last day of the card, where the policies ask for it. `at_most_days` shortens the loan."""

    days: int
    days_mode: str
    hours: int | None = None
    hours_mode: str = "open"
    terms_end_on: tuple[date, ...] = ()
    card_until: date | None = None
    at_most_days: int | None = None

    def shortened(self, days: int | None) -> Length:
        """No longer than so many days; None: as long as it was."""
        if days is None or (self.at_most_days is not None and self.at_most_days <= days):
            return self
        return replace(self, at_most_days=days)

    def last_day(self, first: date) -> date | None:
        """The day by which a loan that begins on `first` ends, whatever its length."""
        ahead = [day for day in self.terms_end_on if day >= first]
        ceilings = [min(ahead)] if ahead else []
        return min([*ceilings, self.card_until] if self.card_until is not None else ceilings, default=None)


def due_by(start: datetime, length: Length, calendars: Calendars, org_id: int) -> datetime:
    """When a loan of this length is due that begins at `start`: never before that."""
    last_day = length.last_day(local_day(start))
    if length.hours is None:
        due = due_at(start, length.days, length.days_mode, calendars, org_id, last_day)
    else:
        due = due_hour(start, length.hours, length.hours_mode, calendars, org_id)
    if length.hours is not None and last_day is not None:
        due = min(due, _end_by(start, last_day, calendars, org_id))
    if length.at_most_days is not None:
        due = min(due, due_at(start, length.at_most_days, length.days_mode, calendars, org_id, last_day))
    return due


def due_hour(start: datetime, hours: int, mode: str, calendars: Calendars, org_id: int) -> datetime:
    """The moment `hours` after `start`. Where the library is closed then, `close` moves it back to the last closing (forward, where that
    was before the loan began), `open` forward to the next opening; `ignore` leaves it, and so does a library that never opens."""
    plain = start + timedelta(hours=hours)
    if mode == "ignore" or calendars.is_open_at(org_id, plain):
        return plain
    closing = calendars.last_closing(org_id, plain, start) if mode == "close" else None
    moved = closing or calendars.next_opening(org_id, plain)
    return plain if moved is None else moved.astimezone(UTC)


def due_day(start: date, days: int, mode: str, calendars: Calendars, org_id: int) -> date:
    """The day `days` after `start`, moved by closed days as `mode` says. Where the library never opens, closed days do not count;
    for `dayweek` a weekday that never opens gives way to the next open day."""
    plain = start + timedelta(days=days)
    if mode == "calendar":
        return calendars.add_open_days(org_id, start, days) or plain
    if mode == "datedue":
        return calendars.next_open_day(org_id, plain) or plain
    if mode == "dayweek":
        weeks = (plain + timedelta(weeks=n) for n in range(MOST_WEEKS))
        same_weekday = next((day for day in weeks if calendars.is_open(org_id, day)), None)
        return same_weekday or calendars.next_open_day(org_id, plain) or plain
    return plain


def due_at(
    start: datetime, days: int, mode: str, calendars: Calendars, org_id: int, not_after: date | None = None
) -> datetime:
    """The end (23:59) of the due day. `not_after` is the card's last day: the due day then moves back to an open day, at the earliest
    the day of lending."""
    day = due_day(local_day(start), days, mode, calendars, org_id)
    return end_of_day(day) if not_after is None or day <= not_after else _end_by(start, not_after, calendars, org_id)


def _end_by(start: datetime, latest: date, calendars: Calendars, org_id: int) -> datetime:
    """The end of the last open day up to `latest`, never before the loan begins: one of the day's last minute is due the next day."""
    first = local_day(start)
    end = end_of_day(max(_last_open_day(latest, first, calendars, org_id), first))
    return end if end >= start else end_of_day(first + ONE_DAY)


def _last_open_day(latest: date, earliest: date, calendars: Calendars, org_id: int) -> date:
    day = latest
    while day > earliest and not calendars.is_open(org_id, day):
        day -= ONE_DAY
    return day if calendars.is_open(org_id, day) else latest
