"""How many requests a web worker works on at once.

A worker's threads run Python one at a time, so while one waits for the database another can go on; what is begun beyond that adds no pace,
but has threads wait for each other, and keeps more connections of the database busy, each with caches of its own.
docs/decisions/0014-few-requests-at-once.md has the figures.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from queue import Empty, SimpleQueue
from time import monotonic
from typing import Final

PATIENCE_SECONDS: Final = 0.1


class Turns:
    """So many requests go on at once. One that takes its time, such as an export, loses its turn to another: it goes on, but no longer
    counts."""

    def __init__(self, at_once: int) -> None:
        self._free = SimpleQueue[None]()
        for _ in range(at_once):
            self._free.put(None)
        self._held: dict[object, float] = {}  # since when

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for a turn, for so long as patience lasts; then go on without."""
        mine = object()
        if self._take():
            self._held[mine] = monotonic()
        try:
            yield
        finally:
            if self._held.pop(mine, None) is not None:
                self._free.put(None)

    def _take(self) -> bool:
        try:
            self._free.get(timeout=PATIENCE_SECONDS)
        except Empty:
            return self._take_over()
        return True

    def _take_over(self) -> bool:
        """Take the turn of a request that has had it for longer than anybody waits. Of several threads that find it, one removes it."""
        long_ago = monotonic() - PATIENCE_SECONDS
        late = [holder for holder, since in self._held.copy().items() if since <= long_ago]
        return any(self._held.pop(holder, None) is not None for holder in late)
