"""Shapes of what the shops' lists offer to readers."""

from __future__ import annotations

from marshmallow import fields, validate

from kernel.schema import Money, StrictSchema, Trimmed
from purchasing.schemas.selections import ArrivalSchema


class OffersQuerySchema(StrictSchema):
    """`q` are words of title, author, publisher or ISBN, all of which are looked for; `up_to` is the highest price."""

    q = Trimmed(longest=100, shortest=0, load_default="")
    up_to = Money(load_default=None)
    limit = fields.Integer(load_default=30, strict=False, validate=validate.Range(1, 100))
    cursor = fields.String(load_default=None)


class HadAtSchema(StrictSchema):
    """A shop that has the book; `stock` null: its list does not say how many. `arrival` is about when one could be collected at the
    reader's own library; null where nothing tells, or nothing chosen online from this shop is handed out there. Where there are
    `volumes`, a choice names one."""

    shop = fields.String()
    name = fields.String()
    price = Money()
    stock = fields.Integer(allow_none=True)
    volumes = fields.List(fields.String())
    arrival = fields.Nested(ArrivalSchema, allow_none=True)


class OfferedBookSchema(StrictSchema):
    """A book once, with the shops that have it: those whose copy comes soonest first, then the cheaper ones."""

    isbn = fields.String()
    title = fields.String()
    author = fields.String()
    publisher = fields.String()
    year = fields.Integer(allow_none=True)
    shops = fields.List(fields.Nested(HadAtSchema))


class OfferedBooksSchema(StrictSchema):
    items = fields.List(fields.Nested(OfferedBookSchema))
    next = fields.String(allow_none=True)
