"""CPU time of a process tree counts those that have ended."""

from __future__ import annotations

import os
import subprocess
import sys

from bench.cpu import cpu_ms

BUSY = "import time\nwhile time.process_time() < 0.4: pass"
TICK_MS = 1000 / os.sysconf("SC_CLK_TCK")


def test_the_time_of_a_child_that_ended_is_not_lost() -> None:
    before = cpu_ms(os.getpid())
    subprocess.run([sys.executable, "-c", BUSY], check=True)
    # The kernel cuts each of the four fields that are added up to whole ticks.
    assert cpu_ms(os.getpid()) - before >= 400 - 4 * TICK_MS
