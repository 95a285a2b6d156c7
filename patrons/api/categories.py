"""Routes of patron categories."""

from __future__ import annotations

from typing import Any

from branches.http import context
from kernel.http import command, right
from kernel.routes import Blueprint
from patrons.reference import CATEGORIES
from patrons.schemas import CategoryChangesSchema, CategoryPageSchema, CategorySchema
from patrons.service.categories import CategoryService

blueprint = Blueprint("patron_categories", __name__, description="Kinds of readers that policies may speak of")


@blueprint.route("/patron-categories", methods=["GET"])
@right("settings.read")
@blueprint.response(200, CategoryPageSchema)
def list_categories() -> dict[str, Any]:
    """All kinds of readers."""
    known = CATEGORIES.get(context().session)
    return {"items": [{"code": code, "name": name} for code, name in known.items()], "next": None}


@blueprint.route("/patron-categories", methods=["POST"])
@right("settings.write")
@blueprint.arguments(CategorySchema)
@command
@blueprint.response(201, CategorySchema)
def create_category(body: dict[str, str]) -> dict[str, str]:
    """Add a kind of reader, which policies may then speak of."""
    CategoryService(context()).create(body["code"], body["name"])
    return body


@blueprint.route("/patron-categories/<code>", methods=["PATCH"])
@right("settings.write")
@blueprint.arguments(CategoryChangesSchema)
@command
@blueprint.response(200, CategorySchema)
def rename_category(body: dict[str, str], code: str) -> dict[str, str]:
    """Rename a kind of reader; its code stays."""
    CategoryService(context()).rename(code, body["name"])
    return {"code": code, "name": body["name"]}
