"""A port for a server that a test starts as a process of its own."""

from __future__ import annotations

import os
import random
import re
import socket
from typing import Final

# Below the ports that the kernel gives to outgoing connections (ip_local_port_range, from 32768): one that is free now stays free
# until the server takes it, and while it is started again.
FIRST: Final = 20_000
EACH: Final = 250
_anew = random.SystemRandom()


def free_port() -> int:
    """One of this worker's own."""
    worker = int(re.sub(r"\D", "", os.environ.get("PYTEST_XDIST_WORKER", "")) or 0)
    first = FIRST + worker % 40 * EACH
    while True:
        port = _anew.randrange(first, first + EACH)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
