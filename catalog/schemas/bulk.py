"""Shapes of acts on many copies at once."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from catalog.barcode_lists import MOST_AT_ONCE, MOST_NEW_COPIES
from catalog.schemas.items import ItemChangesSchema, ItemSchema
from kernel.barcodes import LONGEST_ASKED, LONGEST_BARCODE
from kernel.schema import StrictSchema, Switch, Trimmed


class NewCopiesSchema(ItemChangesSchema):
    """Either `barcodes`, or `first` and `count` for a run of them."""

    barcodes = fields.List(Trimmed(longest=LONGEST_BARCODE), validate=validate.Length(1, MOST_NEW_COPIES))
    first = Trimmed(longest=LONGEST_BARCODE)
    count = fields.Integer(strict=True, validate=validate.Range(1, MOST_NEW_COPIES))
    home = fields.String(required=True)
    item_type = fields.String(required=True)

    @validates_schema
    def check_barcodes(self, data: dict[str, Any], **_options: Any) -> None:
        has_run = "first" in data and "count" in data
        if ("barcodes" in data) == has_run or ("first" in data) != ("count" in data):
            raise ValidationError("Give either `barcodes`, or `first` and `count`.", "barcodes")


class CopiesSchema(StrictSchema):
    items = fields.List(fields.Nested(ItemSchema))


class BulkChangesSchema(StrictSchema):
    """What may change of many copies at once. What is absent stays, null takes away. A new owner is a handover."""

    home = fields.String()
    item_type = fields.String()
    call_number = ItemChangesSchema._declared_fields["call_number"]
    shelf = ItemChangesSchema._declared_fields["shelf"]
    price_fen = ItemChangesSchema._declared_fields["price_fen"]
    note = ItemChangesSchema._declared_fields["note"]


class ChangeListSchema(StrictSchema):
    """With `dry_run` nothing is written."""

    items = fields.List(Trimmed(longest=LONGEST_ASKED), required=True, validate=validate.Length(1, MOST_AT_ONCE))
    changes = fields.Nested(BulkChangesSchema, required=True)
    dry_run = Switch(load_default=False)


class ChangedRowSchema(StrictSchema):
    barcode = fields.String()
    outcome = fields.String(validate=validate.OneOf(["changed", "unchanged", "refused"]))
    title = fields.String()
    changes = fields.Dict(keys=fields.String())
    code = fields.String(allow_none=True)
    message = fields.String(allow_none=True)


class ChangedListSchema(StrictSchema):
    rows = fields.List(fields.Nested(ChangedRowSchema))
    changed = fields.Integer()
    unchanged = fields.Integer()
    refused = fields.Integer()
