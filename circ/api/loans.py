"""HTTP routes of circulation. Each shows three steps: schema in, one service call, schema out."""

from __future__ import annotations

from typing import Any

from branches.context import Context
from branches.http import context
from catalog.queries import find_item
from circ import queries
from circ.commands import CheckIn, CheckOut, Renew
from circ.item_view import read_history, view_item
from circ.schemas import (
    CheckInResultSchema,
    CheckInSchema,
    CheckOutSchema,
    HistoryPageSchema,
    HistoryQuerySchema,
    ItemQuerySchema,
    ItemViewSchema,
    LoanPageSchema,
    LoanQuerySchema,
    LoanSchema,
    MergedTitlesSchema,
    MergeTitlesSchema,
    RenewSchema,
)
from circ.service import CirculationService
from circ.service.merging import merge_titles
from circ.service.standing import look_at_loans
from circ.show import show_item_view, show_lent, show_loan, show_returned
from kernel.http import command, decode_position, encode_cursor, language, right, version_header
from kernel.routes import Blueprint
from kernel.schema import EmptySchema
from patrons.queries import find_patron

blueprint = Blueprint("circulation", __name__, description="Lending, returning and renewing anywhere in the network")


@blueprint.route("/loans", methods=["POST"])
@right("loan.lend")
@blueprint.arguments(CheckOutSchema)
@command
@blueprint.response(201, LoanSchema)
def check_out(body: dict[str, Any]) -> Any:
    """Lend a copy. With `dry_run` nothing is written and the answer is 200 with the terms and every refusal."""
    asked = CheckOut(**body | {"override": tuple(body["override"])})
    service = CirculationService(context())
    if asked.dry_run:
        return show_lent(service.preview_check_out(asked), language()), 200
    return show_lent(service.check_out(asked), language())


@blueprint.route("/loans/<int:loan_id>/renewals", methods=["POST"])
@right("login")
@blueprint.arguments(RenewSchema)
@command
@blueprint.response(201, LoanSchema)
def renew(body: dict[str, Any], loan_id: int) -> dict[str, Any]:
    """Renew a loan: a reader their own, staff where they may."""
    asked = Renew(loan_id=loan_id, at=body.get("at"), override=tuple(body["override"]))
    return show_lent(CirculationService(context()).renew(asked), language())


@blueprint.route("/check-ins", methods=["POST"])
@right("loan.return")
@blueprint.arguments(CheckInSchema)
@command
@blueprint.response(200, CheckInResultSchema)
def check_in(body: dict[str, Any]) -> dict[str, Any]:
    """Take a copy in and say what to do with the book in hand."""
    asked = context()
    returned = CirculationService(asked).check_in(CheckIn(**body | {"override": tuple(body["override"])}))
    return show_returned(returned, asked.tree, language())


@blueprint.route("/transfers/<int:transfer_id>/receipt", methods=["POST"])
@right("transfer.receive")
@blueprint.arguments(EmptySchema)
@command
@blueprint.response(200, CheckInResultSchema)
def receive(_body: dict[str, Any], transfer_id: int) -> dict[str, Any]:
    """Receive a transfer at its destination, which is a check-in of its copy there."""
    asked = context()
    return show_returned(CirculationService(asked).receive_transfer(transfer_id), asked.tree, language())


@blueprint.route("/bibs/<int:bib_id>/merge", methods=["POST"])
@right("bib.write")
@blueprint.arguments(MergeTitlesSchema)
@command
@blueprint.response(200, MergedTitlesSchema)
def merge(body: dict[str, Any], bib_id: int) -> dict[str, Any]:
    """Merge a title into another: copies, records and all else move, and the old address leads on for ever."""
    merged = merge_titles(context(), bib_id, body["into"])
    return {"bib": merged.bib_id, "merged_into": merged.into_id, "copies": merged.copies}


@blueprint.route("/loans", methods=["GET"])
@right("loan.read")
@blueprint.arguments(LoanQuerySchema, location="query")
@blueprint.response(200, LoanPageSchema)
def loans(query: dict[str, Any]) -> dict[str, Any]:
    """Loans made at the units where the caller may see them, or of readers at home there. Returned ones name no reader to staff."""
    asked = context()
    tree, limit = asked.tree, query["limit"]
    rows = queries.list_loans(
        asked.session,
        seen_at=asked.caller.units("loan.read", tree),
        at_ids=tree.subtree(tree.unit(query["at"]).id) if "at" in query else None,
        patron_id=_patron_id(asked, query),
        item_id=find_item(asked.session, query["item"], tree, at=None).id if "item" in query else None,
        status=query["status"],
        now=asked.now,
        after_id=decode_position(query.get("cursor")),
        limit=limit + 1,
    )
    following = encode_cursor(rows[limit - 1].id) if len(rows) > limit else None
    return {"items": [show_loan(row, tree) for row in rows[:limit]], "next": following}


@blueprint.route("/me/loans", methods=["GET"])
@right("self")
@blueprint.response(200, LoanPageSchema)
def my_loans() -> dict[str, Any]:
    """What the reader has at home, due first."""
    asked = context()
    rows = queries.open_loans_of_patron(asked.session, asked.caller.id)
    return {"items": [show_loan(row, asked.tree) for row in rows], "next": None}


@blueprint.route("/patrons/<barcode>/loans", methods=["GET"])
@right("patron.loans")
@command
@blueprint.response(200, LoanPageSchema)
def loans_of_patron(barcode: str) -> dict[str, Any]:
    """What a reader has at home, due first. A command, because the journal remembers who looked."""
    asked = context()
    return {"items": [show_loan(row, asked.tree) for row in look_at_loans(asked, barcode)], "next": None}


def _patron_id(asked: Context, query: dict[str, Any]) -> int | None:
    return find_patron(asked.session, query["patron"], asked.tree, at=None).id if "patron" in query else None


@blueprint.route("/items/<barcode>", methods=["GET"])
@right("item.read")
@blueprint.arguments(ItemQuerySchema, location="query")
@blueprint.response(200, ItemViewSchema)
def show_item(query: dict[str, Any], barcode: str) -> Any:
    """A copy: what it is, where it is, who has it (for those who may see the reader), and the transfer it is on."""
    asked = context()
    view = view_item(asked, barcode, at=query.get("at"))
    return show_item_view(view, asked.tree), version_header(view.item.version)


@blueprint.route("/items/<barcode>/history", methods=["GET"])
@right("item.history")
@blueprint.arguments(HistoryQuerySchema, location="query")
@blueprint.response(200, HistoryPageSchema)
def show_history(query: dict[str, Any], barcode: str) -> dict[str, Any]:
    """What a copy went through, newest first. No entry names a reader."""
    limit, before = query["limit"], decode_position(query.get("cursor"))
    entries = read_history(context(), barcode, at=query.get("at"), before_id=before or None, limit=limit + 1)
    following = encode_cursor(entries[limit - 1].id) if len(entries) > limit else None
    return {"items": entries[:limit], "next": following}
