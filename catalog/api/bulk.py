"""Routes of acts on many copies at once."""

from __future__ import annotations

from typing import Any

from branches.http import context
from catalog.schemas.bulk import ChangedListSchema, ChangeListSchema, CopiesSchema, NewCopiesSchema
from catalog.service.bulk import BulkItemService, NewCopies, barcodes_from
from catalog.service.items import NewItem
from catalog.show import show_changed, show_item
from kernel.http import command, language, right
from kernel.routes import Blueprint

blueprint = Blueprint("bulk_items", __name__, description="Many copies at once: registered together, changed by a list")


@blueprint.route("/bibs/<int:bib_id>/items", methods=["POST"])
@right("item.write")
@blueprint.arguments(NewCopiesSchema)
@command
@blueprint.response(201, CopiesSchema)
def create_items(body: dict[str, Any], bib_id: int) -> dict[str, Any]:
    """Register copies of a title, all or none; every barcode that cannot be used is named."""
    barcodes = body.pop("barcodes", None) or barcodes_from(body.pop("first"), body.pop("count"))
    asked = context()
    new = NewCopies(barcodes=barcodes, like=NewItem(bib=bib_id, barcode="", **body))
    return {"items": [show_item(item, asked.tree) for item in BulkItemService(asked).create(new)]}


@blueprint.route("/items/changes", methods=["POST"])
@right("item.write")
@blueprint.arguments(ChangeListSchema)
@command
@blueprint.response(200, ChangedListSchema)
def change_items(body: dict[str, Any]) -> dict[str, Any]:
    """Change each copy of a list on its own, and tell what became of each."""
    service = BulkItemService(context())
    rows = (service.preview if body["dry_run"] else service.change)(body["items"], body["changes"])
    return show_changed(rows, language())
