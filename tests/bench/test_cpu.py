"""CPU time of a process tree counts those that have ended."""

from __future__ import annotations

import os
import subprocess
import sys

from bench.cpu import cpu_ms

BUSY = "import time\nwhile time.process_time() < 0.2: pass"


def test_the_time_of_a_child_that_ended_is_not_lost() -> None:
    before = cpu_ms(os.getpid())
    subprocess.run([sys.executable, "-c", BUSY], check=True)
    assert cpu_ms(os.getpid()) - before >= 200
