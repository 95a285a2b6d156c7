"""Shapes of this room on the wire: units, hours, distances, accounts, policies, the journal."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, post_load, validate, validates_schema

from branches.calendar import WEEKDAYS
from branches.policy_changes import KINDS as KINDS_OF_CHANGE
from branches.rights import ROLES
from branches.tree import KINDS
from kernel.journal import ACTS
from kernel.schema import Barcode, Code, Day, Instant, Number, StrictSchema, Switch, Trimmed

MOST_CLOSURES = 1000
MOST_SPANS_A_DAY = 8
MOST_DAYS = 800
HOUR = validate.Regexp(r"^([01][0-9]|2[0-3]):[0-5][0-9]\Z", error="A time is written as 09:00, from 00:00 to 23:59.")


class PageQuerySchema(StrictSchema):
    limit = fields.Integer(load_default=50, validate=validate.Range(1, 200))
    cursor = Trimmed(longest=400)


# --- units ----------------------------------------------------------------------------------------------------------


class LocationSchema(StrictSchema):
    lat = Number(-90, 90, required=True)
    lon = Number(-180, 180, required=True)


class UnitSchema(StrictSchema):
    code = Code(required=True)
    name = Trimmed(longest=100, required=True)
    kind = fields.String(required=True, validate=validate.OneOf(sorted(KINDS)))
    parent = fields.String(allow_none=True, load_default=None)
    location = fields.Nested(LocationSchema, allow_none=True, load_default=None)
    address = Trimmed(longest=200, allow_none=True, load_default=None)
    phone = Trimmed(longest=40, allow_none=True, load_default=None)
    is_namespace = Switch(data_key="namespace", load_default=False)
    keeps_shelf_list = Switch(data_key="shelf_list", load_default=False)
    is_closed = Switch(data_key="closed", dump_only=True)


class UnitChangesSchema(StrictSchema):
    name = Trimmed(longest=100)
    kind = fields.String(validate=validate.OneOf(sorted(KINDS)))
    parent = fields.String()
    location = fields.Nested(LocationSchema, allow_none=True)
    address = Trimmed(longest=200, allow_none=True)
    phone = Trimmed(longest=40, allow_none=True)
    keeps_shelf_list = Switch(data_key="shelf_list")
    is_closed = Switch(data_key="closed")


class UnitPageSchema(StrictSchema):
    items = fields.List(fields.Nested(UnitSchema))
    next = fields.String(allow_none=True)


class ClosureSchema(StrictSchema):
    from_on = Day(data_key="from", required=True)
    to_on = Day(data_key="to", required=True)
    reason = Trimmed(longest=200, shortest=0, load_default="")


def _week(**options: Any) -> fields.Dict:
    span = fields.Tuple((fields.String(validate=HOUR), fields.String(validate=HOUR)))
    return fields.Dict(
        keys=fields.String(validate=validate.OneOf(WEEKDAYS)),
        values=fields.List(span, validate=validate.Length(max=MOST_SPANS_A_DAY)),
        allow_none=True,
        **options,
    )


class HoursSchema(StrictSchema):
    """`weekly` null: the parent's week holds. `in_force` is told only: the week that holds, and whose it is."""

    weekly = _week(load_default=None)
    closures = fields.List(fields.Nested(ClosureSchema), load_default=[], validate=validate.Length(max=MOST_CLOSURES))
    in_force = _week(dump_only=True)
    in_force_from = fields.String(dump_only=True, allow_none=True)


class DaysQuerySchema(StrictSchema):
    from_on = Day(data_key="from", required=True)
    to_on = Day(data_key="to", required=True)

    @validates_schema
    def check_span(self, data: dict[str, Any], **_options: Any) -> None:
        if not 0 <= (data["to_on"] - data["from_on"]).days <= MOST_DAYS:
            raise ValidationError(f"`to` lies 0 to {MOST_DAYS} days after `from`.", "to")


class DaysSchema(StrictSchema):
    days = fields.List(Day())


class DistanceSchema(StrictSchema):
    to = fields.String(required=True)
    km = Number(0, 40_000, required=True)


class DistancePageSchema(StrictSchema):
    items = fields.List(fields.Nested(DistanceSchema))
    next = fields.String(allow_none=True)


# --- accounts -------------------------------------------------------------------------------------------------------


class GrantSchema(StrictSchema):
    role = fields.String(required=True, validate=validate.OneOf(sorted(ROLES)))
    org = fields.String(required=True)


class NewUserSchema(StrictSchema):
    username = Trimmed(longest=64, required=True)
    password = fields.String(required=True, load_only=True, validate=validate.Length(max=256))
    name = Trimmed(longest=64, required=True)


