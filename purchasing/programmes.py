"""What a programme allows, and when it runs. Pure.

Source of the limits: what counties publish of theirs (price, count by visit, month and year, excluded kinds, return only to the shop,
sanctions); they differ so much that each is a rule of the programme and none is built in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Final, Literal

from kernel.i18n import Text

Period = Literal["visit", "month", "year"]
Residence = Literal["network", "own"]
Way = Literal["pickup", "post"]
Presence = Literal["none", "pin"]

PERIODS: Final[Mapping[Period, Text]] = {
    "visit": Text("每天", "a day"),  # who comes back on the same day is on the same visit
    "month": Text("每月", "a month"),
    "year": Text("每年", "a year"),
}
PERIODS_NOW: Final[Mapping[Period, Text]] = {
    "visit": Text("今天", "today"),
    "month": Text("本月", "this month"),
    "year": Text("今年", "this year"),
}  # the one that runs, of which something is left
WAYS: Final[Mapping[Way, Text]] = {"pickup": Text("到馆自取", "collected at a library"), "post": Text("邮寄", "posted")}
PRESENCES: Final[Mapping[Presence, Text]] = {
    "none": Text("扫证就行", "the card is enough"),
    "pin": Text("读者在柜台输 PIN", "the reader’s PIN at the counter"),
}
RESIDENCES: Final[Mapping[Residence, Text]] = {
    "network": Text("全网读者", "readers of the whole network"),
    "own": Text("本单位读者", "readers of the programme’s own unit"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """How much one reader may choose in a period; None: no limit of that kind."""

    period: Period
    count: int | None = None
    amount_fen: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Online:
    """Whether books may be chosen from a shop's list, to be collected or posted. `pickup_at` are codes of units where, or below which,
    they may be collected, none: everywhere. `postage_fen` is what a day's parcel from a shop costs the reader, nothing where its books
    reach `post_free_from_fen`. A posted book counts as received `receipt_after_days` days after it was sent, if nobody says so before.
    `uncollected_counts`: a book that was not collected keeps its quota used. `missed_per_year`: of so many parcels a year readers may
    say without a librarian that they did not come, None: of any number."""

    pickup: bool = False
    post: bool = False
    pickup_at: tuple[str, ...] = ()
    postage_fen: int = 0
    post_free_from_fen: int | None = None
    receipt_after_days: int = 15
    uncollected_counts: bool = True
    missed_per_year: int | None = 3

    def allows(self, way: Way | None) -> bool:
        """None: by any way at all."""
        return self.pickup or self.post if way is None else {"pickup": self.pickup, "post": self.post}[way]

    def postage_of(self, books_fen: int) -> int:
        """What a parcel with books of this price costs the reader."""
        is_free = self.post_free_from_fen is not None and books_fen >= self.post_free_from_fen
        return 0 if is_free else self.postage_fen


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """`shops` are codes of shops, none: all. `ages` are the first and last year of age, either may be open. `excluded_classes` are
    beginnings of class numbers, `excluded_kinds` names of `purchasing.kinds`. `loan_days` None: by the policies. `cancel_minutes` is the
    window in which a choice may be called off or exchanged. `presence` is what proves at a counter that the reader stands there; a card
    that is scanned proves nothing, for numbers can be typed. Where its books may be returned and what lateness costs are policies for
    the item type of the programme."""

    shops: tuple[str, ...] = ()
    readers: Residence = "network"
    categories: tuple[str, ...] = ()
    max_price_fen: int | None = None
    max_copies_in_network: int | None = None
    per_patron: tuple[Quota, ...] = ()
    excluded_classes: tuple[str, ...] = ()
    excluded_kinds: tuple[str, ...] = ()
    earliest_year: int | None = None
    languages: tuple[str, ...] = ()
    ages: tuple[int | None, int | None] = (None, None)
    loan_days: int | None = None
    cancel_minutes: int = 120
    presence: Presence = "none"
    online: Online = Online()

    def has_shop(self, code: str) -> bool:
        """Whether a shop takes part."""
        return not self.shops or code in self.shops


@dataclass(frozen=True, slots=True, kw_only=True)
class Fund:
    """A fund of a programme as it stands. `ceiling_fen` is what may be spent of it: its allocation up to the stop level."""

    id: int
    code: str
    name: str
    share: int
    allocated_fen: int
    spent_fen: int
    stop_at: int

    @property
    def ceiling_fen(self) -> int:
        return level_of(self.allocated_fen, self.stop_at)

    @property
    def left_fen(self) -> int:
        return max(self.ceiling_fen - self.spent_fen, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """A programme in force, with its funds in the order of their ids."""

    id: int
    code: str
    name: str
    org_id: int
    library_id: int
    item_type: str
    starts_on: date
    ends_on: date
    warn_at: int
    stop_at: int
    is_paused: bool
    rules: Rules
    funds: tuple[Fund, ...]
    version: int

    def runs_on(self, day: date) -> bool:
        return not self.is_paused and self.starts_on <= day <= self.ends_on

    def last_day(self, today: date) -> date:
        """The last of its days until today; its first where none has come yet."""
        return max(min(self.ends_on, today), self.starts_on)


def level_of(allocated_fen: int, percent: int) -> int:
    """How much may be spent of a fund until a programme's warning or stop level, in whole fen."""
    return allocated_fen * percent // 100


