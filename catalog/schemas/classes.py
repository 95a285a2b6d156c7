"""Shapes of classes on the wire."""

from __future__ import annotations

from marshmallow import fields, validate

from kernel.schema import StrictSchema, Trimmed


class ClassesQuerySchema(StrictSchema):
    """`q` is how a number begins, or words of a name."""

    q = Trimmed(longest=64, required=True)
    limit = fields.Integer(load_default=8, validate=validate.Range(1, 50))


class ClassSchema(StrictSchema):
    """`path` names the classes above, the widest first."""

    code = fields.String()
    label = fields.String()
    path = fields.List(fields.String())


class ClassesSchema(StrictSchema):
    items = fields.List(fields.Nested(ClassSchema))
