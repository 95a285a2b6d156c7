"""Shapes of transfers on the wire."""

from __future__ import annotations

from marshmallow import fields, validate

from kernel.schema import Day, Instant, StrictSchema, Switch, Trimmed
from transit.states import REASONS, TRANSFER_STATUSES


class TransferSchema(StrictSchema):
    id = fields.Integer()
    item = fields.String(allow_none=True)
    proposed = fields.String(allow_none=True)
    request = fields.Integer(allow_none=True)
    bib = fields.Integer()
    title = fields.String()
    from_ = fields.String(data_key="from")
    to = fields.String()
    reason = fields.String(validate=validate.OneOf(list(REASONS)))
    status = fields.String(validate=validate.OneOf(list(TRANSFER_STATUSES)))
    hold = fields.Integer(allow_none=True)
    requested_at = Instant()
    dispatched_at = Instant(allow_none=True)
    received_at = Instant(allow_none=True)
    needed_by = Day(allow_none=True)
    keep_until = Day(allow_none=True)
    call_number = fields.String(allow_none=True)
    shelf = fields.String(allow_none=True)
    note = fields.String(allow_none=True)
    cancel_reason = fields.String(allow_none=True)


class TransferPageSchema(StrictSchema):
    items = fields.List(fields.Nested(TransferSchema))
    next = fields.String(allow_none=True)


class TransferQuerySchema(StrictSchema):
    from_ = fields.String(data_key="from")
    to = fields.String()
    status = fields.String(validate=validate.OneOf(list(TRANSFER_STATUSES)))
    limit = fields.Integer(load_default=50, validate=validate.Range(1, 200))
    cursor = fields.String()


class CancellationSchema(StrictSchema):
    reason = Trimmed(longest=200, required=True)
    force = Switch(load_default=False)


class LossSchema(StrictSchema):
    reason = Trimmed(longest=200, required=True)
