"""Route of setting records apart from a title."""

from __future__ import annotations

from typing import Any

from branches.http import context
from catalog.bibdata import BibData
from catalog.description import authors_text, full_title
from catalog.queries.bibs import find_bib
from catalog.schemas.apart import SeparatedSchema, SetApartSchema
from catalog.service.setting_apart import plan, set_apart
from kernel.http import command, expected_version, right, version_header
from kernel.routes import Blueprint

blueprint = Blueprint("apart", __name__, description="Records of another book set apart from a title")


@blueprint.route("/bibs/<int:bib_id>/separation", methods=["POST"])
@right("bib.write")
@blueprint.arguments(SetApartSchema)
@command
@blueprint.response(200, SeparatedSchema)
def separate(body: dict[str, Any], bib_id: int) -> Any:
    """Set source records apart, with their copies: a new title, or the one that was merged, back again. If-Match names the version read."""
    asked, records, named = context(), body["records"], body.get("copies")
    planned = plan(asked, find_bib(asked.session, bib_id), records)
    shown = {
        "stays": _said(bib_id, planned.stays),
        "apart": _said(planned.returns, planned.goes),
        "has_returned": planned.returns is not None,
        "copies": sorted(planned.along if named is None else set(named)),
    }
    if body["dry_run"]:
        return shown, 200
    done = set_apart(asked, bib_id, records, expected_version=expected_version(), item_ids=named)
    shown["apart"] = _said(done.apart_id, planned.goes)
    return shown, 200, version_header(find_bib(asked.session, bib_id).version)


def _said(bib_id: int | None, data: BibData) -> dict[str, Any]:
    return {
        "bib": bib_id,
        "title": full_title(data),
        "authors": authors_text(data),
        "publisher": data.publisher,
        "year": data.year,
        "isbns": list(data.isbns),
    }
