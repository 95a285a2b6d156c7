"""Searching the live generation, and sessions for whoever writes it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast

from tantivy import DocAddress, FieldType, Index, Order, Query, Searcher

from search.engines.embedded.compiling import compile_request
from search.engines.embedded.counting import Matches, Meanwhile, count_facets
from search.engines.embedded.schema import VERSION, open_index, schema
from search.engines.embedded.store import Store
from search.engines.embedded.writing import EmbeddedSession
from search.engines.everything import Everything
from search.fields import SORT_BY_NAME
from search.port import (
    HEADING,
    MOST_HEADINGS,
    All,
    Bucket,
    EngineUnavailable,
    Hit,
    IndexSession,
    IndexStats,
    SearchRequest,
    SearchResult,
)
from search.written import ID, WEIGHT

_LOOK_AGAIN_SECONDS = 0.5
_FEW = 200
_REMEMBERED_FACETS = 256
_VERSIONS_AT_ONCE = 20_000
_COUNTERS = 4


@dataclass(slots=True)
class _View:
    """One commit of one generation. Facets counted once are true as long as it lasts, and so are the pages of the whole catalogue."""

    generation: str
    stamp: int
    index: Index
    searcher: Searcher
    facets: dict[Any, Meanwhile] = field(default_factory=dict)
    everything: Everything = field(default_factory=Everything)


class EmbeddedEngine:
    """See `search.port.SearchEngine`."""

    def __init__(self, folder: Path) -> None:
        self._store = Store(folder)
        self._lock = threading.Lock()
        self._view: _View | None = None
        self._looked_at = 0.0
        self._counters = _new_counters()

    def check(self) -> None:
        """A folder needs no check: what is in it shows when it is searched."""

    def search(self, request: SearchRequest) -> SearchResult:
        view = self._current()
        if isinstance(request.query, All):
            return view.everything.answer(request, lambda: self._counted(view, request))
        return self._search(view, request)

    def search_each(self, requests: Sequence[SearchRequest]) -> Iterator[SearchResult]:
        return map(self.search, requests)

    def _counted(self, view: _View, request: SearchRequest) -> SearchResult:
        """With its facets at hand, for an error in their midst is told and not remembered."""
        found = self._search(view, request)
        return replace(found, facets=dict(found.facets))

    def _search(self, view: _View, request: SearchRequest) -> SearchResult:
        query = compile_request(request, schema())
        matches = Matches()
        facets = self._facets(view, request, query, matches)
        by = SORT_BY_NAME[request.sort]
        # From the first hit on a few more are taken than are asked for: where these are all, facets are counted from them.
        most = max(request.limit, _FEW) if request.facets and not request.offset else request.limit
        try:
            if by.field is None:
                found = view.searcher.search(query, most, offset=request.offset, weight_by_field=WEIGHT)
            else:
                found = view.searcher.search(
                    query,
                    most,
                    offset=request.offset,
                    order_by_field=by.field,
                    order=Order.Desc if by.descending else Order.Asc,
                )
        except BaseException:
            matches.tell(None, None)  # nobody is to wait for ever
            raise
        total: int = found.count  # type: ignore[attr-defined] # the stub forgets it
        hits = found.hits
        matches.tell(total, [address for _, address in hits] if not request.offset and total <= most else None)
        return SearchResult(
            total=total,
            hits=_hits(view.searcher, hits[: request.limit], is_scored=by.field is None),
            facets=facets,
            generation=view.generation,
        )

    def headings(self, prefix: str, size: int) -> Sequence[Bucket]:
        found = self._current().searcher.terms_with_prefix(HEADING, prefix, limit=MOST_HEADINGS)
        return [Bucket(term, count) for term, count in sorted(found, key=lambda pair: -pair[1])[:size]]

    def frequencies(self, fields: Sequence[str], tokens: Iterable[str]) -> Mapping[str, int]:
        searcher = self._current().searcher
        counted = ((token, sum(searcher.doc_freq(field, token) for field in fields)) for token in tokens)
        return {token: count for token, count in counted if count}

    def versions(self) -> Iterator[tuple[int, int]]:
        searcher = self._current().searcher
        last = -1
        while True:
            above = Query.range_query(schema(), ID, FieldType.Integer, last, None, include_lower=False)
            hits = searcher.search(above, _VERSIONS_AT_ONCE, count=False, order_by_field=ID, order=Order.Asc).hits
            if not hits:
                return
            ids = cast(list[int], [value for value, _ in hits])
            versions = searcher.fast_field_values(VERSION, [address for _, address in hits])
            yield from zip(ids, cast(list[int], versions), strict=True)
            last = ids[-1]

    def stats(self) -> IndexStats:
        view = self._current()
        return IndexStats(view.generation, view.searcher.num_docs, self._store.size(view.generation))

    def live_generation(self) -> str | None:
        return self._store.live()

    @contextmanager
    def session(self, wait_seconds: float) -> Iterator[IndexSession]:
        with self._store.locked(wait_seconds):
            opened = EmbeddedSession(self._store, self._look_now)
            try:
                yield opened
            finally:
                opened.close()

    def close(self) -> None:
        with self._lock:
            self._view = None
            self._counters.shutdown(cancel_futures=True)
            self._counters = _new_counters()

    def _current(self) -> _View:
        with self._lock:
            if self._view is None or time.monotonic() - self._looked_at >= _LOOK_AGAIN_SECONDS:
                self._view = self._look()
                self._looked_at = time.monotonic()
            return self._view

    def _look_now(self) -> None:
        with self._lock:
            self._looked_at = 0.0

    def _look(self) -> _View:
        """The newest commit of the live generation."""
        generation = self._store.live()
        if generation is None:
            raise EngineUnavailable("there is no index yet, or another version made it")
        path = self._store.path(generation)
        try:
            stamp = (path / "meta.json").stat().st_mtime_ns
            before = self._view
            if before is not None and (before.generation, before.stamp) == (generation, stamp):
                return before
            if before is not None and before.generation == generation:
                index = before.index
                index.reload()
            else:
                index = open_index(path)
                index.config_reader("manual")
            return _View(generation, stamp, index, index.searcher())
        except (OSError, ValueError) as error:
            raise EngineUnavailable(str(error)) from error

    def _facets(
        self, view: _View, request: SearchRequest, query: Query, matches: Matches
    ) -> Mapping[str, tuple[Bucket, ...]]:
        """Those that were counted since the commit; else another thread begins to, for tantivy lets go of Python's lock while it works."""
        key = (request.query, request.filters, request.years, request.facets)
        if not request.facets:
            return {}
        known = view.facets.get(key)
        if known is None or known.has_failed:
            known = Meanwhile(self._counters.submit(count_facets, view.searcher, request, query, matches))
            if len(view.facets) >= _REMEMBERED_FACETS:
                view.facets.clear()
            view.facets[key] = known
        return known


def _new_counters() -> ThreadPoolExecutor:
    """No thread is begun before there is something to count, so that a process may still fork."""
    return ThreadPoolExecutor(_COUNTERS, thread_name_prefix="facets")


def _hits(searcher: Searcher, found: list[tuple[Any, DocAddress]], *, is_scored: bool) -> tuple[Hit, ...]:
    """Equal scores stand by id, so that a page looks the same whichever segment a document came to lie
    in.
    """
    ids = cast(list[int], searcher.fast_field_values(ID, [address for _, address in found]))
    hits = [Hit(id_, score if is_scored else 0.0) for id_, (score, _) in zip(ids, found, strict=True)]
    return tuple(sorted(hits, key=lambda hit: (-hit.score, hit.id)) if is_scored else hits)
