"""HTTP routes of suppliers and orders."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from branches.context import Context
from branches.http import context
from kernel.errors import NotFound
from kernel.http import command, decode_position, encode_cursor, right
from kernel.money import show_money
from kernel.routes import Blueprint
from kernel.schema import EmptySchema
from purchasing.orders import ORDER_STATUSES
from purchasing.queries.orders import (
    InvoiceRow,
    LineRow,
    OrderRow,
    find_order,
    funds_of,
    invoices_of,
    lines_of,
    list_suppliers,
    orders_of_units,
    receipts_of,
)
from purchasing.schemas.orders import (
    ApprovedTotalSchema,
    NewInvoiceSchema,
    NewLineSchema,
    NewOrderSchema,
    NewReceiptSchema,
    NewSupplierSchema,
    OrderApprovalSchema,
    OrderCancellationSchema,
    OrderPageSchema,
    OrderQuerySchema,
    OrderReasonSchema,
    OrderSchema,
    ReceivedSchema,
    SupplierChangesSchema,
    SupplierListSchema,
    SupplierSchema,
)
from purchasing.service import ordering

blueprint = Blueprint("orders", __name__, description="Suppliers, orders, what comes and what is invoiced")


# --- suppliers ----------------------------------------------------------------------------------------------------------


@blueprint.route("/suppliers", methods=["GET"])
@right("order.read")
@blueprint.response(200, SupplierListSchema)
def suppliers() -> dict[str, Any]:
    """Who sells to the libraries, by code."""
    return {"items": list_suppliers(context().session)}


@blueprint.route("/suppliers", methods=["POST"])
@right("order.write")
@blueprint.arguments(NewSupplierSchema)
@command
@blueprint.response(201, SupplierSchema)
def add_supplier(body: dict[str, Any]) -> Any:
    """Enter a supplier."""
    code = body.pop("code")
    return ordering.create_supplier(context(), code, ordering.SupplierFields(**body))  # type: ignore[typeddict-item]


@blueprint.route("/suppliers/<code>", methods=["PATCH"])
@right("order.write")
@blueprint.arguments(SupplierChangesSchema)
@command
@blueprint.response(200, SupplierSchema)
def change_supplier(body: dict[str, Any], code: str) -> Any:
    """What was agreed from now on; orders that were placed keep their prices."""
    return ordering.change_supplier(context(), code, ordering.SupplierFields(**body))  # type: ignore[typeddict-item]


# --- orders -------------------------------------------------------------------------------------------------------------


@blueprint.route("/orders", methods=["GET"])
@right("order.read")
@blueprint.arguments(OrderQuerySchema, location="query")
@blueprint.response(200, OrderPageSchema)
def list_orders(query: dict[str, Any]) -> dict[str, Any]:
    """The orders of the caller's units, the newest first."""
    asked, limit = context(), query["limit"]
    units = asked.caller.units("order.read", asked.tree)
    if "org" in query:
        units &= asked.tree.subtree(asked.tree.unit(query["org"]).id)
    statuses = [query["status"]] if "status" in query else list(ORDER_STATUSES)
    before = decode_position(query["cursor"]) or None
    rows = orders_of_units(
        asked.session, units, statuses, supplier=query.get("supplier"), before=before, limit=limit + 1
    )
    more = encode_cursor(rows[limit - 1].id) if len(rows) > limit else None
    return {"items": [_summary(row, asked) for row in rows[:limit]], "next": more}


@blueprint.route("/orders", methods=["POST"])
@right("order.write")
@blueprint.arguments(NewOrderSchema)
@command
@blueprint.response(201, OrderSchema)
def draft(body: dict[str, Any]) -> dict[str, Any]:
    """Put an order together; nothing is promised and no money taken until it is placed."""
    asked = context()
    shares = {one["fund"]: one["share"] for one in body["funds"]}
    new = ordering.NewOrder(
        org=body["org"], supplier=body["supplier"], funds=shares, number=body["number"], note=body["note"]
    )
    order = ordering.draft(asked, new)
    for line in body["lines"]:
        ordering.add_line(asked, order.id, _new_line(line))
    return _whole(order.id, asked)


@blueprint.route("/orders/<int:order_id>", methods=["GET"])
@right("order.read")
@blueprint.response(200, OrderSchema)
def show(order_id: int) -> dict[str, Any]:
    """An order with its lines, copies, receipts and invoices."""
    asked = context()
    order = find_order(asked.session, order_id)
    if not asked.caller.may("order.read", order.org_id, asked.tree):
        raise NotFound("order", order_id)
    return _whole(order_id, asked)


@blueprint.route("/orders/<int:order_id>/lines", methods=["POST"])
@right("order.write")
@blueprint.arguments(NewLineSchema)
@command
@blueprint.response(201, OrderSchema)
def add_line(body: dict[str, Any], order_id: int) -> dict[str, Any]:
    """Put a title on a draft."""
    asked = context()
    ordering.add_line(asked, order_id, _new_line(body))
    return _whole(order_id, asked)


@blueprint.route("/orders/<int:order_id>/lines/<int:line>", methods=["DELETE"])
@right("order.write")
@command
@blueprint.response(204)
def remove_line(order_id: int, line: int) -> None:
    """Take a title off a draft."""
    ordering.remove_line(context(), order_id, line)


@blueprint.route("/orders/<int:order_id>/placement", methods=["POST"])
@right("order.write")
@blueprint.arguments(EmptySchema)
@command
@blueprint.response(200, OrderSchema)
def place(_body: dict[str, Any], order_id: int) -> dict[str, Any]:
    """Order it: the money is taken and the copies stand in the catalogue; above the limit it waits for another person (`waiting`)."""
    return _whole(ordering.place(context(), order_id).id, context())


