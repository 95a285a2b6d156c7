"""Shapes of suggestions on the wire."""

from __future__ import annotations

from marshmallow import fields, validate

from catalog.schemas.bibs import denied
from kernel.schema import Code, Instant, StrictSchema, Trimmed
from purchasing.service.suggestions import LONGEST
from purchasing.states import STATUSES


class NewSuggestionSchema(StrictSchema):
    """`not_these` are the titles (`bibs` of the refusal `suggestion.alike`) that the reader was shown and does not mean."""

    title = Trimmed(longest=LONGEST["title"], required=True)
    author = Trimmed(longest=LONGEST["author"], shortest=0, load_default="")
    publisher = Trimmed(longest=LONGEST["publisher"], shortest=0, load_default="")
    isbn = Trimmed(longest=40, shortest=0, load_default="")
    reason = Trimmed(longest=LONGEST["reason"], shortest=0, load_default="")
    not_these = denied()


class AnswerSchema(StrictSchema):
    status = fields.String(required=True, validate=validate.OneOf([name for name in STATUSES if name != "open"]))
    answer = Trimmed(longest=LONGEST["answer"], shortest=0, load_default="")


class PurchaseSuggestionSchema(StrictSchema):
    """`votes` counts the readers who want the title; `org` is the unit that answers, `bib` the title once it was ordered or bought.
    `reason` is told to staff alone; a reader, who may be one who seconded, gets null."""

    id = fields.Integer()
    title = fields.String()
    author = fields.String()
    publisher = fields.String()
    isbn = fields.String(allow_none=True)
    reason = fields.String(allow_none=True)
    org = fields.String()
    status = fields.String()
    answer = fields.String()
    answered_at = Instant(allow_none=True)
    bib = fields.Integer(allow_none=True)
    created_at = Instant()
    votes = fields.Integer()


class SuggestionQuerySchema(StrictSchema):
    status = fields.String(validate=validate.OneOf(list(STATUSES)))
    org = Code()
    limit = fields.Integer(load_default=50, strict=False, validate=validate.Range(1, 200))
    cursor = fields.String(load_default=None)


class PurchaseSuggestionPageSchema(StrictSchema):
    items = fields.List(fields.Nested(PurchaseSuggestionSchema))
    next = fields.String(allow_none=True)
