"""Shapes of this room on the wire: readers, their cards and blocks, categories."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from kernel.barcodes import LONGEST_BARCODE
from kernel.schema import Barcode, Code, Day, Instant, Money, StrictSchema, Switch, Trimmed
from patrons.histories import CHOICES as HISTORY_CHOICES
from patrons.service.cards import REASONS
from patrons.service.imports import RESULTS
from patrons.service.renewals import MOST_CARDS


class CategorySchema(StrictSchema):
    code = Code(required=True)
    name = Trimmed(longest=64, required=True)


class CategoryChangesSchema(StrictSchema):
    name = Trimmed(longest=64, required=True)


class CategoryPageSchema(StrictSchema):
    items = fields.List(fields.Nested(CategorySchema))
    next = fields.String(allow_none=True)


class NewPatronSchema(StrictSchema):
    barcode = Trimmed(longest=LONGEST_BARCODE, required=True)
    name = Trimmed(longest=64, required=True)
    category = fields.String(required=True)
    home = fields.String(required=True)
    expires_on = Day(allow_none=True)
    birth_on = Day(allow_none=True)
    guardian = Barcode(allow_none=True)
    guardian_agrees = Switch(load_default=False)
    phone = Trimmed(longest=40, allow_none=True)
    pin = fields.String(allow_none=True, load_only=True, validate=validate.Length(max=64))


class PatronChangesSchema(StrictSchema):
    name = Trimmed(longest=64)
    category = fields.String()
    home = fields.String()
    expires_on = Day(allow_none=True)
    birth_on = Day(allow_none=True)
    guardian = Barcode(allow_none=True)
    phone = Trimmed(longest=40, allow_none=True)


class CardSchema(StrictSchema):
    barcode = fields.String()
    status = fields.String()
    issued_at = Instant()


class BlockSchema(StrictSchema):
    id = fields.Integer()
    org = fields.String()
    scope = fields.String()
    reason = fields.String()
    except_own_items = Switch()
    until = Day(allow_none=True)
    created_at = Instant()
    created_by = fields.String()


class PatronSchema(StrictSchema):
    """Name and phone are masked for those who may not see them whole; `birth_on` is then null."""

    barcode = fields.String()
    name = fields.String()
    category = fields.String()
    home = fields.String()
    expires_on = Day(allow_none=True)
    birth_on = Day(allow_none=True)
    guardian = fields.String(allow_none=True)
    wards = fields.List(fields.String())
    is_child = Switch()
    must_agree = Switch()
    phone = fields.String(allow_none=True)
    status = fields.String(validate=validate.OneOf(["active", "closed"]))
    has_pin = Switch()
    history = fields.String(validate=validate.OneOf(HISTORY_CHOICES))
    erasure_asked_at = Instant(allow_none=True)
    erased_at = Instant(allow_none=True)
    blocks = fields.List(fields.Nested(BlockSchema))
    cards = fields.List(fields.Nested(CardSchema))
    open_loans = fields.Integer()
    open_holds = fields.Integer()
    balance = Money()
    deposit = Money()
    suspended_until = Day(allow_none=True)
    no_shows = fields.Integer()
    late_returns = fields.Integer()


class PatronSearchSchema(StrictSchema):
    """A question with a body, so that neither name nor phone stands in an address or a log."""

    phone = Trimmed(longest=40)
    name = Trimmed(longest=64)

    @validates_schema
    def check_something_asked(self, data: dict[str, Any], **_options: Any) -> None:
        if not data:
            raise ValidationError("Give a phone or the beginning of a name.", "name")


class FoundPatronSchema(StrictSchema):
    barcode = fields.String()
    name = fields.String()
    category = fields.String()
    home = fields.String()
    expires_on = Day(allow_none=True)
    status = fields.String()


class FoundPatronPageSchema(StrictSchema):
    items = fields.List(fields.Nested(FoundPatronSchema))
    next = fields.String(allow_none=True)


class PinSchema(StrictSchema):
    pin = fields.String(required=True, load_only=True, validate=validate.Length(max=64))


class HistoryAtDeskSchema(StrictSchema):
    """`agreed_by` is needed to have the history kept: who signed that they agree."""

    history = fields.String(required=True, validate=validate.OneOf(HISTORY_CHOICES))
    agreed_by = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(["reader", "guardian"]))


class HistoryChoiceSchema(StrictSchema):
    """`agrees` is needed to have the history kept: a consent of its own, which another choice takes back."""

    history = fields.String(required=True, validate=validate.OneOf(HISTORY_CHOICES))
    agrees = Switch(load_default=False)


class LookSchema(StrictSchema):
    """`what`: profile, card, loans, holds, account, export …"""

    at = Instant()
    org = fields.String(allow_none=True)
    channel = fields.String()
    what = fields.String()


class LookPageSchema(StrictSchema):
    items = fields.List(fields.Nested(LookSchema))
    next = fields.String(allow_none=True)


class RenewalsSchema(StrictSchema):
    """Cards that are valid until a new day; with `dry_run` only looked at."""

    cards = fields.List(Barcode(), required=True, validate=validate.Length(1, MOST_CARDS))
    expires_on = Day(required=True)
    dry_run = Switch(load_default=False)


class RenewedCardSchema(StrictSchema):
    """`renewed` (or would be), `unchanged` (valid for as long already), or `refused` with a code and a sentence."""

    barcode = fields.String()
    result = fields.String(validate=validate.OneOf(["renewed", "unchanged", "refused"]))
    before = Day(allow_none=True)
    code = fields.String(allow_none=True)
    message = fields.String(allow_none=True)


class RenewedCardsSchema(StrictSchema):
    items = fields.List(fields.Nested(RenewedCardSchema))
    renewed = fields.Integer()
    unchanged = fields.Integer()
    refused = fields.Integer()


class ExpiringQuerySchema(StrictSchema):
    until = Day(required=True)
    at = fields.String()


class NewCardSchema(StrictSchema):
    barcode = Trimmed(longest=LONGEST_BARCODE, required=True)
    reason = fields.String(required=True, validate=validate.OneOf(REASONS))


class NewBlockSchema(StrictSchema):
    reason = Trimmed(longest=200, required=True)
    scope = fields.String(load_default="network", validate=validate.OneOf(["network", "local"]))
    until = Day(allow_none=True, load_default=None)
    at = fields.String(load_default=None)
    except_own_items = Switch(load_default=False)


class PatronImportSchema(StrictSchema):
    """The form fields beside `file`. `take_good`: the rows that can be done, although others cannot."""

    dry_run = fields.Boolean(load_default=False)
    update = fields.Boolean(load_default=False)
    take_good = fields.Boolean(load_default=False)


class ImportedLineSchema(StrictSchema):
    line = fields.Integer()
    barcode = fields.String()
    result = fields.String(validate=validate.OneOf(RESULTS))
    fields_ = fields.List(fields.String(), data_key="fields")
    reasons = fields.List(fields.String())


class ImportReportSchema(StrictSchema):
    """rows = created + updated + unchanged + differs + refused. `items` tells of the rows that were not simply registered or unchanged."""

    written = fields.Boolean()
    rows = fields.Integer()
    created = fields.Integer()
    updated = fields.Integer()
    unchanged = fields.Integer()
    differs = fields.Integer()
    refused = fields.Integer()
    ignored_columns = fields.List(fields.String())
    items = fields.List(fields.Nested(ImportedLineSchema))