def split(fen: int, shares: Mapping[int, int]) -> dict[int, int]:
    """A sum among funds by their shares, to the fen: what does not divide goes fen by fen to the largest remainders, then the first fund.
    Every fund stands in the answer."""
    total = sum(shares.values())
    parts = {fund: fen * share // total for fund, share in shares.items()}
    left = fen - sum(parts.values())
    by_remainder = sorted(shares, key=lambda fund: (-(fen * shares[fund] % total), fund))
    for fund in by_remainder[:left]:
        parts[fund] += 1
    return parts


def parts_of(programme: Programme, fen: int) -> dict[int, int]:
    """What each of the programme's funds pays of a sum, by fund id."""
    return split(fen, {fund.id: fund.share for fund in programme.funds})


def budget_left(programme: Programme) -> int:
    """The largest sum that all funds together can still pay in their shares; without funds nothing."""
    if not programme.funds:
        return 0
    total = sum(fund.share for fund in programme.funds)
    most = min(fund.left_fen * total // fund.share for fund in programme.funds)
    while most > 0 and not can_pay(programme, most):  # rounding may ask one fen more of a fund
        most -= 1
    return most


def can_pay(programme: Programme, fen: int) -> bool:
    parts = parts_of(programme, fen)
    return bool(programme.funds) and all(parts[fund.id] <= fund.left_fen for fund in programme.funds)


def has_reached_warning(programme: Programme) -> bool:
    return any(is_warned(fund, programme.warn_at) for fund in programme.funds)


def is_warned(fund: Fund, warn_at: int) -> bool:
    return fund.spent_fen * 100 >= fund.allocated_fen * warn_at


def first_day_of(period: Period, day: date) -> date:
    """Where the period began that holds a day."""
    return {"visit": day, "month": day.replace(day=1), "year": day.replace(month=1, day=1)}[period]


def amounts_needed_from(rules: Rules, today: date) -> date | None:
    """The first month (its first day) whose amount a limit still counts, the days that are over taken; None: no limit asks for one."""
    limits = [quota.period for quota in rules.per_patron if quota.amount_fen is not None and quota.period != "visit"]
    return min((first_day_of(period, today) for period in limits), default=None)


def cost_of(price_fen: int, pays_percent: int) -> int:
    """What the library pays for a book of this price, in whole fen, halves up, and never nothing."""
    return max((price_fen * pays_percent + 50) // 100, 1)


# --- rules as JSON ------------------------------------------------------------------------------------------------------


def rules_to_json(rules: Rules) -> dict[str, Any]:
    """As they are kept; what is at its default is left out."""
    default, kept = Rules(), {}
    for name in Rules.__dataclass_fields__:
        value = getattr(rules, name)
        if value != getattr(default, name):
            kept[name] = value
    if rules.per_patron:
        kept["per_patron"] = [
            {"period": quota.period, "count": quota.count, "amount_fen": quota.amount_fen} for quota in rules.per_patron
        ]
    if rules.online != default.online:
        kept["online"] = _listed(asdict(rules.online))
    return _listed(kept)


def rules_from_json(kept: Mapping[str, Any]) -> Rules:
    values: dict[str, Any] = {name: tuple(one) if isinstance(one, list) else one for name, one in kept.items()}
    values["per_patron"] = tuple(Quota(**quota) for quota in kept.get("per_patron", ()))
    online = dict(kept.get("online", {}))
    values["online"] = Online(**online | {"pickup_at": tuple(online.get("pickup_at", ()))})
    return Rules(**values)


def _listed(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}
