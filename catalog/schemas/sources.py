"""Shapes of sources of records on the wire."""

from __future__ import annotations

from marshmallow import fields, validate

from catalog.merging import DEFAULT_PRIORITY
from catalog.service.sources import HIGHEST_PRIORITY
from kernel.schema import Instant, StrictSchema, Trimmed


class SourceSchema(StrictSchema):
    """Of two sources the one of higher `priority` describes a title. `profile` reads its files where an import names none.
    While its titles are described anew `redescribe_asked_at` says since when; the counts say how many were seen and changed."""

    code = fields.String(dump_only=True)
    name = Trimmed(longest=100, load_default="")
    priority = fields.Integer(strict=True, load_default=DEFAULT_PRIORITY, validate=validate.Range(0, HIGHEST_PRIORITY))
    profile = fields.String(load_default=None, allow_none=True)
    is_set_up = fields.Boolean(dump_only=True)
    redescribe_asked_at = Instant(dump_only=True, allow_none=True)
    redescribe_seen = fields.Integer(dump_only=True)
    redescribe_changed = fields.Integer(dump_only=True)


class SourcesSchema(StrictSchema):
    items = fields.List(fields.Nested(SourceSchema))
