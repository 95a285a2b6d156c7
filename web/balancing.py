"""How new connections are shared out among web workers.

All listen at one socket, and the system wakes all of them for each connection. Left to a race, one may end up with every desk's
connection, and with one processor's worth of work, while the next stands idle.
"""

from __future__ import annotations

import mmap
from math import inf
from time import monotonic
from typing import Final

MOST_WORKERS: Final = 256  # while some are replaced by new ones, there are more of them than were asked for
LEFT_TO_OTHERS_SECONDS: Final = 0.005
REMEMBERED_SECONDS: Final = 0.05  # that one was left to others: a busy loop comes back late
_FREE: Final = -1


class Board:
    """How many connections each worker has, in memory that all see. To be made before they are forked."""

    def __init__(self) -> None:
        self.counts = memoryview(mmap.mmap(-1, MOST_WORKERS * 4)).cast("i")
        for number in range(MOST_WORKERS):
            self.counts[number] = _FREE

    def take_place(self) -> Place:
        """For a worker about to be forked. Raises ValueError where there is no place left."""
        return Place(self, self.counts.tolist().index(_FREE))


class Place:
    """A worker's own place on the board, where it alone writes, and whether the next connection is for it."""

    def __init__(self, board: Board, number: int) -> None:
        self._counts, self._number = board.counts, number
        self._waits_until = -inf
        self.connections = 0

    @property
    def connections(self) -> int:
        return self._counts[self._number]

    @connections.setter
    def connections(self, count: int) -> None:
        self._counts[self._number] = count

    @property
    def wait_seconds(self) -> float:
        """For how long connections are left to others; 0 when they no longer are."""
        return max(0.0, self._waits_until - monotonic())

    def takes_next(self) -> bool:
        """Whether to take a connection that came. Where another worker has fewer it is left to that one, but only for a moment: it may
        be busy, or hang."""
        now, mine = monotonic(), self.connections
        has_waited = 0 <= now - self._waits_until < REMEMBERED_SECONDS
        if has_waited or not any(_FREE < count < mine for count in self._counts):
            self._waits_until = -inf
            return True
        self._waits_until = now + LEFT_TO_OTHERS_SECONDS
        return False

    def leave(self) -> None:
        """The worker is gone."""
        self.connections = _FREE
