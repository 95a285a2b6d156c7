"""Shapes of the policy lab on the wire."""

from __future__ import annotations

from marshmallow import fields, validate

from branches.schemas import PolicyRowSchema
from branches.service.policies import MOST_ROWS
from kernel.schema import Day, Instant, StrictSchema


class LabSchema(StrictSchema):
    """A draft of all rows, and the days whose acts are replayed, both included."""

    rows = fields.List(fields.Nested(PolicyRowSchema), required=True, validate=validate.Length(max=MOST_ROWS))
    from_on = Day(data_key="from", required=True)
    to_on = Day(data_key="to", required=True)


class CountSchema(StrictSchema):
    key = fields.String()
    count = fields.Integer()


class VerdictSchema(StrictSchema):
    """Which refusals stood; else when it was due, or to which unit the book went."""

    refusals = fields.List(fields.String())
    due_at = Instant(allow_none=True)
    goes_to = fields.String(allow_none=True)


class ExampleSchema(StrictSchema):
    """An act that would have been decided otherwise. `entry` is its row of the journal; no reader is named."""

    entry = fields.Integer()
    act = fields.String()
    at = Instant()
    org = fields.String()
    item = fields.String(allow_none=True)
    bib = fields.Integer(allow_none=True)
    category = fields.String(allow_none=True)
    item_type = fields.String(allow_none=True)
    before = fields.Nested(VerdictSchema)
    after = fields.Nested(VerdictSchema)


class ChangedKindSchema(StrictSchema):
    """`codes` counts the refusals that stand under one set of policies only."""

    kind = fields.String()
    label = fields.String()
    count = fields.Integer()
    codes = fields.Dict(keys=fields.String(), values=fields.Integer())
    examples = fields.List(fields.Nested(ExampleSchema))


class NotJudgedSchema(StrictSchema):
    reason = fields.String()
    label = fields.String()
    count = fields.Integer()


class LabReportSchema(StrictSchema):
    """What the draft would have changed, compared with `version`, which is in force."""

    from_on = Day(data_key="from", attribute="from")
    to_on = Day(data_key="to", attribute="to")
    version = fields.Integer()
    acts = fields.Integer()
    judged = fields.Integer()
    changed = fields.Integer()
    kinds = fields.List(fields.Nested(ChangedKindSchema))
    by_org = fields.List(fields.Nested(CountSchema))
    by_category = fields.List(fields.Nested(CountSchema))
    by_item_type = fields.List(fields.Nested(CountSchema))
    not_judged = fields.List(fields.Nested(NotJudgedSchema))
    cannot_know = fields.List(fields.String())
