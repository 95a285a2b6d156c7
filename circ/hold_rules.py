"""Decides holds: who may wait for what, which copy can fill which hold, whose turn it is, and from which shelf a copy is fetched. No I/O.

A hold waits for a title, for one volume of it, or for one copy. Its place is its own: the queue of a title is in the order of `rank`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from branches.tree import LENDING_KINDS
from catalog.states import ITEM_STATUSES
from circ.refusals import refuse
from circ.rules import PatronFacts, PlaceFacts, check_card
from kernel.errors import Refusal

PICKUP_KINDS: Final = LENDING_KINDS  # whoever lends hands out what was put aside: kiosks, buses and shops too
NO_SHOWS_COUNT_FOR: Final = timedelta(days=30)  # so long a hold that was not collected counts against its reader
BAND_KM: Final = 10.0  # libraries about equally far share the work of fetching


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a hold waits for: any copy of the title, one volume, or one copy."""

    item_id: int | None = None
    volume: str | None = None

    @property
    def word(self) -> str:
        """In one word, by which two wishes are the same."""
        if self.item_id is not None:
            return f"copy:{self.item_id}"
        return f"volume:{self.volume}" if self.volume is not None else "title"

    def takes(self, item_id: int, volume: str | None) -> bool:
        """Whether a copy of the title is what is waited for."""
        if self.item_id is not None:
            return self.item_id == item_id
        return self.volume is None or self.volume == volume

    def overlaps(self, other: Wish) -> bool:
        """Whether both may be filled by one copy, as far as the words go: a reader needs only one of them."""
        return self.word == other.word or "title" in (self.word, other.word)


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyFacts:
    """A copy of the title, and what the policies say of it for this reader and pickup place. One that `stays_near`, being new, is handed
    out only at `units_near`; `units_listed` count where the policy `hold_pickup` is listed."""

    id: int
    home_id: int
    location_id: int
    status: str
    volume: str | None
    hold_allowed: bool = True
    hold_if_all_out: bool = False
    hold_pickup: str = "any"
    stays_near: bool = False
    units_near: frozenset[int] = frozenset()
    units_listed: frozenset[int] = frozenset()

    def is_handed_out_at(self, pickup_id: int) -> bool:
        if self.stays_near and pickup_id not in self.units_near:
            return False
        if self.hold_pickup == "home":
            return pickup_id == self.home_id
        if self.hold_pickup == "listed":
            return pickup_id in self.units_listed
        return self.hold_pickup != "current" or pickup_id == self.location_id


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldCounts:
    """`wishes` are those of the reader's open holds on the title; `has_loan`: they have a copy of what is asked for at home; `no_shows`:
    how often they lately left a book on the hold shelf. `library` is called the one that alone can fill the hold, `of_library` are the
    open holds that it alone can fill."""

    open_holds: int = 0
    placed_today: int = 0
    wishes: tuple[Wish, ...] = ()
    has_loan: bool = False
    no_shows: int = 0
    library: str = ""
    of_library: int = 0

    def told(self) -> dict[str, int]:
        """What the journal keeps of them: the counts before this hold."""
        return {"open_holds": self.open_holds, "placed_today": self.placed_today, "no_shows": self.no_shows}


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldTerms:
    max_holds: int | None = None
    max_holds_per_day: int | None = None
    max_no_shows: int | None = None
    max_holds_item_library: int | None = None


# --- may it be placed? ----------------------------------------------------------------------------------------------------------


def decide_hold(
    patron: PatronFacts,
    wish: Wish,
    pickup: PlaceFacts,
    copies: Sequence[CopyFacts],
    counts: HoldCounts,
    terms: HoldTerms,
    now: datetime,
) -> list[Refusal]:
    """Every reason at once; an empty list means: let them wait."""
    return [
        *check_card(patron, now),
        *check_counts(counts, terms, wish),
        *check_pickup(pickup),
        *check_copies(wish, pickup, copies),
    ]


def check_counts(counts: HoldCounts, terms: HoldTerms, wish: Wish) -> Iterable[Refusal]:
    if any(wish.overlaps(other) for other in counts.wishes):
        yield refuse("hold.duplicate")
    if counts.has_loan:
        yield refuse("hold.has_loan")
    if terms.max_holds is not None and counts.open_holds >= terms.max_holds:
        yield refuse("hold.limit", limit=terms.max_holds, open=counts.open_holds)
    if terms.max_holds_item_library is not None and counts.of_library >= terms.max_holds_item_library:
        yield refuse("hold.library_limit", org=counts.library, limit=terms.max_holds_item_library)
    if terms.max_holds_per_day is not None and counts.placed_today >= terms.max_holds_per_day:
        yield refuse("hold.day_limit", limit=terms.max_holds_per_day, placed=counts.placed_today)
    if terms.max_no_shows is not None and counts.no_shows > terms.max_no_shows:
        yield refuse("hold.no_shows", limit=terms.max_no_shows, count=counts.no_shows)


def check_pickup(pickup: PlaceFacts) -> Iterable[Refusal]:
    if not can_pick_up(pickup.kind, is_closed=pickup.is_closed):
        yield refuse("hold.pickup_refused", org=pickup.name)


