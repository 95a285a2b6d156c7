"""SIGTERM and SIGINT as a flag that a loop looks at.

A handler runs in the main thread wherever that happens to be. So it sets a plain attribute and takes no lock, which the main thread may
hold at that moment; and the wait ends by itself, since a signal that comes just before the thread falls asleep wakes nobody.
"""

from __future__ import annotations

import signal
from time import sleep
from types import FrameType
from typing import Final

SIGNALS: Final = (signal.SIGTERM, signal.SIGINT)
LOOK_SECONDS: Final = 0.25


class StopSignals:
    """From its making on, this process is not ended by SIGTERM or SIGINT, but told. To be made in the main thread."""

    def __init__(self) -> None:
        self.came = False
        for number in SIGNALS:
            signal.signal(number, self._note)

    def pause(self) -> bool:
        """Rest for a moment; whether a signal has come."""
        if not self.came:
            sleep(LOOK_SECONDS)
        return self.came

    def wait(self) -> None:
        """Return when a signal has come."""
        while not self.pause():
            pass

    def _note(self, _signal: int, _frame: FrameType | None) -> None:
        self.came = True
