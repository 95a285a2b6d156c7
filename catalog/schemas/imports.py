"""Shapes of imports and holdings profiles on the wire."""

from __future__ import annotations

from typing import get_args

from marshmallow import fields, validate

from catalog.marc.record import FormatChoice
from kernel.schema import Instant, Money, StrictSchema, Switch, Trimmed

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
    """read = created + updated + merged + unchanged + review + rejected. `recognised` counts by container, format and encoding."""

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
    recognised = fields.Dict(keys=fields.String(), values=fields.Integer())
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


class SampleQuerySchema(StrictSchema):
    """The form fields beside `file`."""

    format = fields.String(load_default="auto", validate=validate.OneOf(get_args(FormatChoice)))
    profile = fields.String(load_default=None)


class SampleCopySchema(StrictSchema):
    barcode = fields.String(allow_none=True)
    library = fields.String(allow_none=True)
    call_number = fields.String(allow_none=True)
    price_fen = Money(data_key="price", allow_none=True)


class SampleTitleSchema(StrictSchema):
    title = fields.String()
    authors = fields.String()
    publisher = fields.String(allow_none=True)
    year = fields.Integer(allow_none=True)
    isbn = fields.String(allow_none=True)
    copies = fields.List(fields.Nested(SampleCopySchema))
    more_copies = fields.Integer()


class SampleLibrarySchema(StrictSchema):
    """A code the source writes; `unit` is the unit it seems to mean, null where somebody has to choose."""

    code = fields.String()
    copies = fields.Integer()
    unit = fields.String(allow_none=True)


def _counts() -> fields.Dict:
    return fields.Dict(keys=fields.String(), values=fields.Integer())


class SampleSchema(StrictSchema):
    """What the first records of a file show. `holdings` is the profile that reads their copies, learned from them where `is_learned`."""

    read = fields.Integer()
    rejected = fields.Integer()
    container = fields.String()
    formats = _counts()
    encodings = _counts()
    holdings = fields.Dict(keys=fields.String(), allow_none=True)
    is_learned = fields.Boolean()
    copies = fields.Integer()
    without_barcode = fields.Integer()
    unusable_barcodes = fields.Integer()
    without_library = fields.Integer()
    barcode_shapes = _counts()
    item_types = _counts()
    libraries = fields.List(fields.Nested(SampleLibrarySchema))
    titles = fields.List(fields.Nested(SampleTitleSchema))
    repairs = _counts()
    problems = fields.List(fields.Nested(ImportProblemSchema))


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
