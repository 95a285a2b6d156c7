"""HTTP routes of settling with shops: what was chosen, what the shop's invoice says, what is paid."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Final, cast

from flask import g, request

from branches.http import context
from kernel.errors import Invalid
from kernel.http import View, command, decode_position, encode_cursor, language, largest_body, right
from kernel.i18n import Text
from kernel.routes import Blueprint
from kernel.schema import EmptySchema
from purchasing.invoices import LARGEST_FILE, read_invoice
from purchasing.queries.settlement_shares import shares_of
from purchasing.queries.settlements import count_open, lines_of, list_settlements
from purchasing.schemas.settlements import (
    NewSettlementSchema,
    SettlementAgreementSchema,
    SettlementConfirmationSchema,
    SettlementDiscardSchema,
    SettlementPageSchema,
    SettlementPaymentSchema,
    SettlementQuerySchema,
    SettlementResolutionSchema,
    SettlementSchema,
    ShopInvoiceFileSchema,
    ShopInvoiceSchema,
)
from purchasing.service.settling import Settled, SettlementService
from purchasing.settlement_show import show_head, show_settlement
from purchasing.settling import InvoiceLine

LARGEST_FORM: Final = LARGEST_FILE + 100_000  # the file, and the fields beside it
_LARGEST_JSON: Final = 4_000_000
_NO_FILE: Final = Text("请选择发票明细表（表单字段 file）。", "Choose the table of the invoice (form field `file`).")

blueprint = Blueprint("settlements", __name__, description="What shops are paid for the books that readers chose")


@blueprint.route("/settlements", methods=["POST"])
@right("settlement.write")
@blueprint.arguments(NewSettlementSchema)
@command
@blueprint.response(201, SettlementSchema)
def make(body: dict[str, Any]) -> dict[str, Any]:
    """Begin the settlement of a shop's period: all its choices that count and stand in no other settlement."""
    return _show(SettlementService(context()).make(body["shop"], body["period"]))


@blueprint.route("/settlements", methods=["GET"])
@right("settlement.read")
@blueprint.arguments(SettlementQuerySchema, location="query")
@blueprint.response(200, SettlementPageSchema)
def list_all(query: dict[str, Any]) -> dict[str, Any]:
    """The settlements with the shops of the caller's units, and those that concern their funds, the newest first."""
    asked, limit = context(), query["limit"]
    rows = list_settlements(
        asked.session,
        units=asked.caller.units("settlement.read", asked.tree),
        shop_id=asked.tree.unit(query["shop"]).id if "shop" in query else None,
        span=query.get("period"),
        status=query.get("status"),
        before=decode_position(query["cursor"]) or None,
        limit=limit + 1,
    )
    waiting = count_open(asked.session, [row.id for row in rows])
    more = encode_cursor(rows[limit - 1].id) if len(rows) > limit else None
    return {"items": [show_head(row, waiting.get(row.id, 0), asked) for row in rows[:limit]], "next": more}


@blueprint.route("/settlements/<int:settlement_id>", methods=["GET"])
@right("settlement.read")
@blueprint.response(200, SettlementSchema)
def show(settlement_id: int) -> dict[str, Any]:
    """A settlement line by line, with what differs."""
    return _show(Settled(settlement=SettlementService(context()).find(settlement_id)))


@blueprint.route("/settlements/<int:settlement_id>/gathering", methods=["POST"])
@right("settlement.write")
@blueprint.arguments(EmptySchema)
@command
@blueprint.response(200, SettlementSchema)
def gather_again(_body: dict[str, Any], settlement_id: int) -> dict[str, Any]:
    """Take in what was chosen since a draft was begun. An invoice is to be entered anew."""
    return _show(SettlementService(context()).gather_again(settlement_id))


@blueprint.route("/settlements/<int:settlement_id>/invoice", methods=["POST"])
@right("settlement.read")
@largest_body(_LARGEST_JSON)
@blueprint.arguments(ShopInvoiceSchema)
@command
@blueprint.response(200, SettlementSchema)
def enter_invoice(body: dict[str, Any], settlement_id: int) -> dict[str, Any]:
    """Enter the shop's invoice, by the shop or by the library, and see what differs. Entered again it begins the comparison anew."""
    lines = [_line(row, one) for row, one in enumerate(body["lines"], start=1)]
    return _show(SettlementService(context()).enter_invoice(settlement_id, body["number"], body["date"], lines))


