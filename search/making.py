"""Reads titles and makes their documents, for a whole index in several processes: that is most of a rebuild."""

from __future__ import annotations

import os
import signal
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from types import TracebackType
from typing import Final, NamedTuple, Self

from structlog import get_logger

from branches.reference import TREE
from kernel.db import Database
from kernel.processes import end_with_parent
from search import queries
from search.documents import build_doc
from search.port import WrittenDoc
from search.written import write_down

log = get_logger("search")

WORTH_IT: Final = 20_000  # titles; a process takes two seconds to begin
_MOST_PROCESSES: Final = 4
_AHEAD: Final = 2  # batches for each process
_NICENESS: Final = 5  # desks come first


class Made(NamedTuple):
    """Documents, titles that made none, with the reason, and those that are there at all."""

    docs: list[WrittenDoc]
    failures: dict[int, str]
    there: frozenset[int]


def read_and_make(database: Database, versions: Mapping[int, int]) -> Made:
    """The documents of these titles as they are now: a version that was read before never stands for a state older than its own."""
    with database.reading() as session:
        found = queries.load_facts(session, versions, TREE.get(session))
    docs: list[WrittenDoc] = []
    failures: dict[int, str] = {}
    for facts in found:
        try:
            docs.append(write_down(build_doc(queries.read_title(facts))))
        except Exception as error:  # noqa: BLE001 - one that cannot be read must not stop the others; whatever it is stands in the report
            failures[facts.row.id] = f"{type(error).__name__}: {error}"
    return Made(docs, failures, frozenset(facts.row.id for facts in found))


def processes_for(titles: int) -> int:
    """How many processes make so many documents; 0: this one does it itself."""
    at_hand = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return 0 if titles < WORTH_IT or at_hand == 1 else min(at_hand, _MOST_PROCESSES)


class Makers:
    """Works batch after batch, in their order, in `processes` beside this one, each with the database open for itself, or, where that
    is 0, in this one."""

    def __init__(self, database: Database, processes: int) -> None:
        self._database = database
        self._ahead = processes * _AHEAD
        self._pool = _open_pool(database, processes) if processes else None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def run(self, batches: Iterable[Mapping[int, int]]) -> Iterator[tuple[Mapping[int, int], Made]]:
        """Each batch (title -> version) with what was made of it. Batches are taken ahead of those that are made."""
        waiting: deque[tuple[Mapping[int, int], Future[Made] | None]] = deque()
        for versions in batches:
            waiting.append((versions, self._begin(versions)))
            if len(waiting) > self._ahead:
                yield self._finish(*waiting.popleft())
        while waiting:
            yield self._finish(*waiting.popleft())

    def _begin(self, versions: Mapping[int, int]) -> Future[Made] | None:
        try:
            return self._pool.submit(_make, versions) if self._pool is not None else None
        except BrokenProcessPool:
            return None

    def _finish(self, versions: Mapping[int, int], future: Future[Made] | None) -> tuple[Mapping[int, int], Made]:
        """What a process that was killed, as for want of memory, had in hand is made here, and all that follows."""
        if future is None:
            return versions, read_and_make(self._database, versions)
        try:
            return versions, future.result()
        except BrokenProcessPool:
            log.warning("search.maker_died", titles=len(versions))
            return versions, read_and_make(self._database, versions)


# --- in the processes beside -----------------------------------------------------------------------------------------

_own: list[Database] = []  # one, once the process has settled in


def _open_pool(database: Database, processes: int) -> ProcessPoolExecutor:
    context = get_context("spawn")  # our process has threads and connections, which do not outlive a fork
    url = database.url.render_as_string(hide_password=False)
    return ProcessPoolExecutor(processes, mp_context=context, initializer=_settle_in, initargs=(os.getpid(), url))


def _settle_in(parent: int, url: str) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to act on
    end_with_parent(parent)
    os.nice(_NICENESS)
    _own.append(Database(url, pool_size=1))


def _make(versions: Mapping[int, int]) -> Made:
    return read_and_make(_own[0], versions)
