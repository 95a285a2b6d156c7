"""Searching the live generation, and sessions for whoever writes it."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any, TypeVar

from elasticsearch import Elasticsearch

from search.engines.elasticsearch.address import Address
from search.engines.elasticsearch.compiling import LIVING, facets_body, hits_body, read_facets
from search.engines.elasticsearch.connection import WRITE_SECONDS, Connection, IndexGone, unavailable
from search.engines.elasticsearch.generations import Generations
from search.engines.elasticsearch.lease import Leases
from search.engines.elasticsearch.remembering import Remembered, read_commit
from search.engines.elasticsearch.writing import ElasticsearchSession
from search.fields import FIELD_BY_NAME
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
from search.written import ID

T = TypeVar("T")

_LOOK_AGAIN_SECONDS = 0.5
_VERSIONS_AT_ONCE = 10_000
_KEPT_OPEN = "2m"
_SERVER_TIMEOUT = "1500ms"
_LN_2 = math.log(2)  # the server knows ln(2 + weight), the port says log2


class ElasticsearchEngine:
    """See `search.port.SearchEngine`. Nothing is sent before the first question."""

    def __init__(self, address: Address) -> None:
        self._connection = Connection(address)
        self._generations = Generations(self._connection, address.prefix)
        self._leases = Leases(self._connection, address.prefix)
        self._everything = Remembered(lambda: self._in_live(read_commit))
        self._lock = threading.Lock()
        self._live: str | None = None
        self._looked_at = -math.inf

    def check(self) -> None:
        self._connection.ask(lambda _client: None)

    def search(self, request: SearchRequest) -> SearchResult:
        if isinstance(request.query, All):
            return self._everything.answer(request, lambda: next(self.search_each([request])))
        return next(self.search_each([request]))

    def search_each(self, requests: Sequence[SearchRequest]) -> Iterator[SearchResult]:
        return iter(self._in_live(lambda client, live: _search(client, live, requests)) if requests else ())

    def headings(self, prefix: str, size: int) -> Sequence[Bucket]:
        return self._in_live(lambda client, live: _headings(client, live, prefix, size))

    def frequencies(self, fields: Sequence[str], tokens: Iterable[str]) -> Mapping[str, int]:
        wanted = list(dict.fromkeys(tokens))
        return self._in_live(lambda client, live: _frequencies(client, live, fields, wanted)) if wanted else {}

    def versions(self) -> Iterator[tuple[int, int]]:
        """All from one moment, however long the reading takes."""
        live, ask = self._current(), self._connection.ask
        opened = ask(lambda client: client.open_point_in_time(index=live, keep_alive=_KEPT_OPEN)["id"], WRITE_SECONDS)
        try:
            after: list[Any] | None = None
            while page := ask(lambda client, after=after: _versions(client, opened, after), WRITE_SECONDS):  # type: ignore[misc]
                yield from page
                after = [page[-1][0]]
        finally:
            with suppress(EngineUnavailable):
                ask(lambda client: client.close_point_in_time(id=opened))

    def stats(self) -> IndexStats:
        return self._in_live(_stats)

    def live_generation(self) -> str | None:
        return self._generations.live()

    @contextmanager
    def session(self, wait_seconds: float) -> Iterator[IndexSession]:
        lease = self._leases.take(wait_seconds)
        try:
            yield ElasticsearchSession(self._connection, self._generations, lease, self._look_now)
        finally:
            lease.release()

    def close(self) -> None:
        self._connection.close()

    def _in_live(self, work: Callable[[Elasticsearch, str], T]) -> T:
        """Once more where the generation went away since it was looked up."""
        try:
            live = self._current()
            return self._connection.ask(lambda client: work(client, live))
        except IndexGone:
            self._look_now()
            live = self._current()
            return self._connection.ask(lambda client: work(client, live))

    def _current(self) -> str:
        with self._lock:
            known, is_fresh = self._live, time.monotonic() - self._looked_at < _LOOK_AGAIN_SECONDS
        if not is_fresh:
            known = self._generations.live()
            with self._lock:
                self._live, self._looked_at = known, time.monotonic()
        if known is None:
            raise EngineUnavailable("there is no index yet, or another version made it")
        return known

    def _look_now(self) -> None:
        self._everything.look_now()
        with self._lock:
            self._looked_at = -math.inf


def _search(client: Elasticsearch, live: str, requests: Sequence[SearchRequest]) -> list[SearchResult]:
    head = {"index": live, "allow_partial_search_results": False}
    bodies = [
        body
        for request in requests
        for body in (hits_body(request), *((facets_body(request),) if request.facets else ()))
    ]
    lines = [line for body in bodies for line in (head, body | {"timeout": _SERVER_TIMEOUT})]
    answers = iter([_whole(answer) for answer in client.msearch(searches=lines)["responses"]])
    return [_read(request, answers, live) for request in requests]


def _read(request: SearchRequest, answers: Iterator[dict[str, Any]], live: str) -> SearchResult:
    """The answer to its hits, then that to its facets."""
    found = next(answers)["hits"]
    return SearchResult(
        total=found["total"]["value"],
        hits=tuple(Hit(hit["sort"][-1], (hit["_score"] or 0.0) / _LN_2) for hit in found["hits"]),
        facets=read_facets(request, next(answers)["aggregations"]) if request.facets else {},
        generation=live,
    )


def _whole(answer: dict[str, Any]) -> dict[str, Any]:
    if "error" in answer:
        raise unavailable(answer["status"], answer)
    if answer["timed_out"]:
        raise EngineUnavailable(f"the search took longer than {_SERVER_TIMEOUT}")
    return answer


def _headings(client: Elasticsearch, live: str, prefix: str, size: int) -> list[Bucket]:
    begin_so = client.terms_enum(index=live, field=HEADING, string=prefix, size=MOST_HEADINGS)["terms"]
    if not begin_so:
        return []
    # Counted by way of the matching documents: a table of all headings would have to be made anew after each commit.
    counted = {"field": HEADING, "include": begin_so, "size": size, "execution_hint": "map"}
    narrowed = {"bool": {"filter": [{"prefix": {HEADING: {"value": prefix}}}]}}
    answer = client.search(index=live, size=0, query=narrowed, aggs={"headings": {"terms": counted}})
    return [Bucket(bucket["key"], bucket["doc_count"]) for bucket in answer["aggregations"]["headings"]["buckets"]]


def _frequencies(client: Elasticsearch, live: str, fields: Sequence[str], tokens: Sequence[str]) -> dict[str, int]:
    """The statistics of a made-up document that holds just these tokens in each field."""
    values = {name: " ".join(tokens) if FIELD_BY_NAME[name].type == "text" else list(tokens) for name in fields}
    answer = client.termvectors(
        index=live,
        doc=values,
        fields=list(fields),
        term_statistics=True,
        field_statistics=False,
        positions=False,
        offsets=False,
    )
    counts = dict.fromkeys(tokens, 0)
    for found in answer["term_vectors"].values():
        for token, term in found["terms"].items():
            counts[token] += term.get("doc_freq", 0)
    return {token: count for token, count in counts.items() if count}


def _versions(client: Elasticsearch, opened: str, after: list[Any] | None) -> list[tuple[int, int]]:
    answer = client.search(
        pit={"id": opened, "keep_alive": _KEPT_OPEN},
        size=_VERSIONS_AT_ONCE,
        query=LIVING,
        sort=[{ID: "asc"}],
        search_after=after,
        version=True,
        source=False,
        track_total_hits=False,
    )
    return [(hit["sort"][0], hit["_version"]) for hit in answer["hits"]["hits"]]


def _stats(client: Elasticsearch, live: str) -> IndexStats:
    documents = client.count(index=live, query=LIVING)["count"]
    store = client.indices.stats(index=live, metric="store")["_all"]["total"]["store"]
    return IndexStats(live, documents, store["size_in_bytes"])
