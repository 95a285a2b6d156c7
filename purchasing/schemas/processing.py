"""Shapes of processing new books, on the wire."""

from __future__ import annotations

from marshmallow import fields

from kernel.schema import Code, Instant, Money, StrictSchema, Trimmed


class NewBookQuerySchema(StrictSchema):
    """`on_the_way`: those that did not come back yet, instead of those that lie with the cataloguers."""

    at = Code()
    on_the_way = fields.Boolean(load_default=False)


class NewBookSchema(StrictSchema):
    item = fields.String()
    bib = fields.Integer()
    title = fields.String()
    authors = fields.String()
    class_number = fields.String(data_key="class", allow_none=True)
    volume = fields.String(allow_none=True)
    price = Money(allow_none=True)
    status = fields.String()
    library = fields.String()
    location = fields.String()
    selection = fields.Integer()
    shop = fields.String()
    chosen_at = Instant()
    due_at = Instant(allow_none=True)
    loans = fields.Integer()


class NewBookListSchema(StrictSchema):
    items = fields.List(fields.Nested(NewBookSchema))


class ProcessingSchema(StrictSchema):
    """Where the copy is at home from now on, what it is, and its place on the shelf. Without `owner` it is its home's."""

    home = Code(required=True)
    item_type = Code(required=True)
    owner = Code(allow_none=True, load_default=None)
    call_number = Trimmed(longest=100, allow_none=True, load_default=None)
    shelf = Trimmed(longest=64, allow_none=True, load_default=None)
