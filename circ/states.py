"""What a hold can be, and which act moves it on; what may be said of a loan. Pure; pages and docs are derived from the tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from catalog.states import STATUS_ACTS
from kernel.i18n import Text

Who = Literal["reader", "staff", "system"]

LOAN_MARKS: Final[dict[str, Text]] = {
    "lost": Text("已报失", "lost"),
    "claimed_returned": Text("读者称已还", "claimed to be returned"),
}
LOAN_ENDS: Final[dict[str, Text]] = {
    "returned": Text("已还", "returned"),
    "lost": Text("丢失结案", "ended as lost"),
    "claimed_returned": Text("认可已还", "taken as returned"),
    "undone": Text("借出已撤销", "check-out undone"),
}

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
    Move(
        act="uncollect",
        before=("collected",),
        after="queued",
        who=("staff",),
        label=Text("借出撤销", "undo the check-out"),
    ),
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


@dataclass(frozen=True, slots=True, kw_only=True)
class LoanAct:
    """What a librarian says of a copy that is out. `before`: the marks that the loan may bear, `mark` the one it bears then, `ends` why
    it ends where it does, `status` what the copy becomes."""

    label: Text
    before: tuple[str | None, ...]
    status: str
    mark: str | None = None
    ends: str | None = None


LOAN_ACTS: Final[dict[str, LoanAct]] = {
    "lost": LoanAct(
        label=Text("读者报失", "the reader lost it"), before=(None, "claimed_returned"), status="lost", mark="lost"
    ),
    "claimed_returned": LoanAct(
        label=Text("读者称已还", "the reader says it was returned"),
        before=(None, "lost"),
        status="on_loan",
        mark="claimed_returned",
    ),
    "found": LoanAct(
        label=Text("读者找到了，继续借", "the reader has it after all"),
        before=("lost", "claimed_returned"),
        status="on_loan",
    ),
    "missing": LoanAct(
        label=Text("认可已还，馆内找不到", "believe the reader: missing in the library"),
        before=("claimed_returned",),
        status="missing",
        ends="claimed_returned",
    ),
    "withdrawn": LoanAct(
        label=Text("结案并剔旧", "end the loan and withdraw"), before=("lost",), status="lost", ends="lost"
    ),
}
_CONDITIONS: Final[tuple[str, ...]] = ("damaged", "mended")


def acts_for(status: str, *, is_damaged: bool, has_loan: bool = False, mark: str | None = None) -> dict[str, Text]:
    """The acts that a copy as it stands allows, in the order of the tables, with what their buttons say."""
    if has_loan:
        allowed = {name: act.label for name, act in LOAN_ACTS.items() if mark in act.before}
        conditions = _CONDITIONS
    else:
        allowed = {name: act.label for name, act in STATUS_ACTS.items() if status in act.before}
        conditions = tuple(name for name in _CONDITIONS if name in allowed)
    fitting = "mended" if is_damaged else "damaged"
    allowed = {name: label for name, label in allowed.items() if name not in _CONDITIONS}
    return allowed | {name: STATUS_ACTS[name].label for name in conditions if name == fitting}
