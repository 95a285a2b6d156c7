"""Shapes of what readers choose, on the wire."""

from __future__ import annotations

from typing import get_args

from marshmallow import fields, validate

from catalog.schemas import RefusalSchema
from circ.arrival_rules import GROUNDS
from circ.schemas import LoanSchema, override_codes
from kernel.schema import Barcode, Code, Day, Instant, Money, StrictSchema, Switch, Trimmed
from purchasing.programmes import PERIODS, PRESENCES, WAYS
from purchasing.service.online.ending import CAUSES
from purchasing.service.pacing import Until
from purchasing.states import SELECTION_STATUSES


class QuoteQuestionSchema(StrictSchema):
    """A reader's card and the book in their hand. What is left out is taken from the shop's list or the catalogue; readers who ask for
    themselves leave out the card. `online`: whether it may be ordered from the shop's list."""

    patron = Barcode(allow_none=True, load_default=None)
    isbn = Trimmed(longest=40, required=True)
    shop = Code(required=True)
    price = Money(allow_none=True, load_default=None, least=1)
    programme = Code(allow_none=True, load_default=None)
    title = Trimmed(longest=300, shortest=0, load_default="")
    author = Trimmed(longest=200, shortest=0, load_default="")
    publisher = Trimmed(longest=200, shortest=0, load_default="")
    year = fields.Integer(allow_none=True, load_default=None, strict=True, validate=validate.Range(1000, 2999))
    volume = Trimmed(longest=100, allow_none=True, load_default=None)
    class_number = Trimmed(data_key="class", longest=64, allow_none=True, load_default=None)
    language = fields.String(
        data_key="lang", allow_none=True, load_default=None, validate=validate.Regexp(r"^[a-z]{3}\Z")
    )
    online = Switch(load_default=False)


class AddressSchema(StrictSchema):
    """Whom a parcel goes to. Kept encrypted until the book was received, and shown to the shop alone."""

    name = Trimmed(longest=40, required=True)
    phone = Trimmed(longest=24, required=True)
    address = Trimmed(longest=200, required=True)


class NewSelectionSchema(QuoteQuestionSchema):
    """`item_barcode` is the label put into the book; without it the shop's next one. With `pickup` or `post` the book is ordered from the
    shop's list and lent when the reader has it; title and price are the list's then. `proof` is that of `/selections/presence`."""

    pickup = Code(allow_none=True, load_default=None)
    post = fields.Nested(AddressSchema, allow_none=True, load_default=None)
    item_barcode = Trimmed(longest=64, allow_none=True, load_default=None)
    override = override_codes()
    reason = Trimmed(longest=200, allow_none=True, load_default=None)
    proof = fields.String(allow_none=True, load_default=None, load_only=True, validate=validate.Length(max=1000))


class PresenceQuestionSchema(StrictSchema):
    """The PIN that the reader typed at the counter."""

    patron = Barcode(required=True)
    shop = Code(required=True)
    pin = fields.String(required=True, load_only=True, validate=validate.Length(max=64))


class PresenceSchema(StrictSchema):
    """`proof` goes into the choices of this reader made in this shop by the same caller until `until`; null where the PIN does not fit."""

    proven = fields.Boolean()
    proof = fields.String(allow_none=True)
    until = Instant(allow_none=True)


class ProgrammeNameSchema(StrictSchema):
    code = fields.String()
    name = fields.String()


class BookSchema(StrictSchema):
    """What is known of the book; `price` null: nobody knows it yet. `stock` is what the shop's list has, null where it does not say,
    `volumes` those that it names under this ISBN, of which `volume` is one."""

    isbn = fields.String()
    title = fields.String()
    author = fields.String()
    publisher = fields.String()
    year = fields.Integer(allow_none=True)
    class_number = fields.String(data_key="class", allow_none=True)
    lang = fields.String(attribute="language", allow_none=True)
    price = Money(attribute="price_fen", allow_none=True)
    stock = fields.Integer(allow_none=True)
    volume = fields.String(allow_none=True)
    volumes = fields.List(fields.String())
    bib = fields.Integer(attribute="bib_id", allow_none=True)


class NetworkHoldingSchema(StrictSchema):
    """`km` is from the reader's own library; null where nobody knows, and for shops."""

    org = fields.String()
    name = fields.String()
    copies = fields.Integer()
    available = fields.Integer()
    call_number = fields.String(allow_none=True)
    km = fields.Float(allow_none=True)


class ArrivalSchema(StrictSchema):
    """About when a copy from a shelf could be had at the reader's own library, were it put on hold now, or one from a shop, were it chosen:
    an estimate, no promise. `ground`: the arrived transfers between the two libraries (`pair`), those of the network, the days the policies
    give, or what the shop sent (`shop`); null: it stands there.
    `org` and `name` are told to readers and libraries, not to shops."""

    org = fields.String(allow_none=True)
    name = fields.String(allow_none=True)
    on = Day()
    ground = fields.String(allow_none=True, validate=validate.OneOf(list(GROUNDS)))
    words = fields.String()


