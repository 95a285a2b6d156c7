"""Power cuts at the search: web workers, web server, index worker, engine and all of them together die by kill -9, in any order, in
the midst of updates and loans that are sent again under their keys; then the engine freezes. Lending goes on all the while, a title
is found all the while, and when all are back the index is the database and nothing was done twice.
"""

from __future__ import annotations

import json
import random
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.client import HTTPException
from itertools import count
from pathlib import Path
from threading import Event
from typing import Any
from urllib.parse import urlencode

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from catalog.description import columns, from_json
from catalog.models import Bib, BibIdentifier
from kernel import outbox
from kernel.db import Database
from search.engines import open_engine
from search.invariants import index_invariants
from search.keeping import Keeping
from search.port import SearchEngine
from search.queries import KIND
from tests.desk import Desk, offenders, open_desk
from tests.factories import NOW, make_bib, make_token
from tests.search.library import written
from tests.stories.processes import Elasticsearch, WebServer, ask, children, family, kill, wait_until
from tests.stories.senders import Sender

TITLES = 1_500  # three batches of the indexer
DESKS = 3
ACTS_BETWEEN_KILLS = 6
PAUSE_SECONDS = 0.1  # between the rounds of a desk, so that dying and starting again is what takes the machine's time
pytestmark = pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="finds the processes by Linux's /proc")

Kill = Callable[[], object]


@dataclass(frozen=True, kw_only=True)
class Scene:
    """1,500 titles, `tongjie serve` with its worker, and the index as the test has it open."""

    desk: Desk
    server: WebServer
    sender: Sender
    engine: SearchEngine

    def touch_all(self, word: str) -> None:
        """This word stands in the abstract of every title from now on."""

        def work(session: Session) -> None:
            titles = list(session.scalars(select(Bib)))
            for bib in titles:
                for name, value in columns(replace(from_json(bib.data), abstract=word)).items():
                    setattr(bib, name, value)
            outbox.enqueue(session, KIND, [bib.id for bib in titles], at=NOW)

        self.desk.write(work)

    def remove(self, bib: int) -> None:
        def work(session: Session) -> None:
            session.execute(delete(BibIdentifier).where(BibIdentifier.bib_id == bib))
            session.execute(delete(Bib).where(Bib.id == bib))
            outbox.enqueue(session, KIND, [bib], at=NOW)

        self.desk.write(work)

    def pending(self) -> int:
        return self.desk.read(lambda session: outbox.measure_lag(session, KIND).pending)

    def be_in_the_midst(self, word: str) -> None:
        """Return while the worker is at the 1,500 titles, of which it has done some; where it was too fast, once more."""
        for _ in range(20):
            self.touch_all(word)
            wait_until(lambda: self.pending() < TITLES - 1, "a worker at work")
            if self.pending():
                return
        raise AssertionError("the worker was never met at work")

    def catch_up(self) -> None:
        wait_until(lambda: self.pending() == 0, "an index that has caught up")

    def search(self, text: str) -> dict[str, Any]:
        status, answer = ask(self.server.port, "GET", f"/api/v1/search?{urlencode({'q': text})}")
        assert status == 200, answer
        found: dict[str, Any] = json.loads(answer)
        return found

    def differences(self) -> dict[str, list[str]]:
        with self.desk.database.reading() as session:
            agrees, _ = index_invariants(self.engine, Keeping(None))
            found = list(agrees.find(session))
        return offenders(self.desk.database) | ({agrees.code: found} if found else {})

    # --- who dies -----------------------------------------------------------------------------------------------------

    def kill_web_workers(self) -> None:
        for pid in children(self._child("gunicorn: master")):
            kill(pid)

    def kill_web_server(self) -> None:
        for pid in family(self._child("gunicorn: master")):
            kill(pid)

    def kill_index_worker(self) -> None:
        kill(self._child("tongjie worker"))

    def kill_all(self) -> None:
        self.server.kill()
        self.server.start()

    def _child(self, title: str) -> int:
        """The supervisor starts one that is dead again after a pause."""
        found: list[int] = []

        def is_there() -> bool:
            found[:] = [pid for pid in children(self.server.pid) if _title(pid).startswith(title)]
            return bool(found)

        wait_until(is_there, f"the process {title}")
        return found[0]


