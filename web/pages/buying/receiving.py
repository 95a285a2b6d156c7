"""What comes with an order, scanned book by book, and the supplier's invoice beside it."""

from __future__ import annotations

from datetime import date
from typing import Final

from flask import Blueprint, g, render_template, url_for

from branches.http import context
from kernel.clock import local_day
from kernel.errors import Refused
from kernel.http import right
from kernel.i18n import Text
from kernel.money import show_money
from purchasing.order_refusals import refuse
from purchasing.orders import ORDER_STATUSES
from purchasing.queries.orders import LineRow, lines_of
from purchasing.service import ordering
from purchasing.service.ordering.receiving import Received
from web.pages.acts import Done, act
from web.pages.buying.orders import own_order
from web.pages.forms import Form

page = Blueprint("receipt_pages", __name__)

ACCEPTED: Final = ("invoice.price", "invoice.copies", "invoice.not_received")


@page.before_request
def _name_channel() -> None:
    g.channel = "desk"


@page.route("/purchasing/orders/<int:order_id>/receipt", methods=["GET"])
@right("order.write")
def show(order_id: int, form: Form | None = None) -> str:
    """Two scans a book: the ISBN on its back, the label that was stuck into it."""
    asked, order = context(), own_order(order_id)
    _require_out(order_id)
    lines = lines_of(asked.session, order_id)
    units = {copy.unit_id for line in lines for copy in line.expected}
    return render_template(
        "buying/receipt.html",
        order=order,
        lines=lines,
        form=form or Form(),
        tree=asked.tree,
        units=[(asked.tree.by_id[one].code, asked.tree.by_id[one].name) for one in sorted(units)],
    )


@page.route("/purchasing/orders/<int:order_id>/receipt", methods=["POST"])
@right("order.write")
@act(lambda form, order_id: show(order_id, form))
def receive(order_id: int) -> Done:
    form = Form.sent()
    line = form.number("line", 1, 10_000)
    isbn = form.text("isbn", 40, required=line is None)
    barcode = form.text("barcode", 64)
    form.check()
    book = ordering.Arrived(
        barcode=barcode,
        isbn=isbn or None,
        line=int(line) if line else None,
        unit=form.value("unit") or None,
    )
    override = ["order.extra_copies"] if form.flag("keep") else []
    received = ordering.receive(context(), order_id, ordering.NewReceipt(books=[book], override=override))
    return Done(url_for("receipt_pages.show", order_id=order_id), _told(received))


def _told(received: Received) -> Text:
    """What the hands do next with the book."""
    one, by_code = received.copies[0], context().tree.by_code
    values = {"title": one.title, "barcode": one.barcode, "unit": by_code[one.unit].name, "n": one.waiting}
    message = Text(
        "已收《{title}》（{barcode}），给{unit}。请加工。", "“{title}” ({barcode}) came in, for {unit}. Process it."
    )
    if one.first_pickup:
        message = Text(
            "已收《{title}》（{barcode}），给{unit}。有 {n} 人在等，第一位在{pickup}取：请先加工。",
            "“{title}” ({barcode}) came in, for {unit}. {n} wait for it, the first at {pickup}: process it first.",
        )
        values["pickup"] = by_code[one.first_pickup].name
    return message.format(**values)


@page.route("/purchasing/orders/<int:order_id>/wrong", methods=["POST"])
@right("order.write")
@act(lambda form, order_id: show(order_id, form))
def note_wrong(order_id: int) -> Done:
    form = Form.sent()
    wrong = ordering.WrongBook(
        title=form.text("wrong_title", 300),
        isbn=form.text("wrong_isbn", 40, required=False),
        copies=int(form.number("wrong_copies", 1, 200) or 1),
        note=form.text("wrong_note", 500, required=False),
    )
    form.check()
    ordering.receive(context(), order_id, ordering.NewReceipt(books=(), wrong=[wrong]))
    return Done(url_for("receipt_pages.show", order_id=order_id), Text("已记下，请退回。", "Noted; send it back."))


# --- the invoice --------------------------------------------------------------------------------------------------------


@page.route("/purchasing/orders/<int:order_id>/invoice", methods=["GET"])
@right("order.write")
def bill(order_id: int, form: Form | None = None) -> str:
    asked, order = context(), own_order(order_id)
    _require_out(order_id)
    lines = [line for line in lines_of(asked.session, order_id) if not line.is_invoiced]
    known = {"date": local_day(asked.now).isoformat()}
    for line in lines:
        known |= {f"price{line.number}": show_money(line.cost_fen), f"copies{line.number}": str(len(line.received))}
        known |= {f"on{line.number}": "1"} if form is None and line.received else {}
    return render_template(
        "buying/invoice.html",
        order=order,
        lines=lines,
        form=(form or Form()).with_defaults(known),
    )


@page.route("/purchasing/orders/<int:order_id>/invoice", methods=["POST"])
@right("order.write")
@act(lambda form, order_id: bill(order_id, form))
def enter(order_id: int) -> Done:
    form, asked = Form.sent(), context()
    lines = [
        _billed(form, line)
        for line in lines_of(asked.session, own_order(order_id).id)
        if form.flag(f"on{line.number}") and not line.is_invoiced
    ]
    number, dated_on = form.text("number", 40), form.day("date", required=True)
    form.check()
    new = ordering.NewInvoice(
        number=number,
        dated_on=dated_on or date.min,
        lines=lines,
        override=ACCEPTED if form.flag("accept") else (),
    )
    order, invoice = ordering.enter_invoice(asked, order_id, new)
    message = Text("发票 {n} 已登记，经费已按发票更正。", "Invoice {n} is entered, the funds are corrected by it.")
    return Done(url_for("order_pages.show", order_id=order.id), message.format(n=invoice.number))


def _billed(form: Form, line: LineRow) -> ordering.BilledLine:
    price, copies = form.money(f"price{line.number}"), form.number(f"copies{line.number}", 0, 2000)
    if price is None or copies is None:
        form.wrong(
            "lines",
            Text("请填《{title}》的单价和册数。", "Enter price and copies of “{title}”.").format(title=line.title),
        )
    return ordering.BilledLine(line=line.number, price_fen=price or 0, copies=int(copies or 0))


def _require_out(order_id: int) -> None:
    order = own_order(order_id)
    state = ORDER_STATUSES[order.status]
    if not state.is_out:
        raise Refused([refuse("order.state", number=order.number, status=state.label)])
