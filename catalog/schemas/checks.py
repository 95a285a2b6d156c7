"""What is said of a record before it is kept, and the tag tables by which it is said."""

from __future__ import annotations

from marshmallow import fields

from kernel.schema import StrictSchema


class FindingSchema(StrictSchema):
    """`class`: an error stops, a warning may be kept. `field` is the place among the record's fields, from 1; null for the leader or
    for a field that is missing."""

    class_ = fields.String(data_key="class")
    code = fields.String()
    tag = fields.String()
    field = fields.Integer(allow_none=True)
    message = fields.String()


class AlikeSchema(StrictSchema):
    """A title that may be the same; `by` is what it has in common: a number, or title and author."""

    id = fields.Integer()
    title = fields.String()
    authors = fields.String()
    publisher = fields.String(allow_none=True)
    year = fields.Integer(allow_none=True)
    isbn = fields.String(allow_none=True)
    by = fields.String()


class CheckSchema(StrictSchema):
    """`title` is what the record would be called; null where an error stops it."""

    format = fields.String()
    title = fields.String(allow_none=True)
    findings = fields.List(fields.Nested(FindingSchema))
    alike = fields.List(fields.Nested(AlikeSchema))


class SubfieldRuleSchema(StrictSchema):
    code = fields.String()
    name = fields.String()
    is_repeatable = fields.Boolean(data_key="repeatable")
    is_mandatory = fields.Boolean(data_key="mandatory")


class IndicatorValueSchema(StrictSchema):
    value = fields.String()
    name = fields.String()


class TagRuleSchema(StrictSchema):
    """A field of a format; `indicators` lists the values of the first and of the second, none where it is always blank."""

    tag = fields.String()
    name = fields.String()
    is_repeatable = fields.Boolean(data_key="repeatable")
    is_mandatory = fields.Boolean(data_key="mandatory")
    indicators = fields.List(fields.List(fields.Nested(IndicatorValueSchema)))
    subfields = fields.List(fields.Nested(SubfieldRuleSchema))


class TagRulesSchema(StrictSchema):
    format = fields.String()
    fields_ = fields.List(fields.Nested(TagRuleSchema), data_key="fields")
