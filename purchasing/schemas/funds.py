"""Shapes of funds and programmes on the wire."""

from __future__ import annotations

from marshmallow import fields, validate

from kernel.schema import Code, Day, Instant, Money, StrictSchema, Switch, Trimmed
from purchasing.kinds import KINDS
from purchasing.programmes import PERIODS, PRESENCES, RESIDENCES
from purchasing.service.programmes import LATE
from purchasing.states import ENTRY_KINDS

_YEAR = validate.Range(1000, 2999)


class NewFundSchema(StrictSchema):
    code = Code(required=True)
    name = Trimmed(longest=80, required=True)
    org = Code(required=True)
    allocated = Money(load_default=0)


class AllocationSchema(StrictSchema):
    """`amount` is given to the fund, or taken back from it where `take_back` is true."""

    amount = Money(required=True, least=1)
    take_back = Switch(load_default=False)
    reason = Trimmed(longest=200, shortest=0, load_default="")


class FundSchema(StrictSchema):
    code = fields.String()
    name = fields.String()
    org = fields.String()
    allocated = Money()
    spent = Money()
    left = Money()
    created_at = Instant()


class FundListSchema(StrictSchema):
    items = fields.List(fields.Nested(FundSchema))


class FundEntrySchema(StrictSchema):
    """`amount` below zero was put back into the fund."""

    id = fields.Integer()
    at = Instant()
    kind = fields.String(validate=validate.OneOf(list(ENTRY_KINDS)))
    amount = Money()
    selection = fields.Integer(allow_none=True)
    order_line = fields.Integer(allow_none=True)
    note = fields.String()
    author = fields.String()


class FundEntryPageSchema(StrictSchema):
    items = fields.List(fields.Nested(FundEntrySchema))
    next = fields.String(allow_none=True)


class QuotaSchema(StrictSchema):
    """At least one of the two: so many books, books for so much money, in each period. A visit is a day."""

    period = fields.String(required=True, validate=validate.OneOf(list(PERIODS)))
    count = fields.Integer(allow_none=True, load_default=None, validate=validate.Range(0, 10_000), strict=True)
    amount = Money(allow_none=True, load_default=None)


class AgesSchema(StrictSchema):
    """First and last year of age; either may be open."""

    first = fields.Integer(
        data_key="from", allow_none=True, load_default=None, validate=validate.Range(0, 150), strict=True
    )
    last = fields.Integer(
        data_key="to", allow_none=True, load_default=None, validate=validate.Range(0, 150), strict=True
    )


class OnlineSchema(StrictSchema):
    """Whether books may be chosen from a shop's list, and how they come. `pickup_at`: units where, or below which, they may be collected;
    none: everywhere. `postage` is what a day's parcel costs the reader, nothing from `post_free_from` on. `missed_per_year`: of so many
    parcels a year readers say by themselves that they did not come, null: any number; beyond it a librarian does."""

    pickup = Switch(load_default=False)
    post = Switch(load_default=False)
    pickup_at = fields.List(Code(), load_default=list, validate=validate.Length(max=500))
    postage = Money(attribute="postage_fen", load_default=0)
    post_free_from = Money(attribute="post_free_from_fen", allow_none=True, load_default=None)
    receipt_after_days = fields.Integer(load_default=15, validate=validate.Range(1, 90), strict=True)
    uncollected_counts = Switch(load_default=True)
    missed_per_year = fields.Integer(allow_none=True, load_default=3, validate=validate.Range(0, 100), strict=True)


