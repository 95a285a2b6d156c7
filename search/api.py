"""HTTP routes of search, open to everyone; and of its index, for those who keep the system."""

from __future__ import annotations

from typing import Any, cast

from flask import current_app

from branches.http import context
from branches.rights import PUBLIC
from kernel.clock import read_clock
from kernel.http import command, database, language, right, session
from kernel.routes import Blueprint
from kernel.schema import EmptySchema
from search.failing import MOST_LISTED, failing_titles, retry_parked
from search.indexer import Indexer
from search.pages import Question
from search.port import SearchEngine
from search.schemas import (
    IndexStatusSchema,
    QueuedSchema,
    SearchPageSchema,
    SearchQuerySchema,
    SuggestionsSchema,
    SuggestQuerySchema,
)
from search.service import SearchService
from search.show import show_page, show_status

EXTENSION = "tongjie_search"

blueprint = Blueprint("search", __name__, description="Finding titles and where their copies are")
BLUEPRINTS = (blueprint,)


def engine() -> SearchEngine:
    """The engine of this application, put there when it was made."""
    return cast(SearchEngine, current_app.extensions[EXTENSION])


@blueprint.route("/search")
@right(PUBLIC)
@blueprint.arguments(SearchQuerySchema, location="query")
@blueprint.response(200, SearchPageSchema)
def search(query: dict[str, Any]) -> dict[str, Any]:
    """Search the catalogue: words that must all occur, "phrases", -words, OR, (brackets); Han by characters, Latin also by sound."""
    page = SearchService(context(), engine()).search(Question(**query))
    return show_page(page, language())


@blueprint.route("/search/suggest")
@right(PUBLIC)
@blueprint.arguments(SuggestQuerySchema, location="query")
@blueprint.response(200, SuggestionsSchema)
def suggest(query: dict[str, Any]) -> dict[str, Any]:
    """Titles, authors and subjects that begin as typed: in characters, in pinyin or by initials."""
    return {"items": SearchService(context(), engine()).suggest(query["text"])}


@blueprint.route("/search/index")
@right("jobs.run")
@blueprint.response(200, IndexStatusSchema)
def index_status() -> dict[str, Any]:
    """How large the index is, how far behind, and which titles the engine would not take, with its reason."""
    status = Indexer(database(), engine()).status()
    return show_status(status, failing_titles(session(), MOST_LISTED), read_clock())


@blueprint.route("/search/index/retries", methods=["POST"])
@right("jobs.run")
@blueprint.arguments(EmptySchema)
@command
@blueprint.response(200, QueuedSchema)
def retry_parked_titles(_body: dict[str, Any]) -> dict[str, int]:
    """Give the titles that were given up another five tries."""
    return {"queued": retry_parked(session())}
