"""Shapes of circulation on the wire."""

from __future__ import annotations

from marshmallow import fields, validate

from catalog.schemas import ItemSchema, RefusalSchema
from catalog.states import STATUS_ACTS
from circ.ledger_schemas import EntrySchema
from circ.states import HOLD_STATUSES, LOAN_ACTS, LOAN_ENDS, LOAN_MARKS, OPEN
from kernel.journal import ACTS
from kernel.schema import Barcode, Day, Instant, StrictSchema, Switch, Trimmed
from transit.schemas import TransferSchema


def override_codes() -> fields.List[str]:
    return fields.List(
        fields.String(validate=validate.Length(1, 40)), load_default=[], validate=validate.Length(max=20)
    )


SAYINGS = tuple(sorted({*STATUS_ACTS, *LOAN_ACTS}))
MOST_AT_ONCE = 200  # books in one cart
LOAN_LISTS = ("open", "overdue", *LOAN_MARKS, "returned")


class MergeTitlesSchema(StrictSchema):
    into = fields.Integer(strict=True, required=True, validate=validate.Range(1, 2**63 - 1))


class MergedTitlesSchema(StrictSchema):
    """The title that went, the one that stays, and how many copies it gained."""

    bib = fields.Integer()
    merged_into = fields.Integer()
    copies = fields.Integer()


class CheckOutSchema(StrictSchema):
    patron = Barcode(required=True)
    item = Barcode(required=True)
    at = fields.String(required=True)
    due_at = Instant()
    overflow = Switch(load_default=False)
    override = override_codes()
    dry_run = Switch(load_default=False)


class CheckInSchema(StrictSchema):
    item = Barcode(required=True)
    at = fields.String(required=True)
    returned_at = Instant()
    counts_use = Switch(load_default=False)
    override = override_codes()
    forgive = Switch(load_default=False)


class CheckInManySchema(StrictSchema):
    items = fields.List(Barcode(), required=True, validate=validate.Length(1, MOST_AT_ONCE))
    at = fields.String(required=True)
    returned_at = Instant()
    counts_use = Switch(load_default=False)
    override = override_codes()


class UseSchema(StrictSchema):
    at = fields.String(required=True)


class UndoneSchema(StrictSchema):
    """`undone` is the row of the journal that was taken back, `status` what the copy is now."""

    undone = fields.Integer()
    act = fields.String()
    item = fields.String()
    status = fields.String()
    message = fields.String()


class UsedSchema(StrictSchema):
    item = fields.String()
    title = fields.String()
    at = fields.String()
    act = fields.Integer()
    message = fields.String()
    notices = fields.List(fields.Nested(RefusalSchema))


class RenewSchema(StrictSchema):
    at = fields.String()
    override = override_codes()


class LoanSchema(StrictSchema):
    """`id` is null for a dry run, whose `refusals` are what stands against lending. `act` is the row of the journal by which it is
    undone. `policy` has the terms by setting; `promised_days` among them are what a programme promised, before `loan_days`."""

    id = fields.Integer(allow_none=True)
    patron = fields.String(allow_none=True)
    item = fields.String()
    bib = fields.Integer()
    title = fields.String()
    at = fields.String()
    checked_out_at = Instant()
    due_at = Instant(allow_none=True)
    returned_at = Instant(allow_none=True)
    status = fields.String(validate=validate.OneOf(["open", *LOAN_MARKS, *LOAN_ENDS]))
    marked_at = Instant(allow_none=True)
    renewals = fields.Integer()
    recalled_at = Instant(allow_none=True)
    notices = fields.List(fields.Nested(RefusalSchema))
    refusals = fields.List(fields.Nested(RefusalSchema))
    policy = fields.Dict(keys=fields.String())
    act = fields.Integer(allow_none=True)
    message = fields.String()


class LoanPageSchema(StrictSchema):
    items = fields.List(fields.Nested(LoanSchema))
    next = fields.String(allow_none=True)


class LoanQuerySchema(StrictSchema):
    patron = Barcode()
    item = Barcode()
    at = fields.String()
    status = fields.String(load_default="open", validate=validate.OneOf(LOAN_LISTS))
    limit = fields.Integer(load_default=50, validate=validate.Range(1, 200))
    cursor = fields.String()


class PlacedItemSchema(StrictSchema):
    barcode = fields.String()
    bib = fields.Integer()
    title = fields.String()
    volume = fields.String(allow_none=True)
    item_type = fields.String()
    status = fields.String()
    owner = fields.String()
    home = fields.String()
    location = fields.String()
    call_number = fields.String(allow_none=True)


class NextSchema(StrictSchema):
    action = fields.String(validate=validate.OneOf(["shelve", "hold_shelf", "transfer", "process", "ask"]))
    to = fields.String(allow_none=True)
    hold = fields.Integer(allow_none=True)
    transfer = fields.Integer(allow_none=True)
    message = fields.String()


class CheckInResultSchema(StrictSchema):
    item = fields.Nested(PlacedItemSchema)
    loan = fields.Nested(LoanSchema, allow_none=True)
    act = fields.Integer(allow_none=True)
    fees = fields.List(fields.Nested(EntrySchema))
    suspended_until = Day(allow_none=True)
    notices = fields.List(fields.Nested(RefusalSchema))
    next = fields.Nested(NextSchema)


