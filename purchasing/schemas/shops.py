"""Shapes of shops on the wire: labels, terms, lists."""

from __future__ import annotations

from marshmallow import fields, validate

from catalog.labels import SHEETS
from kernel.barcodes import LONGEST_BARCODE
from kernel.schema import Instant, Money, StrictSchema, Switch, Trimmed
from purchasing.price_lists import MOST_STOCK
from purchasing.volumes import split_volumes


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
    """The part of a book's price that the library pays, in per cent. `stock_binds`: at the counter too nothing is chosen of which the
    shop's list has none."""

    pays_percent = fields.Integer(required=True, strict=True, validate=validate.Range(1, 100))
    stock_binds = Switch(load_default=False)


class PriceListSchema(StrictSchema):
    """The form fields beside `file`. `replaces` has to be said: true, and what does not stand on the list leaves the shop's; false, and the
    list is added to what is there."""

    dry_run = fields.Boolean(load_default=False)
    replaces = fields.Boolean(required=True)


class ListCountsSchema(StrictSchema):
    """A book with another price and another stock is counted under both, and once as changed."""

    new = fields.Integer()
    changed = fields.Integer()
    changed_price = fields.Integer()
    changed_stock = fields.Integer()
    unchanged = fields.Integer()
    removed = fields.Integer()
    refused = fields.Integer()


class ListedSchema(StrictSchema):
    price = Money(attribute="price_fen")
    stock = fields.Integer(allow_none=True)


class ListExampleSchema(StrictSchema):
    """`before` null: the book is new; `after` null: it is taken off."""

    isbn = fields.String(attribute="book.isbn")
    title = fields.String(attribute="book.title")
    before = fields.Nested(ListedSchema, allow_none=True)
    after = fields.Nested(ListedSchema, allow_none=True)


class ListExamplesSchema(StrictSchema):
    """The first few of each."""

    new = fields.List(fields.Nested(ListExampleSchema))
    changed_price = fields.List(fields.Nested(ListExampleSchema))
    changed_stock = fields.List(fields.Nested(ListExampleSchema))
    removed = fields.List(fields.Nested(ListExampleSchema))


class RefusedLineSchema(StrictSchema):
    line = fields.Integer(attribute="number")
    isbn = fields.String()
    title = fields.String()
    reasons = fields.List(fields.String())


class PriceListReportSchema(StrictSchema):
    """Of many refused rows the first 500 are told. `columns`: what the list speaks of, all else stays as it is; `ignored`: heads that name
    nothing we keep."""

    counts = fields.Nested(ListCountsSchema)
    examples = fields.Nested(ListExamplesSchema)
    columns = fields.List(fields.String())
    refused = fields.List(fields.Nested(RefusedLineSchema))
    ignored = fields.List(fields.String())
    is_written = fields.Boolean()


class ShopOfferSchema(StrictSchema):
    """A book on a shop's list; `stock` null: the shop does not say. `volumes`: those of a set that share the ISBN."""

    isbn = fields.String()
    title = fields.String()
    author = fields.String()
    publisher = fields.String()
    year = fields.Integer(allow_none=True)
    class_number = fields.String(data_key="class", allow_none=True)
    price = Money(attribute="price_fen")
    stock = fields.Integer(allow_none=True)
    volumes = fields.Function(
        lambda row: list(split_volumes(row.volumes)), metadata={"type": "array", "items": {"type": "string"}}
    )
    listed_at = Instant()


class ShopOfferQuerySchema(StrictSchema):
    q = fields.String(load_default="", validate=validate.Length(0, 200))
    limit = fields.Integer(load_default=50, strict=False, validate=validate.Range(1, 200))
    cursor = fields.String(load_default=None)


class ShopOfferPageSchema(StrictSchema):
    items = fields.List(fields.Nested(ShopOfferSchema))
    next = fields.String(allow_none=True)


class StockSchema(StrictSchema):
    """How many stand in the shop; null: it does not say any more."""

    stock = fields.Integer(required=True, allow_none=True, strict=True, validate=validate.Range(0, MOST_STOCK))


class ClearedListSchema(StrictSchema):
    removed = fields.Integer()
