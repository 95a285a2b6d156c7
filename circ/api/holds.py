"""HTTP routes of holds. Each shows three steps: schema in, one service call, schema out."""

from __future__ import annotations

from typing import Any

from branches.context import Context
from branches.http import context
from catalog.show import show_refusals
from circ.commands import PlaceHold
from circ.queries import holds as queries
from circ.schemas import (
    HoldChangeSchema,
    HoldPageSchema,
    HoldQuerySchema,
    HoldSchema,
    PlaceHoldSchema,
    SuspensionSchema,
    UnitQuerySchema,
)
from circ.service.holds import HoldService
from circ.service.holds.reading import why_they_hang
from circ.service.standing import look_at_holds
from circ.show import show_hold, show_pull
from circ.states import OPEN, WAITING
from kernel.errors import Invalid
from kernel.http import command, decode_position, encode_cursor, language, right
from kernel.i18n import Text
from kernel.routes import Blueprint
from kernel.schema import EmptySchema
from patrons.queries import find_patron

blueprint = Blueprint("holds", __name__, description="Readers who wait for a book, and the books that wait for them")


@blueprint.route("/holds", methods=["POST"])
@right("login")
@blueprint.arguments(PlaceHoldSchema)
@command
@blueprint.response(201, HoldSchema)
def place(body: dict[str, Any]) -> dict[str, Any]:
    """Wait for a title, one volume of it, or one copy: a reader for themselves, staff for a reader."""
    asked = context()
    bib_id = body.pop("bib", None)
    hold = HoldService(asked).place(PlaceHold(**body | {"bib_id": bib_id, "override": tuple(body["override"])}))
    return show_hold(hold, asked.tree)


@blueprint.route("/holds/<int:hold_id>", methods=["GET"])
@right("login")
@blueprint.response(200, HoldSchema)
def show(hold_id: int) -> dict[str, Any]:
    """A hold of the reader's own, or one that is collected, or whose reader is at home, where the caller may see holds."""
    asked = context()
    return show_hold(HoldService(asked).find(hold_id), asked.tree)


@blueprint.route("/holds/<int:hold_id>", methods=["DELETE"])
@right("login")
@command
@blueprint.response(200, HoldSchema)
def cancel(hold_id: int) -> dict[str, Any]:
    """Call a hold off."""
    asked = context()
    return show_hold(HoldService(asked).cancel(hold_id), asked.tree)


@blueprint.route("/holds/<int:hold_id>", methods=["PATCH"])
@right("login")
@blueprint.arguments(HoldChangeSchema)
@command
@blueprint.response(200, HoldSchema)
def change(body: dict[str, Any], hold_id: int) -> dict[str, Any]:
    """Have it elsewhere (`pickup`); staff may move it in its queue (`position`). One of the two at a time."""
    asked = context()
    service = HoldService(asked)
    if len(body) != 1:
        raise Invalid("hold.change", Text("请只给出 pickup 或 position 中的一项。", "Give either pickup or position."))
    if "pickup" in body:
        return show_hold(service.change_pickup(hold_id, body["pickup"]), asked.tree)
    return show_hold(service.move(hold_id, body["position"]), asked.tree)


@blueprint.route("/holds/<int:hold_id>/suspension", methods=["POST"])
@right("login")
@blueprint.arguments(SuspensionSchema)
@command
@blueprint.response(200, HoldSchema)
def suspend(body: dict[str, Any], hold_id: int) -> dict[str, Any]:
    """Let others go before, up to and including a day, and keep the place in the queue."""
    asked = context()
    return show_hold(HoldService(asked).suspend(hold_id, body["until"]), asked.tree)


@blueprint.route("/holds/<int:hold_id>/suspension", methods=["DELETE"])
@right("login")
@command
@blueprint.response(200, HoldSchema)
def resume(hold_id: int) -> dict[str, Any]:
    """End the pause."""
    asked = context()
    return show_hold(HoldService(asked).resume(hold_id), asked.tree)


@blueprint.route("/holds/<int:hold_id>/recall", methods=["POST"])
@right("hold.recall")
@blueprint.arguments(EmptySchema)
@command
@blueprint.response(200, HoldSchema)
def recall(_body: dict[str, Any], hold_id: int) -> dict[str, Any]:
    """Call a lent copy back for a hold that waits: the loan that comes back soonest is due earlier and cannot be renewed meanwhile."""
    asked = context()
    return show_hold(HoldService(asked).recall(hold_id), asked.tree)


