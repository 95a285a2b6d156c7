"""Shapes of oversight on the wire."""

from __future__ import annotations

from marshmallow import ValidationError, fields, validate

from kernel.schema import Day, Instant, Money, StrictSchema
from purchasing.alerts import KINDS
from purchasing.oversight import LEVELS
from purchasing.spans import NO_SPAN, read_span


def _check_span(written: str) -> None:
    if read_span(written) is None:
        raise ValidationError(NO_SPAN.en)


class SpanQuerySchema(StrictSchema):
    """`2026`, `2026-Q4` or `2026-11`: no other days are told, for two spans could be subtracted."""

    span = fields.String(load_default="", validate=_check_span)


class OverseenFundSchema(StrictSchema):
    """`spent_on_choices` is what this programme took of it in these days; `lasts_until` null: nothing is being spent, or it lasts for
    years."""

    fund = fields.String()
    name = fields.String()
    allocated = Money()
    spent = Money()
    left = Money()
    spent_on_choices = Money()
    warn_at = Money()
    stop_at = Money()
    level = fields.String(validate=validate.OneOf(list(LEVELS)))
    lasts_until = Day(allow_none=True)


class PartSchema(StrictSchema):
    """`key` is a code, or null where it is not known. `together`: so many parts with too few readers are told together."""

    key = fields.String(allow_none=True)
    name = fields.String()
    books = fields.Integer()
    cost = Money(allow_none=True)
    together = fields.Integer(allow_none=True)


class LendingSchema(StrictSchema):
    copies = fields.Integer()
    lent = fields.Integer()
    never = fields.Integer()
    loans = fields.Integer()
    lent_percent = fields.Integer(allow_none=True)
    loans_a_copy = fields.Float(allow_none=True)


class RelendingSchema(StrictSchema):
    """Loans of the books chosen until `chosen_until` after the one they were bought for, and of other copies bought in these days."""

    chosen_until = Day()
    chosen = fields.Nested(LendingSchema)
    others = fields.Nested(LendingSchema)


class WayToShelfSchema(StrictSchema):
    with_readers = fields.Integer()
    to_process = fields.Integer()
    processed = fields.Integer()
    days_with_reader = fields.Float(allow_none=True)
    days_to_process = fields.Float(allow_none=True)


class RefusalCountSchema(StrictSchema):
    code = fields.String()
    count = fields.Integer()


class RefusalsSchema(StrictSchema):
    asked = fields.Integer()
    reasons = fields.List(fields.Nested(RefusalCountSchema))


class AlertSchema(StrictSchema):
    """`about` is the shop's code, the class, ISBN, login or fund it is about, null where it is a reader; `selections` lead who may open
    accounts to theirs."""

    kind = fields.String(validate=validate.OneOf(list(KINDS)))
    programme = fields.String()
    about = fields.String(allow_none=True)
    message = fields.String()
    count = fields.Integer()
    of = fields.Integer(allow_none=True)
    selections = fields.List(fields.Integer())


class AlertListSchema(StrictSchema):
    items = fields.List(fields.Nested(AlertSchema))


class OversightSchema(StrictSchema):
    """`funds` and costs are null for who may not see the programme's money, `alerts` for who may not see reports; `readers` and
    `first_time_readers` where these are fewer than five. `cost` was agreed when the books were chosen, `paid` is what the funds bear for
    them after settling; `is_running`: the span is not over, and all of it still changes. Parts are told for quarters and years.
    `counted_at`: when `lent_again` and `to_shelf` were counted, null: just now."""

    programme = fields.String()
    name = fields.String()
    span = fields.String(attribute="span.code")
    from_on = Day(data_key="from")
    to_on = Day(data_key="to")
    books = fields.Integer()
    cost = Money(allow_none=True)
    paid = Money(allow_none=True)
    is_running = fields.Boolean()
    cancelled = fields.Integer()
    readers = fields.Integer(allow_none=True)
    first_time_readers = fields.Integer(allow_none=True)
    first_time_percent = fields.Integer(allow_none=True)
    funds = fields.List(fields.Nested(OverseenFundSchema), allow_none=True)
    by_shop = fields.List(fields.Nested(PartSchema))
    by_class = fields.List(fields.Nested(PartSchema))
    by_age = fields.List(fields.Nested(PartSchema))
    by_branch = fields.List(fields.Nested(PartSchema))
    lent_again = fields.Nested(RelendingSchema)
    to_shelf = fields.Nested(WayToShelfSchema)
    counted_at = Instant(allow_none=True)
    refusals = fields.Nested(RefusalsSchema)
    alerts = fields.List(fields.Nested(AlertSchema), allow_none=True)
