"""Shapes of controlled headings on the wire."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validate

from catalog.headings import KINDS, LONGEST_NAME
from kernel.schema import StrictSchema, Trimmed

MOST_NAMES = 100


def _names() -> fields.List[str]:
    return fields.List(Trimmed(longest=LONGEST_NAME), load_default=[], validate=validate.Length(max=MOST_NAMES))


class Kinds(fields.Field[tuple[str, ...]]):
    """Kinds of heading divided by commas."""

    def __init__(self, **kwargs: Any) -> None:
        described = f"one kind or several, divided by commas: {', '.join(KINDS)}"
        super().__init__(metadata={"type": "string", "example": "person,body", "description": described}, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> tuple[str, ...]:
        kinds = tuple(value.split(",")) if isinstance(value, str) else ()
        if not kinds or any(kind not in KINDS for kind in kinds):
            raise ValidationError(f"Must be one of: {', '.join(KINDS)}.")
        return kinds


class HeadingDataSchema(StrictSchema):
    """`variants` refer to the name; `see_also` names related headings."""

    kind = fields.String(required=True, validate=validate.OneOf(list(KINDS)))
    name = Trimmed(longest=LONGEST_NAME, required=True)
    variants = _names()
    see_also = _names()
    note = Trimmed(longest=500, allow_none=True, load_default=None)


class HeadingSchema(HeadingDataSchema):
    id = fields.Integer()


class HeadingQuerySchema(StrictSchema):
    """`q` is how a name in any form begins."""

    q = Trimmed(longest=LONGEST_NAME)
    kind = fields.String(validate=validate.OneOf(list(KINDS)))
    limit = fields.Integer(load_default=50, validate=validate.Range(1, 200))
    cursor = Trimmed(longest=400)


class HeadingPageSchema(StrictSchema):
    items = fields.List(fields.Nested(HeadingSchema))
    next = fields.String(allow_none=True)


class OffersQuerySchema(StrictSchema):
    """`q` is what was typed so far."""

    q = Trimmed(longest=LONGEST_NAME, required=True)
    kinds = Kinds(data_key="kind", load_default=())
    limit = fields.Integer(load_default=8, validate=validate.Range(1, 50))


class OfferSchema(StrictSchema):
    id = fields.Integer()
    kind = fields.String()
    name = fields.String()
    by = fields.String(allow_none=True)
    note = fields.String(allow_none=True)


class OffersSchema(StrictSchema):
    items = fields.List(fields.Nested(OfferSchema))
