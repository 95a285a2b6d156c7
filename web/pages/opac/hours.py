"""When a library is open, as a page says it: today, this week, and the closed days ahead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from branches.calendar import ClosedDays
from branches.context import Context
from kernel.clock import ZONE, local_day
from kernel.i18n import Text

CLOSURES_AHEAD: Final = timedelta(days=90)


@dataclass(frozen=True, slots=True, kw_only=True)
class Today:
    """`is_open` is this very minute. `spans` are today's opening times; None where nobody set any. `opens_at`: later today."""

    is_open: bool
    spans: Sequence[tuple[str, str]] | None
    closure: ClosedDays | None
    next_open_on: date | None
    opens_at: str | None = None

    @property
    def sentence(self) -> Text:
        if self.closure is not None and self.closure.reason:
            return Text("今天闭馆：{r}", "closed today: {r}").format(r=self.closure.reason)
        if self.spans is None:
            return Text("开放时间请询问本馆", "ask the library for its hours")
        if not self.spans:
            return Text("今天不开放", "closed today")
        return Text("今天 {s}", "today {s}").format(s=listed_spans(self.spans))


def listed_spans(spans: Sequence[tuple[str, str]]) -> Text:
    """The opening times of a day; nothing for a closed one."""
    each = [f"{opens}–{closes}" for opens, closes in spans]
    return Text("，".join(each), ", ".join(each))


def today(context: Context, org_id: int) -> Today:
    day = local_day(context.now)
    week = context.calendars.week(org_id)
    closure = next((c for c in context.calendars.closures(org_id) if c.from_on <= day <= c.to_on), None)
    spans = None if week is None else (() if closure else week[day.weekday()])
    minute = f"{context.now.astimezone(ZONE):%H:%M}"
    is_open = bool(spans) and any(opens <= minute < closes for opens, closes in spans or ())
    opens_at = None if is_open else min((opens for opens, _ in spans or () if opens > minute), default=None)
    following = day + timedelta(days=1)
    return Today(
        is_open=is_open,
        spans=spans,
        closure=closure,
        next_open_on=None if is_open or opens_at else context.calendars.next_open_day(org_id, following),
        opens_at=opens_at,
    )


def closures_ahead(context: Context, org_id: int) -> list[ClosedDays]:
    day = local_day(context.now)
    found = [c for c in context.calendars.closures(org_id) if c.to_on >= day and c.from_on <= day + CLOSURES_AHEAD]
    return sorted(found, key=lambda closure: closure.from_on)
