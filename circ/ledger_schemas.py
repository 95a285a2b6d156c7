"""Shapes of readers' accounts on the wire. Money is a string in yuan, signed as in the ledger: what is owed above zero."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validate

from circ.ledger import CAUSES, KINDS, METHODS
from circ.ledger_models import APPROVAL_STATUSES, APPROVED_ACTS
from kernel.schema import Barcode, Instant, Money, StrictSchema, Trimmed

_MOST_FEES = 200
_BY_HAND = ("other", "lost", "damaged", "processing")


class FeeIds(fields.Field[tuple[int, ...]]):
    """One fee, or a list of fees, by the numbers of their entries."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.metadata = {
            **self.metadata,
            "oneOf": [{"type": "integer"}, {"type": "array", "items": {"type": "integer"}}],
        }

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> tuple[int, ...]:
        ids = value if isinstance(value, list) else [value]
        fits = all(isinstance(one, int) and not isinstance(one, bool) and 0 < one < 2**63 for one in ids)
        if not fits or not 0 < len(ids) <= _MOST_FEES:
            raise ValidationError(f"This is the number of a fee, or a list of 1 to {_MOST_FEES} of them.")
        return tuple(dict.fromkeys(ids))


def _method() -> fields.String:
    return fields.String(load_default="cash", validate=validate.OneOf(list(METHODS)))


def _given() -> fields.String:
    """How money is handed out: by every way but the deposit, which it does not pay for."""
    return fields.String(load_default="cash", validate=validate.OneOf([name for name in METHODS if name != "deposit"]))


class ChargeSchema(StrictSchema):
    amount = Money(least=1, required=True, attribute="fen")
    reason = Trimmed(200, required=True)
    cause = fields.String(load_default="other", validate=validate.OneOf(_BY_HAND))
    item = Barcode()
    at = fields.String()


class PaymentSchema(StrictSchema):
    amount = Money(least=1, required=True, attribute="fen")
    method = _method()
    against = FeeIds(load_default=())
    at = fields.String()


class ReversalSchema(StrictSchema):
    reason = Trimmed(200, required=True)


class LetGoSchema(StrictSchema):
    reason = Trimmed(200, required=True)
    amount = Money(least=1, attribute="fen")


class PayOutSchema(StrictSchema):
    amount = Money(least=1, attribute="fen")
    method = _given()
    reason = Trimmed(200, required=True)
    at = fields.String()


class DepositSchema(StrictSchema):
    amount = Money(least=1, required=True, attribute="fen")
    method = _given()
    at = fields.String()


class DepositReturnSchema(StrictSchema):
    amount = Money(least=1, attribute="fen")
    method = _given()
    reason = Trimmed(200)
    at = fields.String()


class SettledSchema(StrictSchema):
    """How much of an entry settles another one (`entry`)."""

    entry = fields.Integer()
    amount = Money()


class EntrySchema(StrictSchema):
    """One entry. `open` is what is still to be paid of a fee, or not used of a payment; `about` the fee or payment that it corrects;
    `why` how a fee was computed. Of a fee, waiver or refund that names no book, `at` tells the day only, and `why` nothing."""

    id = fields.Integer()
    at = Instant()
    org = fields.String()
    kind = fields.String(validate=validate.OneOf(list(KINDS)))
    cause = fields.String(allow_none=True, validate=validate.OneOf(list(CAUSES)))
    amount = Money()
    open = Money()
    loan = fields.Integer(allow_none=True)
    item = fields.String(allow_none=True)
    title = fields.String(allow_none=True)
    about = fields.Integer(allow_none=True)
    method = fields.String(allow_none=True)
    note = fields.String(allow_none=True)
    why = fields.Dict(keys=fields.String(), allow_none=True)
    author = fields.String()


class PostedSchema(EntrySchema):
    """An entry just made, what it settles, and the account after it."""

    settles = fields.List(fields.Nested(SettledSchema))
    balance = Money()
    deposit = Money()


class ApprovalSchema(StrictSchema):
    """What waits for another person; `approval` is its number."""

    approval = fields.Integer()
    status = fields.String(validate=validate.OneOf(["awaiting_approval", *APPROVAL_STATUSES[1:]]))
    act = fields.String(validate=validate.OneOf(list(APPROVED_ACTS)))
    patron = fields.String(allow_none=True)
    about = fields.Integer(allow_none=True)
    amount = Money()
    reason = fields.String()
    org = fields.String()
    asked_by = fields.String()
    asked_at = Instant()


class ApprovalPageSchema(StrictSchema):
    items = fields.List(fields.Nested(ApprovalSchema))
    next = fields.String(allow_none=True)


class AccruingSchema(StrictSchema):
    """What a late loan would cost if it came back now, as of a day."""

    loan = fields.Integer()
    amount = Money()
    days = fields.Integer()
    as_of = fields.Date()


class AccountSchema(StrictSchema):
    """`balance` is what the reader owes, below zero it is credit: the sum of all entries but deposits, whose sum is `deposit`."""

    patron = fields.String()
    balance = Money()
    deposit = Money()
    entries = fields.List(fields.Nested(EntrySchema))
    accruing = fields.List(fields.Nested(AccruingSchema))
    waiting = fields.List(fields.Nested(ApprovalSchema))
    next = fields.String(allow_none=True)


class AccountQuerySchema(StrictSchema):
    cursor = fields.String()
