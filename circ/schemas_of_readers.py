"""Shapes on the wire of what concerns a reader together with their loans and holds: families, histories."""

from __future__ import annotations

from marshmallow import fields, validate

from kernel.schema import Instant, StrictSchema, Switch


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


class HistoryPageQuerySchema(StrictSchema):
    limit = fields.Integer(load_default=50, validate=validate.Range(1, 200))
    cursor = fields.String()


class PastLoanSchema(StrictSchema):
    item = fields.String()
    bib = fields.Integer()
    title = fields.String()
    at = fields.String()
    checked_out_at = Instant()
    returned_at = Instant()


class PastLoanPageSchema(StrictSchema):
    items = fields.List(fields.Nested(PastLoanSchema))
    next = fields.String(allow_none=True)


class ForgottenSchema(StrictSchema):
    """How many loans and holds name their reader no more."""

    loans = fields.Integer()
    holds = fields.Integer()
