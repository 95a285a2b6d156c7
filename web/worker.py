"""`tongjie worker`: works off the queues that rooms keep in the database, and runs the jobs whose time has come.

Each queue has a thread of its own, so that a long import does not keep the index waiting. An error is logged when it begins and
when it is over, and slows its own queue down, never the others.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Event, Thread
from time import monotonic
from typing import Final, TypeVar

from sqlalchemy.orm import Session
from structlog import get_logger

from branches.access import SYSTEM
from branches.context import Context, InTurns
from kernel.clock import read_clock
from kernel.db import Database
from kernel.request import begin_request
from web.jobs import Job, JobResult

log = get_logger("worker")

T = TypeVar("T")

FIRST_PAUSE_SECONDS: Final = 1.0
LONGEST_PAUSE_SECONDS: Final = 60.0
DRAIN_SECONDS: Final = 25.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """`work` does what waits and returns how much it did; long work looks at the event now and then and stops when it is set.

    After a turn that found nothing, the queue rests for `idle_seconds`; after failures ever longer, up to `longest_pause_seconds`.
    """

    name: str
    work: Callable[[Event], int]
    idle_seconds: float = 0.5
    longest_pause_seconds: float = LONGEST_PAUSE_SECONDS


class Worker:
    """Runs until told to stop."""

    def __init__(self, database: Database, queues: Sequence[Queue], jobs: Sequence[Job]) -> None:
        scheduled = [_Schedule(database, job) for job in jobs]
        self._queues = [*queues, *(Queue(name=s.name, work=s.work, idle_seconds=5.0) for s in scheduled)]

    def run(self, stop: Event, until_told: Callable[[], object] | None = None) -> bool:
        """Work until `stop` is set, or `until_told` returns; whether every queue ended its turn in time."""
        threads = [Thread(target=work_off, args=(queue, stop), name=queue.name, daemon=True) for queue in self._queues]
        for thread in threads:
            thread.start()
        log.info("worker.started", queues=[queue.name for queue in self._queues])
        (until_told or stop.wait)()
        stop.set()
        deadline = monotonic() + DRAIN_SECONDS
        for thread in threads:
            thread.join(max(0.0, deadline - monotonic()))
        late = [thread.name for thread in threads if thread.is_alive()]
        log.info("worker.stopped", unfinished=late)
        return not late


def work_off(queue: Queue, stop: Event) -> None:
    """One queue, turn after turn, until told to stop."""
    trouble = _Trouble(queue.name, queue.longest_pause_seconds)
    while not stop.is_set():
        begin_request()
        try:
            done = queue.work(stop)
        except Exception as error:  # noqa: BLE001 - the loop outlives whatever one turn meets, and says so
            stop.wait(trouble.note(error))
            continue
        trouble.clear()
        if not done:
            stop.wait(queue.idle_seconds)


class _Trouble:
    """Says once that a queue fails and once that it works again; tells how long to wait meanwhile."""

    def __init__(self, name: str, longest_pause: float) -> None:
        self._name = name
        self._longest_pause = longest_pause
        self._kind: str | None = None
        self._pause = FIRST_PAUSE_SECONDS

    def note(self, error: Exception) -> float:
        kind = f"{type(error).__name__}: {error}"[:200]
        if kind != self._kind:
            log.error("worker.failed", queue=self._name, error=type(error).__name__, exc_info=error)
            self._kind = kind
        pause, self._pause = self._pause, min(self._pause * 2, self._longest_pause)
        return pause

    def clear(self) -> None:
        if self._kind is not None:
            log.info("worker.recovered", queue=self._name)
        self._kind, self._pause = None, FIRST_PAUSE_SECONDS


class _Schedule:
    """A periodic job as a queue: there is something to do when its time has come. It runs once at the start."""

    def __init__(self, database: Database, job: Job) -> None:
        self.name = f"job {job.name}"
        self._database = database
        self._job = job
        self._due = 0.0

    def work(self, _stop: Event) -> int:
        if monotonic() < self._due:
            return 0
        result = run_job(self._database, self._job, now=read_clock(), channel="job")
        self._due = monotonic() + self._job.every.total_seconds()
        log.info("job.done", job=self._job.name, done=result.done, failed=result.failed)
        return 0


def run_job(database: Database, job: Job, *, now: datetime, channel: str) -> JobResult:
    """Run a job in a transaction of its own, or in its turns, as the system."""

    return job.work(in_turns(database, now=now, channel=channel))


def in_turns(database: Database, *, now: datetime | None = None, channel: str = "job") -> InTurns:
    """What begins a transaction for each piece of work, as the system; `now` None: by the clock."""

    def turn(work: Callable[[Context], T], /) -> T:
        def run(session: Session) -> T:
            return work(Context(session=session, now=now or read_clock(), caller=SYSTEM, channel=channel))

        return database.run(run)

    return turn
