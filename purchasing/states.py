"""What becomes of a reader's suggestion, of a book that a reader chose, and of the money in a fund. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from kernel.i18n import Text

Status = Literal["open", "ordered", "bought", "declined"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestionStatus:
    """`is_live`: the library has not said its last word, so another reader who wants the title adds a vote. `answer` names the act that
    leads here, `notice` the kind of notice by which those who want the title hear of it; `moves` the statuses one may go on to."""

    label: Text
    is_live: bool
    answer: Text
    notice: str | None = None
    moves: frozenset[Status] = frozenset()


STATUSES: Final[Mapping[Status, SuggestionStatus]] = {
    "open": SuggestionStatus(
        label=Text("待答复", "waiting for an answer"),
        is_live=True,
        answer=Text("提出", "suggest"),
        moves=frozenset({"ordered", "bought", "declined"}),
    ),
    "ordered": SuggestionStatus(
        label=Text("已订购", "ordered"),
        is_live=True,
        answer=Text("订购", "order"),
        notice="wish_ordered",
        moves=frozenset({"bought", "declined"}),
    ),
    "bought": SuggestionStatus(
        label=Text("已买到", "bought"), is_live=False, answer=Text("买到", "bought"), notice="wish_bought"
    ),
    "declined": SuggestionStatus(
        label=Text("未采纳", "declined"), is_live=False, answer=Text("不采纳", "decline"), notice="wish_declined"
    ),
}
LIVE: Final = tuple(status for status, one in STATUSES.items() if one.is_live)

ENTRY_KINDS: Final[Mapping[str, Text]] = {
    "allocation": Text("拨入", "allocated"),
    "selection": Text("读者选书", "chosen by a reader"),
    "cancellation": Text("选书撤销", "choice called off"),
    "order": Text("订购", "ordered"),
    "correction": Text("按发票更正", "corrected by the invoice"),
    "withdrawal": Text("订购取消", "order called off"),
    "settlement": Text("结算差额", "difference at settlement"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectionStatus:
    """`counts`: the money is spent and the quota used. `waits`: the reader does not have the book yet."""

    label: Text
    counts: bool
    waits: bool = False
    moves: frozenset[str] = frozenset()


SELECTION_STATUSES: Final[Mapping[str, SelectionStatus]] = {
    "ordered": SelectionStatus(
        label=Text("待发出", "to be sent"), counts=True, waits=True, moves=frozenset({"sent", "lent", "cancelled"})
    ),
    "sent": SelectionStatus(
        label=Text("已发出", "sent"),
        counts=True,
        waits=True,
        moves=frozenset({"lent", "cancelled", "unclaimed", "missing"}),
    ),
    "missing": SelectionStatus(
        label=Text("没有收到", "did not arrive"),
        counts=True,
        waits=True,
        moves=frozenset({"sent", "lent", "cancelled"}),
    ),
    "lent": SelectionStatus(
        label=Text("已借给读者", "lent to the reader"), counts=True, moves=frozenset({"cancelled", "sent", "missing"})
    ),
    "unclaimed": SelectionStatus(label=Text("没有来取", "not collected"), counts=True),
    "cancelled": SelectionStatus(label=Text("已撤销", "called off"), counts=False),
}
WAITING: Final = tuple(name for name, one in SELECTION_STATUSES.items() if one.waits)
COUNTED: Final = tuple(name for name, one in SELECTION_STATUSES.items() if one.counts)
DELIVERED: Final = tuple(
    name for name in COUNTED if name not in WAITING
)  # the shop has done its part and is to be paid


SelectionAct = Literal["dispatch", "receive", "miss", "call_off"]
Party = Literal["reader", "shop", "library"]


@dataclass(frozen=True, slots=True, kw_only=True)
class OnlineAct:
    """What may be done about a choice made online: by whom in which statuses, for which ways of sending."""

    label: Text
    to: str
    of: Mapping[Party, tuple[str, ...]]
    ways: tuple[str, ...] = ("pickup", "post")


ONLINE_ACTS: Final[Mapping[SelectionAct, OnlineAct]] = {
    "dispatch": OnlineAct(
        label=Text("已发出", "Sent"),
        to="sent",
        of={"shop": ("ordered", "missing"), "library": ("ordered", "missing")},
    ),
    "receive": OnlineAct(
        label=Text("收到了", "It is here"),
        to="lent",
        of={"reader": ("sent", "missing"), "library": ("sent", "missing")},
        ways=("post",),
    ),
    "miss": OnlineAct(
        label=Text("没有收到", "It did not arrive"),
        to="missing",
        of={"reader": ("sent",), "library": ("sent", "lent")},
        ways=("post",),
    ),
    "call_off": OnlineAct(
        label=Text("撤销", "Call off"),
        to="cancelled",
        of={
            "reader": ("ordered",),
            "shop": ("ordered", "missing"),
            "library": ("ordered", "sent", "missing", "lent"),
        },
    ),
}


def acts_of(party: Party, status: str, way: str) -> tuple[SelectionAct, ...]:
    """What this party may do now, in the order of the table; when, and whose choice it is, is asked besides."""
    return tuple(name for name, act in ONLINE_ACTS.items() if status in act.of.get(party, ()) and way in act.ways)


@dataclass(frozen=True, slots=True, kw_only=True)
class SettlementStatus:
    """`holds`: its choices can stand in no other settlement. `is_frozen`: nothing of it changes any more."""

    label: Text
    holds: bool
    is_frozen: bool
    moves: frozenset[str] = frozenset()


SETTLEMENT_STATUSES: Final[Mapping[str, SettlementStatus]] = {
    "draft": SettlementStatus(
        label=Text("核对中", "being checked"), holds=True, is_frozen=False, moves=frozenset({"frozen", "discarded"})
    ),
    "frozen": SettlementStatus(
        label=Text("双方已确认，待付款", "confirmed by both, to be paid"),
        holds=True,
        is_frozen=True,
        moves=frozenset({"paid"}),
    ),
    "paid": SettlementStatus(label=Text("已付款", "paid"), holds=True, is_frozen=True),
    "discarded": SettlementStatus(label=Text("已作废", "discarded"), holds=False, is_frozen=True),
}
SEALED: Final = tuple(
    name for name, one in SETTLEMENT_STATUSES.items() if one.holds and one.is_frozen
)  # agreed by both sides