@blueprint.route("/orders/<int:order_id>/approval", methods=["POST"])
@right("order.approve")
@blueprint.arguments(OrderApprovalSchema)
@command
@blueprint.response(200, OrderSchema)
def approve(body: dict[str, Any], order_id: int) -> dict[str, Any]:
    """Agree to an order that somebody else sent in, and place it."""
    return _whole(ordering.approve(context(), order_id, body["sent_in"]).id, context())


@blueprint.route("/orders/<int:order_id>/approved-total", methods=["POST"])
@right("order.approve")
@blueprint.arguments(ApprovedTotalSchema)
@command
@blueprint.response(200, OrderSchema)
def approve_total(body: dict[str, Any], order_id: int) -> dict[str, Any]:
    """Agree that an order which is out may come to more, before somebody else keeps more copies or enters a higher invoice."""
    return _whole(ordering.approve_total(context(), order_id, body["total"]).id, context())


@blueprint.route("/orders/<int:order_id>/refusal", methods=["POST"])
@right("order.read")
@blueprint.arguments(OrderReasonSchema)
@command
@blueprint.response(200, OrderSchema)
def turn_down(body: dict[str, Any], order_id: int) -> dict[str, Any]:
    """Give an order that waits back to be changed; who sent it in may take it back themselves."""
    return _whole(ordering.turn_down(context(), order_id, body["reason"]).id, context())


@blueprint.route("/orders/<int:order_id>/cancellation", methods=["POST"])
@right("order.write")
@blueprint.arguments(OrderCancellationSchema)
@command
@blueprint.response(200, OrderSchema)
def cancel(body: dict[str, Any], order_id: int) -> dict[str, Any]:
    """Call off what has not come, of the whole order or of one title; its money goes back to the funds."""
    return _whole(ordering.cancel(context(), order_id, body["reason"], body["line"]).id, context())


@blueprint.route("/orders/<int:order_id>/receipt", methods=["POST"])
@right("order.write")
@blueprint.arguments(NewReceiptSchema)
@command
@blueprint.response(200, ReceivedSchema)
def receive(body: dict[str, Any], order_id: int) -> dict[str, Any]:
    """Enter what came. More than ordered is refused unless `order.extra_copies` is lifted; what nobody ordered is noted under `wrong`."""
    asked = context()
    new = ordering.NewReceipt(
        books=[ordering.Arrived(**one) for one in body["books"]],
        wrong=[ordering.WrongBook(**one) for one in body["wrong"]],
        note=body["note"],
        override=body["override"],
    )
    received = ordering.receive(asked, order_id, new)
    return {"order": _whole(order_id, asked), "copies": received.copies, "wrong": received.wrong}


@blueprint.route("/orders/<int:order_id>/invoice", methods=["POST"])
@right("order.write")
@blueprint.arguments(NewInvoiceSchema)
@command
@blueprint.response(200, OrderSchema)
def invoice(body: dict[str, Any], order_id: int) -> dict[str, Any]:
    """Enter the supplier's invoice. Every difference from what was ordered and came is refused until it is lifted."""
    asked = context()
    lines = [
        ordering.BilledLine(line=one["line"], price_fen=one["price"], copies=one["copies"]) for one in body["lines"]
    ]
    new = ordering.NewInvoice(number=body["number"], dated_on=body["date"], lines=lines, override=body["override"])
    ordering.enter_invoice(asked, order_id, new)
    return _whole(order_id, asked)


# --- shown --------------------------------------------------------------------------------------------------------------


def _new_line(body: Mapping[str, Any]) -> ordering.NewLine:
    copies = {one["unit"]: one["count"] for one in body["copies"]}
    said = {name: value for name, value in body.items() if name not in ("copies", "price")}
    return ordering.NewLine(copies=copies, price_fen=body["price"], **said)


def _summary(order: OrderRow, asked: Context) -> dict[str, Any]:
    return asdict(order) | {
        "org": asked.tree.by_id[order.org_id].code,
        "total": order.total_fen,
        "approved_total": order.approved_fen,
        "sent_in": order.sent_in,
    }


def _whole(order_id: int, asked: Context) -> dict[str, Any]:
    session = asked.session
    return _summary(find_order(session, order_id), asked) | {
        "funds": [
            {"fund": fund.code, "name": fund.name, "share": fund.share, "left": fund.left_fen}
            for fund in funds_of(session, order_id)
        ],
        "lines": [_line(line, asked) for line in lines_of(session, order_id)],
        "receipts": receipts_of(session, order_id),
        "invoices": [_invoice(one) for one in invoices_of(session, order_id)],
    }


def _line(line: LineRow, asked: Context) -> dict[str, Any]:
    by_id = asked.tree.by_id
    shown = {name: getattr(line, name) for name in ("isbn", "title", "author", "publisher", "year", "item_type")}
    return shown | {
        "line": line.number,
        "price": line.price_fen,
        "cost": line.cost_fen,
        "total": line.total_fen,
        "bib": line.bib_id,
        "demand": dict(line.demand),
        "suggestions": list(line.suggestions),
        "invoice": line.invoice,
        "copies": [
            {
                "unit": by_id[copy.unit_id].code,
                "status": copy.status,
                "item": copy.barcode if copy.status == "received" else None,
                "is_extra": copy.is_extra,
            }
            for copy in line.copies
        ],
    }


def _invoice(row: InvoiceRow) -> dict[str, Any]:
    """Money in yuan, counts as they are."""
    told = [
        one | {side: show_money(one[side]) if one["what"] == "price" else str(one[side]) for side in ("ours", "theirs")}
        for one in map(dict, row.differences)
    ]
    return asdict(row) | {"date": row.dated_on, "differences": told}
