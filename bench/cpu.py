"""CPU time and memory of process trees, read from /proc (Linux). A process that ends hands its time to its parent, so none is lost."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_LOOK_SECONDS = 0.1
_TICKS = os.sysconf("SC_CLK_TCK")


def cpu_ms(root_pid: int) -> float:
    """User and system time of a process and all below it, those that have ended included."""
    return sum(_ticks(pid) for pid in _tree(root_pid)) * 1000 / _TICKS


def pss_mb(root_pid: int) -> float:
    """Memory of a process and all below it, what several share counted once between them."""
    return sum(_pss_kb(pid) for pid in _tree(root_pid)) / 1024


class Peak:
    """The most memory that a process was seen to hold."""

    mb = 0.0


@contextmanager
def watched(pid: int) -> Iterator[Peak]:
    """Look at a process until the work inside is done. What wait4(2) tells of its memory is at least that of whoever started it."""
    peak, ended = Peak(), threading.Event()

    def watch() -> None:
        while not ended.wait(_LOOK_SECONDS):
            lines = _read(Path(f"/proc/{pid}/status")).splitlines()
            peak.mb = max(peak.mb, *(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:")), 0.0)

    looking = threading.Thread(target=watch)
    looking.start()
    try:
        yield peak
    finally:
        ended.set()
        looking.join()


def _pss_kb(pid: int) -> int:
    lines = _read(Path(f"/proc/{pid}/smaps_rollup")).splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


def _tree(root_pid: int) -> list[int]:
    found, left = [], [root_pid]
    while left:
        pid = left.pop()
        found.append(pid)
        for children in Path(f"/proc/{pid}/task").glob("*/children"):
            left += [int(child) for child in _read(children).split()]
    return found


def _ticks(pid: int) -> int:
    """utime, stime and the same of children waited for: fields 14 to 17 of proc(5), counted behind the name's closing bracket."""
    fields = _read(Path(f"/proc/{pid}/stat")).rpartition(")")[2].split()
    return sum(int(field) for field in fields[11:15])


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""  # it ended meanwhile; its parent has its time
