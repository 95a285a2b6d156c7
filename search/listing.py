"""The titles of a search as a plain list of numbers, for files: the order of the pages, without facets and rows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from branches.context import Context
from kernel.errors import Unavailable
from kernel.i18n import Text
from search.asking import Scope, narrowed
from search.finding import find
from search.pages import Question
from search.port import DEEPEST_HIT, EngineUnavailable, SearchEngine, SearchRequest
from search.service import read_query

GONE: Final = Text(
    "检索服务暂时不能用，现在不能导出结果。请稍候再试。",
    "Search is down for the moment, so its results cannot be exported. Try again in a moment.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """`total` counts all that were found, `ids` are the first of them."""

    total: int
    ids: tuple[int, ...]


def list_titles(context: Context, engine: SearchEngine, question: Question, most: int) -> Listing:
    """Raises what a search raises; Unavailable also where the database alone could answer, for it would answer in part."""
    parsed = read_query(question.text, question.field)
    question = narrowed(replace(question, page=1), parsed.limits)
    scope = Scope(org=None if question.org is None else str(context.tree.unit(question.org).id))

    def shape(request: SearchRequest) -> SearchRequest:
        return replace(request, facets=(), offset=0, limit=min(most, DEEPEST_HIT))

    try:
        result = find(engine, question, parsed, scope, shape).result
    except EngineUnavailable as error:
        raise Unavailable("export.unavailable", GONE, retry_after=5) from error
    return Listing(total=result.total, ids=tuple(hit.id for hit in result.hits))
