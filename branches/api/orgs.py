"""Routes of units, their hours, open days and distances."""

from __future__ import annotations

from typing import Any

from flask import request

from branches import queries
from branches.http import context
from branches.schemas import (
    DaysQuerySchema,
    DaysSchema,
    DistancePageSchema,
    DistanceSchema,
    HoursSchema,
    PageQuerySchema,
    UnitChangesSchema,
    UnitPageSchema,
    UnitSchema,
)
from branches.service.orgs import NewClosure, NewUnit, OrgService, UnitChanges
from kernel.http import command, decode_position, encode_cursor, expected_version, right, version_header
from kernel.routes import Blueprint

blueprint = Blueprint("org_units", __name__, description="The libraries, points, buses and shops of the network")


@blueprint.route("/org-units", methods=["GET"])
@right("org.read")
@blueprint.arguments(PageQuerySchema, location="query")
@blueprint.response(200, UnitPageSchema)
def list_units(query: dict[str, Any]) -> dict[str, Any]:
    """All units, parents before children."""
    asked = context()
    units = queries.list_units(asked.session, asked.tree)
    start, limit = decode_position(query.get("cursor")), query["limit"]
    following = encode_cursor(start + limit) if len(units) > start + limit else None
    return {"items": units[start : start + limit], "next": following}


@blueprint.route("/org-units", methods=["POST"])
@right("org.write")
@blueprint.arguments(UnitSchema)
@command
@blueprint.response(201, UnitSchema)
def create_unit(body: dict[str, Any]) -> Any:
    """Add a unit below one where the caller may."""
    asked = context()
    unit = OrgService(asked).create(NewUnit(**_place(body)))
    return _show(unit.code)


@blueprint.route("/org-units/<code>", methods=["GET"])
@right("org.read")
@blueprint.response(200, UnitSchema)
def show_unit(code: str) -> Any:
    """One unit, with its version as ETag."""
    return _show(code)


@blueprint.route("/org-units/<code>", methods=["PATCH"])
@right("org.write")
@blueprint.arguments(UnitChangesSchema)
@command
@blueprint.response(200, UnitSchema)
def change_unit(body: dict[str, Any], code: str) -> Any:
    """Change a unit. If-Match is heeded where it is sent."""
    expected = expected_version() if request.if_match else None
    changes: UnitChanges = _place(body)
    OrgService(context()).change(code, changes, expected_version=expected)
    return _show(code)


@blueprint.route("/org-units/<code>/hours", methods=["GET"])
@right("org.read")
@blueprint.response(200, HoursSchema)
def show_hours(code: str) -> queries.HoursView:
    """The unit's own hours and closures, and the week that holds."""
    asked = context()
    return queries.hours_of(asked.tree, asked.calendars, code)


@blueprint.route("/org-units/<code>/hours", methods=["PUT"])
@right("hours.write")
@blueprint.arguments(HoursSchema)
@command
@blueprint.response(200, HoursSchema)
def set_hours(body: dict[str, Any], code: str) -> queries.HoursView:
    """Replace hours and closures. Without `weekly` the parent's week holds; where nobody sets one, a unit is always open."""
    asked = context()
    closures = [NewClosure(**closure) for closure in body["closures"]]
    OrgService(asked).set_hours(code, weekly=body["weekly"], closures=closures)
    return queries.hours_of(asked.tree, asked.calendars, code)


@blueprint.route("/org-units/<code>/open-days", methods=["GET"])
@right("org.read")
@blueprint.arguments(DaysQuerySchema, location="query")
@blueprint.response(200, DaysSchema)
def open_days(query: dict[str, Any], code: str) -> dict[str, Any]:
    """The days on which the unit is open, both ends included."""
    asked = context()
    unit = asked.tree.unit(code)
    return {"days": asked.calendars.open_days(unit.id, query["from_on"], query["to_on"])}


@blueprint.route("/org-units/<code>/distances", methods=["GET"])
@right("org.read")
@blueprint.response(200, DistancePageSchema)
def show_distances(code: str) -> dict[str, Any]:
    """The measured distances of a unit, the nearest first."""
    return _show_distances(code)


@blueprint.route("/org-units/<code>/distances", methods=["PUT"])
@right("org.write")
@blueprint.arguments(DistanceSchema(many=True))
@command
@blueprint.response(200, DistancePageSchema)
def set_distances(body: list[dict[str, Any]], code: str) -> dict[str, Any]:
    """Replace the measured distances of a unit; they hold both ways."""
    OrgService(context()).set_distances(code, {one["to"]: one["km"] for one in body})
    return _show_distances(code)


def _show(code: str) -> tuple[queries.UnitView, dict[str, str]]:
    asked = context()
    view = queries.find_unit(asked.session, asked.tree, code)
    return view, version_header(view.version)


def _show_distances(code: str) -> dict[str, Any]:
    asked = context()
    found = queries.distances_of(asked.session, asked.tree, code)
    return {"items": [{"to": other, "km": km} for other, km in found], "next": None}


def _place(body: dict[str, Any]) -> Any:
    """The body with its location as two numbers."""
    if "location" not in body:
        return body
    location = body["location"] or {"lat": None, "lon": None}
    return {name: value for name, value in body.items() if name != "location"} | location