class UsualSchema(StrictSchema):
    """How many calendar days a book from this shop lately took, from the choice until it was `there` (could be collected, or was received)
    or, of a posted one of which readers seldom said so, until it was `sent`. The median of what is known, no promise."""

    way = fields.String(validate=validate.OneOf(list(WAYS)))
    until = fields.String(validate=validate.OneOf(list(get_args(Until))))
    days = fields.Integer()
    words = fields.String()


class LeftSchema(StrictSchema):
    """What a quota leaves to the reader; null: no limit of that kind."""

    period = fields.String(validate=validate.OneOf(list(PERIODS)))
    count = fields.Integer(allow_none=True)
    amount = Money(allow_none=True)


class QuoteSchema(StrictSchema):
    """`refusals` are all reasons against it. `alternative` is the nearest shelf with the book, where it can be borrowed from `borrowed_on`
    on. `usual` answers questions with `online`, for each way of which enough is known. `budget_left` is told to staff alone. `presence` is
    what the programme asks for at the counter as proof that the reader stands there. While something is `missing`, title or price, that
    nobody knows, the book is not eligible: ask again with it."""

    eligible = fields.Boolean()
    missing = fields.List(fields.String())
    refusals = fields.List(fields.Nested(RefusalSchema))
    programme = fields.Nested(ProgrammeNameSchema, allow_none=True)
    presence = fields.String(validate=validate.OneOf(list(PRESENCES)))
    book = fields.Nested(BookSchema)
    cost = Money(allow_none=True)
    holdings = fields.List(fields.Nested(NetworkHoldingSchema))
    alternative = fields.Nested(NetworkHoldingSchema, allow_none=True)
    borrowed_on = Day(allow_none=True)
    arrival = fields.Nested(ArrivalSchema, allow_none=True)
    usual = fields.List(fields.Nested(UsualSchema))
    budget_left = Money(allow_none=True)
    patron_left = fields.List(fields.Nested(LeftSchema))


class ChoiceDeliverySchema(StrictSchema):
    """How a book chosen online comes. `pickup` is where it is collected; a posted one counts as received on `due_on`, if nobody says so
    before; `missing_at` is when it was last said that it did not arrive."""

    way = fields.String(validate=validate.OneOf(list(WAYS)))
    pickup = fields.String(allow_none=True)
    sent_at = Instant(allow_none=True)
    tracking = fields.String(allow_none=True)
    due_on = Day(allow_none=True)
    missing_at = Instant(allow_none=True)


class BegunExchangeSchema(StrictSchema):
    """An exchange that was begun and not finished. After `until` it can only be dropped."""

    begun_at = Instant()
    until = Instant()


class SelectionSchema(StrictSchema):
    """`exchange`: another book is to take its place, and that is still open. `delivery` is told of a book chosen online, `postage` where it
    was charged with it. `cost` is what the library pays. `loan` is told in full where it begins, else by its id."""

    id = fields.Integer()
    status = fields.String(validate=validate.OneOf(list(SELECTION_STATUSES)))
    programme = fields.String()
    shop = fields.String()
    bib = fields.Integer()
    item = fields.String()
    loan = fields.Integer(allow_none=True)
    isbn = fields.String()
    title = fields.String()
    volume = fields.String(allow_none=True)
    price = Money()
    cost = Money()
    made_at = Instant()
    made_by = fields.String()
    ended_at = Instant(allow_none=True)
    end_reason = fields.String(allow_none=True)
    replaces = fields.Integer(allow_none=True)
    exchange = fields.Nested(BegunExchangeSchema, allow_none=True)
    lent = fields.Nested(LoanSchema)
    delivery = fields.Nested(ChoiceDeliverySchema, allow_none=True)
    postage = Money()
    patron_left = fields.List(fields.Nested(LeftSchema))


class SelectionCancellationSchema(StrictSchema):
    """`cause` is asked of books chosen online: `no_supply` where the shop has none, `lost` where it did not arrive."""

    reason = Trimmed(longest=200, required=True)
    cause = fields.String(load_default="called_off", validate=validate.OneOf(list(CAUSES)))


class DispatchSchema(StrictSchema):
    """`item_barcode` is the label stuck into the book, where it is not the one set aside; `tracking` the number of the parcel."""

    item_barcode = Trimmed(longest=64, allow_none=True, load_default=None)
    tracking = Trimmed(longest=80, allow_none=True, load_default=None)


class OwnSelectionsQuerySchema(StrictSchema):
    """`patron` is the card of a child in the reader's care. `at`: `online` what was chosen online and has not come yet, `counter` what was
    chosen on the card at a shop, as long as its loan is remembered."""

    patron = Barcode(load_default=None)
    at = fields.String(load_default="online", validate=validate.OneOf(["online", "counter"]))


class SelectionListSchema(StrictSchema):
    items = fields.List(fields.Nested(SelectionSchema))


class SelectionQuerySchema(StrictSchema):
    """`exchanging`: those alone whose exchange is open."""

    shop = Code()
    programme = Code()
    status = fields.String(validate=validate.OneOf(list(SELECTION_STATUSES)))
    day = Day()
    exchanging = fields.Boolean(load_default=False)
    limit = fields.Integer(load_default=50, strict=False, validate=validate.Range(1, 200))
    cursor = fields.String(load_default=None)


class SelectionPageSchema(StrictSchema):
    items = fields.List(fields.Nested(SelectionSchema))
    next = fields.String(allow_none=True)
