"""Counts the facets of a search while others look for its best hits and read what is shown of them."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

from tantivy import DocAddress, Query, Searcher

from search.engines.embedded.compiling import aggregation, buckets, compile_request, has_phrase
from search.engines.embedded.schema import schema
from search.port import Bucket, FacetRequest, SearchRequest
from search.written import ID

Facets = dict[str, tuple[Bucket, ...]]

_PATIENCE_SECONDS = 0.0005
_ALL = " all"  # no facet is called so


@dataclass(slots=True)
class Matches:
    """How many matches a search has, and all of them where they are few: told by whoever looks for the best of them, or failed to, to
    whoever counts their facets."""

    _total: int | None = None
    few: list[DocAddress] | None = None
    _are_told: threading.Event = field(default_factory=threading.Event)

    def tell(self, total: int | None, few: list[DocAddress] | None) -> None:
        self._total, self.few = total, few
        self._are_told.set()

    def total(self) -> int | None:
        self._are_told.wait()
        return self._total

    def wait(self) -> list[DocAddress] | None:
        """Not for long: what takes long to find is better counted meanwhile, though it may turn out to be few."""
        self._are_told.wait(_PATIENCE_SECONDS)
        return self.few


class Meanwhile(Mapping[str, tuple[Bucket, ...]]):
    """Counts that another thread is at; whoever looks at them waits until they are there, and gets the error where there is one."""

    def __init__(self, counting: Future[Facets]) -> None:
        self._counting = counting

    @property
    def has_failed(self) -> bool:
        return self._counting.done() and (self._counting.cancelled() or self._counting.exception() is not None)

    def __getitem__(self, name: str) -> tuple[Bucket, ...]:
        return self._counting.result()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._counting.result())

    def __len__(self) -> int:
        return len(self._counting.result())


def count_facets(searcher: Searcher, request: SearchRequest, query: Query, matches: Matches) -> Facets:
    """All facets without a filter of their own are counted in one pass of `query`, the whole request, or from the few matches where they
    are known in time, so that a query which takes long to find little is worked out once; each of the others in one."""
    filtered = {f.field for f in request.filters} | ({"year"} if request.years is not None else set())
    passes: dict[str | None, list[FacetRequest]] = {}
    for facet in request.facets:
        passes.setdefault(facet.field if facet.field in filtered else None, []).append(facet)
    counted: Facets = {}
    for without, facets in passes.items():
        if without is not None:
            narrowed = compile_request(request, schema(), without=without)
        elif (few := matches.wait()) is not None:
            narrowed = Query.term_set_query(schema(), ID, searcher.fast_field_values(ID, few))
        elif has_phrase(request.query) and (loosely := _count_loosely(searcher, request, facets, matches)) is not None:
            counted |= loosely
            continue
        else:
            narrowed = query
        counted |= _read(facets, searcher.aggregate(narrowed, _wanted(facets)))
    return counted


def _count_loosely(
    searcher: Searcher, request: SearchRequest, facets: Sequence[FacetRequest], matches: Matches
) -> Facets | None:
    """The counts of what matches but for the order of a phrase's tokens: where these are no more than the matches, they are the same. None
    where they are more."""
    loose = compile_request(request, schema(), is_loose=True)
    answers = searcher.aggregate(loose, _wanted(facets) | {_ALL: {"value_count": {"field": ID}}})
    return _read(facets, answers) if answers[_ALL]["value"] == matches.total() else None


def _wanted(facets: Sequence[FacetRequest]) -> dict[str, Any]:
    return {facet.name: aggregation(facet) for facet in facets}


def _read(facets: Sequence[FacetRequest], answers: Mapping[str, Any]) -> Facets:
    return {facet.name: buckets(facet, answers[facet.name]) for facet in facets}
