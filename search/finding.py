"""Asks an engine: the query as written, and where that finds nothing in other ways. Knows no database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from search.asking import Scope, build_request
from search.pages import Question
from search.port import Query, SearchEngine, SearchRequest, SearchResult
from search.query import LONGEST_QUERY, ParsedQuery, parse
from search.suggestions import suggest_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """`needles` is what to mark in titles. `suggestion` is another query that finds something, where this one found nothing.
    `is_partial`: there is no title with all the words and no suggestion either; these titles have all the words but one.
    """

    result: SearchResult
    needles: frozenset[str]
    suggestion: str | None = None
    is_partial: bool = False


def find(
    engine: SearchEngine,
    question: Question,
    parsed: ParsedQuery,
    scope: Scope,
    shape: Callable[[SearchRequest], SearchRequest] = lambda request: request,
) -> Found:
    """`question` is narrowed by what its text names; `shape` is the last word on what is asked for. May raise EngineUnavailable."""

    def ask(tree: Query) -> SearchResult:
        return engine.search(shape(build_request(question, tree, scope)))

    result = ask(parsed.tree)
    if result.total:
        return Found(result=result, needles=parsed.needles)
    if parsed.relaxed is not None and (parted := ask(parsed.relaxed)).total:
        return Found(result=parted, needles=parsed.relaxed_needles)
    suggestion = _suggestion(engine, question, parsed)
    if suggestion is None and parsed.loosened is not None and (parts := ask(parsed.loosened)).total:
        return Found(result=parts, needles=parsed.relaxed_needles, is_partial=True)
    return Found(result=result, needles=parsed.needles, suggestion=suggestion)


def _suggestion(engine: SearchEngine, question: Question, parsed: ParsedQuery) -> str | None:
    """Other words, provided they find something in the whole catalogue."""
    better = suggest_words(engine, parsed.words)
    if better is None or len(better) > LONGEST_QUERY:
        return None
    asked = Question(text=better, field=question.field, size=1)
    request = replace(build_request(asked, parse(better, question.field).tree, Scope(org=None)), facets=())
    return better if engine.search(request).total else None
