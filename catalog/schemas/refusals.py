"""How a refusal, or a notice that hinders nothing, is told on the wire."""

from __future__ import annotations

from marshmallow import fields, validate

from kernel.schema import StrictSchema


class RefusalSchema(StrictSchema):
    code = fields.String()
    class_ = fields.String(data_key="class", validate=validate.OneOf(["impossible", "confirm", "notice"]))
    message = fields.String()
    override = fields.String(allow_none=True)
    data = fields.Dict(keys=fields.String())
