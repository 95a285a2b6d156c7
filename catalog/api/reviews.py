"""Routes of the queue of doubtful records."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from branches.http import context
from catalog.queries import imports as batches
from catalog.queries import reviews as queries
from catalog.schemas.reviews import DecidedSchema, DecisionSchema, ReviewPageSchema, ReviewQuerySchema, ReviewSchema
from catalog.service.imports.reviews import ReviewService
from catalog.show import show_review
from kernel.http import command, decode_position, encode_cursor, language, right
from kernel.routes import Blueprint

blueprint = Blueprint(
    "reviews", __name__, description="Records that may be of a title that is there, until somebody decides"
)


@blueprint.route("/imports/<int:import_id>/reviews", methods=["GET"])
@right("import.run")
@blueprint.arguments(ReviewQuerySchema, location="query")
@blueprint.response(200, ReviewPageSchema)
def reviews(query: dict[str, Any], import_id: int) -> dict[str, Any]:
    """The doubtful records of an import, each with the titles it may be of and why."""
    session, limit = context().session, query["limit"]
    batches.find_import(session, import_id)
    rows = queries.list_reviews(
        session,
        import_id=import_id,
        status=None if query["status"] == "all" else query["status"],
        after_id=decode_position(query.get("cursor")),
        limit=limit + 1,
    )
    following = encode_cursor(rows[limit - 1].id) if len(rows) > limit else None
    return {"items": [show_review(row, language()) for row in rows[:limit]], "next": following}


@blueprint.route("/reviews/<int:review_id>", methods=["GET"])
@right("import.run")
@blueprint.response(200, ReviewSchema)
def review(review_id: int) -> dict[str, Any]:
    """A doubtful record, the titles it may be of, and why."""
    return show_review(queries.find_review(context().session, review_id), language())


@blueprint.route("/reviews/<int:review_id>", methods=["POST"])
@right("import.run")
@blueprint.arguments(DecisionSchema)
@command
@blueprint.response(200, DecidedSchema)
def decide(body: dict[str, Any], review_id: int) -> dict[str, Any]:
    """Merge the record with a title, keep it apart as one of its own, or take it corrected. Who comes second is told who was first."""
    return asdict(ReviewService(context()).decide(review_id, body.pop("decision"), **body))
