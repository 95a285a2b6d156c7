"""Withdrawing copies (剔旧) and handing them over to another owner (划拨): the kinds of lists, and what may stand on one. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from kernel.errors import Refusal
from kernel.i18n import Text

DocumentKind = Literal["withdrawal", "handover"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """`prefix` begins the numbers that the program gives; `done` and `undone` are what the journal says of a copy."""

    name: Text
    list_name: Text
    prefix: str


KINDS: Final[dict[DocumentKind, Kind]] = {
    "withdrawal": Kind(name=Text("剔旧", "withdrawal"), list_name=Text("剔旧清单", "Withdrawal list"), prefix="TJ"),
    "handover": Kind(name=Text("划拨", "handover"), list_name=Text("划拨清单", "Handover list"), prefix="HB"),
}
# A copy that is out, on its way or kept for a reader is nobody's to take away.
TIED: Final = frozenset({"on_loan", "in_transit", "on_hold_shelf"})


def tied(status_label: Text) -> Refusal:
    message = Text(
        "这一册现在「{status}」，不能剔旧。请等它回到架上。",
        "This copy is “{status}” and cannot be withdrawn. Wait until it is back on the shelf.",
    )
    return Refusal("item.tied", "impossible", message.format(status=status_label))


def gone() -> Refusal:
    return Refusal("item.withdrawn", "impossible", Text("这一册已经剔除。", "This copy is withdrawn already."))


def not_on_list() -> Refusal:
    message = Text("这一册不在清单上，或已经撤销。", "This copy is not on the list, or was taken off it.")
    return Refusal("document.not_listed", "impossible", message)


def moved_on() -> Refusal:
    message = Text(
        "这一册后来又变动过，不能从这张清单撤销。", "This copy has changed since, so that this list cannot undo it."
    )
    return Refusal("document.moved_on", "impossible", message)
