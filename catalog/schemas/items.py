"""Shapes of copies on the wire."""

from __future__ import annotations

from typing import Any, Final

from marshmallow import ValidationError, fields, validate

from kernel.schema import Day, Money, StrictSchema, Trimmed

LONGEST_BARCODE: Final = 64
HIGHEST_PRICE_FEN: Final = 10_000_000_00


class NewBarcode(Trimmed):
    """A barcode for a new copy: a colon divides `CODE:barcode` and a slash divides addresses, so neither may stand in it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(longest=LONGEST_BARCODE, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if not text.isprintable() or set(text) & set(":/"):
            raise ValidationError("A barcode is 1 to 64 printable characters without ':' and '/'.")
        return text


class ItemChangesSchema(StrictSchema):
    """What is absent stays, null takes away."""

    home = fields.String()
    owner = fields.String()
    item_type = fields.String()
    call_number = Trimmed(longest=100, allow_none=True)
    shelf = Trimmed(longest=64, allow_none=True)
    volume = Trimmed(longest=100, allow_none=True)
    price_fen = Money(data_key="price", allow_none=True, validate=validate.Range(max=HIGHEST_PRICE_FEN))
    acquired_on = Day(allow_none=True)
    note = Trimmed(longest=500, allow_none=True)


class NewItemSchema(ItemChangesSchema):
    """Without an owner, the copy is its home's."""

    bib = fields.Integer(strict=True, required=True, validate=validate.Range(1, 2**63 - 1))
    barcode = NewBarcode(required=True)
    home = fields.String(required=True)
    item_type = fields.String(required=True)


class ItemSchema(ItemChangesSchema):
    """A copy. `owner`: whose it is; `home`: where it belongs when idle; `location`: where it was last seen."""

    barcode = fields.String()
    bib = fields.Integer()
    title = fields.String()
    status = fields.String()
    location = fields.String()
