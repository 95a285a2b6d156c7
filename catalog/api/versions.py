"""Routes of a title's history."""

from __future__ import annotations

from typing import Any

from flask import Response

from branches.http import context
from catalog.comparing import FIELD_NAMES, changed_fields, compare
from catalog.description import full_title
from catalog.queries.bibs import visible_copies
from catalog.queries.versions import (
    find_record,
    find_version,
    list_records,
    list_versions,
    merged_into,
    where_it_went,
)
from catalog.schemas import BibSchema
from catalog.schemas.versions import ComparisonQuerySchema, ComparisonSchema, HistorySchema
from catalog.service.bibs import BibService
from catalog.show import show_bib
from kernel.http import command, expected_version, language, right, version_header
from kernel.routes import Blueprint
from kernel.schema import EmptySchema

blueprint = Blueprint("versions", __name__, description="What titles said before, and the records behind them")

_MEDIA_TYPES = {
    "iso2709": "application/marc",
    "marcxml": "application/marcxml+xml",
    "text": "text/plain",
    "form": "application/json",
}


@blueprint.route("/bibs/<int:bib_id>/versions", methods=["GET"])
@right("bib.write")
@blueprint.response(200, HistorySchema)
def versions(bib_id: int) -> dict[str, Any]:
    """Every version of a title, newest first: when, by whom, why, and in which fields it differs from the one before."""
    session = context().session
    rows = list_versions(session, bib_id)
    older = [*rows[1:], None]
    return {
        "bib": bib_id,
        "merged_into": where_it_went(session, bib_id),
        "items": [
            {
                "version": row.version,
                "at": row.at,
                "author": row.author,
                "cause": row.cause,
                "import_id": row.batch_id,
                "is_current": row.is_current,
                "title": full_title(row.data),
                "changed": list(changed_fields(before.data, row.data)) if before else [],
            }
            for row, before in zip(rows, older, strict=True)
        ],
        "records": [
            {name: getattr(row, name) for name in ("id", "source", "identity", "container", "format", "received_at")}
            | {"import_id": row.batch_id, "is_current": row.is_current}
            for row in list_records(session, bib_id)
        ],
        "merged": [
            {"bib": row.bib_id, "title": row.title, "merged_at": row.merged_at} for row in merged_into(session, bib_id)
        ],
    }


@blueprint.route("/bibs/<int:bib_id>/comparison", methods=["GET"])
@right("bib.write")
@blueprint.arguments(ComparisonQuerySchema, location="query")
@blueprint.response(200, ComparisonSchema)
def comparison(query: dict[str, Any], bib_id: int) -> dict[str, Any]:
    """Two versions of a title, field by field."""
    session = context().session
    found = compare(*(find_version(session, bib_id, query[name]) for name in ("older", "newer")))
    differences = [
        {
            "field": one.field,
            "label": FIELD_NAMES[one.field].in_(language()),
            "values": [{"way": way, "value": value} for way, value in one.values],
        }
        for one in found
    ]
    return query | {"differences": differences}


@blueprint.route("/bibs/<int:bib_id>/versions/<int:version>/restoration", methods=["POST"])
@right("bib.write")
@blueprint.arguments(EmptySchema)
@command
@blueprint.response(200, BibSchema)
def restore(_body: dict[str, Any], bib_id: int, version: int) -> Any:
    """Let a title say again what it said in this version, which makes a new one. If-Match names the version read."""
    asked = context()
    bib = BibService(asked).restore(bib_id, version, expected_version=expected_version())
    return show_bib(bib, visible_copies(asked.session, bib.id), asked.tree, language()), version_header(bib.version)


@blueprint.route("/bibs/<int:bib_id>/records/<int:record_id>", methods=["GET"])
@right("bib.write")
def record(bib_id: int, record_id: int) -> Response:
    """A record of a title, byte for byte as it came."""
    found = find_record(context().session, bib_id, record_id)
    return Response(found.raw, content_type=_MEDIA_TYPES[found.container])
