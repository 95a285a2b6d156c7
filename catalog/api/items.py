"""Routes of copies. What a copy is doing at the moment is circulation's to tell: GET stands there."""

from __future__ import annotations

from typing import Any

from branches.http import context
from catalog.queries.items import ItemDetails
from catalog.schemas import ItemChangesSchema, NewItemSchema, WrittenItemSchema
from catalog.service.callnumbers import CallNumberService
from catalog.service.items import ItemChanges, ItemService, NewItem
from catalog.show import show_item, show_refusals
from kernel.http import command, expected_version, language, right, version_header
from kernel.routes import Blueprint

blueprint = Blueprint("items", __name__, description="Copies: registered, moved home, described")


@blueprint.route("/items", methods=["POST"])
@right("item.write")
@blueprint.arguments(NewItemSchema)
@command
@blueprint.response(201, WrittenItemSchema)
def create_item(body: dict[str, Any]) -> Any:
    """Register a copy; it stands on the shelf of its home."""
    return _show(ItemService(context()).create(NewItem(**body)))


@blueprint.route("/items/<barcode>", methods=["PATCH"])
@right("item.write")
@blueprint.arguments(ItemChangesSchema)
@command
@blueprint.response(200, WrittenItemSchema)
def change_item(body: ItemChanges, barcode: str) -> Any:
    """Change a copy; If-Match names the version that was read."""
    return _show(ItemService(context()).change(barcode, body, expected_version=expected_version()))


def _show(item: ItemDetails) -> Any:
    asked = context()
    notices = CallNumberService(asked).notices(item.call_number, home_id=item.home_id, bib_id=item.bib_id)
    return show_item(item, asked.tree) | {"notices": show_refusals(notices, language())}, version_header(item.version)
