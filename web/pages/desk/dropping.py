"""A morning of returns: a book drop is emptied and dated back, and what lay about is counted as read here. The desk keeps both from scan to
scan, as long as it takes books in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from branches.context import Context
from branches.tree import Unit
from circ.return_rules import MOST_BACKDATED_DAYS
from kernel.clock import ZONE
from web.pages.desk.reading import Mode

TYPED: Final = "%Y-%m-%dT%H:%M"  # as browsers send a day and a time


@dataclass(frozen=True, slots=True, kw_only=True)
class Returning:
    """`dropped_at` is when the books came back, None for now; `counts_use`: what was not out was read here."""

    dropped_at: datetime | None = None
    counts_use: bool = False

    @property
    def dropped(self) -> str:
        """As the form keeps it."""
        return self.dropped_at.astimezone(ZONE).strftime(TYPED) if self.dropped_at else ""


NOW: Final = Returning()


def read(form: Mapping[str, str], mode: Mode, now: datetime) -> Returning:
    """What a form keeps or sets; other modes know neither. A time that is none, or is to come, is none."""
    if mode != "return":
        return NOW
    uses = form.get("set_uses", form.get("uses", ""))
    return Returning(dropped_at=_moment(form.get("set_drop", form.get("drop", "")), now), counts_use=uses == "1")


def proposed(context: Context, place: Unit) -> str:
    """When the place closed last: what lies in its book drop came back about then."""
    first = context.now - timedelta(days=MOST_BACKDATED_DAYS)
    closed = context.calendars.last_closing(place.id, context.now, first)
    return (closed or context.now - timedelta(hours=12)).astimezone(ZONE).strftime(TYPED)


def _moment(text: str, now: datetime) -> datetime | None:
    try:
        moment = datetime.strptime(text, TYPED).replace(tzinfo=ZONE)
    except ValueError:
        return None
    return moment if moment <= now else None
