"""Routes of call numbers: one is given, or one that was thought of is looked at."""

from __future__ import annotations

from typing import Any

from branches.http import context
from catalog.callnumbers import split, tidy
from catalog.queries.bibs import find_bib
from catalog.schemas.callnumbers import AllotmentSchema, CheckedNumberSchema, NumberAskedSchema, NumberCheckSchema
from catalog.service.callnumbers import CallNumberService, NumberAsked
from catalog.show import show_refusals
from kernel.http import command, language, right
from kernel.routes import Blueprint

blueprint = Blueprint(
    "call_numbers", __name__, description="Call numbers: given in turn within their class, and checked"
)


@blueprint.route("/call-numbers", methods=["POST"])
@right("item.write")
@blueprint.arguments(NumberAskedSchema)
@command
@blueprint.response(201, AllotmentSchema)
def allot_call_number(body: dict[str, Any]) -> Any:
    """Give a title its number within the class; editions, volumes and copies of one work share one number."""
    return CallNumberService(context()).allot(NumberAsked(at=body.pop("scope"), **body))


@blueprint.route("/call-numbers", methods=["GET"])
@right("item.write")
@blueprint.arguments(NumberCheckSchema, location="query")
@blueprint.response(200, CheckedNumberSchema)
def check_call_number(query: dict[str, Any]) -> Any:
    """Take a call number apart, and tell whether another work has it."""
    asked = context()
    unit = asked.tree.unit(query["scope"])
    asked.caller.require_at("item.write", unit.id, asked.tree, key=unit.code)
    find_bib(asked.session, query["bib"])
    parts = split(query["call_number"])
    found = CallNumberService(asked).notices(query["call_number"], home_id=unit.id, bib_id=query["bib"])
    return {
        "call_number": tidy(query["call_number"]),
        "class_number": parts.class_number,
        "book_number": parts.book_number,
        "notices": show_refusals(found, language()),
    }
