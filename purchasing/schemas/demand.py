"""Shapes of the list of what readers want, on the wire. No reader is named in them."""

from __future__ import annotations

from marshmallow import fields, validate

from kernel.schema import Code, Instant, Money, StrictSchema, Trimmed
from purchasing.demand import WEIGHTS
from purchasing.service.demand import LONGEST_REASON

LONGEST_KEY = 520


class DemandQuerySchema(StrictSchema):
    """`aside`: what the unit put aside, instead of what it may still buy."""

    org = Code()
    aside = fields.Boolean(load_default=False)
    limit = fields.Integer(load_default=50, strict=False, validate=validate.Range(1, 200))
    cursor = fields.String(load_default=None)


class CountsSchema(StrictSchema):
    suggestions, holds, refused, missed = (fields.Integer(load_default=0) for _ in WEIGHTS)


class WantedSchema(StrictSchema):
    """A title that is wanted: its place, its points (divided by one more than the copies that there are or that come, they make the place),
    how often each source asked, what there is and what comes. `price` is the nearest known, `price_from` a `shop` or a `copy`."""

    rank = fields.Integer()
    key = fields.String()
    isbn = fields.String(allow_none=True)
    title = fields.String()
    author = fields.String()
    publisher = fields.String()
    year = fields.Integer(allow_none=True)
    points = fields.Integer()
    counts = fields.Nested(CountsSchema)
    why = fields.String()
    copies = fields.Integer()
    on_order = fields.Integer()
    in_draft = fields.Integer()
    price = Money(allow_none=True)
    price_from = fields.String(allow_none=True)
    bib = fields.Integer(allow_none=True)
    suggestions = fields.List(fields.Integer())
    last_asked_at = Instant()
    aside_reason = fields.String(allow_none=True)
    aside_at = Instant(allow_none=True)


class DemandPageSchema(StrictSchema):
    org = fields.String()
    items = fields.List(fields.Nested(WantedSchema))
    next = fields.String(allow_none=True)


class AsideSchema(StrictSchema):
    org = Code(required=True)
    key = Trimmed(longest=LONGEST_KEY, required=True)
    reason = Trimmed(longest=LONGEST_REASON, required=True)


class AsideRemovalSchema(StrictSchema):
    org = Code(required=True)
    key = Trimmed(longest=LONGEST_KEY, required=True)


class PutAsideSchema(StrictSchema):
    org = fields.String()
    key = fields.String()
    title = fields.String()
    reason = fields.String()
    at = Instant()
    author = fields.String()
