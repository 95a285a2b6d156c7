"""Shapes of settlements on the wire."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from catalog.marc.isbn import isbn13s
from kernel.schema import Code, Day, Instant, Money, StrictSchema, Trimmed
from purchasing.invoices import MOST_COPIES, MOST_ROWS
from purchasing.settling import DIFFERENCES, RESOLUTIONS, SIDES, Span, read_period
from purchasing.states import SETTLEMENT_STATUSES

_VERSION = validate.Range(1, 2**31 - 1)


class Period(fields.Field[Span]):
    """A month, `2026-11`, or two days, `2026-11-01..2026-11-15`."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.metadata = {**self.metadata, "type": "string", "example": "2026-11"}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Span:
        span = read_period(value) if isinstance(value, str) else None
        if span is None:
            raise ValidationError("A period is a month (2026-11) or two days (2026-11-01..2026-11-15), a year at most.")
        return span


class Isbn(fields.Field[str]):
    """A valid ISBN, with or without hyphens; 13 digits inside."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.metadata = {**self.metadata, "type": "string", "example": "9787020002207"}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        found = isbn13s(value) if isinstance(value, str) and len(value) <= 40 else ()
        if len(found) != 1:
            raise ValidationError("This is no valid ISBN.")
        return str(found[0])


class NewSettlementSchema(StrictSchema):
    shop = Code(required=True)
    period = Period(required=True)


class SettlementQuerySchema(StrictSchema):
    """`period` finds those with a day in it."""

    shop = Code()
    period = Period()
    status = fields.String(validate=validate.OneOf(list(SETTLEMENT_STATUSES)))
    limit = fields.Integer(load_default=50, strict=False, validate=validate.Range(1, 200))
    cursor = fields.String(load_default=None)


class ShopInvoiceLineSchema(StrictSchema):
    """`price` is what stands on the book; `net`: what is asked for a copy, where the invoice says so. A line names an ISBN or a title."""

    isbn = Isbn(load_default="")
    title = Trimmed(longest=300, shortest=0, load_default="")
    copies = fields.Integer(load_default=1, strict=True, validate=validate.Range(1, MOST_COPIES))
    price = Money(required=True, least=1)
    net = Money(load_default=None, least=1)

    @validates_schema
    def name_the_book(self, data: dict[str, Any], **_kwargs: Any) -> None:
        if not data.get("isbn") and not data.get("title"):
            raise ValidationError("A line names an ISBN or a title.", "isbn")


class ShopInvoiceSchema(StrictSchema):
    number = Trimmed(longest=64, required=True)
    date = Day(required=True)
    lines = fields.List(fields.Nested(ShopInvoiceLineSchema), required=True, validate=validate.Length(1, MOST_ROWS))


class ShopInvoiceFileSchema(StrictSchema):
    """Fields beside `file`, an .xlsx or CSV with the heads ISBN, 书名, 册数, 定价 and, where there are any, 折后单价, 折扣, 金额."""

    number = Trimmed(longest=64, required=True)
    date = Day(required=True)


class SettlementResolutionSchema(StrictSchema):
    """`reason` is needed for `refuse`, `difference` (its kind) where the line has several."""

    difference = fields.String(validate=validate.OneOf(list(DIFFERENCES)))
    resolution = fields.String(required=True, validate=validate.OneOf(list(RESOLUTIONS)))
    reason = Trimmed(longest=200, shortest=0, load_default="")


class SettlementConfirmationSchema(StrictSchema):
    """`side` is needed by who may speak for both. `version` of the settlement that was looked at; another one is not confirmed."""

    side = fields.String(validate=validate.OneOf(list(SIDES)))
    version = fields.Integer(required=True, strict=True, validate=_VERSION)


class SettlementAgreementSchema(StrictSchema):
    """`version` of the settlement that was looked at; another one is not agreed to."""

    fund = Code(required=True)
    version = fields.Integer(required=True, strict=True, validate=_VERSION)


class SettlementPaymentSchema(StrictSchema):
    paid_on = Day(required=True)
    reference = Trimmed(longest=100, required=True)


class SettlementDiscardSchema(StrictSchema):
    reason = Trimmed(longest=200, required=True)


class InvoicedCopySchema(StrictSchema):
    """The copy on the invoice: its row, its price, and what is asked for it."""

    row = fields.Integer()
    price = Money(allow_none=True)
    asked = Money(allow_none=True)


class SettlementLineSchema(StrictSchema):
    """One copy. Without `differences` choice and invoice agree. `outcome` is what the decisions about them come to: it is left for later
    or not paid where one of them says so. `price` is what stands on the book, `cost` what was agreed to be paid, `paid` what is paid for it
    as far as is decided."""

    n = fields.Integer()
    selection = fields.Integer(allow_none=True)
    item = fields.String(allow_none=True)
    isbn = fields.String()
    title = fields.String()
    programme = fields.String(allow_none=True)
    chosen_on = fields.Date(allow_none=True)
    price = Money(allow_none=True)
    cost = Money(allow_none=True)
    invoice = fields.Nested(InvoicedCopySchema, allow_none=True)
    differences = fields.List(fields.String(validate=validate.OneOf(list(DIFFERENCES))))
    outcome = fields.String(allow_none=True, validate=validate.OneOf(list(RESOLUTIONS)))
    paid = Money()


class SettlementDifferenceSchema(StrictSchema):
    """One way in which line `n` differs. `options` are the ways to settle it, `message` says what it is; who decided what, and when."""

    n = fields.Integer()
    kind = fields.String(validate=validate.OneOf(list(DIFFERENCES)))
    message = fields.String()
    options = fields.List(fields.String())
    resolution = fields.String(allow_none=True)
    reason = fields.String()
    by = fields.String(allow_none=True)
    at = Instant(allow_none=True)


class SettlementConfirmedSchema(StrictSchema):
    """A side's word; `taken_back_at`: a later change undid it."""

    by = fields.String(allow_none=True)
    at = Instant(allow_none=True)
    taken_back_at = Instant(allow_none=True)


