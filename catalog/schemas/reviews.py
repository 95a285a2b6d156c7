"""Shapes of the queue of doubtful records on the wire."""

from __future__ import annotations

from typing import Any, get_args

from marshmallow import ValidationError, fields, validate, validates_schema

from catalog.matching import LABELS, Agreement
from catalog.queries.reviews import STATUSES
from catalog.schemas.bibs import BibChangesSchema
from catalog.service.imports.reviews import Decision
from kernel.schema import Instant, StrictSchema


class ReviewQuerySchema(StrictSchema):
    status = fields.String(load_default="open", validate=validate.OneOf([*STATUSES, "all"]))
    limit = fields.Integer(load_default=50, validate=validate.Range(1, 200))
    cursor = fields.String()


class ReasonSchema(StrictSchema):
    """How one criterion speaks: `theirs` is what the record says, `ours` what the title says, `points` what it adds to the score."""

    criterion = fields.String(validate=validate.OneOf(list(LABELS)))
    label = fields.String()
    agreement = fields.String(validate=validate.OneOf(get_args(Agreement)))
    points = fields.Integer()
    ours = fields.String()
    theirs = fields.String()


class CandidateSchema(StrictSchema):
    bib = fields.Integer()
    title = fields.String()
    authors = fields.String()
    publisher = fields.String(allow_none=True)
    year = fields.Integer(allow_none=True)
    isbn = fields.String(allow_none=True)
    score = fields.Integer()
    reasons = fields.List(fields.Nested(ReasonSchema))


class ReviewSchema(StrictSchema):
    """A record that may be one of a title that is there. `bib` is its title once somebody decided."""

    id = fields.Integer()
    import_id = fields.Integer(data_key="import")
    source = fields.String()
    control_number = fields.String(allow_none=True)
    record = fields.Integer()
    title = fields.String(allow_none=True)
    status = fields.String(validate=validate.OneOf(STATUSES))
    bib = fields.Integer(allow_none=True)
    created_at = Instant()
    decided_at = Instant(allow_none=True)
    decided_by = fields.String(allow_none=True)
    candidates = fields.List(fields.Nested(CandidateSchema))


class ReviewPageSchema(StrictSchema):
    items = fields.List(fields.Nested(ReviewSchema))
    next = fields.String(allow_none=True)


class DecisionSchema(StrictSchema):
    """`into`: the title to merge with, the best candidate where none is named. `fields`: what a corrected record should have said; what is
    absent stays as the record has it."""

    decision = fields.String(required=True, validate=validate.OneOf(get_args(Decision)))
    into = fields.Integer(strict=True, load_default=None, allow_none=True)
    corrected = fields.Nested(BibChangesSchema, data_key="fields", load_default=None, allow_none=True)

    @validates_schema
    def say_what_fits(self, data: dict[str, Any], **_kwargs: Any) -> None:
        if data.get("into") is not None and data["decision"] != "merge":
            raise ValidationError("Only a merge goes into a title.", "into")
        if (data.get("corrected") is None) == (data["decision"] == "correct"):
            raise ValidationError("A correction, and nothing else, has fields.", "fields")


class DecidedSchema(StrictSchema):
    id = fields.Integer(attribute="review_id")
    status = fields.String(validate=validate.OneOf(STATUSES))
    bib = fields.Integer(attribute="bib_id")
    items_created = fields.Integer()