class RulesSchema(StrictSchema):
    """What a programme allows; what is absent or null limits nothing. `return_to` and `late` are policies for its books alone: the settings
    `accept_returns` and those of money."""

    shops = fields.List(Code(), load_default=list, validate=validate.Length(max=500))
    readers = fields.String(load_default="network", validate=validate.OneOf(list(RESIDENCES)))
    categories = fields.List(Code(), load_default=list, validate=validate.Length(max=100))
    max_price = Money(allow_none=True, load_default=None)
    max_copies_in_network = fields.Integer(
        allow_none=True, load_default=None, validate=validate.Range(0, 10_000), strict=True
    )
    per_patron = fields.List(fields.Nested(QuotaSchema), load_default=list, validate=validate.Length(max=9))
    excluded_classes = fields.List(Trimmed(longest=20), load_default=list, validate=validate.Length(max=200))
    excluded_kinds = fields.List(fields.String(validate=validate.OneOf(list(KINDS))), load_default=list)
    earliest_year = fields.Integer(allow_none=True, load_default=None, validate=_YEAR, strict=True)
    languages = fields.List(
        fields.String(validate=validate.Regexp(r"^[a-z]{3}\Z")), load_default=list, validate=validate.Length(max=50)
    )
    ages = fields.Nested(AgesSchema, allow_none=True, load_default=None)
    loan_days = fields.Integer(allow_none=True, load_default=None, validate=validate.Range(1, 365), strict=True)
    cancel_minutes = fields.Integer(load_default=120, validate=validate.Range(0, 10_080), strict=True)
    presence = fields.String(load_default="none", validate=validate.OneOf(list(PRESENCES)))
    online = fields.Nested(OnlineSchema, load_default=lambda: OnlineSchema().load({}))
    return_to = fields.String(
        allow_none=True, load_default=None, validate=validate.OneOf(["anywhere", "home", "issuing"])
    )
    late = fields.Dict(keys=fields.String(validate=validate.OneOf(list(LATE))), load_default=dict)


class ShareSchema(StrictSchema):
    fund = Code(required=True)
    share = fields.Integer(load_default=1, validate=validate.Range(1, 1_000_000), strict=True)


class ProgrammeChangesSchema(StrictSchema):
    """`funds` pay in shares, or `budget` makes a fund of its own. Levels are per cent of each fund: from `warn_at` on it is told, at
    `stop_at` nothing more is bought. `library` processes the books, `like` is the item type whose policies they follow."""

    name = Trimmed(longest=80, required=True)
    starts_on = Day(required=True)
    ends_on = Day(required=True)
    funds = fields.List(fields.Nested(ShareSchema), load_default=list, validate=validate.Length(max=50))
    budget = Money(allow_none=True, load_default=None, least=1)
    library = Code(allow_none=True, load_default=None)
    like = Code(allow_none=True, load_default=None)
    warn_at = fields.Integer(load_default=80, validate=validate.Range(1, 100), strict=True)
    stop_at = fields.Integer(load_default=100, validate=validate.Range(1, 100), strict=True)
    paused = Switch(load_default=False)
    rules = fields.Nested(RulesSchema, load_default=lambda: RulesSchema().load({}))


class NewProgrammeSchema(ProgrammeChangesSchema):
    code = Code(required=True)
    org = Code(required=True)


class FundOfProgrammeSchema(StrictSchema):
    fund = fields.String()
    name = fields.String()
    share = fields.Integer()
    allocated = Money()
    spent = Money()
    left = Money()


class ProgrammeSchema(StrictSchema):
    """`budget_left` is the most expensive book that its funds can still pay in their shares; it and the money in `funds` are told to those
    who may see funds."""

    code = fields.String()
    name = fields.String()
    org = fields.String()
    library = fields.String()
    item_type = fields.String()
    starts_on = Day()
    ends_on = Day()
    warn_at = fields.Integer()
    stop_at = fields.Integer()
    paused = fields.Boolean()
    warned = fields.Boolean(allow_none=True)
    budget_left = Money(allow_none=True)
    funds = fields.List(fields.Nested(FundOfProgrammeSchema))
    rules = fields.Nested(RulesSchema)


class ProgrammeListSchema(StrictSchema):
    items = fields.List(fields.Nested(ProgrammeSchema))
