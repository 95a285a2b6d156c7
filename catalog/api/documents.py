"""Routes of what leaves the stock or changes its owner."""

from __future__ import annotations

from typing import Any

from branches.http import context
from branches.schemas import PageQuerySchema
from catalog.queries.documents import lines_of, list_documents
from catalog.schemas.bulk import ChangedListSchema
from catalog.schemas.documents import (
    DocumentPageSchema,
    HandoverSchema,
    MadeDocumentSchema,
    UndoListSchema,
    WholeDocumentSchema,
    WithdrawalSchema,
)
from catalog.service.documents import DocumentAsked, StockDocumentService
from catalog.show import show_changed, show_document, show_line
from kernel.http import command, decode_position, encode_cursor, language, right
from kernel.routes import Blueprint

blueprint = Blueprint("stock_documents", __name__, description="Copies withdrawn or handed over, by numbered lists")


@blueprint.route("/withdrawals", methods=["POST"])
@right("item.write")
@blueprint.arguments(WithdrawalSchema)
@command
@blueprint.response(201, MadeDocumentSchema)
def withdraw(body: dict[str, Any]) -> Any:
    """Take copies out of the stock; those that are out, on their way or kept for a reader are told and stay."""
    return _make(DocumentAsked(kind="withdrawal", **_without_dry_run(body)), is_dry_run=body["dry_run"])


@blueprint.route("/handovers", methods=["POST"])
@right("item.write")
@blueprint.arguments(HandoverSchema)
@command
@blueprint.response(201, MadeDocumentSchema)
def hand_over(body: dict[str, Any]) -> Any:
    """Give copies to another owner. The right is needed on both sides."""
    return _make(DocumentAsked(kind="handover", **_without_dry_run(body)), is_dry_run=body["dry_run"])


@blueprint.route("/stock-documents", methods=["GET"])
@right("item.write")
@blueprint.arguments(PageQuerySchema, location="query")
@blueprint.response(200, DocumentPageSchema)
def documents(query: dict[str, Any]) -> dict[str, Any]:
    """The lists that the caller's units made or were given by, newest first."""
    asked, limit = context(), query["limit"]
    units = asked.caller.units("item.write", asked.tree)
    before = decode_position(query.get("cursor")) or None
    rows = list_documents(asked.session, units, before_id=before, limit=limit + 1)
    following = encode_cursor(rows[limit - 1].id) if len(rows) > limit else None
    return {"items": [show_document(row, asked.tree) for row in rows[:limit]], "next": following}


@blueprint.route("/stock-documents/<int:document_id>", methods=["GET"])
@right("item.write")
@blueprint.response(200, WholeDocumentSchema)
def document(document_id: int) -> dict[str, Any]:
    """A list with its copies in the order of the shelf."""
    asked = context()
    found = StockDocumentService(asked).find(document_id)
    lines = [show_line(line, asked.tree) for line in lines_of(asked.session, document_id)]
    return show_document(found, asked.tree) | {"lines": lines}


@blueprint.route("/stock-documents/<int:document_id>/undo", methods=["POST"])
@right("item.write")
@blueprint.arguments(UndoListSchema)
@command
@blueprint.response(200, ChangedListSchema)
def undo(body: dict[str, Any], document_id: int) -> dict[str, Any]:
    """Take copies off a list again: as they were before, where nothing has happened to them since."""
    return show_changed(StockDocumentService(context()).undo(document_id, body.get("barcodes")), language())


def _without_dry_run(body: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if name != "dry_run"}


def _make(asked: DocumentAsked, *, is_dry_run: bool) -> Any:
    here = context()
    service = StockDocumentService(here)
    made = service.preview(asked) if is_dry_run else service.make(asked)
    shown = show_document(made.document, here.tree) if made.document else None
    return {"document": shown, **show_changed(made.rows, language())}, 201 if made.document else 200
