"""The pages of the whole catalogue, which cost the most to count and are asked for the most often: once a commit."""

from __future__ import annotations

import threading
from collections.abc import Callable

from search.port import SearchRequest, SearchResult

_REMEMBERED_PAGES = 128


class Everything:
    """What was answered of one commit; whoever sees the next begins with another."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._answers: dict[SearchRequest, SearchResult] = {}

    def answer(self, request: SearchRequest, ask: Callable[[], SearchResult]) -> SearchResult:
        """Several who ask at once wait for the first."""
        with self._lock:
            known = self._answers.get(request)
            if known is None:
                known = ask()
                if len(self._answers) >= _REMEMBERED_PAGES:
                    self._answers.clear()
                self._answers[request] = known
            return known
