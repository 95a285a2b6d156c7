"""Shapes of imports and holdings profiles on the wire."""

from __future__ import annotations

from typing import get_args

from marshmallow import fields, validate

from catalog.marc.record import FormatChoice
from kernel.schema import Instant, StrictSchema, Switch, Trimmed

IMPORT_STATUSES = ("queued", "running", "done", "failed", "undone")


class NewImportSchema(StrictSchema):
    """The form fields beside `file`. `source` says whose control numbers these are; without it the profile or the unit does."""

    format = fields.String(load_default="auto", validate=validate.OneOf(get_args(FormatChoice)))
    profile = fields.String(load_default=None)
    org = fields.String(required=True)
    source = Trimmed(longest=64, load_default=None)


class ImportProblemSchema(StrictSchema):
    record = fields.Integer()
    offset = fields.Integer()
    control_number = fields.String(allow_none=True)
    tag = fields.String(allow_none=True)
    code = fields.String()
    message = fields.String()
    kept_aside = fields.Boolean()


class ImportSummarySchema(StrictSchema):
    """read = created + updated + merged + unchanged + review + rejected."""

    id = fields.Integer()
    status = fields.String(validate=validate.OneOf(IMPORT_STATUSES))
    code = fields.String(allow_none=True)
    filename = fields.String()
    format = fields.String()
    profile = fields.String(allow_none=True)
    source = fields.String()
    org = fields.String()
    size = fields.Integer()
    offset = fields.Integer()
    read = fields.Integer()
    created = fields.Integer()
    updated = fields.Integer()
    merged = fields.Integer()
    unchanged = fields.Integer()
    review = fields.Integer()
    rejected = fields.Integer()
    repaired = fields.Dict(keys=fields.String(), values=fields.Integer())
    items_created = fields.Integer()
    items_updated = fields.Integer()
    created_at = Instant()
    started_at = Instant(allow_none=True)
    finished_at = Instant(allow_none=True)
    undo_asked_at = Instant(allow_none=True)


class ImportSchema(ImportSummarySchema):
    """The whole report: `errors` are the first records kept aside and copies that could not be taken."""

    errors = fields.List(fields.Nested(ImportProblemSchema))


class ImportPageSchema(StrictSchema):
    items = fields.List(fields.Nested(ImportSummarySchema))
    next = fields.String(allow_none=True)


class ImportQuerySchema(StrictSchema):
    limit = fields.Integer(load_default=50, validate=validate.Range(1, 200))
    cursor = fields.String()


class ProblemPageSchema(StrictSchema):
    items = fields.List(fields.Nested(ImportProblemSchema))
    next = fields.String(allow_none=True)


class ImportProfileSchema(StrictSchema):
    """`holdings` is how a source writes its copies (`catalog.marc.holdings.HoldingsProfile`), `weights` are the points of each criterion
    of matching and the two thresholds (`catalog.matching.Weights`); what is left out has its default."""

    code = fields.String(dump_only=True)
    name = Trimmed(longest=100, load_default="")
    holdings = fields.Dict(keys=fields.String(), load_default=dict)
    weights = fields.Dict(keys=fields.String())


class UndoLeftSchema(StrictSchema):
    """What stays when an import is undone, and why: a title, or one of its copies."""

    code = fields.String()
    message = fields.String()
    bib = fields.Integer()
    title = fields.String()
    barcode = fields.String(allow_none=True)


class UndoSchema(StrictSchema):
    """`planned`: what undoing would do (of a very large import only the newest `looked_at` of `titles` are counted); `running` and
    `undone`: what it has done. `left` are the first things that stay."""

    import_id = fields.Integer(data_key="import")
    status = fields.String(validate=validate.OneOf(("planned", "running", "undone")))
    titles = fields.Integer()
    looked_at = fields.Integer()
    titles_removed = fields.Integer()
    titles_restored = fields.Integer()
    titles_kept = fields.Integer()
    copies_removed = fields.Integer()
    copies_kept = fields.Integer()
    copies_corrected = fields.Integer()
    left = fields.List(fields.Nested(UndoLeftSchema))


class AskUndoSchema(StrictSchema):
    dry_run = Switch(load_default=False)
