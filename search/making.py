"""Reads titles and makes their documents, for a whole index in several processes: that is most of a rebuild."""

from __future__ import annotations

import os
import signal
from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from pathlib import Path
from types import TracebackType
from typing import Final, NamedTuple, Self

from sqlalchemy.orm import Session
from structlog import get_logger

from branches.reference import TREE
from kernel.db import Database
from kernel.outbox import Pending
from kernel.processes import end_with_parent
from search import queries
from search.copies import NOTHING, Holdings, complete
from search.documents import describe
from search.keeping import Keeping
from search.port import WrittenDoc
from search.written import Description

log = get_logger("search")

WORTH_IT: Final = 20_000  # titles; a process takes two seconds to begin
_MOST_PROCESSES: Final = 4
_AHEAD: Final = 2  # batches for each process
_NICENESS: Final = 5  # desks come first
_WORTH_SENDING: Final = 100  # titles of a batch


class Made(NamedTuple):
    """Documents, titles that made none, with the reason, and those that are there at all."""

    docs: list[WrittenDoc]
    failures: dict[int, str]
    there: frozenset[int]


_NOTHING_MADE: Final = Made([], {}, frozenset())


def read_and_make(database: Database, titles: Sequence[Pending], keeping: Keeping) -> Made:
    """The documents of these titles as they are now: a version that was read before never stands for a state older than its own. What was
    made of their descriptions is kept."""
    with database.reading() as session:
        facts = queries.load_facts(session, _ids(titles))
        holdings = queries.load_holdings(session, _ids(titles), TREE.get(session))
    described, failures = _describe(facts)
    keeping.keep((title, described[title.key]) for title in titles if title.key in described)
    return Made(_complete(titles, described, holdings), failures, frozenset(described.keys() | failures.keys()))


def read_and_complete(database: Database, titles: Sequence[Pending], kept: Mapping[int, Description]) -> Made:
    """The same where their descriptions are at hand: nothing but the copies is read."""
    with database.reading() as session:
        holdings = queries.load_holdings(session, _ids(titles), TREE.get(session))
    return Made(_complete(titles, kept, holdings), {}, frozenset(kept))


def find_lies(session: Session, keeping: Keeping, ids: Collection[int]) -> list[int]:
    """The titles among these of which something else is kept than would be made now, though the proof holds."""
    before = queries.titles_among(session, ids)
    kept = keeping.take(before)
    if not kept:
        return []
    described, _ = _describe(queries.load_facts(session, list(kept)))
    suspects = [id_ for id_, description in kept.items() if described.get(id_) != description]
    if not suspects:
        return []
    unchanged = set(before).intersection(queries.titles_among(session, suspects))
    return [title.key for title in before if title.key in suspects and title in unchanged]


def _ids(titles: Iterable[Pending]) -> list[int]:
    return [title.key for title in titles]


def _describe(found: Iterable[queries.Facts]) -> tuple[dict[int, Description], dict[int, str]]:
    """What could be made, and why the others could not."""
    described: dict[int, Description] = {}
    failures: dict[int, str] = {}
    for facts in found:
        try:
            described[facts.row.id] = describe(queries.read_title(facts))
        except Exception as error:  # noqa: BLE001 - one that cannot be read must not stop the others; whatever it is stands in the report
            failures[facts.row.id] = f"{type(error).__name__}: {error}"
    return described, failures


def _complete(
    titles: Iterable[Pending], described: Mapping[int, Description], holdings: Mapping[int, Holdings]
) -> list[WrittenDoc]:
    return [
        complete(described[title.key], title.version, holdings.get(title.key, NOTHING))
        for title in titles
        if title.key in described
    ]


def processes_for(titles: int) -> int:
    """How many processes make so many documents; 0: this one does it itself."""
    at_hand = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return 0 if titles < WORTH_IT or at_hand == 1 else min(at_hand, _MOST_PROCESSES)


class Makers:
    """Works batch after batch, in their order: what is kept is completed in this process, which costs less than to hand it over; the rest
    is made in `processes` beside it, each with the database open for itself, or here where that is 0 or there is little of it."""

    def __init__(self, database: Database, keeping: Keeping, processes: int) -> None:
        self._database = database
        self._keeping = keeping
        self._ahead = processes * _AHEAD
        self._pool = _open_pool(database, keeping, processes) if processes else None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def run(self, batches: Iterable[Sequence[Pending]]) -> Iterator[tuple[Sequence[Pending], Made]]:
        """Each batch of titles with what was made of it. Batches are taken ahead of those that are made beside."""
        waiting: deque[_Work] = deque()
        for titles in batches:
            waiting.append(self._begin(titles))
            while len(waiting) > self._ahead or (waiting and waiting[0].future is None):
                yield self._finish(waiting.popleft())
        while waiting:
            yield self._finish(waiting.popleft())

    def _begin(self, titles: Sequence[Pending]) -> _Work:
        kept = self._keeping.take(titles)
        missing = [title for title in titles if title.key not in kept]
        if self._pool is None or len(missing) < _WORTH_SENDING:
            return _Work(titles, kept, missing, None)
        try:
            return _Work(titles, kept, missing, self._pool.submit(_make, missing))
        except BrokenProcessPool:
            return _Work(titles, kept, missing, None)

    def _finish(self, work: _Work) -> tuple[Sequence[Pending], Made]:
        made = self._made(work)
        if not work.kept:
            return work.titles, made
        known = [title for title in work.titles if title.key in work.kept]
        docs, failures, there = read_and_complete(self._database, known, work.kept)
        return work.titles, Made(docs + made.docs, failures | made.failures, there | made.there)

    def _made(self, work: _Work) -> Made:
        """What a process that was killed, as for want of memory, had in hand is made here, and all that follows."""
        if work.future is not None:
            try:
                return work.future.result()
            except BrokenProcessPool:
                log.warning("search.maker_died", titles=len(work.missing))
        return read_and_make(self._database, work.missing, self._keeping) if work.missing else _NOTHING_MADE


class _Work(NamedTuple):
    """A batch, what is kept of it, what is not, and whoever makes that."""

    titles: Sequence[Pending]
    kept: Mapping[int, Description]
    missing: Sequence[Pending]
    future: Future[Made] | None


# --- in the processes beside -----------------------------------------------------------------------------------------

_own: list[tuple[Database, Keeping]] = []  # one, once the process has settled in


def _open_pool(database: Database, keeping: Keeping, processes: int) -> ProcessPoolExecutor:
    """The processes begin when there is something to make."""
    context = get_context("spawn")  # our process has threads and connections, which do not outlive a fork
    url = database.url.render_as_string(hide_password=False)
    return ProcessPoolExecutor(
        processes, mp_context=context, initializer=_settle_in, initargs=(os.getpid(), url, keeping.folder)
    )


def _settle_in(parent: int, url: str, kept: Path | None) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to act on
    end_with_parent(parent)
    os.nice(_NICENESS)
    _own.append((Database(url, pool_size=1), Keeping(kept)))


def _make(titles: Sequence[Pending]) -> Made:
    database, keeping = _own[0]
    return read_and_make(database, titles, keeping)
