"""When a loan is due. Pure: the calendar of the lending library decides, and the due date says whose it was."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from branches.calendar import Calendars
from kernel.clock import ONE_DAY, end_of_day, local_day

MOST_WEEKS = 60  # a weekday that is closed longer than a year has no next opening


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
    first = local_day(start)
    day = due_day(first, days, mode, calendars, org_id)
    if not_after is not None and day > not_after:
        day = max(_last_open_day(not_after, first, calendars, org_id), first)
    return end_of_day(day)


def _last_open_day(latest: date, earliest: date, calendars: Calendars, org_id: int) -> date:
    day = latest
    while day > earliest and not calendars.is_open(org_id, day):
        day -= ONE_DAY
    return day if calendars.is_open(org_id, day) else latest
