"""HTTP routes of what units ask each other to send. Each shows three steps: schema in, one service call, schema out."""

from __future__ import annotations

from typing import Any

from branches.http import context
from circ.commands import AskForCopies, Criteria
from circ.request_schemas import (
    ApprovedSchema,
    AskForCopiesSchema,
    RefusedSchema,
    RequestedSchema,
    RequestPageSchema,
    RequestQuerySchema,
    RequestSchema,
    ToAnswerQuerySchema,
    TransferApprovalSchema,
    TransferRefusalSchema,
)
from circ.request_show import show_answered, show_asked, show_refused, show_request
from circ.service.request_service import RequestService
from kernel.errors import Invalid, NotFound
from kernel.http import command, decode_position, encode_cursor, language, right
from kernel.i18n import Text
from kernel.routes import Blueprint
from transit.queries import requests as queries
from transit.schemas import LossSchema, TransferPageSchema, TransferSchema
from transit.show import show_transfer

blueprint = Blueprint("requests", __name__, description="What branches ask other libraries to send")


@blueprint.route("/transfers", methods=["POST"])
@right("transfer.request")
@blueprint.arguments(AskForCopiesSchema)
@command
@blueprint.response(201, RequestedSchema)
def ask(body: dict[str, Any]) -> dict[str, Any]:
    """Ask for one copy, so many of a title, or so many that fit criteria: the nearest libraries that can help are asked."""
    asked = context()
    rows = RequestService(asked).ask(_command(body))
    request = queries.request_by_id(asked.session, rows[0].request_id or 0)
    assert request is not None
    return show_asked(request, rows, asked.tree)


def _command(body: dict[str, Any]) -> AskForCopies:
    given = body | {"bib_id": body.pop("bib", None), "override": tuple(body["override"])}
    criteria = given.pop("criteria", None)
    given.pop("bib", None)
    if criteria is not None:
        if given["copies"] != 1:
            wrong = Text("按条件申请时，册数写在 criteria.count。", "With criteria, `count` says how many.")
            raise Invalid("transfer.copies", wrong, {"copies": [wrong]})
        given["copies"] = criteria["count"]
        named = {"item_type": "type", "class_number": "class_", "audience": "audience"}
        given["criteria"] = Criteria(**{name: criteria.get(key) for name, key in named.items()})
    return AskForCopies(**given)


@blueprint.route("/transfers/<int:transfer_id>/approval", methods=["POST"])
@right("transfer.answer")
@blueprint.arguments(TransferApprovalSchema)
@command
@blueprint.response(200, ApprovedSchema)
def approve(body: dict[str, Any], transfer_id: int) -> dict[str, Any]:
    """The copies are in hand and wait to be sent; one that a reader waits for goes to the reader, and the request to another copy."""
    asked = context()
    return show_answered(RequestService(asked).approve(transfer_id, body["items"]), asked.tree, language())


@blueprint.route("/transfers/<int:transfer_id>/refusal", methods=["POST"])
@right("transfer.answer")
@blueprint.arguments(TransferRefusalSchema)
@command
@blueprint.response(200, RefusedSchema)
def refuse(body: dict[str, Any], transfer_id: int) -> dict[str, Any]:
    """Say no, with the reason; the next library that can help is asked, or the asker hears that none can."""
    asked = context()
    rows = RequestService(asked).refuse(transfer_id, body["reason"], pass_on=body["pass_on"], rest=body["rest"])
    return show_refused(transfer_id, rows, asked.tree)


@blueprint.route("/transfers/<int:transfer_id>/loss", methods=["POST"])
@right("item.condition")
@blueprint.arguments(LossSchema)
@command
@blueprint.response(200, TransferSchema)
def give_up(body: dict[str, Any], transfer_id: int) -> dict[str, Any]:
    """What was sent has not arrived and is given up, by either side; a scan of the copy anywhere finds it again."""
    asked = context()
    return show_transfer(RequestService(asked).give_up(transfer_id, body["reason"]), asked.tree)


@blueprint.route("/transfer-requests", methods=["GET"])
@right("transfer.read")
@blueprint.arguments(RequestQuerySchema, location="query")
@blueprint.response(200, RequestPageSchema)
def requests(query: dict[str, Any]) -> dict[str, Any]:
    """What the units where the caller may see transfers asked for, the newest first, each with what became of it."""
    asked = context()
    tree, limit = asked.tree, query["limit"]
    units = asked.caller.units("transfer.read", tree)
    if "to" in query:
        units &= tree.subtree(tree.unit(query["to"]).id)
    before = decode_position(query.get("cursor")) or None
    rows = queries.list_requests(asked.session, units, before_id=before, limit=limit + 1)
    following = encode_cursor(rows[limit - 1].id) if len(rows) > limit else None
    lines = queries.lines_of(asked.session, [row.id for row in rows[:limit]])
    said = queries.refusals_of(asked.session, [line.id for group in lines.values() for line in group])
    return {"items": [show_request(row, lines[row.id], said, tree) for row in rows[:limit]], "next": following}


@blueprint.route("/transfer-requests/<int:request_id>", methods=["GET"])
@right("transfer.read")
@blueprint.response(200, RequestSchema)
def request(request_id: int) -> dict[str, Any]:
    """One of them, for the unit that asked."""
    asked = context()
    found = queries.request_by_id(asked.session, request_id)
    if found is None or not asked.caller.may("transfer.read", found.to_id, asked.tree):
        raise NotFound("transfer", request_id)
    lines = queries.lines_of(asked.session, [request_id])[request_id]
    return show_request(found, lines, queries.refusals_of(asked.session, [line.id for line in lines]), asked.tree)


@blueprint.route("/transfers/to-answer", methods=["GET"])
@right("transfer.read")
@blueprint.arguments(ToAnswerQuerySchema, location="query")
@blueprint.response(200, TransferPageSchema)
def to_answer(query: dict[str, Any]) -> dict[str, Any]:
    """What a unit, and those below, are asked to fetch and send, in the order of their shelves."""
    asked = context()
    units = asked.caller.units("transfer.read", asked.tree) & asked.tree.subtree(asked.tree.unit(query["at"]).id)
    return {"items": [show_transfer(row, asked.tree) for row in queries.to_answer(asked.session, units)], "next": None}
