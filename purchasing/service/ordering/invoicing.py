"""A supplier's invoice: compared with what was ordered and came, each difference seen, and the funds corrected to the fen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import insert, select

from branches.context import Context
from kernel.db import table_of
from kernel.errors import Conflict, Invalid, Refusal, Refused
from kernel.i18n import Text
from kernel.money import show_money
from purchasing.order_models import Invoice, InvoiceLine, Supplier
from purchasing.order_refusals import refuse
from purchasing.orders import Billed, check_invoice, check_received, differences, standing
from purchasing.queries.funds import taken_for
from purchasing.queries.orders import InvoiceRow, LineRow, OrderRow, find_order, invoices_of, lines_of, pick_line
from purchasing.service.ordering.limiting import check_limit
from purchasing.service.ordering.parts import give_back_money, record, require_state, take_money, take_order

_invoices, _lines = table_of(Invoice), table_of(InvoiceLine)
LONGEST_NUMBER = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class BilledLine:
    """What an invoice asks for a line: `price_fen` for each of its copies, after all discounts."""

    line: int
    price_fen: int
    copies: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NewInvoice:
    """An invoice as it lies on the table. `override` names the differences that are accepted."""

    number: str
    dated_on: date
    lines: Sequence[BilledLine]
    override: Sequence[str] = ()


def enter_invoice(context: Context, order_id: int, new: NewInvoice) -> tuple[OrderRow, InvoiceRow]:
    """Enter an invoice. Raises Refused with every difference that was not accepted, Conflict where it was entered before."""
    order = take_order(context, order_id, "order.write")
    require_state(order, ["ordered", "partly_received", "received"])
    number = _check(new)
    stands = lines_of(context.session, order_id)
    pairs = [(pick_line(stands, one.line), one) for one in new.lines]
    _refuse_twice(context, order, number, [line for line, _ in pairs])
    billed = [_billed(line, one) for line, one in pairs]
    found = differences(billed)
    refusals = [
        *check_invoice(found),
        *check_received(billed),
        *_check_limit(context, order, stands, pairs),
    ]
    if left := standing(refusals, _liftable(context, order, new.override)):
        raise Refused(left)
    values = {
        "order_id": order_id,
        "supplier_id": order.supplier_id,
        "number": number,
        "dated_on": new.dated_on,
        "entered_at": context.now,
        "author": context.caller.author,
        "differences": [one.as_json() for one in found],
    }
    invoice_id: int = context.session.execute(insert(_invoices).values(values).returning(_invoices.c.id)).scalar_one()
    for line, one in pairs:
        row = {"line_id": line.id, "invoice_id": invoice_id, "price_fen": one.price_fen, "copies": one.copies}
        context.session.execute(insert(_lines).values(row))
    _correct(context, order, pairs)
    total = show_money(sum(one.price_fen * one.copies for one in new.lines))
    record(context, "order_invoiced", order, {"invoice": number, "sum": total, "differences": len(found)})
    invoice = next(one for one in invoices_of(context.session, order_id) if one.id == invoice_id)
    return find_order(context.session, order_id), invoice


def _check(new: NewInvoice) -> str:
    number = new.number.strip()
    errors: dict[str, list[Text]] = {}
    if not 1 <= len(number) <= LONGEST_NUMBER:
        message = Text("请填发票号，最多 {n} 个字。", "Enter its number, at most {n} characters.")
        errors["number"] = [message.format(n=LONGEST_NUMBER)]
    if not new.lines or len({one.line for one in new.lines}) != len(new.lines):
        errors["lines"] = [Text("请填发票上的书，每种一行。", "Enter the titles of the invoice, each once.")]
    if errors:
        raise Invalid("invoice.incomplete", Text("发票还缺内容。", "Something about the invoice is missing."), errors)
    return number


def _refuse_twice(context: Context, order: OrderRow, number: str, stands: Sequence[LineRow]) -> None:
    """Asked under the lock of the supplier, whose invoice it is."""
    session = context.session
    session.execute(select(Supplier.id).where(Supplier.id == order.supplier_id).with_for_update())
    same = select(Invoice.id).where(Invoice.supplier_id == order.supplier_id, Invoice.number == number)
    if session.scalar(same) is not None:
        message = Text(
            "「{supplier}」的发票 {number} 已经登记过。", "Invoice {number} of “{supplier}” was entered already."
        )
        raise Conflict("invoice.exists", message.format(number=number, supplier=order.supplier_name))
    invoiced = [line for line in stands if line.is_invoiced]
    if invoiced:
        raise Refused([refuse("order.invoiced", title=line.title) for line in invoiced])


def _billed(line: LineRow, one: BilledLine) -> Billed:
    return Billed(
        number=line.number,
        title=line.title,
        price_fen=one.price_fen,
        copies=one.copies,
        cost_fen=line.cost_fen,
        received=len(line.received),
        expected=len(line.expected),
    )


def _check_limit(
    context: Context, order: OrderRow, stands: Sequence[LineRow], pairs: Sequence[tuple[LineRow, BilledLine]]
) -> list[Refusal]:
    """An invoice must not make dear what was ordered, or approved, because it was cheap."""
    before = sum(line.total_fen for line in stands)
    after = before + sum(one.price_fen * one.copies - line.total_fen for line, one in pairs)
    return check_limit(context, order, before, after)


def _liftable(context: Context, order: OrderRow, asked: Sequence[str]) -> list[str]:
    """What of it the caller may accept: to pay before books came only who may approve, and did not order them."""
    may_approve = context.caller.may("order.approve", order.org_id, context.tree)
    if may_approve and context.caller.author != order.asked_by:
        return list(asked)
    return [code for code in asked if code != "invoice.not_received"]


def _correct(context: Context, order: OrderRow, pairs: Sequence[tuple[LineRow, BilledLine]]) -> None:
    """What goes back first, so that a fund that is empty can pay for one line what another leaves."""
    deltas = []
    for line, one in pairs:
        taken = sum(taken_for(context.session, order_line_id=line.id).values())
        deltas.append((one.price_fen * one.copies - taken, line))
    for delta, line in sorted(deltas, key=lambda pair: pair[0]):
        if delta < 0:
            give_back_money(context, line, -delta, "correction")
        else:
            take_money(context, order, line, delta, "correction")
