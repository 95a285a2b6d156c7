"""Routes of controlled headings."""

from __future__ import annotations

from typing import Any

from branches.http import context
from branches.rights import PUBLIC
from catalog.headings import HeadingData
from catalog.queries.controlled import offered
from catalog.queries.headings import HeadingRow, find_heading, list_headings
from catalog.schemas.headings import (
    HeadingDataSchema,
    HeadingPageSchema,
    HeadingQuerySchema,
    HeadingSchema,
    OffersQuerySchema,
    OffersSchema,
)
from catalog.service.headings import HeadingService
from kernel.http import command, decode_position, encode_cursor, expected_version, right, version_header
from kernel.routes import Blueprint

blueprint = Blueprint(
    "headings", __name__, description="Controlled headings: one form that is used, others that refer to it"
)


@blueprint.route("/headings", methods=["GET"])
@right(PUBLIC)
@blueprint.arguments(HeadingQuerySchema, location="query")
@blueprint.response(200, HeadingPageSchema)
def headings(query: dict[str, Any]) -> dict[str, Any]:
    """Headings whose name, in any form, begins so: to choose from while cataloguing."""
    limit = query["limit"]
    rows = list_headings(
        context().session,
        begins=query.get("q", ""),
        kind=query.get("kind"),
        after_id=decode_position(query.get("cursor")),
        limit=limit + 1,
    )
    following = encode_cursor(rows[limit - 1].id) if len(rows) > limit else None
    return {"items": rows[:limit], "next": following}


@blueprint.route("/headings/offers", methods=["GET"])
@right(PUBLIC)
@blueprint.arguments(OffersQuerySchema, location="query")
@blueprint.response(200, OffersSchema)
def offers(query: dict[str, Any]) -> dict[str, Any]:
    """The few headings most likely meant by what was typed so far. `by` is the form that refers to the name."""
    return {"items": offered(context().session, query["q"], kinds=query["kinds"], limit=query["limit"])}


@blueprint.route("/headings/<int:heading_id>", methods=["GET"])
@right(PUBLIC)
@blueprint.response(200, HeadingSchema)
def heading(heading_id: int) -> Any:
    """A heading with all its forms."""
    return _show(find_heading(context().session, heading_id))


@blueprint.route("/headings", methods=["POST"])
@right("bib.write")
@blueprint.arguments(HeadingDataSchema)
@command
@blueprint.response(201, HeadingSchema)
def create_heading(body: dict[str, Any]) -> Any:
    """Make a heading. The titles that carry its name are found by every form of it from then on."""
    return _show(HeadingService(context()).create(_data(body)))


@blueprint.route("/headings/<int:heading_id>", methods=["PUT"])
@right("bib.write")
@blueprint.arguments(HeadingDataSchema)
@command
@blueprint.response(200, HeadingSchema)
def change_heading(body: dict[str, Any], heading_id: int) -> Any:
    """Replace what a heading says; If-Match names the version that was read."""
    return _show(HeadingService(context()).change(heading_id, _data(body), expected_version=expected_version()))


def _data(body: dict[str, Any]) -> HeadingData:
    return HeadingData(**body | {name: tuple(body[name]) for name in ("variants", "see_also")})


def _show(row: HeadingRow) -> Any:
    return row, version_header(row.version)
