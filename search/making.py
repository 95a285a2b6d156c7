"""Makes documents of titles, for a whole index in several processes: to cut texts into words and sound them out is most of a rebuild."""

from __future__ import annotations

import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from types import TracebackType
from typing import Final, NamedTuple, Self, TypeVar

from structlog import get_logger

from kernel.processes import end_with_parent
from search.documents import Title, build_doc
from search.port import IndexDoc

log = get_logger("search")

WORTH_IT: Final = 20_000  # titles; a process takes two seconds to begin
_MOST_PROCESSES: Final = 4
_AHEAD: Final = 2  # batches for each process
_NICENESS: Final = 5  # desks come first

Key = TypeVar("Key")
Source = TypeVar("Source")
Result = TypeVar("Result")


class Made(NamedTuple):
    """Documents, and titles that made none, with the reason."""

    docs: list[IndexDoc]
    failures: dict[int, str]


def make(titles: Sequence[Title]) -> Made:
    return Made(*attempt(build_doc, ((title.id, title) for title in titles)))


def attempt(
    work: Callable[[Source], Result], things: Iterable[tuple[int, Source]]
) -> tuple[list[Result], dict[int, str]]:
    """What `work` makes of things, each under the id of its title, and the titles over which it failed, with the reason: one that cannot
    be read must not stop the others."""
    results: list[Result] = []
    failures: dict[int, str] = {}
    for id_, thing in things:
        try:
            results.append(work(thing))
        except Exception as error:  # noqa: BLE001 - whatever it is, it stands in the report
            failures[id_] = f"{type(error).__name__}: {error}"
    return results, failures


def processes_for(titles: int) -> int:
    """How many processes make so many documents; 0: this one does it itself."""
    at_hand = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return 0 if titles < WORTH_IT or at_hand == 1 else min(at_hand, _MOST_PROCESSES)


class Makers:
    """Works batch after batch, in their order, in `processes` beside this one or, where that is 0, in this one."""

    def __init__(self, processes: int) -> None:
        self._ahead = processes * _AHEAD
        self._pool = _open_pool(processes) if processes else None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def run(self, batches: Iterable[tuple[Key, Sequence[Title]]]) -> Iterator[tuple[Key, Made]]:
        """The documents of each batch under its key. Batches are read ahead of those that are made."""
        waiting: deque[tuple[Key, Sequence[Title], Future[Made] | None]] = deque()
        for key, titles in batches:
            waiting.append((key, titles, self._begin(titles)))
            if len(waiting) > self._ahead:
                yield self._finish(*waiting.popleft())
        while waiting:
            yield self._finish(*waiting.popleft())

    def _begin(self, titles: Sequence[Title]) -> Future[Made] | None:
        try:
            return self._pool.submit(make, titles) if self._pool is not None else None
        except BrokenProcessPool:
            return None

    def _finish(self, key: Key, titles: Sequence[Title], future: Future[Made] | None) -> tuple[Key, Made]:
        """What a process that was killed, as for want of memory, had in hand is made here, and all that follows."""
        if future is None:
            return key, make(titles)
        try:
            return key, future.result()
        except BrokenProcessPool:
            log.warning("search.maker_died", titles=len(titles))
            return key, make(titles)


def _open_pool(processes: int) -> ProcessPoolExecutor:
    context = get_context("spawn")  # our process has threads and connections, which do not outlive a fork
    return ProcessPoolExecutor(processes, mp_context=context, initializer=_settle_in, initargs=(os.getpid(),))


def _settle_in(parent: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to act on
    end_with_parent(parent)
    os.nice(_NICENESS)
