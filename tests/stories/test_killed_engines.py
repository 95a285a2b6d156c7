"""Power cut at the search: the worker that writes the index dies by kill -9 in the middle of it, and so does the engine; then the engine
freezes. Lending goes on all the while, readers are told that search is poorer, and when all are back the index is the database again.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, func, select

from catalog.description import columns, from_json
from catalog.models import Bib, BibIdentifier
from kernel import outbox
from kernel.db import Database
from kernel.outbox import OutboxEntry
from search.api import EXTENSION
from search.indexer import KIND
from search.invariants import index_invariants
from search.port import SearchEngine
from tests.desk import Desk, offenders, open_desk
from tests.factories import NOW, ApiUser, make_bib, make_settings, make_token
from tests.search.library import doc
from web.app import create_app

TITLES = 1_500
PATIENCE = 120.0
FROZEN_SECONDS = 3.5  # a search waits two for the engine, and the database answers after that
AT_ONCE_SECONDS = 1.0


def wait_until(is_so: Callable[[], Any], what: str) -> None:
    end = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < end, f"{what} did not come about"
        time.sleep(0.02)


class Worker:
    """`tongjie worker` as a process of its own."""

    def __init__(self, database: Database, data_dir: Path, search_url: str) -> None:
        environment = os.environ | {
            "TONGJIE_DATABASE_URL": database.url.render_as_string(hide_password=False),
            "TONGJIE_DATA_DIR": str(data_dir),
            "TONGJIE_SEARCH_URL": search_url,
            "TONGJIE_SECRET_KEY": "a secret for tests only",
            "PYTHONPATH": str(Path(__file__).parents[2]),
        }
        command = [sys.executable, "-c", "from web.cli import main; main()", "worker"]
        self._process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)

    def kill(self) -> None:
        self._process.kill()
        assert self._process.wait(10) == -signal.SIGKILL

    def stop(self) -> None:
        if self._process.poll() is None:
            self._process.terminate()
            self._process.wait(35)


class Server:
    """An Elasticsearch of this test's own, for it is killed: started by the tool that `TONGJIE_TEST_SEARCH_TOOL` names."""

    def __init__(self, port: int) -> None:
        tool = os.environ.get("TONGJIE_TEST_SEARCH_TOOL", "")
        if not tool:
            pytest.skip(
                "TONGJIE_TEST_SEARCH_TOOL names no tool that starts an Elasticsearch; it is tried by hand, for it takes minutes"
            )
        self._tool, self._port = tool, port
        self._environment = os.environ | {"ES_HEAP": "512m"}
        self._noted = Path(os.environ.get("ES_ROOT", "/var/tmp/local-elasticsearch")) / f"node-{port}" / "pid"
        self.url = self.start()

    def start(self) -> str:
        return self._run("start").splitlines()[-1]

    def wipe(self) -> None:
        self.signal(signal.SIGKILL)
        self._run("wipe")

    def signal(self, number: signal.Signals) -> None:
        """To the whole process group, whose leader the tool has noted."""
        with suppress(ProcessLookupError):
            os.killpg(int(self._noted.read_text()), number)

    def _run(self, action: str) -> str:
        done = subprocess.run(
            [self._tool, action, str(self._port)], env=self._environment, stdout=subprocess.PIPE, text=True, check=True
        )
        return done.stdout.strip()


@dataclass(frozen=True, kw_only=True)
class Scene:
    """1,500 titles, a member of staff at the hub who lends over HTTP, and a web application that searches."""

    desk: Desk
    user: ApiUser
    engine: SearchEngine
    data_dir: Path
    search_url: str

    def start_worker(self) -> Worker:
        return Worker(self.desk.database, self.data_dir, self.search_url)

    def touch_all(self, word: str) -> None:
        """Another word stands in the abstract of every title from now on."""

        def work(session: Any) -> None:
            titles = list(session.scalars(select(Bib)))
            for bib in titles:
                for name, value in columns(replace(from_json(bib.data), abstract=word)).items():
                    setattr(bib, name, value)
            outbox.enqueue(session, KIND, [bib.id for bib in titles], at=NOW)

        self.desk.write(work)

    def remove(self, bib: int) -> None:
        def work(session: Any) -> None:
            session.execute(delete(BibIdentifier).where(BibIdentifier.bib_id == bib))
            session.execute(delete(Bib).where(Bib.id == bib))
            outbox.enqueue(session, KIND, [bib], at=NOW)

        self.desk.write(work)

    def pending(self) -> int:
        with self.desk.database.reading() as session:
            return outbox.measure_lag(session, KIND).pending

    def is_in_the_midst(self) -> bool:
        return 0 < self.pending() < TITLES - 1

    def lend(self, n: int) -> int:
        return self.user.post("/loans", {"patron": f"R{n:02}", "item": f"C{n:02}", "at": "ZG"}).status_code

    def search(self, text: str) -> tuple[int, dict[str, Any], float]:
        began = time.monotonic()
        answer = self.user.get("/search", q=text)
        return answer.status_code, answer.get_json(), time.monotonic() - began

    def differences(self) -> dict[str, list[str]]:
        with self.desk.database.reading() as session:
            (agrees,) = index_invariants(self.engine)
            found = list(agrees.find(session))
        return offenders(self.desk.database) | ({agrees.code: found} if found else {})


