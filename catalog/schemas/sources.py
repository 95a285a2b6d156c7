"""Shapes of sources of records on the wire."""

from __future__ import annotations

from marshmallow import fields, validate

from catalog.merging import DEFAULT_PRIORITY
from catalog.service.sources import HIGHEST_PRIORITY
from kernel.schema import StrictSchema, Trimmed


class SourceSchema(StrictSchema):
    """Of two sources the one of higher `priority` describes a title. `profile` reads its files where an import names none."""

    code = fields.String(dump_only=True)
    name = Trimmed(longest=100, load_default="")
    priority = fields.Integer(strict=True, load_default=DEFAULT_PRIORITY, validate=validate.Range(0, HIGHEST_PRIORITY))
    profile = fields.String(load_default=None, allow_none=True)
    is_set_up = fields.Boolean(dump_only=True)


class SourcesSchema(StrictSchema):
    items = fields.List(fields.Nested(SourceSchema))
