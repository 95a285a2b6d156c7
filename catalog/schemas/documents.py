"""Shapes of withdrawals and handovers."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from catalog.barcode_lists import MOST_AT_ONCE
from catalog.schemas.bulk import ChangedRowSchema
from kernel.barcodes import LONGEST_ASKED
from kernel.schema import Instant, Money, StrictSchema, Switch, Trimmed


def _items(**options: Any) -> fields.List[str]:
    return fields.List(Trimmed(longest=LONGEST_ASKED), validate=validate.Length(1, MOST_AT_ONCE), **options)


class WithdrawalSchema(StrictSchema):
    """Without a number the list gets the next one of its unit and year. With `dry_run` nothing is written."""

    at = fields.String(required=True)
    barcodes = _items(data_key="items", required=True)
    reason = Trimmed(longest=200, required=True)
    number = Trimmed(longest=40)
    dry_run = Switch(load_default=False)


class HandoverSchema(WithdrawalSchema):
    """`to` takes over; with `moves_home` the copies belong there from now on too."""

    to = fields.String(required=True)
    moves_home = Switch(load_default=False)


class UndoListSchema(StrictSchema):
    """Without `items`, all of the list."""

    barcodes = _items(data_key="items")


class DocumentSchema(StrictSchema):
    id = fields.Integer()
    kind = fields.String()
    number = fields.String()
    at = fields.String()
    to = fields.String(allow_none=True)
    reason = fields.String()
    author = fields.String()
    made_at = Instant()
    copies = fields.Integer()


class DocumentLineSchema(StrictSchema):
    barcode = fields.String()
    bib = fields.Integer()
    title = fields.String()
    call_number = fields.String(allow_none=True)
    price_fen = Money(data_key="price", allow_none=True)
    status = fields.String()
    owner = fields.String()
    owner_before = fields.String()
    undone_at = Instant(allow_none=True)


class WholeDocumentSchema(DocumentSchema):
    lines = fields.List(fields.Nested(DocumentLineSchema))


class DocumentPageSchema(StrictSchema):
    items = fields.List(fields.Nested(DocumentSchema))
    next = fields.String(allow_none=True)


class MadeDocumentSchema(StrictSchema):
    """`document` is null for a dry run, and where no copy could stand on the list."""

    document = fields.Nested(DocumentSchema, allow_none=True)
    rows = fields.List(fields.Nested(ChangedRowSchema))
    changed = fields.Integer()
    unchanged = fields.Integer()
    refused = fields.Integer()
