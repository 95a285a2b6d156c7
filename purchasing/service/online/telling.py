"""What readers hear of their choices made online: ordered, sent, come to nothing. That a book waits at a library, its hold tells."""

from __future__ import annotations

from typing import Final

from branches.context import Context
from catalog.description import marked
from kernel.i18n import Text
from notices.service import Occasion, Owed, tell
from patrons.queries import patron_by_id
from purchasing.queries.online import DeliveryRow
from purchasing.queries.selections import SelectionRow

_POSTED: Final = Text("邮寄到您留的地址", "by post to your address")
_TRACKED: Final = Text("邮寄到您留的地址（单号 {number}）", "by post to your address (parcel {number})")
_COLLECTED: Final = Text("送到{org}，到了再通知您来取", "to {org}; you will hear when it is there")


def tell_ordered(context: Context, selection: SelectionRow, delivery: DeliveryRow) -> None:
    _tell(context, "choice_ordered", selection, {"way": way_of(context, delivery)})


def tell_sent(context: Context, selection: SelectionRow, delivery: DeliveryRow) -> None:
    _tell(context, "choice_sent", selection, {"way": way_of(context, delivery)})


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
    owed = Owed(
        kind=kind,
        patron_id=selection.patron_id,
        org_id=patron_by_id(context.session, selection.patron_id).home_id,
        occasion=Occasion(subject_id=selection.id, at=context.now),
        line=marked(selection.title),
        values=values,
    )
    tell(context, [owed])