class LineErrorSchema(StrictSchema):
    code = fields.String()
    status = fields.Integer()
    detail = fields.String()
    refusals = fields.List(fields.Nested(RefusalSchema))
    data = fields.Dict(keys=fields.String())


class ReturnLineSchema(StrictSchema):
    """`result` where the book was taken in, `error` where it was not."""

    item = fields.String()
    result = fields.Nested(CheckInResultSchema, allow_none=True)
    error = fields.Nested(LineErrorSchema, allow_none=True)


class ReturnLinesSchema(StrictSchema):
    lines = fields.List(fields.Nested(ReturnLineSchema))
    done = fields.Integer()
    failed = fields.Integer()


class ItemViewSchema(ItemSchema):
    """A copy and what it is doing now. `loan.patron` is null for those who may not see the reader; `uses` counts how often it was read in
    the library, those that were undone left out."""

    uses = fields.Integer()
    loan = fields.Nested(LoanSchema, allow_none=True)
    transfer = fields.Nested(TransferSchema, allow_none=True)
    hold = fields.Integer(allow_none=True)


class StatusActSchema(StrictSchema):
    """`at` is where this is said: of a book in hand, where it lies."""

    act = fields.String(required=True, validate=validate.OneOf(SAYINGS))
    at = fields.String()
    reason = Trimmed(200)


class DeclaredSchema(ItemViewSchema):
    """The copy as it is now. `act` is the row of the journal by which this is undone, null for what a stock list undoes."""

    act = fields.Integer(allow_none=True)
    message = fields.String()
    fees = fields.List(fields.Nested(EntrySchema))


class ItemQuerySchema(StrictSchema):
    at = fields.String(metadata={"description": "The unit in whose namespace a bare barcode is looked up first."})


class HistoryQuerySchema(ItemQuerySchema):
    limit = fields.Integer(load_default=50, validate=validate.Range(1, 200))
    cursor = fields.String()


class HistoryEntrySchema(StrictSchema):
    id = fields.Integer()
    at = Instant()
    act = fields.String(validate=validate.OneOf(sorted(ACTS)))
    org = fields.String(allow_none=True)
    channel = fields.String()
    author = fields.String()
    data = fields.Dict(keys=fields.String())
    is_undone = Switch()


class HistoryPageSchema(StrictSchema):
    items = fields.List(fields.Nested(HistoryEntrySchema))
    next = fields.String(allow_none=True)


class PlaceHoldSchema(StrictSchema):
    """`bib` or `item`; a reader may leave out `patron`."""

    patron = Barcode()
    bib = fields.Integer(strict=True, validate=validate.Range(1, 2**63 - 1))
    item = Barcode()
    volume = Trimmed(100)
    pickup = fields.String(required=True)
    expires_on = Day()
    override = override_codes()


class HoldChangeSchema(StrictSchema):
    pickup = fields.String()
    position = fields.Integer(strict=True, validate=validate.Range(1, 100_000))


class SuspensionSchema(StrictSchema):
    until = Day(required=True)


class HoldSchema(StrictSchema):
    """`item` is the copy that was found for it; `wants_item` the one copy that alone will do. `patron` is null once nobody may know.
    `recalled_due_at`: when the copy that was called back for it is due, while it is out."""

    id = fields.Integer()
    status = fields.String(validate=validate.OneOf(list(HOLD_STATUSES)))
    position = fields.Integer(allow_none=True)
    patron = fields.String(allow_none=True)
    bib = fields.Integer()
    title = fields.String()
    volume = fields.String(allow_none=True)
    wants_item = fields.String(allow_none=True)
    pickup = fields.String()
    item = fields.String(allow_none=True)
    location = fields.String(allow_none=True)
    call_number = fields.String(allow_none=True)
    shelf = fields.String(allow_none=True)
    placed_at = Instant()
    expires_on = Day(allow_none=True)
    suspended_until = Day(allow_none=True)
    ready_at = Instant(allow_none=True)
    shelf_until = Day(allow_none=True)
    ended_at = Instant(allow_none=True)
    end_reason = fields.String(allow_none=True)
    recalled_due_at = Instant(allow_none=True)


class ListedHoldSchema(HoldSchema):
    """`why`, where it was asked for: why no copy of the network can fill it as things stand; empty when it only has to wait."""

    why = fields.List(fields.Nested(RefusalSchema))


class HoldPageSchema(StrictSchema):
    items = fields.List(fields.Nested(ListedHoldSchema))
    next = fields.String(allow_none=True)


class HoldQuerySchema(StrictSchema):
    patron = Barcode()
    bib = fields.Integer(validate=validate.Range(1, 2**63 - 1))
    pickup = fields.String()
    status = fields.String(validate=validate.OneOf(OPEN))
    why = fields.Boolean(load_default=False)
    limit = fields.Integer(load_default=50, validate=validate.Range(1, 200))
    cursor = fields.String()


class UnitQuerySchema(StrictSchema):
    at = fields.String(required=True)
