"""The route of the journal."""

from __future__ import annotations

from typing import Any

from branches.http import context
from branches.journal import JournalQuestion, read_journal
from branches.schemas import JournalPageSchema, JournalQuerySchema
from kernel.http import decode_position, encode_cursor, right
from kernel.routes import Blueprint

blueprint = Blueprint("journal", __name__, description="What happened, who did it, where and when")


@blueprint.route("/journal", methods=["GET"])
@right("journal.read")
@blueprint.arguments(JournalQuerySchema, location="query")
@blueprint.response(200, JournalPageSchema)
def show_journal(query: dict[str, Any]) -> dict[str, Any]:
    """Entries of the caller's units, newest first. No entry names a reader together with a copy."""
    limit, before = query.pop("limit"), decode_position(query.pop("cursor", None))
    question = JournalQuestion(**query, before_id=before or None, limit=limit + 1)
    entries = read_journal(context(), question)
    following = encode_cursor(entries[limit - 1].id) if len(entries) > limit else None
    return {"items": entries[:limit], "next": following}
