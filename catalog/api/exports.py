"""The catalogue as one file, for programs."""

from __future__ import annotations

from typing import Any, Final, get_args

from flask import Response
from marshmallow import ValidationError, fields, validate, validates_schema

from branches.http import context
from catalog.marc.writer import IsoEncoding
from catalog.service.exporting import Form
from catalog.service.taking import take_all
from kernel import http
from kernel.http import right
from kernel.routes import Blueprint
from kernel.schema import Code, StrictSchema

blueprint = Blueprint("exports", __name__, description="The catalogue as one file")

MEDIA_TYPES: Final[dict[Form, tuple[str, str]]] = {
    "iso2709": ("application/marc", "mrc"),
    "marcxml": ("application/marcxml+xml; charset=utf-8", "xml"),
}


class ExportQuerySchema(StrictSchema):
    """Without `encoding` each record goes out as it came, our own in UTF-8. `org`: only titles held by this unit or below."""

    form = fields.String(data_key="format", load_default="iso2709", validate=validate.OneOf(get_args(Form)))
    encoding = fields.String(load_default=None, validate=validate.OneOf(get_args(IsoEncoding)))
    org = Code(load_default=None)

    @validates_schema
    def xml_has_one_encoding(self, data: dict[str, Any], **_kwargs: Any) -> None:
        if data["form"] == "marcxml" and data["encoding"] == "gb18030":
            raise ValidationError("MARCXML is always in UTF-8.", "encoding")


@blueprint.route("/exports/titles", methods=["GET"])
@right("bib.export")
@blueprint.arguments(ExportQuerySchema, location="query")
@blueprint.doc(responses={200: {"description": "the file", "content": {name: {} for name, _ in MEDIA_TYPES.values()}}})
def export_titles(query: dict[str, Any]) -> Response:
    """The whole catalogue, or what one library and those below it hold. Records that ISO 2709 cannot hold are only in MARCXML."""
    return stream_titles(query["form"], query["encoding"], query["org"])


def stream_titles(form: Form, encoding: IsoEncoding | None, org: str | None) -> Response:
    """The answer for programs and for the page alike."""
    asked = context()
    tree = asked.tree
    unit = tree.unit(org) if org is not None else tree.root
    if unit is not None:
        asked.caller.require_at("bib.export", unit.id, tree)
    held_by = tree.subtree(unit.id) if unit is not None and unit.parent_id is not None else None
    body = take_all(http.database(), asked, form, encoding, held_by)
    media_type, ending = MEDIA_TYPES[form]
    response = Response(body, content_type=media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="titles.{ending}"'
    return response
