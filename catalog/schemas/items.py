"""Shapes of copies on the wire."""

from __future__ import annotations

from marshmallow import fields, validate

from catalog.schemas.refusals import RefusalSchema
from kernel.barcodes import LONGEST_BARCODE
from kernel.schema import Day, Money, StrictSchema, Trimmed


class ItemChangesSchema(StrictSchema):
    """What is absent stays, null takes away."""

    home = fields.String()
    owner = fields.String()
    item_type = fields.String()
    call_number = Trimmed(longest=100, allow_none=True)
    shelf = Trimmed(longest=64, allow_none=True)
    volume = Trimmed(longest=100, allow_none=True)
    price_fen = Money(data_key="price", allow_none=True)
    acquired_on = Day(allow_none=True)
    note = Trimmed(longest=500, allow_none=True)
    check_out_note = Trimmed(longest=200, allow_none=True)
    check_in_note = Trimmed(longest=200, allow_none=True)
    accessories = Trimmed(longest=200, allow_none=True)


class NewItemSchema(ItemChangesSchema):
    """Without an owner, the copy is its home's."""

    bib = fields.Integer(strict=True, required=True, validate=validate.Range(1, 2**63 - 1))
    barcode = Trimmed(longest=LONGEST_BARCODE, required=True)
    home = fields.String(required=True)
    item_type = fields.String(required=True)


class ItemSchema(ItemChangesSchema):
    """A copy. `owner`: whose it is; `home`: where it belongs when idle; `location`: where it was last seen."""

    barcode = fields.String()
    bib = fields.Integer()
    title = fields.String()
    status = fields.String()
    is_damaged = fields.Boolean()
    location = fields.String()


class WrittenItemSchema(ItemSchema):
    """A copy as it now stands, and what a cataloguer should look at again, such as another work under its call number."""

    notices = fields.List(fields.Nested(RefusalSchema))
