"""What an item can be, and what each status means. Pure.

Behaviour hangs on the flags, not on the names. `moves` lists the statuses an item may pass into from each.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from kernel.i18n import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemStatus:
    """`lendable`: may be lent as it stands; `holdable`: worth waiting for; `visible`: readers see it; `counts`: part of the stock;
    `desk_notice`: the code of the notice when such a book is lent all the same, because the book in hand is the truth."""

    label: Text
    lendable: bool
    holdable: bool
    visible: bool
    counts: bool
    desk_notice: str | None = None
    moves: frozenset[str] = frozenset()


def _status(zh: str, en: str, flags: str, moves: str, desk_notice: str | None = None) -> ItemStatus:
    """`flags` names what holds: l(endable) h(oldable) v(isible) c(ounts)."""
    return ItemStatus(
        label=Text(zh, en),
        lendable="l" in flags,
        holdable="h" in flags,
        visible="v" in flags,
        counts="c" in flags,
        desk_notice=desk_notice,
        moves=frozenset(moves.split()),
    )


ITEM_STATUSES: Final[dict[str, ItemStatus]] = {
    "available": _status(
        "在架",
        "available",
        "lhvc",
        "on_loan in_transit on_hold_shelf in_processing in_repair missing lost withdrawn",
    ),
    "on_loan": _status("借出", "on loan", "hvc", "available in_transit on_hold_shelf in_processing lost missing"),
    "in_transit": _status(
        "调拨中",
        "in transit",
        "lhvc",
        "available on_loan on_hold_shelf in_processing missing lost withdrawn",
        "item.in_transit",
    ),
    "on_hold_shelf": _status("待取", "on the hold shelf", "lhvc", "available on_loan in_transit in_repair missing"),
    "in_processing": _status(
        "加工中", "in processing", "lhvc", "available on_loan in_transit in_repair withdrawn missing"
    ),
    "on_order": _status("订购中", "on order", "hv", "in_processing available withdrawn"),
    "in_repair": _status("修补中", "in repair", "vc", "available on_loan in_transit in_processing withdrawn missing"),
    "missing": _status(
        "找不到",
        "missing",
        "lvc",
        "available on_loan in_transit on_hold_shelf in_processing in_repair lost withdrawn",
        "item.missing",
    ),
    "lost": _status("丢失", "lost", "lc", "available on_loan in_transit on_hold_shelf missing withdrawn", "item.lost"),
    "withdrawn": _status("已剔除", "withdrawn", "", "available in_processing on_order in_repair missing lost"),
}
VISIBLE: Final = tuple(name for name, status in ITEM_STATUSES.items() if status.visible)
HOLDABLE: Final = tuple(name for name, status in ITEM_STATUSES.items() if status.holdable)


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusAct:
    """What a librarian says of a copy that nobody has at home. `before`: in which statuses it can be said; `after`: what the copy
    becomes, None where it stays what it is. `in_hand`: the book lies where this is said. `damaged` sets the condition, None leaves it."""

    label: Text
    before: frozenset[str]
    after: str | None = None
    in_hand: bool = False
    damaged: bool | None = None


def _act(zh: str, en: str, before: str, after: str | None = None, **more: bool) -> StatusAct:
    return StatusAct(label=Text(zh, en), before=frozenset(before.split()), after=after, **more)


_HERE: Final = "available on_hold_shelf in_processing in_repair in_transit"

STATUS_ACTS: Final[dict[str, StatusAct]] = {
    "missing": _act("找不到", "missing", _HERE, "missing"),
    "lost": _act("报失", "lost", "available in_transit missing", "lost"),
    "found": _act("找到了", "found", "missing lost", "available", in_hand=True),
    "in_repair": _act("送修", "to the mender’s", "available on_hold_shelf in_processing", "in_repair", in_hand=True),
    "repaired": _act("修好了", "back from the mender’s", "in_repair", "available", in_hand=True, damaged=False),
    "damaged": _act("登记破损", "damaged", _HERE, in_hand=True, damaged=True),
    "mended": _act("破损已修补", "mended here", _HERE, in_hand=True, damaged=False),
    "withdrawn": _act("剔旧", "withdraw", "available in_processing on_order in_repair missing lost", "withdrawn"),
    "restored": _act("撤销剔旧", "take off the withdrawal list", "withdrawn"),
}
