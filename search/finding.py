"""Asks an engine: the query as written, and where that finds nothing in other ways. Knows no database."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace

from search.asking import Scope, build_request, narrowed
from search.pages import Question
from search.port import Query, SearchEngine, SearchRequest, SearchResult
from search.query import LONGEST_QUERY, ParsedQuery, parse, with_a_word_less
from search.suggestions import MOST_CORRECTED, suggest_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """`needles` is what to mark in titles. `suggestion` is another query that finds something, where this one found nothing.
    `is_partial`: there is no title with all the words and no suggestion either; these titles have all the words but one. `alone` says of
    words of a query that found nothing whether the whole catalogue has something of each.
    """

    result: SearchResult
    needles: frozenset[str]
    suggestion: str | None = None
    is_partial: bool = False
    alone: Mapping[str, bool] = field(default_factory=dict)


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
    alone = {word: next(answers).total > 0 for word in words}
    unknown = [word for word, is_known in alone.items() if not is_known]
    suggestion = _suggestion(engine, question, parsed, unknown)
    if suggestion is None and loosened and (parts := next(answers)).total:
        return Found(result=parts, needles=parsed.relaxed_needles, is_partial=True)
    return Found(result=result, needles=parsed.needles, suggestion=suggestion, alone=alone)


def find_fewer(engine: SearchEngine, question: Question, scope: Scope, alone: Mapping[str, bool]) -> tuple[str, ...]:
    """The question, as it was put, with each of its words left out, as far as that finds something in the same place. Of a word that stands
    alone in the whole catalogue `alone` may know it. May raise EngineUnavailable."""
    known: dict[str, bool] = {}
    unasked: dict[str, SearchRequest] = {}
    for text in with_a_word_less(question.text, question.field):
        parsed = parse(text, question.field)
        fewer = narrowed(replace(question, text=text, page=1, size=1), parsed.limits)
        request = replace(build_request(fewer, parsed.tree, scope), facets=())
        if text in alone and not request.filters and request.years is None:
            known[text] = alone[text]
        else:
            unasked[text] = request
    answers = engine.search_each(list(unasked.values()))
    known |= {text: answer.total > 0 for text, answer in zip(unasked, answers, strict=True)}
    return tuple(text for text in with_a_word_less(question.text, question.field) if known[text])


def _suggestion(engine: SearchEngine, question: Question, parsed: ParsedQuery, unknown: Collection[str]) -> str | None:
    """Other words in place of the unknown ones, provided they find something in the whole catalogue."""
    better = [text for text in suggest_words(engine, parsed.words, unknown) if len(text) <= LONGEST_QUERY]
    answers = engine.search_each([_anywhere(text, question.field) for text in better])
    return next((text for text, answer in zip(better, answers, strict=True) if answer.total), None)


def _anywhere(text: str, field: str) -> SearchRequest:
    """Whether the whole catalogue has anything of this."""
    asked = Question(text=text, field=field, size=1)
    return replace(build_request(asked, parse(text, field).tree, Scope(org=None)), facets=())
