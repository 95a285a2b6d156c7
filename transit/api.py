"""HTTP routes of transfers. Receiving one touches loans and holds, so that route is `circ`'s."""

from __future__ import annotations

from typing import Any

from branches.http import context
from kernel.http import command, decode_position, encode_cursor, right
from kernel.routes import Blueprint
from kernel.schema import EmptySchema
from transit.queries import list_transfers
from transit.schemas import (
    CancellationSchema,
    TransferPageSchema,
    TransferQuerySchema,
    TransferSchema,
)
from transit.service import TransferService
from transit.show import show_transfer

blueprint = Blueprint("transfers", __name__, description="Books on their way between libraries")
BLUEPRINTS = (blueprint,)


@blueprint.route("/transfers", methods=["GET"])
@right("transfer.read")
@blueprint.arguments(TransferQuerySchema, location="query")
@blueprint.response(200, TransferPageSchema)
def transfers(query: dict[str, Any]) -> dict[str, Any]:
    """Transfers that leave or reach the units where the caller may see them, oldest first."""
    asked = context()
    tree, limit = asked.tree, query["limit"]
    rows = list_transfers(
        asked.session,
        seen_at=asked.caller.units("transfer.read", tree),
        from_ids=tree.subtree(tree.unit(query["from_"]).id) if "from_" in query else None,
        to_ids=tree.subtree(tree.unit(query["to"]).id) if "to" in query else None,
        statuses=[query["status"]] if "status" in query else None,
        after_id=decode_position(query.get("cursor")),
        limit=limit + 1,
    )
    following = encode_cursor(rows[limit - 1].id) if len(rows) > limit else None
    return {"items": [show_transfer(row, tree) for row in rows[:limit]], "next": following}


@blueprint.route("/transfers/<int:transfer_id>/dispatch", methods=["POST"])
@right("transfer.send")
@blueprint.arguments(EmptySchema)
@command
@blueprint.response(200, TransferSchema)
def dispatch(_body: dict[str, Any], transfer_id: int) -> dict[str, Any]:
    """The book leaves."""
    asked = context()
    return show_transfer(TransferService(asked).dispatch(transfer_id), asked.tree)


@blueprint.route("/transfers/<int:transfer_id>/cancellation", methods=["POST"])
@right("transfer.cancel")
@blueprint.arguments(CancellationSchema)
@command
@blueprint.response(200, TransferSchema)
def cancel(body: dict[str, Any], transfer_id: int) -> dict[str, Any]:
    """Call a transfer off; `force` for one that was sent."""
    asked = context()
    transfer = TransferService(asked).cancel(transfer_id, body["reason"], force=body["force"])
    return show_transfer(transfer, asked.tree)
