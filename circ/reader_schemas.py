"""Shapes on the wire of what concerns a reader together with their loans and holds: families, histories, merging, leaving."""

from __future__ import annotations

from marshmallow import fields, validate

from circ.ledger import METHODS
from kernel.schema import Barcode, Day, Instant, StrictSchema, Switch
from patrons.schemas import PatronSchema


class WardSchema(StrictSchema):
    """A child in the reader's care. `must_agree`: it is under 14, and the guardian has not agreed to its being on record."""

    barcode = fields.String()
    name = fields.String()
    is_child = Switch()
    must_agree = Switch()
    open_loans = fields.Integer()
    overdue_loans = fields.Integer()
    open_holds = fields.Integer()
    ready_holds = fields.Integer()


class FamilyPageSchema(StrictSchema):
    items = fields.List(fields.Nested(WardSchema))
    next = fields.String(allow_none=True)


class HistoryPageQuerySchema(StrictSchema):
    limit = fields.Integer(load_default=50, validate=validate.Range(1, 200))
    cursor = fields.String()


class PastLoanSchema(StrictSchema):
    item = fields.String()
    bib = fields.Integer()
    title = fields.String()
    at = fields.String()
    checked_out_at = Instant()
    returned_at = Instant()


class PastLoanPageSchema(StrictSchema):
    items = fields.List(fields.Nested(PastLoanSchema))
    next = fields.String(allow_none=True)


class ForgottenSchema(StrictSchema):
    """How many loans and holds name their reader no more."""

    loans = fields.Integer()
    holds = fields.Integer()


class MergeReadersSchema(StrictSchema):
    into = Barcode(required=True)


class MergedReadersSchema(StrictSchema):
    """The account that stays; how many open loans and holds came to it."""

    patron = fields.Nested(PatronSchema)
    loans = fields.Integer()
    holds = fields.Integer()


class SideSchema(StrictSchema):
    barcode = fields.String()
    name = fields.String()
    category = fields.String()
    home = fields.String()
    expires_on = Day(allow_none=True)
    open_loans = fields.Integer()
    open_holds = fields.Integer()


class LikelyPairsSchema(StrictSchema):
    """Pairs of accounts that may be one person's."""

    items = fields.List(fields.List(fields.Nested(SideSchema)))
    next = fields.String(allow_none=True)


class AccountClosureSchema(StrictSchema):
    """`method`: how the deposit is handed out."""

    method = fields.String(load_default="cash", validate=validate.OneOf(list(METHODS)))


class ClosedSchema(PatronSchema):
    holds_cancelled = fields.Integer()
    deposit_returned = fields.String()


class ErasedSchema(StrictSchema):
    """The number under which the row stays, for the list of those who are erased again after a restore."""

    id = fields.Integer()
    erased_at = Instant()


class ErasureAskedSchema(StrictSchema):
    asked_at = Instant()
