"""Shapes of controlled headings on the wire."""

from __future__ import annotations

from marshmallow import fields, validate

from catalog.headings import KINDS, LONGEST_NAME
from kernel.schema import StrictSchema, Trimmed

MOST_NAMES = 100


def _names() -> fields.List[str]:
    return fields.List(Trimmed(longest=LONGEST_NAME), load_default=[], validate=validate.Length(max=MOST_NAMES))


class HeadingDataSchema(StrictSchema):
    """`variants` refer to the name; `see_also` names related headings."""

    kind = fields.String(required=True, validate=validate.OneOf(list(KINDS)))
    name = Trimmed(longest=LONGEST_NAME, required=True)
    variants = _names()
    see_also = _names()
    note = Trimmed(longest=500, allow_none=True, load_default=None)


class HeadingSchema(HeadingDataSchema):
    id = fields.Integer()


class HeadingQuerySchema(StrictSchema):
    """`q` is how a name in any form begins."""

    q = Trimmed(longest=LONGEST_NAME)
    kind = fields.String(validate=validate.OneOf(list(KINDS)))
    limit = fields.Integer(load_default=50, validate=validate.Range(1, 200))
    cursor = Trimmed(longest=400)


class HeadingPageSchema(StrictSchema):
    items = fields.List(fields.Nested(HeadingSchema))
    next = fields.String(allow_none=True)
