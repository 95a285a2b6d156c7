"""The clock and the network's zone. Only entry points read the clock; everything below them is handed `now`."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from kernel.i18n import Text

ZONE = ZoneInfo("Asia/Shanghai")
FIRST_YEAR, LAST_YEAR = 1000, 9900  # of what people enter
_DAY: Final = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", re.ASCII)


def read_clock() -> datetime:
    return datetime.now(UTC)


def local_day(instant: datetime) -> date:
    """The calendar day of an instant in the network's zone."""
    return instant.astimezone(ZONE).date()


def read_day(text: str) -> date | None:
    """A day as people write it: 2026-1-2, 2026/1/2, 2026.1.2, 2026年1月2日, also in full-width digits; None for what is none."""
    found = _DAY.fullmatch(unicodedata.normalize("NFKC", text).strip())
    try:
        day = date(*(int(part) for part in found.groups())) if found else None
    except ValueError:
        return None
    return day if day is not None and FIRST_YEAR <= day.year <= LAST_YEAR else None


def end_of_day(day: date) -> datetime:
    """23:59 of a day in the network's zone: when a day's loan ends."""
    return datetime.combine(day, time(23, 59), ZONE).astimezone(UTC)


def ends_with_day(instant: datetime) -> bool:
    """Whether an instant is the end of a day, as a day's loan ends."""
    return instant == end_of_day(local_day(instant))


def clock_time(instant: datetime) -> str:
    """`15:30` in the network's zone."""
    return instant.astimezone(ZONE).strftime("%H:%M")


def start_of_day(day: date) -> datetime:
    return datetime.combine(day, time(0), ZONE).astimezone(UTC)


def bounds_of(first: date, last: date | None = None) -> tuple[datetime, datetime]:
    """When a day begins, or the first of several, and when the one after it, or after the last, does."""
    return start_of_day(first), start_of_day((last or first) + ONE_DAY)


def days_between(earlier: datetime, later: datetime) -> int:
    """Whole calendar days in the network's zone."""
    return (local_day(later) - local_day(earlier)).days


def parse_instant(text: str) -> datetime:
    """An ISO 8601 instant with an offset, of a year that leaves room to count days; raises ValueError else."""
    if "24:00" in text:  # Python 3.13 would make it the next day, older ones refuse it
        raise ValueError("an hour lies between 00 and 23")
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError("an instant needs an offset, such as 2026-11-22T09:30:00+08:00")
    if not FIRST_YEAR <= instant.year <= LAST_YEAR:
        raise ValueError(f"a year lies between {FIRST_YEAR} and {LAST_YEAR}")
    return instant.astimezone(UTC)


def show_instant(instant: datetime) -> str:
    """ISO 8601 in the network's zone, to the second."""
    return instant.astimezone(ZONE).isoformat(timespec="seconds")


def day_text(day: date, today: date) -> Text:
    """A day as people read it: `12月22日（周二）`, `Tue 22 Dec`; the year only where it is not this one."""
    weekday = WEEKDAY_NAMES[day.weekday()]
    if day.year == today.year:
        return Text(f"{day.month}月{day.day}日（{weekday.zh}）", f"{weekday.en} {day.day} {MONTH_NAMES[day.month - 1]}")
    return Text(
        f"{day.year}年{day.month}月{day.day}日（{weekday.zh}）",
        f"{weekday.en} {day.day} {MONTH_NAMES[day.month - 1]} {day.year}",
    )


def moment_text(instant: datetime, now: datetime) -> Text:
    """A day as people say it, and the time."""
    day = day_text(local_day(instant), local_day(now))
    return Text("{day}{time}", "{day}, {time}").format(day=day, time=clock_time(instant))


ONE_DAY = timedelta(days=1)
MONTH_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
WEEKDAY_NAMES = tuple(
    Text(f"周{zh}", en)
    for zh, en in zip("一二三四五六日", ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"), strict=True)
)
