"""What readers hear of their choices made online: ordered, sent, come to nothing. That a book waits at a library, its hold tells."""

from __future__ import annotations

from typing import Final

from branches.context import Context
from kernel.i18n import Text
from purchasing.queries.online import DeliveryRow
from purchasing.queries.selections import SelectionRow
from purchasing.service.selecting.telling import tell_of_choice

_POSTED: Final = Text("邮寄到您留的地址", "by post to your address")
_SAY_SO: Final = Text(
    "收到后，请在“我选的新书”里点“收到了”，借期从那时算起。",
    "When it is there, say so at “My new books”: the loan begins then.",
)
_NOTHING: Final = Text("", "")
_TRACKED: Final = Text("邮寄到您留的地址（单号 {number}）", "by post to your address (parcel {number})")
_COLLECTED: Final = Text("送到{org}，到了再通知您来取", "to {org}; you will hear when it is there")


def tell_ordered(context: Context, selection: SelectionRow, delivery: DeliveryRow) -> None:
    _tell(context, "choice_ordered", selection, {"way": way_of(context, delivery)})


def tell_sent(context: Context, selection: SelectionRow, delivery: DeliveryRow) -> None:
    then = _SAY_SO if delivery.pickup_id is None else _NOTHING
    _tell(context, "choice_sent", selection, {"way": way_of(context, delivery), "then": then})


def tell_over(context: Context, selection: SelectionRow, reason: Text) -> None:
    """`selection` as it was before it came to nothing: its reader still stands there."""
    _tell(context, "choice_over", selection, {"reason": reason})


def way_of(context: Context, delivery: DeliveryRow) -> Text:
    """How the book comes, for its reader."""
    if delivery.pickup_id is not None:
        return _COLLECTED.format(org=context.tree.by_id[delivery.pickup_id].name)
    return _POSTED if delivery.tracking is None else _TRACKED.format(number=delivery.tracking)


def _tell(context: Context, kind: str, selection: SelectionRow, values: dict[str, Text]) -> None:
    assert selection.patron_id is not None
    tell_of_choice(context, kind, selection, selection.patron_id, values)
