"""The worker: every queue on its own, errors told once, an end in time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import timedelta
from threading import Event, Thread, current_thread
from time import monotonic, sleep
from typing import Any

import pytest
from sqlalchemy import func, select, update
from structlog.testing import capture_logs

from branches.context import Context
from branches.models import Token
from kernel.db import Database
from kernel.i18n import Text
from tests.factories import NOW, make_county, make_token, make_user
from web import worker
from web.jobs import JOBS, Job, JobResult
from web.worker import Queue, Worker

PATIENCE = 30.0  # where other tests share the machine


class Told(Event):
    """Remembers for how long each queue, by the name of its thread, rested."""

    def __init__(self) -> None:
        super().__init__()
        self.rests: defaultdict[str, list[float | None]] = defaultdict(list)

    def wait(self, timeout: float | None = None) -> bool:
        self.rests[current_thread().name].append(timeout)
        return super().wait(timeout)


@pytest.fixture
def running() -> Iterator[Callable[..., Told]]:
    """Start a worker whose end the test need not care for."""
    stop = Told()
    threads: list[Thread] = []

    def start(database: Any, *queues: Queue, jobs: tuple[Job, ...] = ()) -> Told:
        threads.append(Thread(target=Worker(database, queues, jobs).run, args=(stop,)))
        threads[0].start()
        return stop

    yield start
    stop.set()
    for thread in threads:
        thread.join(PATIENCE)
        assert not thread.is_alive()


def _wait_until(holds: Callable[[], bool]) -> None:
    deadline = monotonic() + PATIENCE
    while not holds():
        assert monotonic() < deadline, "it did not happen in time"
        sleep(0.01)


def test_a_queue_is_asked_again_at_once_while_there_is_work(running: Callable[..., Told]) -> None:
    left = [3]

    def work(_stop: Event) -> int:
        left[0] -= 1
        return left[0]

    told = running(None, Queue(name="q", work=work, idle_seconds=60))
    _wait_until(lambda: told.rests["q"] == [60])
    assert left == [0]


def test_a_failing_queue_is_told_once_waits_longer_and_holds_no_other_up(
    running: Callable[..., Told], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "FIRST_PAUSE_SECONDS", 0.01)
    tries: list[int] = []
    others: list[int] = []

    def fail(_stop: Event) -> int:
        tries.append(1)
        if len(tries) < 6:
            raise OSError("the disk is full")
        return 0

    def other(_stop: Event) -> int:
        others.append(1)
        return 0

    with capture_logs() as logs:
        told = running(
            None, Queue(name="bad", work=fail, idle_seconds=60), Queue(name="good", work=other, idle_seconds=0.01)
        )
        _wait_until(lambda: len(tries) == 6 and any(log["event"] == "worker.recovered" for log in logs))
        _wait_until(lambda: len(others) > 3)
    assert [log["queue"] for log in logs if log["event"] == "worker.failed"] == ["bad"]
    assert told.rests["bad"][:5] == [0.01, 0.02, 0.04, 0.08, 0.16]


def test_long_work_is_told_to_stop() -> None:
    stop, began = Event(), Event()

    def work(told: Event) -> int:
        began.set()
        told.wait(2 * PATIENCE)
        return 1

    thread = Thread(target=Worker(None, [Queue(name="long", work=work)], ()).run, args=(stop,))  # type: ignore[arg-type]
    thread.start()
    assert began.wait(PATIENCE)
    stop.set()
    thread.join(PATIENCE)
    assert not thread.is_alive()


def test_work_that_does_not_come_back_is_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "DRAIN_SECONDS", 0.1)
    stop, release = Event(), Event()

    def work(_told: Event) -> int:
        stop.set()
        release.wait(2 * PATIENCE)
        return 0

    assert Worker(None, [Queue(name="stuck", work=work)], ()).run(stop) is False  # type: ignore[arg-type]
    release.set()


def test_a_job_runs_at_the_start_and_then_when_its_time_comes(database: Database, running: Callable[..., Told]) -> None:
    runs: list[str] = []

    def run(context: Context) -> JobResult:
        runs.append(context.caller.author)
        return JobResult(done=1)

    hourly = Job(name="hourly", label=Text("", ""), every=timedelta(hours=1), run=run)
    running(database, jobs=(hourly,))
    _wait_until(lambda: len(runs) == 1)
    sleep(0.1)
    assert runs == ["system"]


def test_retention_deletes_what_is_over_and_nothing_else(database: Database) -> None:
    county = database.run(make_county)
    user = database.run(lambda s: make_user(s, "zhao", ("volunteer", county.point)))
    database.run(lambda s: make_token(s, user))
    database.run(lambda s: s.execute(update(Token).values(expires_at=Token.created_at)))
    database.run(lambda s: make_token(s, user))
    retention = next(job for job in JOBS if job.name == "retention")
    result = worker.run_job(database, retention, now=NOW, channel="test")
    with database.reading() as session:
        left = session.scalar(select(func.count()).select_from(Token))
    assert (result.done, left) == (1, 1)