def sent_invoice() -> list[InvoiceLine]:
    """The table in `file` of the form that was sent. Raises Invalid."""
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        raise Invalid("invoice.no_file", _NO_FILE, {"file": [_NO_FILE]})
    return read_invoice(upload.stream)


def _reads_invoice(view: View) -> View:
    """Read the form's file before the transaction begins, for no desk is to wait for that."""

    @wraps(view)
    def run(*args: Any, **kwargs: Any) -> Any:
        g.invoice = sent_invoice()
        return cast(Callable[..., Any], view)(*args, **kwargs)

    return cast(View, run)


@blueprint.route("/settlements/<int:settlement_id>/invoice-file", methods=["POST"])
@right("settlement.read")
@largest_body(LARGEST_FORM)
@blueprint.arguments(ShopInvoiceFileSchema, location="form")
@_reads_invoice
@command
@blueprint.response(200, SettlementSchema)
def upload_invoice(body: dict[str, Any], settlement_id: int) -> dict[str, Any]:
    """The same from a table (`file` of a multipart form, .xlsx or CSV). A row that cannot be read refuses the file, with its reason."""
    service = SettlementService(context())
    return _show(service.enter_invoice(settlement_id, body["number"], body["date"], g.invoice))


@blueprint.route("/settlements/<int:settlement_id>/lines/<int:number>/resolution", methods=["POST"])
@right("settlement.write")
@blueprint.arguments(SettlementResolutionSchema)
@command
@blueprint.response(200, SettlementSchema)
def resolve(body: dict[str, Any], settlement_id: int, number: int) -> dict[str, Any]:
    """Settle one difference of a line. The funds that paid for the choice bear what changes, once both sides have confirmed."""
    service = SettlementService(context())
    return _show(service.resolve(settlement_id, number, body["resolution"], body["reason"], body.get("difference")))


@blueprint.route("/settlements/<int:settlement_id>/agreements", methods=["POST"])
@right("settlement.write")
@blueprint.arguments(SettlementAgreementSchema)
@command
@blueprint.response(200, SettlementSchema)
def agree(body: dict[str, Any], settlement_id: int) -> dict[str, Any]:
    """The owner of a fund agrees that it bears more. Who confirms for the library agrees with that for the funds of their units."""
    return _show(SettlementService(context()).agree(settlement_id, body["fund"], body["version"]))


@blueprint.route("/settlements/<int:settlement_id>/confirmation", methods=["POST"])
@right("settlement.read")
@blueprint.arguments(SettlementConfirmationSchema)
@command
@blueprint.response(200, SettlementSchema)
def confirm(body: dict[str, Any], settlement_id: int) -> dict[str, Any]:
    """One side's word; with the other's the settlement is frozen. Each side is confirmed by another person, in either order."""
    return _show(SettlementService(context()).confirm(settlement_id, body.get("side"), body["version"]))


@blueprint.route("/settlements/<int:settlement_id>/payment", methods=["POST"])
@right("settlement.write")
@blueprint.arguments(SettlementPaymentSchema)
@command
@blueprint.response(200, SettlementSchema)
def pay(body: dict[str, Any], settlement_id: int) -> dict[str, Any]:
    """Note that a frozen settlement was paid. It is paid once."""
    return _show(SettlementService(context()).pay(settlement_id, body["paid_on"], body["reference"]))


@blueprint.route("/settlements/<int:settlement_id>/discarding", methods=["POST"])
@right("settlement.write")
@blueprint.arguments(SettlementDiscardSchema)
@command
@blueprint.response(200, SettlementSchema)
def discard(body: dict[str, Any], settlement_id: int) -> dict[str, Any]:
    """Give up a draft; its choices may be settled in another."""
    return _show(SettlementService(context()).discard(settlement_id, body["reason"]))


def _line(row: int, one: dict[str, Any]) -> InvoiceLine:
    asked = None if one["net"] is None else one["net"] * one["copies"]
    return InvoiceLine(
        row=row,
        isbn=one["isbn"],
        title=one["title"],
        copies=one["copies"],
        price_fen=one["price"],
        asked_fen=asked,
    )


def _show(settled: Settled) -> dict[str, Any]:
    asked, row = context(), settled.settlement
    lines, shares = lines_of(asked.session, row.id), shares_of(asked.session, row.id)
    return show_settlement(row, lines, shares, asked, language(), settled.taken_back)
