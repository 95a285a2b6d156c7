"""HTTP routes of what readers ask the libraries to buy."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from branches.context import Context
from branches.http import context
from branches.rights import ANYONE, SELF
from kernel.http import command, decode_position, encode_cursor, right
from kernel.routes import Blueprint
from kernel.schema import EmptySchema
from purchasing.queries.suggestions import SuggestionRow, suggestions_of_reader, suggestions_of_units
from purchasing.schemas.suggestions import (
    AnswerSchema,
    NewSuggestionSchema,
    PurchaseSuggestionPageSchema,
    PurchaseSuggestionSchema,
    SuggestionQuerySchema,
)
from purchasing.service.suggestions import NewSuggestion, SuggestionService
from purchasing.states import STATUSES

blueprint = Blueprint("suggestions", __name__, description="What readers ask the libraries to buy")


@blueprint.route("/suggestions", methods=["GET"])
@right(ANYONE)
@blueprint.arguments(SuggestionQuerySchema, location="query")
@blueprint.response(200, PurchaseSuggestionPageSchema)
def list_suggestions(query: dict[str, Any]) -> dict[str, Any]:
    """For a reader, what they suggested or seconded; for staff, what their units are to answer."""
    asked = context()
    rows = _listed(asked, query, decode_position(query["cursor"]) or None)
    more = len(rows) > query["limit"]
    shown = rows[: query["limit"]]
    return {
        "items": [_show(row, asked) for row in shown],
        "next": encode_cursor(shown[-1].id) if more else None,
    }


def _listed(asked: Context, query: dict[str, Any], before: int | None) -> list[SuggestionRow]:
    limit = query["limit"] + 1
    if asked.caller.kind == "patron":
        return suggestions_of_reader(asked.session, asked.caller.id, before=before, limit=limit)
    asked.caller.require("suggestion.read")
    units = asked.caller.units("suggestion.read", asked.tree)
    if "org" in query:
        units &= asked.tree.subtree(asked.tree.unit(query["org"]).id)
    statuses = [query["status"]] if "status" in query else list(STATUSES)
    return suggestions_of_units(asked.session, units, statuses, before=before, limit=limit)


@blueprint.route("/suggestions", methods=["POST"])
@right(SELF)
@blueprint.arguments(NewSuggestionSchema)
@command
@blueprint.response(201, PurchaseSuggestionSchema)
def suggest(body: dict[str, Any]) -> dict[str, Any]:
    """Ask the libraries to buy a title. Where others asked before, the vote is added to theirs.

    Where the libraries seem to have it (`suggestion.alike`), the titles are named in `bibs`: sent again with these in `not_these`, another
    one is meant."""
    asked = context()
    return _show(
        SuggestionService(asked).suggest(NewSuggestion(**body | {"not_these": tuple(body["not_these"])})).suggestion,
        asked,
    )


@blueprint.route("/suggestions/<int:suggestion_id>/votes", methods=["POST"])
@right(SELF)
@blueprint.arguments(EmptySchema)
@command
@blueprint.response(201, PurchaseSuggestionSchema)
def second(_body: dict[str, Any], suggestion_id: int) -> dict[str, Any]:
    """Want a title that others suggested; a second time changes nothing."""
    asked = context()
    return _show(SuggestionService(asked).second(suggestion_id), asked)


@blueprint.route("/suggestions/<int:suggestion_id>/answer", methods=["POST"])
@right("suggestion.answer")
@blueprint.arguments(AnswerSchema)
@command
@blueprint.response(200, PurchaseSuggestionSchema)
def answer(body: dict[str, Any], suggestion_id: int) -> dict[str, Any]:
    """Say what becomes of it: ordered, bought, or declined with a reason."""
    asked = context()
    return _show(SuggestionService(asked).answer(suggestion_id, body["status"], body["answer"]), asked)


def _show(row: SuggestionRow, asked: Context) -> dict[str, Any]:
    """Why a reader wants a title they told the librarians, not those who second it."""
    shown = asdict(row)
    if asked.caller.kind == "patron":
        shown["reason"] = None
    return shown | {"org": asked.tree.by_id[shown.pop("org_id")].code, "bib": shown.pop("bib_id")}
