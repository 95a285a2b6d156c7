"""HTTP routes of what readers want a unit to buy."""

from __future__ import annotations

from typing import Any

from branches.context import Context
from branches.http import context
from kernel import http
from kernel.errors import Invalid
from kernel.http import command, decode_position, encode_cursor, right
from kernel.i18n import Text
from kernel.routes import Blueprint
from purchasing.demand import Aside, Ranked
from purchasing.demand_show import show_wanted
from purchasing.schemas.demand import (
    AsideRemovalSchema,
    AsideSchema,
    DemandPageSchema,
    DemandQuerySchema,
    PutAsideSchema,
)
from purchasing.service.demand import DemandService

blueprint = Blueprint("demand", __name__, description="What readers want the libraries to buy, ranked")


@blueprint.route("/demand", methods=["GET"])
@right("order.read")
@blueprint.arguments(DemandQuerySchema, location="query")
@blueprint.response(200, DemandPageSchema)
def list_demand(query: dict[str, Any]) -> dict[str, Any]:
    """What is wanted at a unit and below it, the most wanted first; without `org`, at the caller's own unit."""
    asked = context()
    org = query.get("org") or _own_unit(asked)
    demand = DemandService(asked).of_unit(org)
    rows: list[tuple[Ranked, Aside | None]] = (
        [*demand.aside] if query["aside"] else [(row, None) for row in demand.lines]
    )
    start, limit = decode_position(query["cursor"]), query["limit"]
    shown = rows[start : start + limit]
    return {
        "org": org,
        "items": [show_wanted(*row, http.language()) for row in shown],
        "next": encode_cursor(start + limit) if len(rows) > start + limit else None,
    }


@blueprint.route("/demand/aside", methods=["POST"])
@right("order.write")
@blueprint.arguments(AsideSchema)
@command
@blueprint.response(201, PutAsideSchema)
def put_aside(body: dict[str, Any]) -> dict[str, Any]:
    """Take a title off a unit's list, with the reason, until somebody asks for it anew."""
    put = DemandService(context()).put_aside(body["org"], body["key"], body["reason"])
    return {
        "org": body["org"],
        "key": put.key,
        "title": put.title,
        "reason": put.reason,
        "at": put.at,
        "author": put.author,
    }


@blueprint.route("/demand/aside", methods=["DELETE"])
@right("order.write")
@blueprint.arguments(AsideRemovalSchema, location="query")
@command
@blueprint.response(204)
def take_back(query: dict[str, Any]) -> None:
    """Put a title on the list again."""
    DemandService(context()).take_back(query["org"], query["key"])


def _own_unit(asked: Context) -> str:
    unit_id = asked.caller.own_unit()
    if unit_id is None:
        message = Text("请指明馆点。", "Name a unit.")
        raise Invalid("org.required", message, {"org": [message]})
    return asked.tree.by_id[unit_id].code
