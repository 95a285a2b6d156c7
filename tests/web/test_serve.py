"""`tongjie serve` as an administrator runs it: two processes beside a supervisor, healed when one dies, gone when told."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from time import monotonic, sleep

import pytest

from tests.factories import PASSWORD

LONGEST_SECONDS = 60.0  # of patience, where other tests share the machine


@dataclass(frozen=True)
class Server:
    process: subprocess.Popen[bytes]
    port: int

    def get(self, path: str) -> tuple[int, str]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()

    def children(self) -> list[int]:
        """The supervisor's own children: the web server and the worker."""
        listed = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(pid) for pid in listed.split()]

    def worker(self) -> int | None:
        is_worker = {pid: Path(f"/proc/{pid}/cmdline").read_text().endswith("worker\0") for pid in self.children()}
        return next((pid for pid, yes in is_worker.items() if yes), None)


def _wait_until(holds: Callable[[], bool]) -> None:
    deadline = monotonic() + LONGEST_SECONDS
    while not holds():
        assert monotonic() < deadline, "it did not happen in time"
        sleep(0.1)


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "web.cli", *arguments]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    environment = os.environ | {"TONGJIE_DATA_DIR": str(tmp_path), "TONGJIE_DATABASE_URL": "", "LANG": "en_US.UTF-8"}
    init = _command("init", "--admin", "root", "--password-stdin")
    subprocess.run(init, env=environment, input=PASSWORD.encode(), check=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = _command("serve", "--port", str(port), "--workers", "1")
    with (tmp_path / "log").open("wb") as log:
        server = Server(subprocess.Popen(command, env=environment, stdout=log, stderr=log), port)
    try:
        _wait_until(lambda: _is_ready(server))
        yield server
    finally:
        server.process.terminate()
        server.process.wait(LONGEST_SECONDS)


def _is_ready(server: Server) -> bool:
    try:
        return server.get("/readyz")[0] == 200
    except ConnectionError:
        return False


def _is_gone(pid: int) -> bool:
    """Ended, or ended and only waiting to be counted."""
    try:
        return ") Z " in Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return True


pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


def test_serves_heals_and_ends(server: Server) -> None:
    assert server.get("/healthz") == (200, "ok\n")
    assert "tongjie_outbox_pending 0\n" in server.get("/metrics")[1]

    dead = server.worker()
    assert dead is not None
    os.kill(dead, signal.SIGKILL)
    _wait_until(lambda: server.worker() not in (None, dead))
    assert server.get("/healthz")[0] == 200

    children = server.children()
    status, body = _log_in_across(server, lambda: server.process.send_signal(signal.SIGTERM))
    assert (status, set(json.loads(body))) == (200, {"token", "expires_at"})
    assert server.process.wait(LONGEST_SECONDS) == 0
    assert all(_is_gone(pid) for pid in children)


def _log_in_across(server: Server, happening: Callable[[], None]) -> tuple[int, str]:
    """Send half a request, let something happen, and send the rest."""
    body = json.dumps({"username": "root", "password": PASSWORD}).encode()
    connection = HTTPConnection("127.0.0.1", server.port, timeout=30)
    connection.putrequest("POST", "/api/v1/auth/token")
    connection.putheader("Content-Type", "application/json")
    connection.putheader("Content-Length", str(len(body)))
    connection.endheaders(body[:10])
    sleep(0.5)  # the web worker has it in hand
    happening()
    sleep(0.5)
    connection.send(body[10:])
    answer = connection.getresponse()
    return answer.status, answer.read().decode()


def test_nothing_is_left_when_the_supervisor_is_killed(server: Server) -> None:
    children = server.children()
    server.process.kill()
    _wait_until(lambda: all(_is_gone(pid) for pid in children))
    with pytest.raises(ConnectionError):
        server.get("/healthz")
