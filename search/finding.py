"""Asks an engine: the query as written, and where that finds nothing in other ways. Knows no database."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

from search.asking import Scope, build_request
from search.pages import Question
from search.port import Query, SearchEngine, SearchRequest, SearchResult
from search.query import LONGEST_QUERY, ParsedQuery, parse
from search.suggestions import MOST_CORRECTED, suggest_words


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

    def request(tree: Query) -> SearchRequest:
        return shape(build_request(question, tree, scope))

    result = engine.search(request(parsed.tree))
    if result.total:
        return Found(result=result, needles=parsed.needles)
    words = dict.fromkeys(parsed.words[:MOST_CORRECTED])
    relaxed, loosened = ([] if tree is None else [request(tree)] for tree in (parsed.relaxed, parsed.loosened))
    # All that may be needed now: a server far away is asked for it once.
    answers = engine.search_each([*relaxed, *(_anywhere(word, question.field) for word in words), *loosened])
    if relaxed and (parted := next(answers)).total:
        return Found(result=parted, needles=parsed.relaxed_needles)
    unknown = [word for word in words if not next(answers).total]
    suggestion = _suggestion(engine, question, parsed, unknown)
    if suggestion is None and loosened and (parts := next(answers)).total:
        return Found(result=parts, needles=parsed.relaxed_needles, is_partial=True)
    return Found(result=result, needles=parsed.needles, suggestion=suggestion)


def _suggestion(engine: SearchEngine, question: Question, parsed: ParsedQuery, unknown: Collection[str]) -> str | None:
    """Other words in place of the unknown ones, provided they find something in the whole catalogue."""
    better = [text for text in suggest_words(engine, parsed.words, unknown) if len(text) <= LONGEST_QUERY]
    answers = engine.search_each([_anywhere(text, question.field) for text in better])
    return next((text for text, answer in zip(better, answers, strict=True) if answer.total), None)


def _anywhere(text: str, field: str) -> SearchRequest:
    """Whether the whole catalogue has anything of this."""
    asked = Question(text=text, field=field, size=1)
    return replace(build_request(asked, parse(text, field).tree, Scope(org=None)), facets=())
