"""Shapes of what units ask each other to send, on the wire."""

from __future__ import annotations

from marshmallow import fields, validate

from catalog.readership import READERSHIPS
from circ.schemas import CheckInResultSchema, override_codes
from circ.service.requests.asking import ASKED_REASONS, MOST_COPIES
from kernel.schema import Barcode, Code, Day, Instant, StrictSchema, Switch, Trimmed
from transit.schemas import TransferSchema

_IDS = validate.Range(1, 2**63 - 1)
_COUNT = validate.Range(1, MOST_COPIES)


class CriteriaSchema(StrictSchema):
    """At least one of type, class and audience; `count` is how many copies."""

    type = Code()
    class_ = Trimmed(longest=64, data_key="class")
    audience = fields.String(validate=validate.OneOf(list(READERSHIPS)))
    count = fields.Integer(strict=True, required=True, validate=_COUNT)


class AskForCopiesSchema(StrictSchema):
    """One of `item`, `bib` (with `copies`, of a set with `volume`) and `criteria`. `from` names the library to be asked, else the nearest
    that can help is."""

    item = Barcode()
    bib = fields.Integer(strict=True, validate=_IDS)
    volume = Trimmed(longest=100)
    copies = fields.Integer(strict=True, load_default=1, validate=_COUNT)
    criteria = fields.Nested(CriteriaSchema)
    to = fields.String(required=True)
    from_ = fields.String(data_key="from")
    reason = fields.String(load_default="request", validate=validate.OneOf(ASKED_REASONS))
    needed_by = Day()
    keep_until = Day()
    note = Trimmed(longest=200)
    override = override_codes()
    why = Trimmed(longest=200)


class RequestedSchema(StrictSchema):
    """One transfer for each copy that a library was asked for; `unfilled` are those for which none has one."""

    request = fields.Integer()
    requests = fields.List(fields.Nested(TransferSchema))
    unfilled = fields.Integer()


class TransferApprovalSchema(StrictSchema):
    """The copies in hand; without them, the one that was proposed."""

    items = fields.List(Barcode(), load_default=[], validate=validate.Length(max=MOST_COPIES))


class ApprovedSchema(TransferSchema):
    """The transfer that was answered, with all that were approved, and the copies that went to readers who wait instead."""

    approved = fields.List(fields.Nested(TransferSchema))
    held = fields.List(fields.Nested(CheckInResultSchema))


class TransferRefusalSchema(StrictSchema):
    """`pass_on`: the next library that can help is asked. `rest`: this is the answer to all that the same request asks of this library."""

    reason = Trimmed(longest=200, required=True)
    pass_on = Switch(load_default=True)
    rest = Switch(load_default=False)


class RefusedSchema(TransferSchema):
    """The transfer that was refused, as it is now: asked of another library, or ended; with all that were refused along with it."""

    refused = fields.List(fields.Nested(TransferSchema))


class NoSchema(StrictSchema):
    """Who said no, when and why."""

    org = fields.String()
    reason = fields.String()
    at = Instant()


class RequestLineSchema(TransferSchema):
    refusals = fields.List(fields.Nested(NoSchema))


class RequestSchema(StrictSchema):
    """What a unit asked for, and what became of it."""

    id = fields.Integer()
    to = fields.String()
    bib = fields.Integer(allow_none=True)
    title = fields.String(allow_none=True)
    volume = fields.String(allow_none=True)
    item_named = Switch()
    criteria = fields.Dict(keys=fields.String(), values=fields.String(), allow_none=True)
    copies = fields.Integer()
    unfilled = fields.Integer()
    open = fields.Integer()
    received = fields.Integer()
    needed_by = Day(allow_none=True)
    keep_until = Day(allow_none=True)
    note = fields.String(allow_none=True)
    asked_at = Instant()
    transfers = fields.List(fields.Nested(RequestLineSchema))


class RequestPageSchema(StrictSchema):
    items = fields.List(fields.Nested(RequestSchema))
    next = fields.String(allow_none=True)


class RequestQuerySchema(StrictSchema):
    to = fields.String()
    limit = fields.Integer(load_default=50, validate=validate.Range(1, 200))
    cursor = fields.String()


class ToAnswerQuerySchema(StrictSchema):
    at = fields.String(required=True)
