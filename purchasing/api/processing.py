"""HTTP routes of processing: new books that come back from their first readers."""

from __future__ import annotations

from typing import Any

from branches.context import Context
from branches.http import context
from circ.schemas import CheckInResultSchema
from circ.show import show_returned
from kernel.http import command, language, right
from kernel.routes import Blueprint
from purchasing.queries.processing import NewBook, new_books
from purchasing.schemas.processing import (
    NewBookListSchema,
    NewBookQuerySchema,
    ProcessingSchema,
    ProposalQuerySchema,
    ProposalSchema,
)
from purchasing.service.processing import Processing, ProcessingService

blueprint = Blueprint("processing", __name__, description="New books that wait to be processed")
MOST_LISTED = 500


@blueprint.route("/processing", methods=["GET"])
@right("item.process")
@blueprint.arguments(NewBookQuerySchema, location="query")
@blueprint.response(200, NewBookListSchema)
def list_all(query: dict[str, Any]) -> dict[str, Any]:
    """New books of the caller's libraries that wait to be processed, or that are still on their way; at most 500,
    the oldest choices first."""
    asked = context()
    units = asked.caller.units("item.process", asked.tree)
    if "at" in query:
        units &= asked.tree.subtree(asked.tree.unit(query["at"]).id)
    rows = new_books(asked.session, units, in_hand=not query["on_the_way"], limit=MOST_LISTED)
    return {"items": [_show(row, asked) for row in rows]}


@blueprint.route("/items/<path:barcode>/processing", methods=["GET"])
@right("item.process")
@blueprint.arguments(ProposalQuerySchema, location="query")
@blueprint.response(200, ProposalSchema)
def propose(query: dict[str, Any], barcode: str) -> dict[str, Any]:
    """The call number that is proposed for a new book. It is taken with `takes_number` when the book is processed."""
    proposed = ProcessingService(context()).proposal(barcode, query.get("home"))
    return {"call_number": proposed and proposed.call_number, "is_new": proposed and proposed.is_new}


@blueprint.route("/items/<path:barcode>/processing", methods=["POST"])
@right("item.process")
@blueprint.arguments(ProcessingSchema)
@command
@blueprint.response(200, CheckInResultSchema)
def finish(body: dict[str, Any], barcode: str) -> dict[str, Any]:
    """Give a new book its place in the library. The answer says where it goes, as a check-in does."""
    asked = context()
    returned = ProcessingService(asked).finish(Processing(item=barcode, **body))
    return show_returned(returned, asked.tree, language())


def _show(row: NewBook, asked: Context) -> dict[str, Any]:
    by_id = asked.tree.by_id
    return {
        "item": row.barcode,
        "bib": row.bib_id,
        "title": row.title,
        "authors": row.authors,
        "class_number": row.class_number,
        "volume": row.volume,
        "price": row.price_fen,
        "status": row.status,
        "library": by_id[row.home_id].code,
        "location": by_id[row.location_id].code,
        "selection": row.selection_id,
        "shop": by_id[row.shop_id].code,
        "chosen_at": row.chosen_at,
        "due_at": row.due_at,
        "loans": row.loans,
    }
