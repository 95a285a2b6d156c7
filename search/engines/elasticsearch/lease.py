"""One writer at a time, on whatever machines they run: a document on the server names the holder, who renews it again and again.

A lease that was not renewed for a while is taken over. No clocks are compared: whoever waits watches by its own clock whether the document
changes. A holder that slept too long can do no harm meanwhile, since an older version of a document loses anyway.
"""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from uuid import uuid4

from elasticsearch import ConflictError, Elasticsearch

from search.engines.elasticsearch.connection import SEARCH_SECONDS, Connection
from search.port import EngineUnavailable, WriterBusy

LAPSES_SECONDS = 8.0
RENEWED_SECONDS = 2.0
_ASK_AGAIN_SECONDS = 0.1
_ID = "writer"
_NOBODY = ""


@dataclass(frozen=True, slots=True)
class _State:
    """Where the document stands; it changes with every renewal."""

    holder: str
    number: int
    term: int


class Leases:
    """Takes the lease of one installation. Remembers since when it has seen the lease unchanged."""

    def __init__(self, connection: Connection, prefix: str) -> None:
        self._connection = connection
        self._index = f"{prefix}-lock"
        self._seen: tuple[_State, float] | None = None

    def take(self, wait_seconds: float) -> Lease:
        """Raises WriterBusy when the holder neither ends nor lapses in time."""
        until = time.monotonic() + wait_seconds
        holder = uuid4().hex
        while (state := self._try(holder)) is None:
            if time.monotonic() >= until:
                raise WriterBusy
            time.sleep(_ASK_AGAIN_SECONDS)
        return Lease(self, state)

    def write(self, state: _State | None, holder: str) -> _State | None:
        """Put another holder where `state` stands; None when somebody was faster."""
        return self._connection.ask(lambda client: self._write(client, state, holder))

    def _try(self, holder: str) -> _State | None:
        state = self._connection.ask(self._read)
        if state is not None and state.holder != _NOBODY and not self._has_lapsed(state):
            return None
        return self.write(state, holder)

    def _has_lapsed(self, state: _State) -> bool:
        if self._seen is None or self._seen[0] != state:
            self._seen = (state, time.monotonic())
        return time.monotonic() - self._seen[1] >= LAPSES_SECONDS

    def _read(self, client: Elasticsearch) -> _State | None:
        answer = client.options(ignore_status=404).get(index=self._index, id=_ID)
        if answer.meta.status == 404:
            if "error" in answer.body:  # not the document is missing but its index
                self._make_index(client)
            return None
        return _State(answer.body["_source"]["holder"], answer.body["_seq_no"], answer.body["_primary_term"])

    def _make_index(self, client: Elasticsearch) -> None:
        """Somebody else may be making it too. Its loss in a crash does no harm, so nothing waits for the disk."""
        settings = {"number_of_shards": 1, "auto_expand_replicas": "0-1", "translog.durability": "async"}
        mappings = {"dynamic": False}
        client.options(ignore_status=400).indices.create(index=self._index, settings=settings, mappings=mappings)

    def _write(self, client: Elasticsearch, state: _State | None, holder: str) -> _State | None:
        document = {"holder": holder}
        try:
            if state is None:
                answer = client.index(index=self._index, id=_ID, document=document, op_type="create")
            else:
                answer = client.index(
                    index=self._index,
                    id=_ID,
                    document=document,
                    if_seq_no=state.number,
                    if_primary_term=state.term,
                )
        except ConflictError:
            return None
        return _State(holder, answer["_seq_no"], answer["_primary_term"])


class Lease:
    """Held until released, renewed by a thread of its own."""

    def __init__(self, leases: Leases, state: _State) -> None:
        self._leases = leases
        self._state: _State | None = state
        self._lock = threading.Lock()
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._renew, name="search lease", daemon=True)
        self._thread.start()

    def check(self) -> None:
        """Raises EngineUnavailable when another one writes by now."""
        if self._state is None:
            raise EngineUnavailable("the right to write went over to another process")

    def confirm(self) -> None:
        """Renews at once, ahead of what only the true holder may do."""
        with self._lock:
            self._step()
        self.check()

    def release(self) -> None:
        """What cannot be given back lapses."""
        self._is_over.set()
        self._thread.join(SEARCH_SECONDS * 2)
        with self._lock, suppress(EngineUnavailable):
            if self._state is not None:
                self._leases.write(self._state, _NOBODY)

    def _renew(self) -> None:
        while self._state is not None and not self._is_over.wait(RENEWED_SECONDS):
            with self._lock, suppress(EngineUnavailable):
                self._step()

    def _step(self) -> None:
        """None in place of the state when somebody else has taken it."""
        if self._state is not None:
            self._state = self._leases.write(self._state, self._state.holder)
