"""Shapes of suppliers, orders, receipts and invoices on the wire."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from circ.schemas import override_codes
from kernel.schema import Barcode, Code, Day, Instant, Money, StrictSchema, Switch, Trimmed
from purchasing.orders import MOST_COPIES, ORDER_STATUSES
from purchasing.schemas.demand import LONGEST_KEY
from purchasing.service.ordering.drafting import LONGEST
from purchasing.service.ordering.invoicing import LONGEST_NUMBER
from purchasing.service.ordering.receiving import MOST_AT_ONCE

_YEAR = validate.Range(1000, 2999)


# --- suppliers ----------------------------------------------------------------------------------------------------------


class SupplierChangesSchema(StrictSchema):
    name = Trimmed(longest=80)
    contact = Trimmed(longest=200, shortest=0)
    pays_percent = fields.Integer(strict=True, validate=validate.Range(1, 100))
    delivery_days = fields.Integer(strict=True, validate=validate.Range(0, 3650))
    is_active = Switch(data_key="active")


class NewSupplierSchema(SupplierChangesSchema):
    """`pays_percent` is which part of the printed price the library pays, `delivery_days` how long a delivery takes."""

    code = Code(required=True)
    name = Trimmed(longest=80, required=True)


class SupplierSchema(StrictSchema):
    code = fields.String()
    name = fields.String()
    contact = fields.String()
    pays_percent = fields.Integer()
    delivery_days = fields.Integer()
    is_active = fields.Boolean(data_key="active")


class SupplierListSchema(StrictSchema):
    items = fields.List(fields.Nested(SupplierSchema))


# --- orders -------------------------------------------------------------------------------------------------------------


class CopiesForSchema(StrictSchema):
    unit = Code(required=True)
    count = fields.Integer(required=True, strict=True, validate=validate.Range(1, MOST_COPIES))


class NewLineSchema(StrictSchema):
    """A title to order, so many copies for each unit. With `demand`, the key of a line of the unit's list, what is known there need not be
    said; the readers who suggested it hear what becomes of it."""

    demand = Trimmed(longest=LONGEST_KEY, allow_none=True, load_default=None)
    isbn = Trimmed(longest=40, shortest=0, load_default="")
    title = Trimmed(longest=LONGEST["title"], shortest=0, load_default="")
    author = Trimmed(longest=LONGEST["author"], shortest=0, load_default="")
    publisher = Trimmed(longest=LONGEST["publisher"], shortest=0, load_default="")
    year = fields.Integer(strict=True, allow_none=True, load_default=None, validate=_YEAR)
    price = Money(least=1, allow_none=True, load_default=None)
    item_type = Code(load_default="book")
    copies = fields.List(fields.Nested(CopiesForSchema), required=True, validate=validate.Length(1, MOST_COPIES))

    @validates_schema
    def each_unit_once(self, data: dict[str, Any], **_kwargs: Any) -> None:
        units = [one["unit"] for one in data["copies"]]
        if len(set(units)) != len(units):
            raise ValidationError("Name each unit once.", "copies")


class OrderShareSchema(StrictSchema):
    fund = Code(required=True)
    share = fields.Integer(strict=True, load_default=1, validate=validate.Range(1, 1000))


class NewOrderSchema(StrictSchema):
    org = Code(required=True)
    supplier = Code(required=True)
    funds = fields.List(fields.Nested(OrderShareSchema), required=True, validate=validate.Length(1, 20))
    number = Code(allow_none=True, load_default=None)
    note = Trimmed(longest=LONGEST["note"], shortest=0, load_default="")
    lines = fields.List(fields.Nested(NewLineSchema), load_default=list, validate=validate.Length(max=500))

    @validates_schema
    def each_fund_once(self, data: dict[str, Any], **_kwargs: Any) -> None:
        funds = [one["fund"] for one in data["funds"]]
        if len(set(funds)) != len(funds):
            raise ValidationError("Name each fund once.", "funds")


class OrderReasonSchema(StrictSchema):
    reason = Trimmed(longest=LONGEST["reason"], shortest=0, load_default="")


class OrderApprovalSchema(StrictSchema):
    """`sent_in` of the order that was looked at; one that was taken back and sent in anew since is not approved."""

    sent_in = fields.String(required=True, validate=validate.Length(max=40))


class ApprovedTotalSchema(StrictSchema):
    """`total` is what the whole order may come to."""

    total = Money(required=True, least=1)


class OrderCancellationSchema(StrictSchema):
    """`line`: what is still to come of this title alone."""

    reason = Trimmed(longest=LONGEST["reason"], required=True)
    line = fields.Integer(strict=True, allow_none=True, load_default=None)


class OrderCopySchema(StrictSchema):
    unit = fields.String()
    status = fields.String()
    item = fields.String(allow_none=True)
    is_extra = fields.Boolean(data_key="extra")


class OrderLineSchema(StrictSchema):
    """`price` is printed on the book, `cost` what is agreed for a copy, `total` what the line costs: as invoiced, else as ordered."""

    line = fields.Integer()
    isbn = fields.String(allow_none=True)
    title = fields.String()
    author = fields.String()
    publisher = fields.String()
    year = fields.Integer(allow_none=True)
    price = Money()
    cost = Money()
    total = Money()
    item_type = fields.String()
    bib = fields.Integer(allow_none=True)
    demand = fields.Dict(keys=fields.String(), values=fields.Integer())
    suggestions = fields.List(fields.Integer())
    invoice = fields.String(allow_none=True)
    copies = fields.List(fields.Nested(OrderCopySchema))


class OrderFundSchema(StrictSchema):
    fund = fields.String()
    name = fields.String()
    share = fields.Integer()
    left = Money()


class OrderSummarySchema(StrictSchema):
    """`total` is what the copies that were not called off cost as ordered, `approved_total` what a second person agreed to. `sent_in` names
    the time it was last sent in, for `/approval`."""

    id = fields.Integer()
    number = fields.String()
    org = fields.String()
    supplier = fields.String()
    status = fields.String()
    note = fields.String()
    titles = fields.Integer()
    copies = fields.Integer()
    total = Money()
    created_at = Instant()
    created_by = fields.String()
    asked_by = fields.String(allow_none=True)
    sent_in = fields.String(allow_none=True)
    approved_by = fields.String(allow_none=True)
    approved_total = Money(allow_none=True)
    ordered_at = Instant(allow_none=True)
    expected_on = Day(allow_none=True)
    ended_at = Instant(allow_none=True)
    end_reason = fields.String()


class OrderSchema(OrderSummarySchema):
    funds = fields.List(fields.Nested(OrderFundSchema))
    lines = fields.List(fields.Nested(OrderLineSchema))
    receipts = fields.List(fields.Nested("OrderReceiptSchema"))
    invoices = fields.List(fields.Nested("InvoiceSchema"))


class OrderQuerySchema(StrictSchema):
    org = Code()
    status = fields.String(validate=validate.OneOf(list(ORDER_STATUSES)))
    supplier = Code()
    limit = fields.Integer(load_default=50, strict=False, validate=validate.Range(1, 200))
    cursor = fields.String(load_default=None)


class OrderPageSchema(StrictSchema):
    items = fields.List(fields.Nested(OrderSummarySchema))
    next = fields.String(allow_none=True)


# --- what comes, and what it costs --------------------------------------------------------------------------------------


class ArrivedSchema(StrictSchema):
    """A book in hand by its line or its ISBN, and the label that was stuck into it."""

    barcode = Barcode(required=True)
    line = fields.Integer(strict=True, allow_none=True, load_default=None)
    isbn = Trimmed(longest=40, allow_none=True, load_default=None)
    unit = Code(allow_none=True, load_default=None)

    @validates_schema
    def says_which_book(self, data: dict[str, Any], **_kwargs: Any) -> None:
        if data["line"] is None and data["isbn"] is None:
            raise ValidationError("Say which book it is: its line or its ISBN.", "isbn")


class WrongBookSchema(StrictSchema):
    title = Trimmed(longest=LONGEST["title"], required=True)
    isbn = Trimmed(longest=40, shortest=0, load_default="")
    copies = fields.Integer(strict=True, load_default=1, validate=validate.Range(1, MOST_COPIES))
    note = Trimmed(longest=LONGEST["note"], shortest=0, load_default="")


class NewReceiptSchema(StrictSchema):
    books = fields.List(fields.Nested(ArrivedSchema), load_default=list, validate=validate.Length(max=MOST_AT_ONCE))
    wrong = fields.List(fields.Nested(WrongBookSchema), load_default=list, validate=validate.Length(max=100))
    note = Trimmed(longest=LONGEST["note"], shortest=0, load_default="")
    override = override_codes()


class OrderReceiptSchema(StrictSchema):
    at = Instant()
    author = fields.String()
    note = fields.String()
    wrong = fields.List(fields.Nested(WrongBookSchema))


class TakenSchema(StrictSchema):
    """`waiting` readers wait for this title; the first of them collects it at `first_pickup`."""

    barcode = fields.String()
    title = fields.String()
    line = fields.Integer()
    unit = fields.String()
    is_extra = fields.Boolean(data_key="extra")
    waiting = fields.Integer()
    first_pickup = fields.String(allow_none=True)


class ReceivedSchema(StrictSchema):
    order = fields.Nested(OrderSchema)
    copies = fields.List(fields.Nested(TakenSchema))
    wrong = fields.List(fields.Nested(WrongBookSchema))


class BilledLineSchema(StrictSchema):
    """`price` is what the invoice asks for one copy, after all discounts."""

    line = fields.Integer(required=True, strict=True)
    price = Money(required=True)
    copies = fields.Integer(required=True, strict=True, validate=validate.Range(0, 10 * MOST_COPIES))


class NewInvoiceSchema(StrictSchema):
    number = Trimmed(longest=LONGEST_NUMBER, required=True)
    date = Day(required=True)
    lines = fields.List(fields.Nested(BilledLineSchema), required=True, validate=validate.Length(1, 500))
    override = override_codes()


class InvoiceDifferenceSchema(StrictSchema):
    """`what` is `price` or `copies`; prices in yuan."""

    line = fields.Integer()
    what = fields.String()
    ours = fields.String()
    theirs = fields.String()


class InvoiceSchema(StrictSchema):
    number = fields.String()
    date = Day()
    entered_at = Instant()
    author = fields.String()
    differences = fields.List(fields.Nested(InvoiceDifferenceSchema))
