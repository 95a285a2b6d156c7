"""What a transfer can be and which act moves it on. Pure; pages and docs are derived from the table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from kernel.i18n import Text

TRANSFER_STATUSES: Final[dict[str, Text]] = {
    "requested": Text("已申请", "requested"),
    "approved": Text("待发", "to be sent"),
    "dispatched": Text("在途", "on its way"),
    "received": Text("已收", "received"),
    "refused": Text("已拒绝", "refused"),
    "cancelled": Text("已取消", "cancelled"),
    "missing": Text("途中遗失", "missing on the way"),
}
OPEN: Final = (
    "approved",
    "dispatched",
)  # always with one copy; the database allows one such transfer per item

REASONS: Final[dict[str, Text]] = {
    "return_home": Text("送回所属馆", "going home"),
    "hold": Text("预约", "hold"),
    "request": Text("馆点申请", "asked for"),
    "rotation": Text("轮换", "rotation"),
    "float": Text("浮动", "floating"),
    "recall": Text("召回", "recall"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    act: str
    before: tuple[str, ...]
    after: str
    right: str
    label: Text


MOVES: Final[tuple[Move, ...]] = (
    Move(
        act="dispatch",
        before=("approved",),
        after="dispatched",
        right="transfer.send",
        label=Text("发出", "send"),
    ),
    Move(act="receipt", before=OPEN, after="received", right="transfer.receive", label=Text("收到", "receive")),
    Move(
        act="cancellation",
        before=OPEN,
        after="cancelled",
        right="transfer.cancel",
        label=Text("取消", "cancel"),
    ),
    Move(
        act="loss",
        before=OPEN,
        after="missing",
        right="item.condition",
        label=Text("途中遗失", "lose on the way"),
    ),
)


def moves_from(status: str) -> tuple[Move, ...]:
    return tuple(move for move in MOVES if status in move.before)
