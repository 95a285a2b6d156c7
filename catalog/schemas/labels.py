"""What labels are asked for on the wire; they are answered as a PDF."""

from __future__ import annotations

from marshmallow import fields, validate

from catalog.barcode_lists import MOST_AT_ONCE
from catalog.labels import SHEETS
from kernel.barcodes import LONGEST_ASKED
from kernel.schema import StrictSchema, Switch, Trimmed


class LabelsAskedSchema(StrictSchema):
    """`start` is the first free label of the first sheet, from 1; `by_shelf` prints in the order of the shelf instead of the list's."""

    barcodes = fields.List(
        Trimmed(longest=LONGEST_ASKED), data_key="items", required=True, validate=validate.Length(1, MOST_AT_ONCE)
    )
    kind = fields.String(required=True, validate=validate.OneOf(["spine", "barcode"]))
    sheet = fields.String(load_default="a4-3x8", validate=validate.OneOf(sorted(SHEETS)))
    start = fields.Integer(strict=True, load_default=1, validate=validate.Range(1, 1000))
    by_shelf = Switch(load_default=False)
