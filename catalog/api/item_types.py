"""Routes of item types."""

from __future__ import annotations

from typing import Any

from branches.http import context
from catalog.reference import ITEM_TYPES
from catalog.schemas import ItemTypeChangesSchema, ItemTypePageSchema, ItemTypeSchema
from catalog.service.item_types import ItemTypeService
from kernel.http import command, right
from kernel.routes import Blueprint

blueprint = Blueprint("item_types", __name__, description="Kinds of material that policies may speak of")


@blueprint.route("/item-types", methods=["GET"])
@right("settings.read")
@blueprint.response(200, ItemTypePageSchema)
def list_item_types() -> dict[str, Any]:
    """All kinds of material."""
    return {"items": list(ITEM_TYPES.get(context().session).by_code.values()), "next": None}


@blueprint.route("/item-types", methods=["POST"])
@right("settings.write")
@blueprint.arguments(ItemTypeSchema)
@command
@blueprint.response(201, ItemTypeSchema)
def create_item_type(body: dict[str, Any]) -> dict[str, Any]:
    """Add a kind of material, which policies may then speak of."""
    ItemTypeService(context()).create(**body)
    return body


@blueprint.route("/item-types/<code>", methods=["PATCH"])
@right("settings.write")
@blueprint.arguments(ItemTypeChangesSchema)
@command
@blueprint.response(200, ItemTypeSchema)
def rename_item_type(body: dict[str, str], code: str) -> Any:
    """Rename a kind of material; its code and parent stay."""
    asked = context()
    ItemTypeService(asked).rename(code, body["name"])
    return ITEM_TYPES.get(asked.session).by_code[code]
