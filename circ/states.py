"""What a hold can be, and which act moves it on. Pure; pages and docs are derived from the table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from kernel.i18n import Text

Who = Literal["reader", "staff", "system"]

HOLD_STATUSES: Final[dict[str, Text]] = {
    "queued": Text("排队中", "in the queue"),
    "targeted": Text("正在找书", "being fetched"),
    "in_transit": Text("正送往取书处", "on its way"),
    "ready": Text("可以取书", "ready to collect"),
    "collected": Text("已取走", "collected"),
    "cancelled": Text("已取消", "cancelled"),
    "expired": Text("已过期", "expired"),
}
WAITING: Final = ("queued", "targeted")  # no copy was put aside yet; a targeted one has a copy that stands on its shelf
KEPT: Final = ("in_transit", "ready")  # a copy is put aside, and for nobody else
OPEN: Final = WAITING + KEPT
# Whoever has one of these has a copy, and no other hold has the same one: the database sees to it.
WITH_COPY: Final = ("targeted", "in_transit", "ready")


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """`who` brings it about: the reader (and staff for them), staff with a book in hand, or the program."""

    act: str
    before: tuple[str, ...]
    after: str
    who: tuple[Who, ...]
    label: Text


MOVES: Final[tuple[Move, ...]] = (
    Move(
        act="target", before=("queued",), after="targeted", who=("system",), label=Text("找到在架的书", "find a copy")
    ),
    Move(
        act="release",
        before=WITH_COPY,
        after="queued",
        who=("staff", "system"),
        label=Text("退回排队", "go back to the queue"),
    ),
    Move(
        act="send",
        before=(*WAITING, "ready"),
        after="in_transit",
        who=("staff",),
        label=Text("送往取书处", "send to the pickup place"),
    ),
    Move(
        act="shelve",
        before=(*WAITING, "in_transit"),
        after="ready",
        who=("staff",),
        label=Text("放上预约架", "put on the hold shelf"),
    ),
    Move(act="collect", before=OPEN, after="collected", who=("staff",), label=Text("取走", "collect")),
    Move(act="cancel", before=OPEN, after="cancelled", who=("reader", "staff"), label=Text("取消", "cancel")),
    Move(act="expire", before=(*WAITING, "ready"), after="expired", who=("system",), label=Text("过期", "expire")),
)


def may_move(act: str, status: str) -> bool:
    return any(move.act == act and status in move.before for move in MOVES)


END_REASONS: Final[dict[str, Text]] = {
    "collected": Text("书已借走", "the book was lent"),
    "reader": Text("读者取消", "called off by the reader"),
    "staff": Text("馆员取消", "called off by the library"),
    "merged": Text("与同一本书的预约合并", "joined with a hold on the same title"),
    "too_late": Text("到期仍没有等到", "not filled in time"),
    "not_collected": Text("到期没有取走", "not collected in time"),
}
