"""The pages of the whole catalogue, which cost the most to count and are asked for the most often: once a commit."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable

from elasticsearch import Elasticsearch

from search.port import SearchRequest, SearchResult

_LOOK_AGAIN_SECONDS = 0.5
_REMEMBERED_PAGES = 128

Commit = tuple[str, tuple[tuple[int, int], ...]]

_COPY = "indices.*.shards.*"
_COUNTED = (f"{_COPY}.seq_no.max_seq_no", f"{_COPY}.refresh.external_total")


class Remembered:
    """What was answered since the last commit of the live generation, which is asked for at most twice a second."""

    def __init__(self, read_commit: Callable[[], Commit]) -> None:
        self._read_commit = read_commit
        self._lock = threading.RLock()  # a generation that went away is looked up anew in the midst of an answer
        self._commit: Commit | None = None
        self._looked_at = -math.inf
        self._answers: dict[SearchRequest, SearchResult] = {}

    def answer(self, request: SearchRequest, ask: Callable[[], SearchResult]) -> SearchResult:
        """Several who ask at once wait for the first. An answer that a commit overtakes is newer than it is taken for."""
        with self._lock:
            self._look()
            known = self._answers.get(request)
            if known is None:
                known = ask()
                if len(self._answers) >= _REMEMBERED_PAGES:
                    self._answers.clear()
                self._answers[request] = known
            return known

    def look_now(self) -> None:
        with self._lock:
            self._looked_at = -math.inf

    def _look(self) -> None:
        now = time.monotonic()
        if now - self._looked_at < _LOOK_AGAIN_SECONDS:
            return
        commit = self._read_commit()
        if commit != self._commit:
            self._answers.clear()
        self._commit, self._looked_at = commit, now


def read_commit(client: Elasticsearch, live: str) -> Commit:
    """The generation and what every copy of it has written and made visible: how often alone would begin anew with the server."""
    statistics = client.indices.stats(index=live, metric="refresh", level="shards", filter_path=_COUNTED)
    copies = [copy for shard in statistics["indices"][live]["shards"].values() for copy in shard]
    return live, tuple(sorted((copy["seq_no"]["max_seq_no"], copy["refresh"]["external_total"]) for copy in copies))
