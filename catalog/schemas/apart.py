"""Shapes of setting records apart on the wire."""

from __future__ import annotations

from marshmallow import fields, validate

from kernel.schema import StrictSchema, Switch

_ID = validate.Range(1, 2**63 - 1)
_MOST = 1000


class SetApartSchema(StrictSchema):
    """`records` go, with their older versions. `copies` go with them; those that the records brought in where none are named.
    With `dry_run` nothing is written."""

    records = fields.List(
        fields.Integer(strict=True, validate=_ID), required=True, validate=validate.Length(min=1, max=_MOST)
    )
    copies = fields.List(fields.Integer(strict=True, validate=_ID), validate=validate.Length(max=_MOST))
    dry_run = Switch(load_default=False)


class TitleSaidSchema(StrictSchema):
    """What a title says, as citations have it. `bib`: none yet for a title that would be new."""

    bib = fields.Integer(allow_none=True)
    title = fields.String()
    authors = fields.String()
    publisher = fields.String(allow_none=True)
    year = fields.Integer(allow_none=True)
    isbns = fields.List(fields.String())


class SeparatedSchema(StrictSchema):
    """The title that stays, the one that is made or comes back (`has_returned`), and the copies that go."""

    stays = fields.Nested(TitleSaidSchema)
    apart = fields.Nested(TitleSaidSchema)
    has_returned = fields.Boolean()
    copies = fields.List(fields.Integer())
