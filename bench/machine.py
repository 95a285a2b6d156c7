"""What the figures were measured on, without the names of hosts or folders."""

from __future__ import annotations

import os
import platform
import sqlite3
from importlib.metadata import version
from pathlib import Path


def describe(postgresql: str) -> str:
    """One sentence: processor, memory, system and the versions that matter."""
    cores = len(os.sched_getaffinity(0))
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    packages = ", ".join(
        f"{name} {version(name)}" for name in ("gunicorn", "Flask", "SQLAlchemy", "psycopg", "tantivy")
    )
    return (
        f"{cores} cores of {_processor()}, {memory:.0f} GiB of memory, Linux {platform.release().partition('-')[0]}; "
        f"Python {platform.python_version()}, PostgreSQL {postgresql}, SQLite {sqlite3.sqlite_version}, {packages}; "
        f"load when the run began: {os.getloadavg()[0]:.1f}."
    )


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()
