"""Routes of classes: offered by number or name while one is typed."""

from __future__ import annotations

from typing import Any

from branches.http import context
from branches.rights import PUBLIC
from catalog.reference import CLASSES
from catalog.schemas.classes import ClassesQuerySchema, ClassesSchema
from kernel.http import language, right
from kernel.routes import Blueprint

blueprint = Blueprint("classes", __name__, description="Classes of the Chinese Library Classification by name")


@blueprint.route("/classes", methods=["GET"])
@right(PUBLIC)
@blueprint.arguments(ClassesQuerySchema, location="query")
@blueprint.response(200, ClassesSchema)
def classes(query: dict[str, Any]) -> dict[str, Any]:
    """The classes most likely meant, by the county's own names where it has loaded a table."""
    table, tongue = CLASSES.get(context().session), language()
    return {
        "items": [
            {
                "code": entry.code,
                "label": entry.label.in_(tongue),
                "path": [above.label.in_(tongue) for above in table.path(entry.code)[:-1]],
            }
            for entry in table.offers(query["q"], query["limit"])
        ]
    }
