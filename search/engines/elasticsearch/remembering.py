"""Which commit the pages of the whole catalogue were answered from, since a server does not say when it makes another."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable

from elasticsearch import Elasticsearch

from search.engines.everything import Everything
from search.port import SearchRequest, SearchResult

_LOOK_AGAIN_SECONDS = 0.5

Commit = tuple[str, tuple[tuple[int, int], ...]]

_COPY = "indices.*.shards.*"
_COUNTED = (f"{_COPY}.seq_no.max_seq_no", f"{_COPY}.refresh.external_total")


class Remembered:
    """What was answered since the last commit of the live generation, which is asked for at most twice a second."""

    def __init__(self, read_commit: Callable[[], Commit]) -> None:
        self._read_commit = read_commit
        self._lock = threading.RLock()  # a generation that went away is looked up anew in the midst of a look
        self._commit: Commit | None = None
        self._looked_at = -math.inf
        self._everything = Everything()

    def answer(self, request: SearchRequest, ask: Callable[[], SearchResult]) -> SearchResult:
        """An answer that a commit overtakes is newer than it is taken for."""
        return self._look().answer(request, ask)

    def look_now(self) -> None:
        with self._lock:
            self._looked_at = -math.inf

    def _look(self) -> Everything:
        with self._lock:
            now = time.monotonic()
            if now - self._looked_at >= _LOOK_AGAIN_SECONDS:
                commit = self._read_commit()
                if commit != self._commit:
                    self._everything = Everything()
                self._commit, self._looked_at = commit, now
            return self._everything


def read_commit(client: Elasticsearch, live: str) -> Commit:
    """The generation and what every copy of it has written and made visible: how often alone would begin anew with the server."""
    statistics = client.indices.stats(index=live, metric="refresh", level="shards", filter_path=_COUNTED)
    copies = [copy for shard in statistics["indices"][live]["shards"].values() for copy in shard]
    return live, tuple(sorted((copy["seq_no"]["max_seq_no"], copy["refresh"]["external_total"]) for copy in copies))
