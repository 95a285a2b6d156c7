"""Shapes on the wire of what concerns a reader together with their loans and holds: families."""

from __future__ import annotations

from marshmallow import fields

from kernel.schema import StrictSchema, Switch


class WardSchema(StrictSchema):
    """A child in the reader's care. `must_agree`: it is under 14, and the guardian has not agreed to its being on record."""

    barcode = fields.String()
    name = fields.String()
    is_child = Switch()
    must_agree = Switch()
    open_loans = fields.Integer()
    overdue_loans = fields.Integer()
    open_holds = fields.Integer()
    ready_holds = fields.Integer()


class FamilyPageSchema(StrictSchema):
    items = fields.List(fields.Nested(WardSchema))
    next = fields.String(allow_none=True)
