"""`tongjie serve` as an administrator runs it: two processes beside a supervisor, healed when one dies, gone when told."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from time import monotonic, sleep
from typing import BinaryIO

import pytest

from tests.factories import PASSWORD
from tests.ports import free_port
from tests.stories.processes import children, is_alive, wait_until
from web.gathering import PATIENCE_SECONDS

LONGEST_SECONDS = 60.0  # of patience, where other tests share the machine


@dataclass(frozen=True)
class Server:
    process: subprocess.Popen[bytes]
    port: int
    environment: dict[str, str]

    def get(self, path: str) -> tuple[int, str]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()

    def children(self) -> list[int]:
        """The supervisor's own children: the web server and the worker."""
        return children(self.process.pid)

    def worker(self) -> int | None:
        is_worker = {
            pid: Path(f"/proc/{pid}/cmdline").read_text().startswith("tongjie worker") for pid in self.children()
        }
        return next((pid for pid, yes in is_worker.items() if yes), None)


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "web.cli", *arguments]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with _serving(tmp_path, workers=1) as server:
        yield server


@contextmanager
def _serving(tmp_path: Path, *, workers: int) -> Iterator[Server]:
    environment = os.environ | {"TONGJIE_DATA_DIR": str(tmp_path), "TONGJIE_DATABASE_URL": "", "LANG": "en_US.UTF-8"}
    init = _command("init", "--admin", "root", "--password-stdin")
    subprocess.run(init, env=environment, input=PASSWORD.encode(), check=True)
    port = free_port()
    command = _command("serve", "--port", str(port), "--workers", str(workers))
    with (tmp_path / "log").open("wb") as log:
        server = Server(subprocess.Popen(command, env=environment, stdout=log, stderr=log), port, environment)
    try:
        wait_until(lambda: _is_ready(server), "a server that is ready", LONGEST_SECONDS)
        yield server
    finally:
        server.process.terminate()
        server.process.wait(LONGEST_SECONDS)


def _is_ready(server: Server) -> bool:
    try:
        return server.get("/readyz")[0] == 200
    except ConnectionError:
        return False


pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


def test_serves_heals_and_ends(server: Server) -> None:
    assert server.get("/healthz") == (200, "ok\n")
    assert "tongjie_outbox_pending 0\n" in server.get("/metrics")[1]

    dead = server.worker()
    assert dead is not None
    os.kill(dead, signal.SIGKILL)
    wait_until(lambda: server.worker() not in (None, dead), "another worker", LONGEST_SECONDS)
    assert server.get("/healthz")[0] == 200

    (web,) = set(server.children()) - {server.worker()}
    orphans = children(web)  # gunicorn's own workers, who notice and let go of the port
    os.kill(web, signal.SIGKILL)
    wait_until(lambda: not any(map(is_alive, orphans)) and _is_ready(server), "another web server", LONGEST_SECONDS)

    served = server.children()
    status, body = _log_in_across(server, lambda: server.process.send_signal(signal.SIGTERM))
    assert (status, set(json.loads(body))) == (200, {"token", "expires_at"})
    assert server.process.wait(LONGEST_SECONDS) == 0
    assert not any(map(is_alive, served))


