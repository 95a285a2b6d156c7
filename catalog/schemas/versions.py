"""Shapes of a title's history on the wire."""

from __future__ import annotations

from marshmallow import fields, validate

from kernel.schema import Instant, StrictSchema

CAUSES = ("import", "review", "hand", "merge", "restore", "undo", "source", "apart")


class VersionSchema(StrictSchema):
    """One version; `changed` names the fields in which it differs from the one before."""

    version = fields.Integer()
    at = Instant()
    author = fields.String(allow_none=True)
    cause = fields.String(allow_none=True, validate=validate.OneOf(CAUSES))
    import_id = fields.Integer(allow_none=True, data_key="import")
    is_current = fields.Boolean()
    title = fields.String()
    changed = fields.List(fields.String())


class RecordSchema(StrictSchema):
    """A record as it came. `identity` is its control number within `source`."""

    id = fields.Integer()
    source = fields.String()
    identity = fields.String()
    container = fields.String()
    format = fields.String()
    received_at = Instant()
    import_id = fields.Integer(allow_none=True, data_key="import")
    is_current = fields.Boolean()


class MergedTitleSchema(StrictSchema):
    bib = fields.Integer()
    title = fields.String()
    merged_at = Instant()


class HistorySchema(StrictSchema):
    """What a title said before, newest first, the records behind it, and the titles that were merged into it."""

    bib = fields.Integer()
    merged_into = fields.Integer(allow_none=True)
    items = fields.List(fields.Nested(VersionSchema))
    records = fields.List(fields.Nested(RecordSchema))
    merged = fields.List(fields.Nested(MergedTitleSchema))


class DifferenceValueSchema(StrictSchema):
    way = fields.String(validate=validate.OneOf(("same", "removed", "added")))
    value = fields.String()


class DifferenceSchema(StrictSchema):
    field = fields.String()
    label = fields.String()
    values = fields.List(fields.Nested(DifferenceValueSchema))


class ComparisonSchema(StrictSchema):
    """From the older version to the newer: what was removed, what was added, what stayed in the fields that differ."""

    older = fields.Integer()
    newer = fields.Integer()
    differences = fields.List(fields.Nested(DifferenceSchema))


class ComparisonQuerySchema(StrictSchema):
    older = fields.Integer(required=True, strict=False, validate=validate.Range(1, 2**31 - 1))
    newer = fields.Integer(required=True, strict=False, validate=validate.Range(1, 2**31 - 1))
