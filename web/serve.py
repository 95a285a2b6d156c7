"""`tongjie serve`: gunicorn with its web workers, and one `tongjie worker` beside it.

A small supervisor starts both as processes of their own, starts them again when they are killed, and passes SIGTERM and SIGINT on:
requests and turns in hand are finished within 30 seconds, then both are gone.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from time import monotonic
from typing import Any, Final

from flask import Flask
from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]
from structlog import get_logger

from search.analysis.pinyin import sound_out
from web.app import create_app
from web.gathering import GatheringWorker
from web.settings import Settings
from web.stopping import StopSignals

log = get_logger("serve")

GRACE_SECONDS: Final = 25  # of the 30 that a supervisor above us is asked to wait
KILL_AFTER_SECONDS: Final = 29
LONGEST_PAUSE_SECONDS: Final = 60.0
STEADY_SECONDS: Final = 60.0
SUPERVISED: Final = "TONGJIE_SUPERVISED"


class WebServer(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn without its own command line and files. Each web worker makes its application itself, so none shares a connection."""

    def __init__(self, settings: Settings, *, host: str, port: int, workers: int, threads: int) -> None:
        self._settings = settings
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
        }
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        app = create_app(self._settings)
        sound_out("通借")  # reads its tables now, not in some reader's first search: half a second
        return app


def serve_web(settings: Settings, *, host: str, port: int, workers: int, threads: int) -> None:
    """Serve pages and API in this process and its children; returns never, but exits."""
    if os.environ.get(SUPERVISED):
        end_with_parent()
    WebServer(settings, host=host, port=port, workers=workers, threads=threads).run()


def end_with_parent() -> None:
    """Ask Linux for SIGTERM when the supervisor dies, so that a killed one leaves nothing behind that keeps the port."""
    if sys.platform == "linux":
        set_parent_death_signal = 1
        ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGTERM)


def supervise(web: Sequence[str], worker: Sequence[str]) -> int:
    """Run both commands until told to stop or the web server ends; returns its exit code."""
    return _Supervisor(web, worker).run()


class _Child:
    """A process of ours that is started again when it dies, after a pause that grows while it keeps dying."""

    def __init__(self, name: str, command: Sequence[str]) -> None:
        self._name, self._command = name, command
        self._pause, self._again_at = 1.0, 0.0
        self._start()

    def heal(self) -> None:
        code = self.process.poll()
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
        code = self.process.poll()
        return code is not None and code >= 0

    def _start(self) -> None:
        # A session of its own: Ctrl-C reaches the supervisor alone, which then ends both in order.
        environment = os.environ | {SUPERVISED: "1"}
        self.process = subprocess.Popen(self._command, env=environment, start_new_session=True)  # noqa: S603
        self._started = monotonic()


class _Supervisor:
    def __init__(self, web: Sequence[str], worker: Sequence[str]) -> None:
        self._told = StopSignals()
        self._web, self._worker = web, worker

    def run(self) -> int:
        web, worker = _Child("web", self._web), _Child("worker", self._worker)
        while not self._told.pause() and not web.gave_up:
            web.heal()
            worker.heal()
        return self._end(web.process, worker.process)

    def _end(self, web: subprocess.Popen[bytes], worker: subprocess.Popen[bytes]) -> int:
        deadline = monotonic() + KILL_AFTER_SECONDS
        was_asked = self._told.came
        for process in (web, worker):
            if process.poll() is None:
                process.terminate()
        for process in (web, worker):
            try:
                process.wait(max(0.0, deadline - monotonic()))
            except subprocess.TimeoutExpired:
                log.error("process.killed", pid=process.pid)
                process.kill()
                process.wait()
        return 0 if was_asked else web.returncode or 1
