"""The shape of every error (RFC 9457), as `web.errors` writes it."""

from __future__ import annotations

from marshmallow import fields

from catalog.schemas import RefusalSchema
from kernel.schema import StrictSchema


class ProblemSchema(StrictSchema):
    """`code` is what programs branch on. `errors` names fields, `refusals` the reasons of a refused act, all at once."""

    type = fields.String()
    title = fields.String()
    status = fields.Integer()
    detail = fields.String()
    code = fields.String()
    errors = fields.Dict(keys=fields.String(), values=fields.List(fields.String()))
    refusals = fields.List(fields.Nested(RefusalSchema))
    data = fields.Dict(keys=fields.String())
