"""Power cut at the web server: workers die by kill -9 in the middle of a stream of check-outs, whose senders repeat what they had no
answer to under the same keys. One loan a key, on both databases, and the doctor is content."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from kernel.db import Database
from tests.desk import Desk, offenders, open_desk
from tests.factories import make_token, make_user
from tests.ports import free_port

LOANS = 60
SENDERS = 4
PATIENCE = 60.0
KILL_AFTER = (8, 24, 40)  # answers: then every worker dies, whatever it has in hand
pytestmark = pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="finds the workers by Linux's /proc")


class Server:
    """`tongjie serve` as a process of its own."""

    def __init__(self, database: Database, data_dir: Path) -> None:
        self.port = free_port()
        environment = os.environ | {
            "TONGJIE_DATABASE_URL": database.url.render_as_string(hide_password=False),
            "TONGJIE_DATA_DIR": str(data_dir),
            "TONGJIE_SECRET_KEY": "a secret for tests only",
            "TONGJIE_RATE_LIMITS": "off",
            "PYTHONPATH": str(Path(__file__).parents[2]),
        }
        command = [sys.executable, "-c", "from web.cli import main; main()", "serve", "--no-worker"]
        self._process = subprocess.Popen(
            [*command, "--port", str(self.port), "--workers", "2"], env=environment, stdout=subprocess.DEVNULL
        )

    def workers(self) -> list[int]:
        """The processes that answer, children of the one that was started."""
        pid = self._process.pid
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]

    def kill_workers(self) -> int:
        workers = self.workers()
        for pid in workers:
            os.kill(pid, signal.SIGKILL)
        return len(workers)

    def is_ready(self) -> bool:
        try:
            return ask(self.port, "GET", "/readyz")[0] == 200
        except (OSError, HTTPException):
            return False

    def stop(self) -> int:
        self._process.terminate()
        return self._process.wait(35)


def ask(
    port: int, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None
) -> tuple[int, bytes]:
    connection = HTTPConnection("127.0.0.1", port, timeout=15)
    try:
        data = None if body is None else json.dumps(body)
        connection.request(method, path, data, {"Content-Type": "application/json"} | (headers or {}))
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def wait_until(is_so: Any, what: str, patience: float = PATIENCE) -> None:
    end = time.monotonic() + patience
    while not is_so():
        assert time.monotonic() < end, f"{what} did not come about"
        time.sleep(0.05)


@pytest.fixture
def served(database: Database, data_dir: Path) -> Iterator[tuple[Desk, Server]]:
    desk = open_desk(database)
    for n in range(LOANS):
        desk.add_item(f"C{n:04}")
        desk.add_patron(f"R{n:04}")
    server = Server(database, data_dir)
    try:
        wait_until(server.is_ready, "the server")
        yield desk, server
    finally:
        server.stop()


class Sender:
    """A desk with a bad line: repeats a check-out under its key until there is an answer."""

    def __init__(self, port: int, token: str) -> None:
        self._port, self._token = port, token
        self.cut = 0
        self.answered = 0

    def lend(self, n: int) -> dict[str, Any]:
        body = {"patron": f"R{n:04}", "item": f"C{n:04}", "at": "ZG"}
        headers = {"Authorization": f"Bearer {self._token}", "Idempotency-Key": f"scan-{n}"}
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            try:
                status, answer = ask(self._port, "POST", "/api/v1/loans", body, headers)
            except (OSError, HTTPException):
                self.cut += 1  # no answer: lent or not, who knows
                time.sleep(0.05)
                continue
            if status in (409, 503):  # still running, or the database busy with the dead worker's lock
                assert json.loads(answer)["code"] in ("idempotency.running", "database.busy"), answer
                time.sleep(0.05)
                continue
            assert status == 201, answer
            self.answered += 1
            lent: dict[str, Any] = json.loads(answer)
            return lent
        raise AssertionError(f"no answer to {n}")


def test_a_stream_of_check_outs_survives_dying_workers(served: tuple[Desk, Server]) -> None:
    desk, server = served
    caller = desk.write(lambda s: make_user(s, "wang", ("hub_librarian", desk.county.hub)))
    sender = Sender(server.port, desk.write(lambda s: make_token(s, caller)))
    is_done = Event()
    killed: list[int] = []

    def cut_the_power() -> None:
        for answers in KILL_AFTER:
            while sender.answered < answers and not is_done.wait(0.001):
                pass
            killed.append(server.kill_workers())

    with ThreadPoolExecutor(SENDERS + 1) as pool:
        killing = pool.submit(cut_the_power)
        answers = list(pool.map(sender.lend, range(LOANS)))
        is_done.set()
        killing.result()

    assert len(killed) == len(KILL_AFTER)
    assert all(killed)
    assert sender.cut > 0  # otherwise nothing was tried
    assert len({answer["id"] for answer in answers}) == LOANS == desk.open_loans()
    assert desk.acts() == ["checked_out"] * LOANS
    assert offenders(desk.database) == {}

    # Every key, sent once more, gives the answer that its sender has.
    wait_until(server.is_ready, "the last workers' successors")
    assert [sender.lend(n) for n in range(LOANS)] == answers
    assert desk.open_loans() == LOANS
    assert offenders(desk.database) == {}
