"""Routes for taking an import back."""

from __future__ import annotations

from typing import Any

from branches.http import context
from catalog.schemas.imports import AskUndoSchema, UndoSchema
from catalog.service.imports.undoing import ask_for_undo, look_at_undo
from catalog.show import show_undo
from kernel.http import command, language, right
from kernel.routes import Blueprint

blueprint = Blueprint("import_undoing", __name__, description="Taking an import back where nobody has built on it")


@blueprint.route("/imports/<int:import_id>/undo", methods=["GET"])
@right("import.run")
@blueprint.response(200, UndoSchema)
def show_undoing(import_id: int) -> dict[str, Any]:
    """What undoing an import would do, or how far it is, and what stays with the reason."""
    return show_undo(look_at_undo(context(), import_id), language())


@blueprint.route("/imports/<int:import_id>/undo", methods=["POST"])
@right("import.run")
@blueprint.arguments(AskUndoSchema)
@command
@blueprint.response(202, UndoSchema)
def undo(body: dict[str, Any], import_id: int) -> Any:
    """Take an import back. The worker does it; ask `GET /imports/{id}/undo` how far it is. With `dry_run` nothing is written: 200."""
    asked = context()
    if body["dry_run"]:
        return show_undo(look_at_undo(asked, import_id), language()), 200
    ask_for_undo(asked, import_id)
    return show_undo(look_at_undo(asked, import_id), language())
