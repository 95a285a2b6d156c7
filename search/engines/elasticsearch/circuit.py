"""Leaves an engine that did not answer alone for a moment, so that one which is frozen never holds more than one caller at a time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from search.port import EngineUnavailable


class Circuit:
    """Closed: everybody asks. Open: everybody is turned away at once, but for one caller each `rest_seconds` who tries."""

    def __init__(self, rest_seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._rest = rest_seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._reason: str | None = None
        self._next_try = 0.0

    def enter(self, patience: float) -> None:
        """Raises EngineUnavailable while the engine is left alone. `patience`: how long this caller's own try may take."""
        with self._lock:
            if self._reason is None:
                return
            now = self._clock()
            if now < self._next_try:
                raise EngineUnavailable(f"left alone for a moment: {self._reason}")
            self._next_try = now + patience + self._rest

    def open(self, reason: str) -> None:
        with self._lock:
            self._reason = reason
            self._next_try = self._clock() + self._rest

    def close(self) -> None:
        with self._lock:
            self._reason = None
