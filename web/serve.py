"""`tongjie serve`: gunicorn with its web workers, and the background worker beside it.

A supervisor loads the program once and forks both, so that all processes share what it holds in memory; it starts them again when they
are killed, and passes SIGTERM and SIGINT on: requests and turns in hand are finished within 30 seconds, then both are gone.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.context import ForkProcess
from time import monotonic
from typing import Any, Final

from flask import Flask
from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]
from setproctitle import setproctitle
from sqlalchemy.orm import configure_mappers
from structlog import get_logger

from catalog.fold import fold
from kernel.db import Database
from kernel.memory import leave_loaded_objects_alone
from kernel.processes import end_with_parent
from search.analysis.pinyin import sound_out
from search.engines import open_engine
from web.app import assemble, furnish
from web.balancing import Board
from web.gathering import GatheringWorker
from web.settings import Settings
from web.stopping import SIGNALS, StopSignals

log = get_logger("serve")

GRACE_SECONDS: Final = 25  # of the 30 that a supervisor above us is asked to wait
KILL_AFTER_SECONDS: Final = 29
LONGEST_PAUSE_SECONDS: Final = 60.0
STEADY_SECONDS: Final = 60.0

_forking = get_context("fork")


class WebServer(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn without its own command line and files. Web workers have the application in common but furnish it each for itself, so
    none shares a connection."""

    def __init__(
        self, app: Flask, settings: Settings, *, host: str, port: int, workers: int, threads: int, at_once: int
    ) -> None:
        self._app, self._settings = app, settings
        self.board, self.at_once = Board(), at_once
        self._options: dict[str, Any] = {
            "bind": f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
            "workers": workers,
            "worker_class": GatheringWorker,
            "threads": threads,
            "preload_app": False,
            "timeout": 60,
            "graceful_timeout": GRACE_SECONDS,
            "keepalive": 15,
            "limit_request_line": 8190,
            "proc_name": "tongjie",
            "loglevel": "warning",
            "control_socket_disable": True,
            "child_exit": _leave,
        }
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        furnish(self._app, self._settings, Database(self._settings.database_url))
        return self._app


def _leave(_arbiter: object, worker: GatheringWorker) -> None:
    worker.place.leave()


def serve_web(
    app: Flask, settings: Settings, *, host: str, port: int, workers: int, threads: int, at_once: int
) -> None:
    """Serve pages and API in this process and its children; returns never, but exits."""
    WebServer(app, settings, host=host, port=port, workers=workers, threads=threads, at_once=at_once).run()


def prepare(settings: Settings) -> Flask:
    """Make what lives as long as a process, before there are several: they share it, and no reader's first search waits for it.

    What is filled in at first use is filled in here, for afterwards each process would write a copy of its own.
    """
    sound_out("通借")
    fold("通借")
    open_engine(settings.search_url, settings.data_dir).close()  # nothing is sent, but Elasticsearch's client loaded
    app = assemble(settings)
    configure_mappers()
    app.url_map.update()
    leave_loaded_objects_alone()  # else the collector would write to every page that the processes share
    return app


def supervise(web: Callable[[], object], worker: Callable[[], object]) -> int:
    """Run both in processes of their own until told to stop or the web server ends; returns its exit code.

    To be called where there is no other thread and no open connection, for neither outlives a fork.
    """
    return _Supervisor(web, worker).run()


class _Child:
    """A process of ours that is started again when it dies, after a pause that grows while it keeps dying."""

    def __init__(self, name: str, work: Callable[[], object]) -> None:
        self._name, self._work = name, work
        self._pause, self._again_at = 1.0, 0.0
        self._start()

    def heal(self) -> None:
        code = self.process.exitcode
        if code is None:
            self._pause = 1.0 if monotonic() - self._started > STEADY_SECONDS else self._pause
        elif not self._again_at:
            log.error(f"{self._name}.died", code=code, again_in=self._pause)
            self._again_at, self._pause = monotonic() + self._pause, min(self._pause * 2, LONGEST_PAUSE_SECONDS)
        elif monotonic() >= self._again_at:
            self._again_at = 0.0
            self._start()

    @property
    def gave_up(self) -> bool:
        """Whether it ended by itself, as where its port is taken; one that was killed, as for want of memory, did not."""
        code = self.process.exitcode
        return code is not None and code >= 0

    def _start(self) -> None:
        self.process = _forking.Process(target=_become, args=(self._name, self._work, os.getpid()), name=self._name)
        # A signal waits until the child has handlers of its own: ours would set a flag that the child never looks at.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
        try:
            self.process.start()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        self._started = monotonic()


def _become(name: str, work: Callable[[], object], parent: int) -> None:
    """The beginning of a child's life."""
    for number in SIGNALS:
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
    os.setsid()  # Ctrl-C reaches the supervisor alone, which then ends both in order
    setproctitle(f"tongjie {name}")
    end_with_parent(parent)
    work()


class _Supervisor:
    def __init__(self, web: Callable[[], object], worker: Callable[[], object]) -> None:
        self._told = StopSignals()
        self._web, self._worker = web, worker

    def run(self) -> int:
        web, worker = _Child("web", self._web), _Child("worker", self._worker)
        while not self._told.pause() and not web.gave_up:
            web.heal()
            worker.heal()
        return self._end(web.process, worker.process)

    def _end(self, *processes: ForkProcess) -> int:
        deadline = monotonic() + KILL_AFTER_SECONDS
        was_asked = self._told.came
        for process in processes:
            process.terminate()
        for process in processes:
            process.join(max(0.0, deadline - monotonic()))
            if process.exitcode is None:
                log.error("process.killed", pid=process.pid)
                process.kill()
                process.join()
        return 0 if was_asked else processes[0].exitcode or 1
