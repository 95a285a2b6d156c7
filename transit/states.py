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

# Why a transfer ended, where the program and not a person says so: the words kept in `cancel_reason`.
ENDS: Final[dict[str, Text]] = {
    "lent": Text("被读者借走", "lent to a reader"),
    "hold_first": Text("先给了预约的读者", "needed for a reader’s hold"),
    "hold_ended": Text("预约已结束", "the hold is over"),
    "no_answer": Text("没有答复", "no answer"),
    "nobody": Text("没有别的馆能提供", "no other library can help"),
    "undone": Text("刚办的还书被撤销", "the return was taken back"),
    "too_late": Text("过了需要的日子", "past the day by which it was needed"),
}


def ending(reason: str | None) -> Text | None:
    """Why a transfer ended, in words: the program's own reasons translated, a person's as written."""
    return None if reason is None else ENDS.get(reason, Text(reason, reason))


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
        act="approval",
        before=("requested",),
        after="approved",
        right="transfer.answer",
        label=Text("同意", "approve"),
    ),
    Move(
        act="refusal",
        before=("requested",),
        after="refused",
        right="transfer.answer",
        label=Text("拒绝", "refuse"),
    ),
    Move(
        act="dispatch",
        before=("approved",),
        after="dispatched",
        right="transfer.send",
        label=Text("发出", "send"),
    ),
    # a book may arrive before anybody scanned it out, and after it was given up
    Move(
        act="receipt",
        before=(*OPEN, "missing"),
        after="received",
        right="transfer.receive",
        label=Text("收到", "receive"),
    ),
    Move(
        act="cancellation",
        before=("requested", *OPEN),
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
