"""HTTP routes of search, open to everyone."""

from __future__ import annotations

from typing import Any, cast

from flask import current_app

from branches.http import context
from branches.rights import PUBLIC
from kernel.http import Blueprint, language, right
from search.pages import Question
from search.port import SearchEngine
from search.schemas import SearchPageSchema, SearchQuerySchema, SuggestionsSchema, SuggestQuerySchema
from search.service import SearchService
from search.show import show_page

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
    """Search the catalogue: words that must all occur, "phrases", -words, OR; Chinese by characters, Latin letters also by pinyin."""
    page = SearchService(context(), engine()).search(Question(**query))
    return show_page(page, language())


@blueprint.route("/search/suggest")
@right(PUBLIC)
@blueprint.arguments(SuggestQuerySchema, location="query")
@blueprint.response(200, SuggestionsSchema)
def suggest(query: dict[str, Any]) -> dict[str, Any]:
    """Titles, authors and subjects that begin as typed: in characters, in pinyin or by initials."""
    return {"items": SearchService(context(), engine()).suggest(query["text"])}
