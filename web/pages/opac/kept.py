"""Answers that are dear to make and may be some minutes old: kept per web worker, within bounds."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, Final, TypeVar, cast

from flask import Flask, current_app

T = TypeVar("T")

EXTENSION: Final = "tongjie_kept"
MOST: Final = 500


class Kept:
    """A value per key, made anew when it is older than `seconds`. The oldest go when there are too many."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._clock = clock
        self._lock = Lock()
        self._values: dict[Hashable, tuple[float, Any]] = {}

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        now = self._clock()
        with self._lock:
            made_at, value = self._values.get(key, (now - self._seconds - 1, None))
        if now - made_at <= self._seconds:
            return cast(T, value)
        made = make()
        with self._lock:
            self._values.pop(key, None)
            self._values[key] = (now, made)
            while len(self._values) > MOST:
                del self._values[next(iter(self._values))]
        return made


def furnish(app: Flask) -> None:
    app.extensions[EXTENSION] = Kept(seconds=600)


def kept() -> Kept:
    return cast(Kept, current_app.extensions[EXTENSION])
