"""What the processes of one program owe each other."""

from __future__ import annotations

import ctypes
import os
import signal
import sys


def end_with_parent(parent: int) -> None:
    """Ask Linux for SIGTERM when the process `parent`, which started this one, dies: a killed one leaves nothing behind that keeps its
    port or its work."""
    if sys.platform == "linux":
        set_parent_death_signal = 1
        ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGTERM)
    if os.getppid() != parent:  # it has died already
        sys.exit(1)