class ShopInvoiceHeadSchema(StrictSchema):
    """`total` is what it asks, net: what it says, else its prices under the terms."""

    number = fields.String()
    date = fields.Date()
    total = Money()


class SettlementPaidSchema(StrictSchema):
    paid_on = fields.Date()
    reference = fields.String()
    by = fields.String()


class SettlementShareSchema(StrictSchema):
    """A fund that bears `more` (below zero: less) than at the choices; to more its owner, `org`, agrees."""

    fund = fields.String()
    org = fields.String()
    more = Money()
    agreed_by = fields.String(allow_none=True)
    agreed_at = Instant(allow_none=True)


class SettlementHeadSchema(StrictSchema):
    """`total` is what is paid, as far as is decided; `open` counts the differences not settled yet."""

    id = fields.Integer()
    shop = fields.String()
    period = fields.String()
    first_on = fields.Date()
    last_on = fields.Date()
    status = fields.String(validate=validate.OneOf(list(SETTLEMENT_STATUSES)))
    version = fields.Integer()
    total = Money()
    open = fields.Integer()
    invoice = fields.Nested(ShopInvoiceHeadSchema, allow_none=True)
    library = fields.Nested(SettlementConfirmedSchema)
    shop_side = fields.Nested(SettlementConfirmedSchema)
    frozen_at = Instant(allow_none=True)
    payment = fields.Nested(SettlementPaidSchema, allow_none=True)
    made_at = Instant()
    made_by = fields.String()
    discard_reason = fields.String(allow_none=True)


class SettlementSchema(SettlementHeadSchema):
    """`list_total` is the sum of the prices on the books that are paid. `funds` are those that bear another sum than at the choices, as far
    as the caller may see them. `taken_back`: the sides whose confirmation this act undid."""

    copies = fields.Integer()
    list_total = Money()
    lines = fields.List(fields.Nested(SettlementLineSchema))
    differences = fields.List(fields.Nested(SettlementDifferenceSchema))
    funds = fields.List(fields.Nested(SettlementShareSchema))
    taken_back = fields.List(fields.String())


class SettlementPageSchema(StrictSchema):
    items = fields.List(fields.Nested(SettlementHeadSchema))
    next = fields.String(allow_none=True)