@pytest.fixture
def scenes(database: Database, data_dir: Path) -> Iterator[Callable[[str], Scene]]:
    opened: list[SearchEngine] = []

    def make(search_url: str) -> Scene:
        desk = open_desk(database)
        for n in range(10):
            desk.add_item(f"C{n:02}")
            desk.add_patron(f"R{n:02}")
        desk.write(_add_titles)
        caller = desk.staffed(("hub_librarian", desk.county.hub)).caller
        app = create_app(replace(make_settings(data_dir, database), search_url=search_url), database)
        opened.append(app.extensions[EXTENSION])
        token = desk.write(lambda session: make_token(session, caller))
        user = ApiUser(app.test_client(), token)
        return Scene(desk=desk, user=user, engine=opened[0], data_dir=data_dir, search_url=search_url)

    yield make
    for engine in opened:
        engine.close()


def _add_titles(session: Any) -> None:
    have = session.scalar(select(func.count()).select_from(Bib))
    for n in range(TITLES - have):
        make_bib(session, f"书名{n:04}")


def last_title(scene: Scene) -> int:
    with scene.desk.database.reading() as session:
        return session.scalar(select(func.max(OutboxEntry.key)).where(OutboxEntry.kind == KIND)) or 0


def cut_the_worker_off(scene: Scene, word: str) -> Worker:
    """Kill the worker in the midst of 1,500 changes, as often as it takes to hit it there, and start another."""
    worker = scene.start_worker()
    scene.touch_all(word)
    wait_until(scene.is_in_the_midst, "a worker at work")
    worker.kill()
    assert scene.pending() > 0
    return scene.start_worker()


def test_the_embedded_index_survives_dying_workers(scenes: Callable[[str], Scene]) -> None:
    scene = scenes("")
    first = scene.start_worker()
    wait_until(lambda: scene.pending() == 0, "the first index")
    first.stop()
    gone = last_title(scene)
    worker = cut_the_worker_off(scene, "新词")
    try:
        scene.remove(gone)
        assert scene.lend(1) == 201
        wait_until(lambda: scene.pending() == 0, "an index that has caught up")
    finally:
        worker.stop()
    assert scene.differences() == {}
    assert scene.search("新词")[1]["total"] == TITLES - 1


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_elasticsearch_and_its_writers_may_die_and_freeze(scenes: Callable[[str], Scene]) -> None:
    number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:])
    server = Server(9300 + 200 * number)
    try:
        _let_all_die_in_turn(scenes(server.url), server)
    finally:
        server.wipe()


def _let_all_die_in_turn(scene: Scene, server: Server) -> None:
    first = scene.start_worker()
    wait_until(lambda: scene.pending() == 0, "the first index")
    first.stop()
    gone = last_title(scene)
    scene.remove(gone)
    worker = cut_the_worker_off(scene, "新词")
    try:
        wait_until(lambda: scene.pending() == 0, "a worker that took over")
        scene.touch_all("又词")
        wait_until(scene.is_in_the_midst, "a worker at work")
        server.signal(signal.SIGKILL)
        wait_until(lambda: scene.search("书名0001")[1]["degraded"], "an engine that is gone")
        assert scene.lend(1) == 201
        server.start()
        wait_until(lambda: scene.pending() == 0, "an index that has caught up with the engine's death")
        assert scene.differences() == {}
        _write_late(scene, gone)

        server.signal(signal.SIGSTOP)
        status, answer, seconds = scene.search("书名0001")
        assert (status, answer["total"], answer["degraded"]) == (200, 1, True)
        assert seconds < FROZEN_SECONDS
        assert scene.search("书名0001")[2] < AT_ONCE_SECONDS
        assert scene.lend(2) == 201
        server.signal(signal.SIGCONT)
        wait_until(lambda: scene.pending() == 0, "an index that has caught up with the frost")
        wait_until(lambda: not scene.search("书名0001")[1]["degraded"], "an engine that is found again")
    finally:
        server.signal(signal.SIGCONT)
        worker.stop()
    assert scene.differences() == {}
    assert scene.search("新词")[1]["total"] == 0
    assert scene.search("又词")[1]["total"] == TITLES - 1


def _write_late(scene: Scene, gone: int) -> None:
    """A write from before its deletion that comes after the engine's restart finds the title gone."""
    live = scene.engine.live_generation()
    assert live is not None
    with scene.engine.session(30) as session:
        session.index([doc(gone, version=1, title="昙花")], live)
        session.commit()
    assert scene.search("昙花")[1]["total"] == 0
