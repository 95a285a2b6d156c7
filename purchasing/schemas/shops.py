"""Shapes of shops on the wire: labels, terms, lists."""

from __future__ import annotations

from marshmallow import fields, validate

from catalog.labels import SHEETS
from kernel.barcodes import LONGEST_BARCODE
from kernel.schema import Instant, Money, StrictSchema, Trimmed


class NewBarcodeRangeSchema(StrictSchema):
    """Both ends are included."""

    first = Trimmed(longest=LONGEST_BARCODE, data_key="from", required=True)
    last = Trimmed(longest=LONGEST_BARCODE, data_key="to", required=True)


class IssuedRangeSchema(StrictSchema):
    """`used` are on copies already and are passed over."""

    id = fields.Integer()
    first = fields.String(data_key="from")
    last = fields.String(data_key="to")
    count = fields.Integer()
    used = fields.Integer()


class BarcodeRangeSchema(StrictSchema):
    """`left` are on no book."""

    id = fields.Integer()
    first = fields.String(data_key="from")
    last = fields.String(data_key="to")
    count = fields.Integer()
    left = fields.Integer()
    issued_at = Instant()
    issued_by = fields.String()


class BarcodeRangesSchema(StrictSchema):
    items = fields.List(fields.Nested(BarcodeRangeSchema))
    left = fields.Integer()


class RangeLabelsQuerySchema(StrictSchema):
    """`from` is the first label to print, else the first free one; `start` the first free place on the first sheet, from 1."""

    first = Trimmed(longest=LONGEST_BARCODE, data_key="from", load_default=None)
    sheet = fields.String(load_default="a4-3x8", validate=validate.OneOf(sorted(SHEETS)))
    start = fields.Integer(load_default=1, strict=False, validate=validate.Range(1, 1000))


class ShopTermsSchema(StrictSchema):
    """The part of a book's price that the library pays, in per cent."""

    pays_percent = fields.Integer(required=True, strict=True, validate=validate.Range(1, 100))


class PriceListSchema(StrictSchema):
    """The form fields beside `file`. `replaces`: what does not stand on the list leaves the shop's."""

    dry_run = fields.Boolean(load_default=False)
    replaces = fields.Boolean(load_default=False)


class ListCountsSchema(StrictSchema):
    new = fields.Integer()
    changed = fields.Integer()
    unchanged = fields.Integer()
    removed = fields.Integer()
    refused = fields.Integer()


class RefusedLineSchema(StrictSchema):
    line = fields.Integer(attribute="number")
    isbn = fields.String()
    title = fields.String()
    reasons = fields.List(fields.String())


class PriceListReportSchema(StrictSchema):
    """Of many refused rows the first 500 are told. `ignored`: heads that name nothing we keep."""

    counts = fields.Nested(ListCountsSchema)
    refused = fields.List(fields.Nested(RefusedLineSchema))
    ignored = fields.List(fields.String())
    is_written = fields.Boolean()


class ShopOfferSchema(StrictSchema):
    """A book on a shop's list; `stock` null: the shop does not say."""

    isbn = fields.String()
    title = fields.String()
    author = fields.String()
    publisher = fields.String()
    year = fields.Integer(allow_none=True)
    class_number = fields.String(data_key="class", allow_none=True)
    price = Money(attribute="price_fen")
    stock = fields.Integer(allow_none=True)
    listed_at = Instant()


class ShopOfferQuerySchema(StrictSchema):
    q = fields.String(load_default="", validate=validate.Length(0, 200))
    limit = fields.Integer(load_default=50, strict=False, validate=validate.Range(1, 200))
    cursor = fields.String(load_default=None)


class ShopOfferPageSchema(StrictSchema):
    items = fields.List(fields.Nested(ShopOfferSchema))
    next = fields.String(allow_none=True)


class ClearedListSchema(StrictSchema):
    removed = fields.Integer()
