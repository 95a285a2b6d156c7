"""Shapes of call numbers on the wire."""

from __future__ import annotations

from marshmallow import fields, validate

from catalog.schemas.refusals import RefusalSchema
from kernel.schema import Instant, StrictSchema, Switch, Trimmed


class NumberAskedSchema(StrictSchema):
    """`scope` is the unit whose shelf the book is for; without `class` the title's own is taken."""

    bib = fields.Integer(strict=True, required=True, validate=validate.Range(1, 2**63 - 1))
    scope = fields.String(required=True)
    class_number = Trimmed(longest=64, data_key="class")
    volume = Trimmed(longest=100)


class AllotmentSchema(StrictSchema):
    """`new` is false where the work had its number already. `scope` is the unit that keeps the shelf list."""

    call_number = fields.String()
    class_number = fields.String(data_key="class")
    book_number = fields.String()
    scope = fields.String()
    is_new = Switch(data_key="new")
    allotted_at = Instant(allow_none=True)
    allotted_by = fields.String(allow_none=True)


class NumberCheckSchema(StrictSchema):
    call_number = Trimmed(longest=100, required=True)
    scope = fields.String(required=True)
    bib = fields.Integer(required=True, validate=validate.Range(1, 2**63 - 1))


class CheckedNumberSchema(StrictSchema):
    call_number = fields.String()
    class_number = fields.String(data_key="class")
    book_number = fields.String()
    notices = fields.List(fields.Nested(RefusalSchema))
