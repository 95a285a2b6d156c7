"""Shapes of item types on the wire."""

from __future__ import annotations

from marshmallow import fields

from kernel.schema import Code, StrictSchema, Trimmed


class ItemTypeSchema(StrictSchema):
    code = Code(required=True)
    name = Trimmed(longest=64, required=True)
    parent = fields.String(allow_none=True, load_default=None)


class ItemTypeChangesSchema(StrictSchema):
    name = Trimmed(longest=64, required=True)


class ItemTypePageSchema(StrictSchema):
    items = fields.List(fields.Nested(ItemTypeSchema))
    next = fields.String(allow_none=True)
