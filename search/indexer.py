"""Keeps the index like the database: drains the outbox into the engine, rebuilds the whole index, says how far it is behind.

The state is read in a short reading transaction and written to the engine outside of any; only then is the outbox told, in another
short one. Whatever dies in between is done again. One indexer works at a time, by the engine's own session.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from structlog import get_logger

from kernel import outbox
from kernel.clock import read_clock
from kernel.db import Database
from kernel.outbox import Pending
from search import queries
from search.keeping import Keeping
from search.making import Makers, find_lies, processes_for, read_and_make
from search.port import EngineUnavailable, IndexSession, SearchEngine, WriterBusy, WrittenDoc
from search.queries import KIND

log = get_logger("search")

BATCH = 500
REBUILD_BATCH = 1000
CONFIRM_AT_ONCE = 10_000
REBUILD_WAIT_SECONDS = 60.0
TURN_SECONDS = 20.0
SHORT_TURN_SECONDS = 5.0

_COMPARED = 3  # of each batch of a rebuild, kept and made anew: what is wrong with many shows in one

Progress = Callable[[int, int], None]
Stopping = Callable[[], bool]


class Stopped(Exception):
    """The process is to end; what was done so far stays as it was."""


class _Lied(Exception):
    """What is kept of a title is not what would be made of it."""

    def __init__(self, bib: int) -> None:
        super().__init__(f"bib {bib}")
        self.bib = bib


def _never() -> bool:
    return False


def _silent(_done: int, _total: int) -> None:
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """`generation` is None where there is no index that can be read; `trouble` says why. Parked entries wait for a change of the title
    or for a retry."""

    generation: str | None
    documents: int
    bytes: int
    pending: int
    parked: int
    oldest_at: datetime | None
    trouble: str | None = None

    def lag_seconds(self, now: datetime) -> float:
        return max(round((now - self.oldest_at).total_seconds(), 1), 0.0) if self.oldest_at else 0.0


@dataclass(frozen=True, slots=True)
class _Batch:
    """Documents to write, documents to delete with their versions, and titles that made no document, with the reason."""

    docs: list[WrittenDoc]
    gone: dict[int, int]
    failures: dict[int, str]


class Indexer:
    """`keeping` holds what was made for an index before; `clock` tells when a title that a rebuild could not index was queued again;
    `is_stopping` is asked between two batches."""

    def __init__(
        self,
        database: Database,
        engine: SearchEngine,
        keeping: Keeping | None = None,
        *,
        clock: Callable[[], datetime] = read_clock,
        is_stopping: Stopping = _never,
    ) -> None:
        self._database = database
        self._engine = engine
        self._keeping = keeping or Keeping(None)
        self._clock = clock
        self._is_stopping = is_stopping

    def work(self) -> int:
        """Bring the index up to date and return how many entries were done; 0 also while another process is at it.

        Gives the session up after a while, so that a rebuild asked for elsewhere gets its turn. Without an index, builds one.
        """
        live = self._engine.live_generation()
        if live is not None and not self._take(frozenset()):
            return 0
        try:
            with self._engine.session(0) as session:
                live = self._engine.live_generation()
                return self._rebuild(session, _silent) if live is None else self._drain(session, [live], TURN_SECONDS)
        except (WriterBusy, Stopped):
            return 0

    def rebuild(self, progress: Progress = _silent) -> int:
        """Build the next generation beside the live one and switch; changes that come meanwhile go into both.

        Returns how many titles were indexed. Raises WriterBusy when another rebuild goes on, Stopped when told to stop.
        """
        with self._engine.session(REBUILD_WAIT_SECONDS) as session:
            return self._rebuild(session, progress)

    def retry(self) -> int:
        """Give parked titles another five tries; returns how many."""
        with self._database.transaction() as session:
            return outbox.retry_parked(session, KIND)

    def status(self) -> Status:
        """How large the index is and how far it is behind. An engine that is gone counts as no index."""
        with self._database.reading() as session:
            lag = outbox.measure_lag(session, KIND)
        stats, trouble = None, None
        try:
            stats = self._engine.stats()
        except EngineUnavailable as error:
            trouble = str(error)
        return Status(
            generation=stats.generation if stats else None,
            documents=stats.documents if stats else 0,
            bytes=stats.bytes if stats else 0,
            pending=lag.pending,
            parked=lag.parked,
            oldest_at=lag.oldest_at,
            trouble=trouble,
        )

    # --- the outbox --------------------------------------------------------------------------------------------------

    def _drain(self, session: IndexSession, generations: Sequence[str], seconds: float) -> int:
        """Batch after batch until nothing is pending but what failed already in this turn."""
        until = time.monotonic() + seconds
        failed: set[Pending] = set()
        done = 0
        while time.monotonic() < until and not self._is_stopping() and (taken := self._take(failed)):
            batch = self._read(taken)
            failures = self._write(session, batch, generations)
            session.commit()
            self._settle(taken, failures)
            failed |= {entry for entry in taken if entry.key in failures}
            done += len(taken) - len(failures)
        return done

    def _take(self, failed: set[Pending] | frozenset[Pending]) -> list[Pending]:
        with self._database.reading() as session:
            return [entry for entry in outbox.take_pending(session, KIND, BATCH) if entry not in failed]

    def _read(self, titles: Sequence[Pending]) -> _Batch:
        """The state now, read after the versions: a version never stands for a state older than its own."""
        made = read_and_make(self._database, titles, self._keeping)
        gone = {title.key: title.version for title in titles if title.key not in made.there}
        self._keeping.forget(gone)
        return _Batch(made.docs, gone, made.failures)

    def _write(self, session: IndexSession, batch: _Batch, generations: Sequence[str]) -> dict[int, str]:
        """Hand a batch to the engine; returns what it would not take, and why."""
        failures = dict(batch.failures)
        for generation in generations:
            session.delete(batch.gone, generation)
            failures |= {refusal.id: refusal.reason for refusal in session.index(batch.docs, generation)}
        return failures

    def _settle(self, taken: Sequence[Pending], failures: Mapping[int, str]) -> None:
        with self._database.transaction() as session:
            outbox.confirm(session, KIND, [entry for entry in taken if entry.key not in failures])
            for key, reason in failures.items():
                log.error("search.title_refused", bib=key, reason=reason)
                outbox.record_failure(session, KIND, key, reason)

    # --- the whole index ---------------------------------------------------------------------------------------------

    def _rebuild(self, session: IndexSession, progress: Progress) -> int:
        following = session.create()
        generations = [*self._usable(), following]
        try:
            written = self._index_all(session, following, generations, progress)
        except _Lied as lie:
            log.error("search.kept_untrue", bib=lie.bib)
            self._keeping.throw_away()
            session.drop(following)
            return self._rebuild(session, progress)
        session.commit()
        self._drain(session, generations, SHORT_TURN_SECONDS)
        session.activate(following)
        log.info("search.rebuilt", generation=following, titles=written)
        return written

    def _usable(self) -> list[str]:
        """The live generation, unless it is missing or broken: then there is nothing to keep up to date meanwhile."""
        try:
            return [self._engine.stats().generation]
        except EngineUnavailable:
            return []

    def _index_all(self, session: IndexSession, following: str, generations: Sequence[str], progress: Progress) -> int:
        """Every title by rising id; what changes meanwhile is written to both generations in between."""
        with self._database.reading() as reading:
            total = queries.count_bibs(reading)
        is_first = len(generations) == 1
        written = 0
        waiting: list[Pending] = []
        with Makers(self._database, self._keeping, processes_for(total)) as makers:
            for titles, made in makers.run(self._titles()):
                failures = self._write(session, _Batch(made.docs, {}, made.failures), [following])
                self._queue_again(failures)
                written += len(made.docs)
                progress(written, total)
                if self._is_stopping():
                    raise Stopped
                if is_first:  # nothing is read from the index yet, and what this pass wrote needs no second visit
                    waiting += [title for title in titles if title.key not in failures]
                    self._confirm(session, waiting, CONFIRM_AT_ONCE)
                else:
                    self._drain(session, generations, SHORT_TURN_SECONDS)
        self._confirm(session, waiting, 1)
        return written

    def _titles(self) -> Iterator[Sequence[Pending]]:
        """All titles by rising id with their versions, batch by batch. One that changes before its document is written has a higher
        version by then, under which it is written once more. Raises _Lied where what is kept of a few of them is not what they are."""
        last = 0
        while titles := self._titles_after(last):
            last = titles[-1].key
            yield titles

    def _confirm(self, session: IndexSession, waiting: list[Pending], at_least: int) -> None:
        if len(waiting) >= at_least:
            session.commit()
            with self._database.transaction() as writing:
                outbox.confirm(writing, KIND, waiting)
            waiting.clear()

    def _titles_after(self, last: int) -> Sequence[Pending]:
        with self._database.reading() as session:
            titles = queries.titles_after(session, last, REBUILD_BATCH)
            some = random.sample(titles, min(_COMPARED, len(titles)))
            for lie in find_lies(session, self._keeping, [title.key for title in some]):
                raise _Lied(lie)
        return titles

    def _queue_again(self, failures: Mapping[int, str]) -> None:
        """What a rebuild cannot index becomes an entry of the outbox, where its failures are counted and seen."""
        if failures:
            with self._database.transaction() as session:
                outbox.enqueue(session, KIND, list(failures), at=self._clock())