@blueprint.route("/holds/<int:hold_id>/miss", methods=["POST"])
@right("hold.fetch")
@blueprint.arguments(EmptySchema)
@command
@blueprint.response(200, HoldSchema)
def miss(_body: dict[str, Any], hold_id: int) -> dict[str, Any]:
    """The copy to be fetched is not on its shelf: the hold passes on to the next copy."""
    asked = context()
    return show_pull(HoldService(asked).note_missing(hold_id), asked.tree)


@blueprint.route("/holds", methods=["GET"])
@right("hold.read")
@blueprint.arguments(HoldQuerySchema, location="query")
@blueprint.response(200, HoldPageSchema)
def holds(query: dict[str, Any]) -> dict[str, Any]:
    """Open holds that are collected, or whose readers are at home, where the caller may see holds; oldest first.

    `why=true` tells of each that waits why no copy can fill it, if none can."""
    asked = context()
    tree, limit = asked.tree, query["limit"]
    rows = queries.list_holds(
        asked.session,
        seen_at=asked.caller.units("hold.read", tree),
        patron_id=find_patron(asked.session, query["patron"], tree, at=None).id if "patron" in query else None,
        bib_id=query.get("bib"),
        pickup_ids=tree.subtree(tree.unit(query["pickup"]).id) if "pickup" in query else None,
        statuses=[query["status"]] if "status" in query else OPEN,
        after_id=decode_position(query.get("cursor")),
        limit=limit + 1,
    )
    following = encode_cursor(rows[limit - 1].id) if len(rows) > limit else None
    items = [show_hold(row, tree) for row in rows[:limit]]
    if query["why"]:
        reasons = why_they_hang(asked, [row for row in rows[:limit] if row.status in WAITING])
        for item in items:
            item["why"] = show_refusals(reasons.get(item["id"], ()), language())
    return {"items": items, "next": following}


@blueprint.route("/pull-list", methods=["GET"])
@right("hold.fetch")
@blueprint.arguments(UnitQuerySchema, location="query")
@blueprint.response(200, HoldPageSchema)
def pull_list(query: dict[str, Any]) -> dict[str, Any]:
    """What is to be fetched from the shelves at a unit and below, in the order of the shelves. A check-in there captures it."""
    asked = context()
    rows = queries.pull_list(asked.session, _units(asked, query["at"], "hold.fetch"))
    return {"items": [show_pull(row, asked.tree) for row in rows], "next": None}


@blueprint.route("/hold-shelf", methods=["GET"])
@right("hold.read")
@blueprint.arguments(UnitQuerySchema, location="query")
@blueprint.response(200, HoldPageSchema)
def hold_shelf(query: dict[str, Any]) -> dict[str, Any]:
    """What can be collected at a unit and below, what must leave the shelf first."""
    asked = context()
    rows = queries.hold_shelf(asked.session, _units(asked, query["at"], "hold.read"))
    return {"items": [show_hold(row, asked.tree) for row in rows], "next": None}


def _units(asked: Context, code: str, right_name: str) -> frozenset[int]:
    unit = asked.tree.unit(code)
    return asked.tree.subtree(unit.id) & asked.caller.units(right_name, asked.tree)


@blueprint.route("/me/holds", methods=["GET"])
@right("self")
@blueprint.response(200, HoldPageSchema)
def my_holds() -> dict[str, Any]:
    """What the reader waits for, what can be collected first."""
    asked = context()
    rows = queries.holds_of_patron(asked.session, asked.caller.id)
    return {"items": [show_hold(row, asked.tree) for row in rows], "next": None}


@blueprint.route("/patrons/<barcode>/holds", methods=["GET"])
@right("patron.loans")
@command
@blueprint.response(200, HoldPageSchema)
def holds_of_patron(barcode: str) -> dict[str, Any]:
    """What a reader waits for. A command, because the journal remembers who looked."""
    asked = context()
    return {"items": [show_hold(row, asked.tree) for row in look_at_holds(asked, barcode)], "next": None}
