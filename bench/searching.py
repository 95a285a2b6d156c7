"""The search index of an imported catalogue: building it, and searching over HTTP beside the raw query of the engine."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from tantivy import Index, Query, Searcher

from bench.client import Sent, get, send_all
from bench.cpu import cpu_ms
from bench.importing import Material, run
from bench.server import serve
from kernel.db import Database
from search.asking import Scope, build_request
from search.engines.embedded.compiling import compile_request
from search.engines.embedded.schema import WEIGHT, schema
from search.engines.embedded.store import Store
from search.pages import Question
from search.query import parse

SIZE = 20
WARM = 10
PAIRED = 40  # queries of two words, besides those of one


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """`first` asks each query once, facets counted anew; `again` asks the same once more. Raw times in milliseconds, sorted."""

    titles: int
    queries: int
    build_seconds: float
    build_ms: float
    index_mb: float
    first: Sent
    again: Sent
    cpu_ms: float
    raw: tuple[float, ...]


def measure(database: Database, folder: Path, material: Material) -> Figure:
    began = time.perf_counter()
    build_ms = run(database, folder, "search", "rebuild").cpu_ms
    build_seconds = time.perf_counter() - began
    words = _queries(material)
    requests = [get(f"/api/v1/search?{urlencode({'q': text, 'size': SIZE})}") for text in words]
    with serve(database, folder, workers=1) as web:
        send_all(web.port, [get(f"/api/v1/search?q=warm{n}") for n in range(WARM)], connections=1)
        before = cpu_ms(web.pid)
        first = send_all(web.port, requests, connections=1)
        spent = cpu_ms(web.pid) - before
        again = send_all(web.port, requests, connections=1)
    store = Store(folder / "search")
    generation = store.live()
    assert generation is not None
    return Figure(
        titles=material.records,
        queries=len(words),
        build_seconds=build_seconds,
        build_ms=build_ms / material.records,
        index_mb=store.size(generation) / 2**20,
        first=first,
        again=again,
        cpu_ms=spent / len(words),
        raw=_raw(store.path(generation), words),
    )


def _queries(material: Material) -> list[str]:
    """Single words over the whole range of frequencies, and pairs of them."""
    terms = material.terms
    return [*terms, *(f"{terms[n]} {terms[-1 - n]}" for n in range(min(PAIRED, len(terms) // 2)))]


def _raw(path: Path, words: Sequence[str]) -> tuple[float, ...]:
    """The compiled query alone: best hits and count, no facets, no rows, nothing parsed."""
    index = Index(schema(), str(path))
    index.config_reader("manual")
    searcher = index.searcher()
    compiled = [_compiled(text) for text in words]
    for query in compiled:
        _ask(searcher, query)
    return tuple(sorted(_ask(searcher, query) for query in compiled))


def _compiled(text: str) -> Query:
    question = Question(text=text, size=SIZE)
    return compile_request(build_request(question, parse(text, "any").tree, Scope(org=None)), schema())


def _ask(searcher: Searcher, query: Query) -> float:
    began = time.perf_counter()
    searcher.search(query, SIZE, weight_by_field=WEIGHT)
    return (time.perf_counter() - began) * 1000
