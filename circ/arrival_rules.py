"""When a copy that stands elsewhere is likely to be where a reader collects it: an estimate from what transfers lately took, never a
promise. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median
from typing import Final, Literal, Protocol

from kernel.clock import day_text
from kernel.i18n import Text

LATELY: Final = timedelta(days=120)  # older transfers went by other rounds
FEWEST: Final = 3  # so many between two libraries say how long it takes
FEWEST_ANYWHERE: Final = 5
LEAST_DAYS: Final = 1  # somebody has to fetch the copy, and somebody to bring it

Ground = Literal["pair", "network", "policy", "shop"]
GROUNDS: Final[dict[Ground, Text]] = {
    "pair": Text("按最近两馆之间的调拨", "as transfers between the two libraries lately took"),
    "network": Text("按最近全网的调拨", "as transfers of the network lately took"),
    "policy": Text("按政策给调拨的天数", "as many days as the policies give a transfer"),
    "shop": Text("按这家书店最近送来的书", "as books from the shop lately took"),
}


class OpenDays(Protocol):
    """What is asked of calendars."""

    def next_open_day(self, org_id: int, day: date) -> date | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How many days a copy is on its way, and by what that is told."""

    days: int
    ground: Ground


def way_of(pair: Sequence[int], network: Sequence[int], allowed: int | None) -> Way | None:
    """From the days that arrived transfers took: the median between the two libraries, else of the network, else the days after which the
    policies call one late; None where these say nothing either."""
    for taken, fewest, ground in ((pair, FEWEST, "pair"), (network, FEWEST_ANYWHERE, "network")):
        if len(taken) >= fewest:
            return Way(days=max(-int(-median(taken) // 1), LEAST_DAYS), ground=ground)  # type: ignore[arg-type]
    return None if allowed is None else Way(days=max(allowed, LEAST_DAYS), ground="policy")


def arrives_on(way: Way, calendars: OpenDays, *, from_id: int, to_id: int, fetch_from: date) -> date | None:
    """The first open day of the place of collection after the way, which begins on the first day from `fetch_from` on that the sending
    library is open; None where one of them opens no more."""
    fetched = calendars.next_open_day(from_id, fetch_from)
    return None if fetched is None else calendars.next_open_day(to_id, fetched + timedelta(days=way.days))


def about(day: date, today: date) -> Text:
    """As it is told: 大约12月3日（周四）到."""
    told = day_text(day, today)
    return Text(f"大约{told.zh}到", f"about {told.en}")
