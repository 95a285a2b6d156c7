"""Power cut at the web server: workers die by kill -9 in the middle of a stream of check-outs, whose senders repeat what they had no
answer to under the same keys. One loan a key, on both databases, and the doctor is content."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from kernel.db import Database
from tests.desk import Desk, offenders, open_desk
from tests.factories import make_token, make_user
from tests.stories.processes import WebServer, children, kill, wait_until
from tests.stories.senders import Sender

LOANS = 60
SENDERS = 4
KILL_AFTER = (8, 24, 40)  # answers: then every worker dies, whatever it has in hand
pytestmark = pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="finds the workers by Linux's /proc")


@pytest.fixture
def served(database: Database, data_dir: Path) -> Iterator[tuple[Desk, WebServer]]:
    desk = open_desk(database)
    for n in range(LOANS):
        desk.add_item(f"C{n:04}")
        desk.add_patron(f"R{n:04}")
    server = WebServer(database, data_dir, "--no-worker")
    try:
        wait_until(server.is_ready, "the server")
        yield desk, server
    finally:
        server.stop()


def lend(sender: Sender, n: int) -> dict[str, Any]:
    return sender.post("/loans", f"scan-{n}", {"patron": f"R{n:04}", "item": f"C{n:04}", "at": "ZG"})


def kill_workers(server: WebServer) -> int:
    """Those that answer: children of the one that was started."""
    workers = children(server.pid)
    for pid in workers:
        kill(pid)
    return len(workers)


def test_a_stream_of_check_outs_survives_dying_workers(served: tuple[Desk, WebServer]) -> None:
    desk, server = served
    caller = desk.write(lambda s: make_user(s, "wang", ("hub_librarian", desk.county.hub)))
    sender = Sender(server.port, desk.write(lambda s: make_token(s, caller)))
    is_done = Event()
    killed: list[int] = []

    def cut_the_power() -> None:
        for answers in KILL_AFTER:
            while sender.answered < answers and not is_done.wait(0.001):
                pass
            killed.append(kill_workers(server))

    with ThreadPoolExecutor(SENDERS + 1) as pool:
        killing = pool.submit(cut_the_power)
        answers = list(pool.map(lambda n: lend(sender, n), range(LOANS)))
        is_done.set()
        killing.result()

    assert len(killed) == len(KILL_AFTER)
    assert all(killed)
    assert sender.cut  # otherwise nothing was tried
    assert len({answer["id"] for answer in answers}) == LOANS == desk.open_loans()
    assert desk.acts() == ["checked_out"] * LOANS
    assert offenders(desk.database) == {}

    # Every key, sent once more, gives the answer that its sender has.
    wait_until(server.is_ready, "the last workers' successors")
    assert [lend(sender, n) for n in range(LOANS)] == answers
    assert desk.open_loans() == LOANS
    assert offenders(desk.database) == {}