def _title(pid: int) -> str:
    """How the process calls itself."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return ""


@contextmanager
def scene(database: Database, data_dir: Path, search_url: str = "") -> Iterator[Scene]:
    desk = open_desk(database)
    for n in range(DESKS + 1):
        desk.add_item(f"C{n}")
        desk.add_patron(f"R{n}")
    desk.write(_add_titles)
    caller = desk.staffed(("hub_librarian", desk.county.hub)).caller
    token = desk.write(lambda session: make_token(session, caller))
    server = WebServer(database, data_dir, search_url=search_url)
    engine = open_engine(search_url, data_dir)
    try:
        made = Scene(desk=desk, server=server, sender=Sender(server.port, token), engine=engine)
        wait_until(server.is_ready, "the server")
        yield made
        server.stop()
    finally:
        server.clear()
        engine.close()


def _add_titles(session: Session) -> None:
    have = session.scalar(select(func.count()).select_from(Bib)) or 0
    for n in range(TITLES - have):
        make_bib(session, f"书名{n:04}")


# --- what goes on meanwhile ------------------------------------------------------------------------------------------


@dataclass
class Traffic:
    """Desks that lend, catalogue and take back, a reader who searches, until they are told to stop; acts under their keys and the
    answer to each."""

    sender: Sender
    stop: Event = field(default_factory=Event)
    acts: dict[str, tuple[str, dict[str, Any]]] = field(default_factory=dict)
    told: dict[str, dict[str, Any]] = field(default_factory=dict)

    def work_at_desk(self, n: int) -> None:
        for turn in count():
            self._act("/loans", f"lend-{n}-{turn}", {"patron": f"R{n}", "item": f"C{n}", "at": "ZG"})
            self._act("/bibs", f"title-{n}-{turn}", {"title": f"新到第{n}台{turn}号"})
            self._act("/check-ins", f"return-{n}-{turn}", {"item": f"C{n}", "at": "ZG"})
            if self.stop.wait(PAUSE_SECONDS):
                return

    def look(self, scene: Scene) -> int:
        """How often a title was found without the engine: never less than found, but for a server that is dead."""
        without = 0
        while not self.stop.wait(PAUSE_SECONDS):
            try:
                found = scene.search("书名0001")
            except (OSError, HTTPException):
                continue
            assert found["total"] == 1
            without += found["degraded"]
        return without

    def _act(self, path: str, key: str, body: dict[str, Any]) -> None:
        self.acts[key] = path, body
        self.told[key] = self.sender.post(path, key, body)

    def repeat(self, key: str) -> dict[str, Any]:
        path, body = self.acts[key]
        return self.sender.post(path, key, body)

    def count(self, path: str) -> int:
        return sum(there == path for there, _ in self.acts.values())


def kill_in_the_midst(scene: Scene, kills: list[Kill], is_engine_there: Callable[[], bool] = lambda: True) -> Traffic:
    """Each when desks have had some answers since the one before and, unless the engine is being started, while the worker writes."""
    traffic = Traffic(scene.sender)
    with ThreadPoolExecutor(DESKS + 1) as pool:
        busy = [pool.submit(traffic.work_at_desk, n) for n in range(DESKS)]
        looking = pool.submit(traffic.look, scene)
        try:
            for n, kill_them in enumerate(kills):
                enough = scene.sender.answered + ACTS_BETWEEN_KILLS
                wait_until(lambda enough=enough: scene.sender.answered >= enough, "lending that goes on")  # type: ignore[misc]
                if is_engine_there():
                    scene.be_in_the_midst(f"旧闻{n}")
                else:
                    scene.touch_all(f"旧闻{n}")
                kill_them()
            wait_until(is_engine_there, "an engine that was started again")
        finally:
            traffic.stop.set()
        for one in [*busy, looking]:
            one.result()
    return traffic


def expect_nothing_twice(scene: Scene, traffic: Traffic) -> None:
    sent = Counter({"checked_out": traffic.count("/loans"), "checked_in": traffic.count("/check-ins")})
    acts = Counter(act for act in scene.desk.acts() if act in sent)
    assert acts == sent
    assert scene.desk.open_loans() == 0
    new = select(func.count()).select_from(Bib).where(Bib.title.startswith("新到"))
    assert scene.desk.read(lambda session: session.scalar(new)) == traffic.count("/bibs")
    assert scene.sender.cut  # otherwise nothing was tried
    for key in dict.fromkeys(scene.sender.cut):
        assert traffic.repeat(key) == traffic.told[key]
    assert Counter(act for act in scene.desk.acts() if act in sent) == sent


def expect_index_like_database(scene: Scene, word: str) -> None:
    scene.touch_all(word)
    scene.catch_up()
    assert scene.differences() == {}
    titles = scene.desk.read(lambda session: session.scalar(select(func.count()).select_from(Bib)))
    wait_until(lambda: scene.search(word)["total"] == titles, "web workers that see the last of the index")
    assert scene.search("旧闻")["total"] == 0


def in_any_order(kills: list[Kill]) -> list[Kill]:
    """Shown by pytest where the story fails."""
    seed = random.SystemRandom().randrange(10**6)
    print(f"order of the kills: seed {seed}")
    random.Random(seed).shuffle(kills)
    return kills


# --- the stories -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_all_may_die_while_the_embedded_index_is_written(database: Database, data_dir: Path) -> None:
    with scene(database, data_dir) as made:
        made.catch_up()
        made.remove(last_title(made))
        kills = [made.kill_web_workers, made.kill_web_server, made.kill_index_worker, made.kill_all]
        traffic = kill_in_the_midst(made, in_any_order(kills))
        made.catch_up()
        expect_nothing_twice(made, traffic)
        expect_index_like_database(made, "新闻")


@pytest.fixture
def elasticsearch() -> Iterator[Elasticsearch]:
    server = Elasticsearch()
    try:
        yield server
    finally:
        server.wipe()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_all_may_die_and_elasticsearch_may_freeze(
    database: Database, data_dir: Path, elasticsearch: Elasticsearch
) -> None:
    with scene(database, data_dir, elasticsearch.url) as made:
        wait_until(elasticsearch.is_there, "an engine")
        made.catch_up()
        gone = last_title(made)
        made.remove(gone)

        def kill_engine() -> None:
            elasticsearch.signal(signal.SIGKILL)
            wait_until(lambda: made.search("书名0001")["degraded"], "an engine that is gone")
            elasticsearch.begin()

        kills = [made.kill_web_workers, made.kill_index_worker, kill_engine, made.kill_all]
        traffic = kill_in_the_midst(made, in_any_order(kills), elasticsearch.is_there)
        made.catch_up()
        expect_nothing_twice(made, traffic)
        _write_late(made, gone)
        with elasticsearch.frozen():
            found = made.search("书名0001")
            assert (found["total"], found["degraded"]) == (1, True)
            lent = made.sender.post("/loans", "in the frost", {"patron": "R3", "item": "C3", "at": "ZG"})
        wait_until(lambda: not made.search("书名0001")["degraded"], "an engine that is found again")
        expect_index_like_database(made, "新闻")
        assert made.sender.post("/loans", "in the frost", {"patron": "R3", "item": "C3", "at": "ZG"}) == lent


def last_title(scene: Scene) -> int:
    return scene.desk.read(lambda session: session.scalar(select(func.max(Bib.id)))) or 0


def _write_late(scene: Scene, gone: int) -> None:
    """A write from before its deletion that comes after the engine's restart finds the title gone."""
    live = scene.engine.live_generation()
    assert live is not None
    with scene.engine.session(30) as session:
        session.index([written(gone, version=1, title="昙花")], live)
        session.commit()
    assert scene.search("昙花")["total"] == 0
