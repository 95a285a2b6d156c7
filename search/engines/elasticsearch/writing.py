"""Writing generations on the server, under the lease. The server compares versions: an older one never replaces a newer one, nor a
deletion.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from itertools import islice
from typing import Any

from elasticsearch import Elasticsearch

from search.engines.elasticsearch.connection import WRITE_SECONDS, Connection, unavailable
from search.engines.elasticsearch.generations import Generations, writing_name
from search.engines.elasticsearch.lease import Lease
from search.port import EngineUnavailable, Refusal, WrittenDoc

_AT_ONCE = 500
_SEGMENTS = 8  # with a million titles a query takes two thirds of its time in the 35 that were written
_OLDER = 409
_REFUSED = 400


class ElasticsearchSession:
    """The right to write, while it lasts."""

    def __init__(
        self, connection: Connection, generations: Generations, lease: Lease, on_commit: Callable[[], None]
    ) -> None:
        self._connection = connection
        self._generations = generations
        self._lease = lease
        self._on_commit = on_commit
        self._written: set[str] = set()

    def index(self, docs: Sequence[WrittenDoc], generation: str) -> Sequence[Refusal]:
        refused = self._write(docs, generation)
        return [Refusal(id_, refused[id_]) for id_ in dict.fromkeys(doc.id for doc in docs) if id_ in refused]

    def delete(self, versions: Mapping[int, int], generation: str) -> None:
        """The server forgets the version of a deleted document after a minute and at each restart, so an empty one stays."""
        self._write([WrittenDoc(id_, version, "{}") for id_, version in versions.items()], generation)

    def commit(self) -> None:
        """Each write is on the disk when it is answered; only to be seen is left."""
        self._lease.check()
        if self._written:
            names = sorted(self._written)
            self._connection.ask(lambda client: client.indices.refresh(index=names), WRITE_SECONDS)
        self._written.clear()
        self._on_commit()

    def create(self) -> str:
        self._lease.check()
        return self._generations.create()

    def activate(self, generation: str) -> None:
        """Another writer would by now be changing the old generation alone."""
        self._lease.confirm()
        self._generations.activate(generation)
        self._on_commit()
        with suppress(EngineUnavailable):  # where it may not, searches are only slower
            self._connection.ask(partial(_merge, generation=generation), WRITE_SECONDS)

    def drop(self, generation: str) -> None:
        self._lease.check()
        self._generations.drop(generation)
        self._written.discard(generation)

    def _write(self, docs: Sequence[WrittenDoc], generation: str) -> dict[int, str]:
        """The documents that the server would not take, and why."""
        self._lease.check()
        refused: dict[int, str] = {}
        for batch in _batches(docs):
            self._written.add(generation)
            operations = [line for doc in batch for line in _lines(doc)]
            answer = self._connection.ask(
                lambda client, operations=operations: client.bulk(  # type: ignore[misc]
                    index=writing_name(generation), operations=operations, require_alias=True
                ),
                WRITE_SECONDS,
            )
            if answer["errors"]:
                refused |= _refused(answer["items"])
        return refused


def _merge(client: Elasticsearch, generation: str) -> None:
    """Written in a row, a generation lies in dozens of segments, and each word of a query is looked up in every one. The server goes about
    it by itself, while the generation is searched."""
    client.indices.forcemerge(index=generation, max_num_segments=_SEGMENTS, wait_for_completion=False)


def _batches(docs: Sequence[WrittenDoc]) -> Iterator[list[WrittenDoc]]:
    left = iter(docs)
    while batch := list(islice(left, _AT_ONCE)):
        yield batch


def _lines(doc: WrittenDoc) -> tuple[str, str]:
    return f'{{"index":{{"_id":"{doc.id}","version":{doc.version},"version_type":"external"}}}}', doc.body


def _refused(items: Sequence[dict[str, dict[str, Any]]]) -> dict[int, str]:
    """Raises EngineUnavailable for what is the server's trouble and not the document's."""
    refused: dict[int, str] = {}
    for item in items:
        (outcome,) = item.values()
        status = outcome["status"]
        if status == _REFUSED:
            refused[int(outcome["_id"])] = f"{outcome['error']['type']}: {outcome['error']['reason']}"
        elif status > _REFUSED and status != _OLDER:
            raise unavailable(status, outcome)
    return refused
