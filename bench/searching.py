"""The search index of an imported catalogue on each engine at hand: building it, without and with what is kept from before, beside the
engine's own bulk load of the same documents; and searching over HTTP with all facets, beside the engine alone."""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from elasticsearch import Elasticsearch

from bench import bulk
from bench.client import Request, Sent, get, send_all
from bench.cpu import cpu_ms, pss_mb
from bench.importing import Material, run
from bench.server import serve
from kernel.db import Database
from search.asking import Scope, build_request, narrowed
from search.engines import open_engine
from search.pages import Question
from search.port import SearchEngine
from search.query import parse
from tests.search.places import Place

SIZE = 20
PAIRED = 40  # queries of two words, besides those of one
BROWSED = 40
# What a client shows that leaves out subjects and readers; a page of ours shows all.
SIX = ("org", "availability", "class", "lang", "type", "year")


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """One `tongjie search rebuild`, start of the program included; `cpu_ms` of a title, in all of its processes."""

    titles: int
    seconds: float
    cpu_ms: float

    @property
    def per_second(self) -> float:
        return self.titles / self.seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Searches:
    """`first` asks each query once, all facets counted anew, `six` likewise with six facets; `again` asks as `first` once more,
    `everything` the whole catalogue. `engine_alone` are the engine's own times for the queries of `first`, facets too, before it and after
    it, in milliseconds, sorted."""

    engine: str
    titles: int
    queries: int
    first: Sent
    six: Sent
    again: Sent
    everything: Sent
    cpu_ms: float
    engine_alone: tuple[float, ...]

    @property
    def application_ms(self) -> float:
        """What a search takes beyond the engine's time, in the middle."""
        return statistics.median(self.first.latencies) - statistics.median(self.engine_alone)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """`anew` builds the index with nothing kept, `kept` once more with all that the other left; `bulk_per_second` is what the engine takes
    of the same documents, made before; `memory_mb` that of two web workers and the worker after all queries."""

    anew: Build
    kept: Build
    bulk_per_second: float
    index_mb: float
    memory_mb: float
    searches: Searches

    @property
    def share_of_bulk(self) -> float:
        return self.kept.per_second / self.bulk_per_second


def measure(name: str, place: Place, database: Database, folder: Path, material: Material) -> Figure:
    anew = _build(place, database, folder, material.records, "--anew")
    kept = _build(place, database, folder, material.records)
    bulk_per_second = bulk.measure(place, database)
    searches = search(name, place, database, folder, material)
    return Figure(
        anew=anew,
        kept=kept,
        bulk_per_second=bulk_per_second,
        index_mb=_size(place, folder) / 2**20,
        memory_mb=_memory(place, database, folder, _queries(material)),
        searches=searches,
    )


def build_where_there_is_none(place: Place, database: Database, folder: Path, material: Material) -> None:
    engine = open_engine(place.search_url, folder)
    try:
        if engine.live_generation() is None:
            _build(place, database, folder, material.records)
    finally:
        engine.close()


def search(name: str, place: Place, database: Database, folder: Path, material: Material) -> Searches:
    """Of an index that is there."""
    words = _queries(material)
    requests = [_get(text, size=SIZE) for text in words]
    engine = open_engine(place.search_url, folder)
    try:
        alone = _alone(engine, place, words)
        with serve(database, folder, workers=1, search_url=place.search_url) as web:
            send_all(web.port, [_get(text) for text in _others(words)], connections=1)
            _forget_facets(place)
            before = cpu_ms(web.pid)
            first = send_all(web.port, requests, connections=1)
            spent = cpu_ms(web.pid) - before
            again = send_all(web.port, requests, connections=1)
            everything = send_all(web.port, [get("/api/v1/search")] * BROWSED, connections=1)
        with serve(database, folder, workers=1, search_url=place.search_url) as web:
            facets = ",".join(SIX)
            send_all(web.port, [_get(text, facets=facets) for text in _others(words)], connections=1)
            _forget_facets(place)
            six = send_all(web.port, [_get(text, size=SIZE, facets=facets) for text in words], connections=1)
        # Once more: a server grows faster the longer it runs, and that is not to be taken for the application's slowness.
        alone += _alone(engine, place, words)
    finally:
        engine.close()
    return Searches(
        engine=name,
        titles=material.records,
        queries=len(words),
        first=first,
        six=six,
        again=again,
        everything=everything,
        cpu_ms=spent / len(words),
        engine_alone=tuple(sorted(alone)),
    )


def _build(place: Place, database: Database, folder: Path, titles: int, *options: str) -> Build:
    began = time.perf_counter()
    done = run(database, folder, "search", "rebuild", *options, search_url=place.search_url)
    return Build(titles=titles, seconds=time.perf_counter() - began, cpu_ms=done.cpu_ms / titles)


def _get(text: str, **asked: str | int) -> Request:
    return get(f"/api/v1/search?{urlencode({'q': text, **asked})}")


def _queries(material: Material) -> list[str]:
    """Single words over the whole range of frequencies, and pairs of them."""
    terms = material.terms
    return [*terms, *(f"{terms[n]} {terms[-1 - n]}" for n in range(min(PAIRED, len(terms) // 2)))]


def _others(words: Sequence[str]) -> list[str]:
    """Other queries of the same words, narrowed to years: what is measured is a server at work, not one that has just started."""
    return [f"{text} year:1990.." for text in words]


def _forget_facets(place: Place) -> None:
    """Elasticsearch remembers the facets that it counted, whoever asked; each time they are to be counted anew, or its own time would be
    taken for the application's."""
    if place.search_url:
        server, _, prefix = place.search_url.rpartition("/")
        with Elasticsearch(server, request_timeout=30) as client:
            client.indices.clear_cache(index=f"{prefix}-*", request=True)


def _alone(engine: SearchEngine, place: Place, words: Sequence[str]) -> list[float]:
    """Best hits, count and facets of each query, nothing parsed, no rows."""
    for text in _others(words):
        _ask(engine, text)
    _forget_facets(place)
    return [_ask(engine, text) for text in words]


def _ask(engine: SearchEngine, text: str) -> float:
    parsed = parse(text, "any")
    question = narrowed(Question(text=text, size=SIZE), parsed.limits)
    request = build_request(question, parsed.tree, Scope(org=None))
    began = time.perf_counter()
    len(engine.search(request).facets)  # which an engine may still be counting when it gives the hits
    return (time.perf_counter() - began) * 1000


def _size(place: Place, folder: Path) -> int:
    engine = open_engine(place.search_url, folder)
    try:
        return engine.stats().bytes
    finally:
        engine.close()


def _memory(place: Place, database: Database, folder: Path, words: Sequence[str]) -> float:
    requests = [get(f"/search?{urlencode({'q': text})}") for text in words]
    with serve(database, folder, workers=2, search_url=place.search_url, has_worker=True) as web:
        send_all(web.port, requests, connections=4)
        return pss_mb(web.pid)
