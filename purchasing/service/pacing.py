"""How long books chosen online usually take from a shop, by what it lately sent: told to who is about to choose one or waits for it. What
happened, no promise; nothing where too few are known."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from branches.context import Context
from circ import arrival_rules
from circ.arrival_rules import LATELY, way_of
from kernel.i18n import Text
from purchasing.programmes import WAYS, Online, Way
from purchasing.queries.offered import CameRow, PostedRow, came_from, posted_from
from purchasing.rules import hands_out

LATEST: Final = 100  # choices of a shop that are looked at
Until = Literal["sent", "there"]
_WORDS: Final[dict[tuple[Way, Until], Text]] = {
    ("pickup", "there"): Text("选后一般 {n} 天到馆", "usually there {n} days after it is chosen"),
    ("post", "there"): Text("选后一般 {n} 天收到", "usually received {n} days after it is chosen"),
    ("post", "sent"): Text("书店一般 {n} 天内寄出", "usually posted by the shop {n} days after it is chosen"),
}
_ONE_DAY: Final[dict[tuple[Way, Until], str]] = {
    key: text.en.replace("{n} days", "{n} day") for key, text in _WORDS.items()
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Usual:
    """Calendar days from the choice until the book is `there`, to be collected or received; of a posted one, where readers seldom say that
    it came, until it is `sent`."""

    way: Way
    until: Until
    days: int

    @property
    def words(self) -> Text:
        text = _WORDS[self.way, self.until]
        return Text(text.zh, text.en if self.days > 1 else _ONE_DAY[self.way, self.until]).format(n=self.days)


class Paces:
    """Of some shops, read together: two statements however many there are."""

    def __init__(self, context: Context, shop_ids: Collection[int]) -> None:
        since = context.now - LATELY
        self._came = came_from(context.session, shop_ids, since, LATEST)
        self._posted = posted_from(context.session, shop_ids, since, LATEST)

    def usual(self, shop_id: int, way: Way, place_id: int | None = None) -> Usual | None:
        """`place_id` is where one is to be collected."""
        if way == "post":
            return _posted([row for row in self._posted if row.shop_id == shop_id])
        pace = None if place_id is None else pace_of([row for row in self._came if row.shop_id == shop_id], place_id)
        return None if pace is None else Usual(way="pickup", until="there", days=pace.days)


def usual_ways(context: Context, shop_id: int, online: Online, *, home_id: int) -> tuple[Usual, ...]:
    """Of the ways in which a programme lets one come: collected at the reader's own library, posted."""
    paces = Paces(context, [shop_id])
    ways = [way for way in WAYS if online.allows(way)]
    if not hands_out(online, context.tree.codes(home_id)):
        ways = [way for way in ways if way != "pickup"]
    found = (paces.usual(shop_id, way, home_id) for way in ways)
    return tuple(usual for usual in found if usual is not None)


def pace_of(came: Sequence[CameRow], place_id: int) -> arrival_rules.Way | None:
    """How many days a book of one shop takes to a place: by those that came there, else by all of them."""
    here = [row.days for row in came if row.pickup_id == place_id]
    way = way_of(here, [row.days for row in came], None)
    return None if way is None else replace(way, ground="shop")


def _posted(rows: Sequence[PostedRow]) -> Usual | None:
    """By what readers said to have come, else by what was sent."""
    said: tuple[tuple[Until, list[int]], ...] = (
        ("there", [row.received for row in rows if row.received is not None]),
        ("sent", [row.sent for row in rows]),
    )
    for until, days in said:
        way = way_of((), days, None)
        if way is not None:
            return Usual(way="post", until=until, days=way.days)
    return None
