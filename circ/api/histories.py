"""Routes of a reader's own history. No route shows it to anybody else."""

from __future__ import annotations

from typing import Any

from branches.http import context
from circ.queries.histories import past_loans
from circ.reader_schemas import ForgottenSchema, HistoryPageQuerySchema, PastLoanPageSchema
from circ.service.forgetting import forget_own
from kernel.http import command, decode_position, encode_cursor, right
from kernel.routes import Blueprint

blueprint = Blueprint("histories", __name__, description="What a reader returned, as long as they want it remembered")


@blueprint.route("/me/history", methods=["GET"])
@right("self")
@blueprint.arguments(HistoryPageQuerySchema, location="query")
@blueprint.response(200, PastLoanPageSchema)
def history(query: dict[str, Any]) -> dict[str, Any]:
    """The books one returned that the system still knows of, the newest loan first."""
    asked, limit = context(), query["limit"]
    before = decode_position(query.get("cursor")) or None
    rows = past_loans(asked.session, asked.caller.id, before_id=before, limit=limit + 1)
    following = encode_cursor(rows[limit - 1].id) if len(rows) > limit else None
    items = [
        {
            "item": row.barcode,
            "bib": row.bib_id,
            "title": row.title,
            "at": asked.tree.by_id[row.org_id].code,
            "checked_out_at": row.checked_out_at,
            "returned_at": row.closed_at,
        }
        for row in rows[:limit]
    ]
    return {"items": items, "next": following}


@blueprint.route("/me/history", methods=["DELETE"])
@right("self")
@command
@blueprint.response(200, ForgottenSchema)
def forget() -> dict[str, int]:
    """Forget at once what one has returned, and one's holds that are over. What one still owes for stays until it is paid, and a hold
    that came to nothing for thirty days, in which it counts."""
    done = forget_own(context())
    return {"loans": done.loans, "holds": done.holds}
