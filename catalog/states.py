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
    "on_hold_shelf": _status("待取", "on the hold shelf", "lhvc", "available on_loan in_transit missing"),
    "in_processing": _status("加工中", "in processing", "lhvc", "available on_loan in_transit withdrawn missing"),
    "on_order": _status("订购中", "on order", "hv", "in_processing available withdrawn"),
    "in_repair": _status("修补中", "in repair", "vc", "available on_loan in_transit withdrawn missing"),
    "missing": _status(
        "找不到", "missing", "lvc", "available on_loan in_transit on_hold_shelf lost withdrawn", "item.missing"
    ),
    "lost": _status("丢失", "lost", "lc", "available on_loan in_transit on_hold_shelf withdrawn", "item.lost"),
    "withdrawn": _status("已剔除", "withdrawn", "", "available in_processing on_order in_repair missing lost"),
}
VISIBLE: Final = tuple(name for name, status in ITEM_STATUSES.items() if status.visible)


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusAct:
    """What a librarian says of a copy, and what it becomes; `from_statuses` empty: from whatever may become that."""

    label: Text
    status: str
    from_statuses: frozenset[str] = frozenset()


STATUS_ACTS: Final[dict[str, StatusAct]] = {
    "missing": StatusAct(label=Text("找不到了", "missing"), status="missing"),
    "found": StatusAct(label=Text("找到了", "found"), status="available", from_statuses=frozenset({"missing", "lost"})),
    "lost": StatusAct(label=Text("丢失", "lost"), status="lost"),
    "in_repair": StatusAct(label=Text("送去修补", "to the mender’s"), status="in_repair"),
    "repaired": StatusAct(label=Text("修补好了", "mended"), status="available", from_statuses=frozenset({"in_repair"})),
}