class UserSchema(StrictSchema):
    username = fields.String()
    name = fields.String()
    is_active = Switch(data_key="active")
    grants = fields.List(fields.Nested(GrantSchema))


class UserChangesSchema(StrictSchema):
    name = Trimmed(longest=64)
    is_active = Switch(data_key="active")


class PasswordSchema(StrictSchema):
    password = fields.String(required=True, load_only=True, validate=validate.Length(max=256))


class UserPageSchema(StrictSchema):
    items = fields.List(fields.Nested(UserSchema))
    next = fields.String(allow_none=True)


# --- policies -------------------------------------------------------------------------------------------------------


class CriteriaSchema(StrictSchema):
    """The five criteria; one that is absent or null is open."""

    org = fields.String(allow_none=True, load_default=None)
    item_org = fields.String(allow_none=True, load_default=None)
    patron_org = fields.String(allow_none=True, load_default=None)
    category = fields.String(allow_none=True, load_default=None)
    item_type = fields.String(allow_none=True, load_default=None)


class PolicyRowSchema(CriteriaSchema):
    """A row as GET shows it may be sent back: its `id` is then passed over."""

    id = fields.Integer()
    setting = fields.String(required=True)
    value = fields.Raw(required=True, allow_none=True)
    note = Trimmed(longest=200, shortest=0, load_default="")

    @post_load
    def pass_over_id(self, data: dict[str, Any], **_options: Any) -> dict[str, Any]:
        return {name: value for name, value in data.items() if name != "id"}


class PolicyBookSchema(StrictSchema):
    """`note` says why the rows are put in force; the list of versions shows it."""

    version = fields.Integer()
    rows = fields.List(fields.Nested(PolicyRowSchema), required=True)
    note = Trimmed(longest=200, shortest=0, load_default="", load_only=True)


class PolicyVersionLineSchema(StrictSchema):
    version = fields.Integer()
    saved_at = Instant()
    saved_by = fields.String()
    note = fields.String()


class PolicyVersionSchema(PolicyVersionLineSchema):
    rows = fields.List(fields.Nested(PolicyRowSchema))


class PolicyVersionPageSchema(StrictSchema):
    items = fields.List(fields.Nested(PolicyVersionLineSchema))
    next = fields.String(allow_none=True)


class PolicyChangeSchema(StrictSchema):
    kind = fields.String(validate=validate.OneOf(KINDS_OF_CHANGE))
    before = fields.Nested(PolicyRowSchema, allow_none=True)
    after = fields.Nested(PolicyRowSchema, allow_none=True)


class PolicyChangesSchema(StrictSchema):
    """What differs in `version` from `since`; null: there is none before it."""

    version = fields.Integer()
    since = fields.Integer(allow_none=True)
    changes = fields.List(fields.Nested(PolicyChangeSchema))


class SinceQuerySchema(StrictSchema):
    since = fields.Integer(validate=validate.Range(1, 2**63 - 1))


class RestorationSchema(StrictSchema):
    note = Trimmed(longest=200, shortest=0, load_default="")


class ExplainedSchema(StrictSchema):
    value = fields.Raw(allow_none=True)
    source = fields.String(validate=validate.OneOf(["row", "default"]))
    required = Switch()
    row = fields.Nested(PolicyRowSchema, allow_none=True)
    considered = fields.List(fields.Nested(PolicyRowSchema))


class ExplanationSchema(StrictSchema):
    settings = fields.Dict(keys=fields.String(), values=fields.Nested(ExplainedSchema))


# --- the journal ----------------------------------------------------------------------------------------------------


class JournalQuerySchema(PageQuerySchema):
    act = fields.String(validate=validate.OneOf(sorted(ACTS)))
    item = Barcode()
    patron = Barcode()
    org = fields.String()
    author = fields.String(validate=validate.Regexp(r"^[a-z0-9][a-z0-9._-]{0,63}\Z"))
    from_at = Instant(data_key="from")
    to_at = Instant(data_key="to")


class JournalEntrySchema(StrictSchema):
    """What happened. An act on a copy does not name the reader, so that nobody's reading can be told from it."""

    id = fields.Integer()
    act = fields.String()
    at = Instant()
    org = fields.String(allow_none=True)
    channel = fields.String()
    author = fields.String()
    item = fields.String(allow_none=True)
    bib = fields.Integer(allow_none=True)
    patron = fields.String(allow_none=True)
    data = fields.Dict(keys=fields.String(), allow_none=True)


class JournalPageSchema(StrictSchema):
    items = fields.List(fields.Nested(JournalEntrySchema))
    next = fields.String(allow_none=True)
