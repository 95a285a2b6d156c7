"""Counts the facets of a search while others look for its best hits and read what is shown of them."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field

from tantivy import DocAddress, Query, Searcher

from search.engines.embedded.compiling import aggregation, buckets, compile_request
from search.engines.embedded.schema import schema
from search.port import Bucket, FacetRequest, SearchRequest
from search.written import ID

Facets = dict[str, tuple[Bucket, ...]]

_PATIENCE_SECONDS = 0.0005


@dataclass(slots=True)
class Matches:
    """All matches of a search, where they are few: told by whoever looks for the best of them to whoever counts their facets."""

    few: list[DocAddress] | None = None
    _are_told: threading.Event = field(default_factory=threading.Event)

    def tell(self, few: list[DocAddress] | None) -> None:
        self.few = few
        self._are_told.set()

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
        else:
            narrowed = query
        answers = searcher.aggregate(narrowed, {facet.name: aggregation(facet) for facet in facets})
        counted |= {facet.name: buckets(facet, answers[facet.name]) for facet in facets}
    return counted