def test_a_process_hears_that_it_is_to_end_though_it_has_hardly_begun() -> None:
    program = (
        "import sys, time, web.serve as serve, web.stopping as stopping\n"
        "told = stopping.StopSignals()\n"
        "process = serve._Child('web', lambda: time.sleep(600)).process\n"
        "process.terminate()\n"
        f"process.join({LONGEST_SECONDS})\n"
        "ended = process.exitcode\n"
        "process.kill()\n"
        "sys.exit(0 if ended == -15 and not told.came else 1)\n"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def _log_in_across(server: Server, happening: Callable[[], None]) -> tuple[int, str]:
    """Send half a request, let something happen once the web worker has it in hand, and send the rest."""
    body = json.dumps({"username": "root", "password": PASSWORD}).encode()
    connection = HTTPConnection("127.0.0.1", server.port, timeout=30)
    connection.putrequest("POST", "/api/v1/auth/token")
    connection.putheader("Content-Type", "application/json")
    connection.putheader("Content-Length", str(len(body)))
    connection.putheader("Expect", "100-continue")
    connection.endheaders()
    answers = connection.sock.makefile("rb")
    assert answers.readline() + answers.readline() == b"HTTP/1.1 100 Continue\r\n\r\n"
    connection.send(body[:10])
    happening()
    sleep(0.5)
    connection.send(body[10:])
    status, answer = _read_answer(answers)
    return status, answer.decode()


def test_ends_when_its_port_is_taken(server: Server) -> None:
    again = subprocess.run(
        _command("serve", "--port", str(server.port), "--workers", "1"), env=server.environment, timeout=LONGEST_SECONDS
    )
    assert again.returncode == 1


def test_nothing_is_left_when_the_supervisor_is_killed(server: Server) -> None:
    served = server.children()
    server.process.kill()
    wait_until(lambda: not any(map(is_alive, served)), "the end of both", LONGEST_SECONDS)
    with pytest.raises(ConnectionError):
        server.get("/healthz")


SLOW_BEGINNINGS = {
    "silent": b"",
    "headers": b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: ",
    "body": b"POST /api/v1/auth/token HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{",
    "chunks": b"POST /api/v1/auth/token HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{",
    "promised": b"POST /login HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 1000\r\n\r\n",
    "large": b"POST /api/v1/imports HTTP/1.1\r\nHost: x\r\nContent-Length: 99000000\r\n\r\n",
    "unclosed": b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
}


def test_connections_are_shared_out_among_web_workers(tmp_path: Path) -> None:
    with _serving(tmp_path, workers=2) as server:
        (web,) = set(server.children()) - {server.worker()}
        wait_until(lambda: len(children(web)) == 2, "two web workers", LONGEST_SECONDS)
        # The second may still be beginning, and the system be slow to wake one of them: so not half for sure.
        wait_until(lambda: min(_share(server, children(web))) >= 4, "connections shared out", LONGEST_SECONDS)


def _share(server: Server, workers: list[int]) -> list[int]:
    """How many of twelve connections each has taken."""
    before = [_sockets(pid) for pid in workers]
    connections = [HTTPConnection("127.0.0.1", server.port, timeout=30) for _ in range(12)]
    for connection in connections:
        connection.request("GET", "/healthz")
    for connection in connections:
        assert connection.getresponse().read() == b"ok\n"
    taken = [_sockets(pid) - already for pid, already in zip(workers, before, strict=True)]
    for connection in connections:
        connection.close()
    return taken


def _sockets(pid: int) -> int:
    return sum(os.readlink(link).startswith("socket:") for link in Path(f"/proc/{pid}/fd").iterdir())


def test_slow_clients_hold_up_nobody_else(server: Server) -> None:
    slow = []
    for beginning in SLOW_BEGINNINGS.values():
        for _ in range(16):  # the web worker has eight threads
            connection = socket.create_connection(("127.0.0.1", server.port))
            connection.sendall(beginning)
            slow.append(connection)
    sleep(0.5)
    began = monotonic()
    assert [server.get("/healthz")[0] for _ in range(5)] == [200] * 5
    assert monotonic() - began < PATIENCE_SECONDS / 2, "the slow ones are waited for"
    for connection in slow:
        connection.close()


def test_requests_come_in_pieces_and_in_a_row(server: Server) -> None:
    body = json.dumps({"username": "root", "password": PASSWORD}).encode()
    log_in = (
        b"POST /api/v1/auth/token HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nExpect: 100-continue\r\n"
        b"Content-Length: %d\r\n\r\n" % len(body)
    )
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
        for piece in (b"GET /healthz HTTP/1.1\r\nHo", b"st: x\r\n\r\n"):
            connection.sendall(piece)
            sleep(0.1)
        answers = connection.makefile("rb")
        assert _read_answer(answers) == (200, b"ok\n")
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n" * 2 + log_in)
        assert [_read_answer(answers) for _ in range(2)] == [(200, b"ok\n")] * 2
        assert answers.readline() + answers.readline() == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(body)
        assert _read_answer(answers)[0] == 200


def test_a_client_hears_that_its_connection_ends_with_a_large_body(server: Server) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
        connection.sendall(SLOW_BEGINNINGS["large"])
        answer = connection.makefile("rb").read()
    assert answer.startswith(b"HTTP/1.1 401 ")
    assert b"\r\nConnection: close\r\n" in answer


def test_an_answer_comes_in_one_piece_also_without_a_body(server: Server) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as client:
        for method, body in ((b"GET", b"ok\n"), (b"HEAD", b""), (b"GET", b"ok\n")):
            client.sendall(method + b" /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            head, _, came = client.recv(65536).partition(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 200")
            assert came == body


def _read_answer(answers: BinaryIO) -> tuple[int, bytes]:
    status = int(answers.readline().split()[1])
    length = 0
    while (line := answers.readline()) != b"\r\n":
        name, _, value = line.partition(b":")
        length = int(value) if name.lower() == b"content-length" else length
    return status, answers.read(length)
