"""How fast an engine takes documents that are ready, by its own bulk load and nothing else: the limit of a rebuild."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from json import loads
from tempfile import TemporaryDirectory
from typing import Any

from elasticsearch import Elasticsearch, helpers
from tantivy import Index

from kernel.db import Database
from search import queries
from search.engines.elasticsearch.mapping import mapping, settings
from search.engines.embedded.schema import schema, to_json
from search.keeping import Keeping
from search.making import read_and_make
from search.port import WrittenDoc
from tests.search.places import Place

MOST = 20_000
AT_ONCE = 1_000
_HEAP_BYTES = 64_000_000  # as the application's own writer


def measure(place: Place, database: Database) -> float:
    """Documents a second."""
    docs = list(_documents(database))
    seconds = _into_elasticsearch(place.search_url, docs) if place.search_url else _into_tantivy(docs)
    return len(docs) / seconds


def _documents(database: Database) -> Iterator[WrittenDoc]:
    last = made = 0
    while made < MOST:
        with database.reading() as session:
            titles = queries.titles_after(session, last, AT_ONCE)
        if not titles:
            return
        docs = read_and_make(database, titles, Keeping(None)).docs
        yield from docs
        last, made = titles[-1].key, made + len(docs)


def _into_tantivy(docs: Sequence[WrittenDoc]) -> float:
    with TemporaryDirectory() as folder:
        index = Index(schema(), folder)
        began = time.perf_counter()
        writer = index.writer(_HEAP_BYTES, 1)
        for doc in docs:
            writer.add_json(to_json(doc))
        writer.commit()
        seconds = time.perf_counter() - began
        writer.wait_merging_threads()
    return seconds


def _into_elasticsearch(url: str, docs: Sequence[WrittenDoc]) -> float:
    server, _, prefix = url.rpartition("/")
    name = f"{prefix}-bulk"
    with Elasticsearch(server, request_timeout=120) as client:
        client.indices.create(index=name, settings=settings(), mappings=mapping())
        try:
            actions = list(_actions(name, docs))
            began = time.perf_counter()
            helpers.bulk(client, actions, chunk_size=AT_ONCE)
            client.indices.refresh(index=name)
            return time.perf_counter() - began
        finally:
            client.indices.delete(index=name)


def _actions(name: str, docs: Sequence[WrittenDoc]) -> Iterator[dict[str, Any]]:
    for doc in docs:
        yield {"_op_type": "index", "_index": name, "_id": str(doc.id), "_source": loads(doc.body)}
