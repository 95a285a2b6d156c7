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
    """Where the copy is at home from now on, what it is, and its place on the shelf. Without `owner` it is its home's. With `takes_number`
    it gets the book number of its title's class; a `call_number` beside it is the proposed one, refused where it became another's."""

    home = Code(required=True)
    item_type = Code(required=True)
    owner = Code(allow_none=True, load_default=None)
    call_number = Trimmed(longest=100, allow_none=True, load_default=None)
    shelf = Trimmed(longest=64, allow_none=True, load_default=None)
    takes_number = fields.Boolean(load_default=False)


class ProposalQuerySchema(StrictSchema):
    """`home`: where the copy is to be at home; without it, its library."""

    home = Code()


class ProposalSchema(StrictSchema):
    """The call number that a new book would get. `is_new` is false where its work has the number already. Null: its title has no class."""

    call_number = fields.String(allow_none=True)
    is_new = fields.Boolean(allow_none=True)
