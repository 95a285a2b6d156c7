"""Routes of acts on readers that also touch loans, holds or money: merging, closing, erasing, exporting."""

from __future__ import annotations

from typing import Any

from flask import Response

from branches.http import context
from circ.queries.sides import Side
from circ.reader_schemas import (
    AccountClosureSchema,
    ClosedSchema,
    ErasedSchema,
    ErasureAskedSchema,
    LikelyPairsSchema,
    MergedReadersSchema,
    MergeReadersSchema,
)
from circ.service import leaving
from circ.service.exporting import export_for, export_own
from circ.service.merging_readers import likely_pairs, merge_readers
from kernel.http import command, right
from kernel.money import show_money
from kernel.routes import Blueprint
from kernel.schema import EmptySchema
from patrons.http import patron_service
from patrons.schemas import PatronSchema
from patrons.show import show_patron

blueprint = Blueprint(
    "readers", __name__, description="Readers with all that hangs on them: merged, closed, exported, erased"
)
ZIP = "application/zip"


@blueprint.route("/patrons/<barcode>/merge", methods=["POST"])
@right("patron.merge")
@blueprint.arguments(MergeReadersSchema)
@command
@blueprint.response(200, MergedReadersSchema)
def merge(body: dict[str, Any], barcode: str) -> dict[str, Any]:
    """Merge the account of a card into that of the card `into`: loans, holds, money, blocks, cards and choices go along. Final."""
    asked = context()
    done = merge_readers(asked, barcode, body["into"])
    view = patron_service().show_written(done.into_id)
    return {"patron": show_patron(view, asked.tree), "loans": done.loans, "holds": done.holds}


@blueprint.route("/patrons/duplicates", methods=["GET"])
@right("patron.merge")
@blueprint.response(200, LikelyPairsSchema)
def duplicates() -> dict[str, Any]:
    """Accounts that may be one person's: the same name, and the same birthday or phone. Names are masked."""
    return {"items": [[_show(side), _show(other)] for side, other in likely_pairs(context())], "next": None}


@blueprint.route("/patrons/<barcode>/closure", methods=["POST"])
@right("patron.write")
@blueprint.arguments(AccountClosureSchema)
@command
@blueprint.response(200, ClosedSchema)
def close(body: dict[str, Any], barcode: str) -> dict[str, Any]:
    """Close an account: holds are called off and the deposit is paid back. Refused for books that are out and money that is owed."""
    left = leaving.close(context(), barcode, method=body["method"])
    shown = show_patron(patron_service().show_written(left.patron_id), context().tree)
    return shown | {"holds_cancelled": left.holds, "deposit_returned": show_money(left.deposit_fen)}


@blueprint.route("/patrons/<barcode>/reopening", methods=["POST"])
@right("patron.write")
@blueprint.arguments(EmptySchema)
@command
@blueprint.response(200, PatronSchema)
def reopen(_body: dict[str, Any], barcode: str) -> Any:
    """Open the account of a reader who came back; the newest card works again."""
    return show_patron(patron_service().show_written(leaving.reopen(context(), barcode)), context().tree)


@blueprint.route("/patrons/<barcode>/erasure", methods=["POST"])
@right("patron.erase")
@blueprint.arguments(EmptySchema)
@command
@blueprint.response(200, ErasedSchema)
def erase(_body: dict[str, Any], barcode: str) -> dict[str, Any]:
    """Erase everything personal. Refused only for books that are out and money that is owed. Final."""
    return {"id": leaving.erase(context(), barcode), "erased_at": context().now}


@blueprint.route("/patrons/<barcode>/export", methods=["GET"])
@right("patron.export")
@command
@blueprint.response(200, content_type=ZIP)
def export(barcode: str) -> Response:
    """A reader's data as a ZIP with `data.json` and the same in words; without what they returned. The journal remembers who asked."""
    return _file(export_for(context(), patron_service(), barcode))


@blueprint.route("/me/export", methods=["GET"])
@right("self")
@command
@blueprint.response(200, content_type=ZIP)
def own_export() -> Response:
    """One's own data, whole: what one returned, too, as far as it is remembered."""
    return _file(export_own(context(), patron_service()))


@blueprint.route("/me/erasure", methods=["POST"])
@right("self")
@blueprint.arguments(EmptySchema)
@command
@blueprint.response(200, ErasureAskedSchema)
def ask_for_erasure(_body: dict[str, Any]) -> dict[str, Any]:
    """Ask the library to erase everything; it answers within fifteen days."""
    leaving.ask_for_erasure(context())
    return {"asked_at": patron_service().show_self(context().caller.id).erasure_asked_at}


@blueprint.route("/me/erasure", methods=["DELETE"])
@right("self")
@command
@blueprint.response(204)
def take_back_asking() -> None:
    """Take that back."""
    leaving.take_back_asking(context())


def _file(content: bytes) -> Response:
    headers = {"Content-Disposition": 'attachment; filename="my-data.zip"', "Cache-Control": "no-store"}
    return Response(content, mimetype=ZIP, headers=headers)


def _show(side: Side) -> dict[str, Any]:
    return {
        "barcode": side.barcode,
        "name": side.name,
        "category": side.category,
        "home": context().tree.by_id[side.home_id].code,
        "expires_on": side.expires_on,
        "open_loans": side.loans,
        "open_holds": side.holds,
    }
