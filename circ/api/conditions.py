"""HTTP routes of what a desk says of a copy beyond lending it: lost, found, damaged, at the mender's."""

from __future__ import annotations

from typing import Any

from branches.http import context
from circ.commands import SetStatus
from circ.item_view import view_of
from circ.schemas import DeclaredSchema, StatusActSchema
from circ.service import CirculationService
from circ.show import show_declared
from kernel.http import Blueprint, command, language, right

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
