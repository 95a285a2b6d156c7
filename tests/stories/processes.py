"""`tongjie` and an Elasticsearch as processes of their own, to be killed, frozen and started again; nothing outlives its test."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from tempfile import gettempdir
from typing import Any

from kernel.db import Database
from tests.conftest import missing
from tests.ports import free_port

PATIENCE = 120.0  # for what a machine does in a second or two when nobody else uses it
STOPS_WITHIN = 40.0  # `tongjie` promises 30
_ANSWERS_WITHIN = 30.0


def wait_until(is_so: Callable[[], Any], what: str, patience: float = PATIENCE) -> None:
    end = time.monotonic() + patience
    while not is_so():
        assert time.monotonic() < end, f"{what} did not come about"
        time.sleep(0.02)


def ask(
    port: int, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None
) -> tuple[int, bytes]:
    """Raises OSError or HTTPException where there is no answer."""
    connection = HTTPConnection("127.0.0.1", port, timeout=_ANSWERS_WITHIN)
    try:
        data = None if body is None else json.dumps(body)
        connection.request(method, path, data, {"Content-Type": "application/json"} | (headers or {}))
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


class Program:
    """A `tongjie` command with all the processes below it."""

    def __init__(self, database: Database, data_dir: Path, *arguments: str, search_url: str = "") -> None:
        self._command = [sys.executable, "-c", "from web.cli import main; main()", *arguments]
        self._environment = _environment(database, data_dir, search_url)
        self.start()

    def start(self) -> None:
        self._process = subprocess.Popen(self._command, env=self._environment, stderr=subprocess.DEVNULL)

    @property
    def pid(self) -> int:
        return self._process.pid

    def kill(self) -> None:
        """The power is cut: all of them at once."""
        doomed = family(self._process.pid)
        for pid in doomed:
            kill(pid)
        self._process.wait(STOPS_WITHIN)
        wait_until(lambda: not any(map(is_alive, doomed)), "the end of killed processes")

    def stop(self) -> int | None:
        """Ask it to end; one that does not in time is killed, so that it works on no other test's database, and the test fails."""
        if self._process.poll() is None:
            self._process.terminate()
        try:
            return self._process.wait(STOPS_WITHIN)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"{self._command[3:]} went on after it was asked to stop") from None

    def clear(self) -> None:
        if self._process.poll() is None:
            self.kill()


def _environment(database: Database, data_dir: Path, search_url: str) -> dict[str, str]:
    """Compiled modules are kept beside each other, for a process that compiles all its modules needs seconds to start."""
    environment = os.environ | {
        "TONGJIE_DATABASE_URL": database.url.render_as_string(hide_password=False),
        "TONGJIE_DATA_DIR": str(data_dir),
        "TONGJIE_SEARCH_URL": search_url,
        "TONGJIE_SECRET_KEY": "a secret for tests only",
        "TONGJIE_RATE_LIMITS": "off",
        "PYTHONPATH": str(Path(__file__).parents[2]),
        "PYTHONPYCACHEPREFIX": str(Path(gettempdir()) / f"tongjie-compiled-{os.getuid()}"),
    }
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    return environment


class WebServer(Program):
    """`tongjie serve` with two web workers on a port of its own."""

    def __init__(self, database: Database, data_dir: Path, *options: str, search_url: str = "") -> None:
        self.port = free_port()
        arguments = ("serve", *options, "--port", str(self.port), "--workers", "2")
        super().__init__(database, data_dir, *arguments, search_url=search_url)

    def is_ready(self) -> bool:
        try:
            return ask(self.port, "GET", "/readyz")[0] == 200
        except (OSError, HTTPException):
            return False


def children(pid: int) -> list[int]:
    with suppress(OSError):
        return [int(child) for tasks in Path(f"/proc/{pid}/task").iterdir() for child in _children(tasks)]
    return []


def _children(task: Path) -> list[str]:
    with suppress(OSError):
        return (task / "children").read_text().split()
    return []


def family(pid: int) -> list[int]:
    """A process and all below it, the eldest first."""
    return [pid, *(one for child in children(pid) for one in family(child))]


def is_alive(pid: int) -> bool:
    """One that waits for nothing but to be buried is not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def kill(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


class Elasticsearch:
    """A server of this test's own, for it is killed: started by the tool that `TONGJIE_TEST_SEARCH_TOOL` names."""

    def __init__(self) -> None:
        tool = os.environ.get("TONGJIE_TEST_SEARCH_TOOL", "")
        if not tool:
            missing("needs TONGJIE_TEST_SEARCH_TOOL, a program that starts an Elasticsearch", "killed-elasticsearch")
        number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:])
        self._tool, self._port = tool, 9300 + 200 * number
        # The tool puts it behind -Xms and -Xmx. With the quick compiler alone a start costs half the time of the processor.
        self._environment = os.environ | {"ES_HEAP": "384m -XX:TieredStopAtLevel=1"}
        self._noted = Path(os.environ.get("ES_ROOT", "/var/tmp/local-elasticsearch")) / f"node-{self._port}" / "pid"
        self.url = f"http://127.0.0.1:{self._port}"
        self.begin()

    def begin(self) -> None:
        """Start it, and do not wait until it has started."""
        self._starting = self._call("start")

    def is_there(self) -> bool:
        """Whether it has started since."""
        status = self._starting.poll()
        assert not status, "Elasticsearch did not start"
        return status == 0

    def wipe(self) -> None:
        self._starting.kill()
        self._starting.wait()
        self.signal(signal.SIGKILL)
        assert self._call("wipe").wait(STOPS_WITHIN) == 0

    def signal(self, number: signal.Signals) -> None:
        """To the whole process group, whose leader the tool has noted."""
        with suppress(ProcessLookupError, FileNotFoundError):
            os.killpg(int(self._noted.read_text()), number)

    @contextmanager
    def frozen(self) -> Iterator[None]:
        self.signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.signal(signal.SIGCONT)

    def _call(self, action: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen([self._tool, action, str(self._port)], env=self._environment, stdout=subprocess.DEVNULL)
