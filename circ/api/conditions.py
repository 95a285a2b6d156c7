"""HTTP routes of what a desk says of a copy beyond lending it: lost, found, damaged, at the mender's."""

from __future__ import annotations

from typing import Any

from branches.http import context
from circ.commands import CheckInMany, SetStatus, UseHere
from circ.item_view import view_of
from circ.schemas import (
    CheckInManySchema,
    DeclaredSchema,
    ReturnLinesSchema,
    StatusActSchema,
    UndoneSchema,
    UsedSchema,
    UseSchema,
)
from circ.service import CirculationService
from circ.show import show_declared, show_lines, show_undone, show_used
from kernel.http import command, language, right
from kernel.routes import Blueprint
from kernel.schema import EmptySchema

blueprint = Blueprint(
    "conditions", __name__, description="What becomes of a copy beyond lending: lost, found, damaged, mended, withdrawn"
)


@blueprint.route("/items/<barcode>/status", methods=["POST"])
@right("item.condition")
@blueprint.arguments(StatusActSchema)
@command
@blueprint.response(200, DeclaredSchema)
def set_status(body: dict[str, Any], barcode: str) -> dict[str, Any]:
    """Say what a copy is. On a copy that is out, `lost`, `claimed_returned` and `found` act on the loan."""
    asked = context()
    declared = CirculationService(asked).set_status(SetStatus(item=barcode, **body))
    return show_declared(declared, view_of(asked, declared.item.id), asked.tree, language())


@blueprint.route("/check-ins/batch", methods=["POST"])
@right("loan.return")
@blueprint.arguments(CheckInManySchema)
@command
@blueprint.response(200, ReturnLinesSchema)
def check_in_many(body: dict[str, Any]) -> dict[str, Any]:
    """Take many books in. Each line is answered by itself; one that cannot be done costs no other."""
    asked = context()
    many = CheckInMany(**body | {"items": tuple(body["items"]), "override": tuple(body["override"])})
    return show_lines(CirculationService(asked).check_in_many(many), asked.tree, language())


@blueprint.route("/items/<barcode>/uses", methods=["POST"])
@right("loan.return")
@blueprint.arguments(UseSchema)
@command
@blueprint.response(201, UsedSchema)
def use_here(body: dict[str, Any], barcode: str) -> dict[str, Any]:
    """Count that a copy was read in the library."""
    return show_used(CirculationService(context()).use_here(UseHere(item=barcode, at=body["at"])), language())


@blueprint.route("/acts/<int:entry_id>/undo", methods=["POST"])
@right("act.undo")
@blueprint.arguments(EmptySchema)
@command
@blueprint.response(200, UndoneSchema)
def undo(_body: dict[str, Any], entry_id: int) -> dict[str, Any]:
    """Take back a check-out, check-in, renewal, use in the library or what was said of a copy, within ten minutes."""
    return show_undone(CirculationService(context()).undo(entry_id), language())