def check_copies(wish: Wish, pickup: PlaceFacts, copies: Sequence[CopyFacts]) -> Iterable[Refusal]:
    wanted = [copy for copy in copies if is_wanted(copy, wish)]
    if not wanted:
        yield refuse("hold.no_holdable_item")
        return
    usable = [copy for copy in wanted if copy.is_handed_out_at(pickup.org_id)]
    if not usable:
        yield refuse("hold.pickup_refused", org=pickup.name)
    here = [copy for copy in usable if copy.status == "available" and copy.location_id == pickup.org_id]
    if any(copy.hold_if_all_out for copy in here):
        yield refuse("hold.available_here", org=pickup.name)


def only_library(wish: Wish, copies: Sequence[CopyFacts]) -> int | None:
    """The home of all copies that can fill a hold, where that is one library."""
    homes = {copy.home_id for copy in copies if is_wanted(copy, wish)}
    return homes.pop() if len(homes) == 1 else None


def can_pick_up(kind: str, *, is_closed: bool) -> bool:
    return kind in PICKUP_KINDS and not is_closed


def is_holdable(copy: CopyFacts) -> bool:
    return copy.hold_allowed and ITEM_STATUSES[copy.status].holdable


def is_wanted(copy: CopyFacts, wish: Wish) -> bool:
    """Whether it is what is waited for, wherever it would be handed out."""
    return is_holdable(copy) and wish.takes(copy.id, copy.volume)


def can_fill(copy: CopyFacts, wish: Wish, pickup_id: int) -> bool:
    return is_wanted(copy, wish) and copy.is_handed_out_at(pickup_id)


# --- whose turn is it? ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A hold in the queue, before the copy in hand. `hold_allowed` and `hold_pickup` are the policies for this copy and this hold."""

    id: int
    pickup_id: int
    patron_home_id: int
    wish: Wish
    hold_allowed: bool
    hold_pickup: str
    can_pick_up: bool
    stays_near: bool = False
    units_near: frozenset[int] = frozenset()
    units_listed: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyInHand:
    """A copy at `here_id`; `location_id` is where it was before."""

    id: int
    home_id: int
    here_id: int
    volume: str | None


def next_holds(
    waiting: Sequence[Waiting], copy: CopyInHand, local_first: Mapping[str, Any] | None
) -> Sequence[Waiting]:
    """The holds this copy can fill, whose turn it is first. `local_first` lets those of the copy's own library go before the others."""
    fit = [hold for hold in waiting if _fills(copy, hold)]
    if local_first is None:
        return fit
    return sorted(
        fit, key=lambda hold: not _is_local(hold, copy, local_first)
    )  # in their order otherwise: the sort is stable


def _fills(copy: CopyInHand, hold: Waiting) -> bool:
    facts = CopyFacts(
        id=copy.id,
        home_id=copy.home_id,
        location_id=copy.here_id,
        status="available",
        volume=copy.volume,
        hold_allowed=hold.hold_allowed,
        hold_pickup=hold.hold_pickup,
        stays_near=hold.stays_near,
        units_near=hold.units_near,
        units_listed=hold.units_listed,
    )
    return (
        hold.can_pick_up
        and hold.hold_allowed
        and hold.wish.takes(copy.id, copy.volume)
        and facts.is_handed_out_at(hold.pickup_id)
    )


def _is_local(hold: Waiting, copy: CopyInHand, local_first: Mapping[str, Any]) -> bool:
    reader = hold.pickup_id if local_first["patron"] == "pickup" else hold.patron_home_id
    return reader == (copy.home_id if local_first["item"] == "home" else copy.here_id)


def serves_all(fitting: Sequence[Sequence[int]]) -> bool:
    """Whether each of those who wait can have a copy of their own, of the copies that fit each of them."""
    holder: dict[int, int] = {}

    def find_one(who: int, seen: set[int]) -> bool:
        for copy in fitting[who]:
            if copy not in seen:
                seen.add(copy)
                if copy not in holder or find_one(holder[copy], seen):
                    holder[copy] = who
                    return True
        return False

    return all(find_one(who, set()) for who in range(len(fitting)))


# --- from which shelf? ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class IdleCopy:
    """A copy of a title that stands on a shelf at `location_id` and is put aside for nobody."""

    id: int
    bib_id: int
    location_id: int


def in_order_of_fetching(
    pickup_id: int, copies: Iterable[IdleCopy], km: Callable[[int, int], float], load: Mapping[int, int]
) -> list[IdleCopy]:
    """From where to fetch a copy: the pickup place itself, then the nearer libraries. Of those about equally far (in steps of `BAND_KM`),
    the one that has the least to fetch already."""

    def key(copy: IdleCopy) -> tuple[bool, int, int, float, int]:
        distance = km(copy.location_id, pickup_id)
        band = int(distance // BAND_KM)
        return (copy.location_id != pickup_id, band, load.get(copy.location_id, 0), distance, copy.id)

    return sorted(copies, key=key)


# --- why does it hang? ----------------------------------------------------------------------------------------------------------


def why_stuck(wish: Wish, pickup: PlaceFacts, copies: Sequence[CopyFacts]) -> list[Refusal]:
    """Why no copy of the network can fill a hold as things stand; an empty list: it only has to wait."""
    reasons = [*check_pickup(pickup), *check_copies(wish, pickup, copies)]
    return [reason for reason in reasons if reason.code != "hold.available_here"]
