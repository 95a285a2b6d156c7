"""The index follows the database: through crashes, refusals, outages and rebuilds, and nothing is lost on the way."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, update

from branches.reference import TREE
from catalog.models import Bib, BibIdentifier, Item
from kernel import outbox
from kernel.db import Database
from kernel.outbox import MAX_ATTEMPTS, OutboxEntry
from search import queries
from search.copies import NOTHING
from search.engines.elasticsearch import lease
from search.indexer import Indexer, Stopped
from search.invariants import INVARIANTS, index_invariants
from search.keeping import Keeping
from search.port import EngineUnavailable, IndexSession, Refusal, SearchEngine, WrittenDoc
from search.queries import KIND
from tests.desk import offenders as named_offenders
from tests.factories import NOW, County, make_bib, make_county, make_item
from tests.search.library import found
from tests.search.places import Place, only_embedded


@dataclass
class Flaky:
    """An engine that refuses some titles, or loses its connection at commit, as often as told; all else is the real one."""

    engine: SearchEngine
    refused: set[int] = field(default_factory=set)
    failing_commits: int = 0
    before_index: Callable[[], None] = lambda: None

    def __getattr__(self, name: str) -> Any:
        return getattr(self.engine, name)

    @contextmanager
    def session(self, wait_seconds: float) -> Any:
        with self.engine.session(wait_seconds) as opened:
            yield _FlakySession(opened, self)


class _FlakySession:
    def __init__(self, opened: IndexSession, flaky: Flaky) -> None:
        self._opened = opened
        self._flaky = flaky

    def __getattr__(self, name: str) -> Any:
        return getattr(self._opened, name)

    def index(self, docs: Sequence[WrittenDoc], generation: str) -> Sequence[Refusal]:
        self._flaky.before_index()
        refused = self._flaky.refused
        refusals = self._opened.index([doc for doc in docs if doc.id not in refused], generation)
        return [*refusals, *(Refusal(doc.id, "mapping conflict") for doc in docs if doc.id in refused)]

    def commit(self) -> None:
        if self._flaky.failing_commits:
            self._flaky.failing_commits -= 1
            raise EngineUnavailable("connection reset")
        self._opened.commit()


def add_title(database: Database, title: str, home: int | None = None, **values: Any) -> int:
    def work(session: Any) -> int:
        bib = make_bib(session, title, **values)
        if home is not None:
            make_item(session, home, barcode=f"B{bib:04d}", bib_id=bib)
        outbox.enqueue(session, KIND, [bib], at=NOW)
        return bib

    return database.run(work)


def change_title(database: Database, bib: int, **values: Any) -> None:
    """With an empty description, so that the columns speak."""
    with database.transaction() as session:
        session.execute(update(Bib).where(Bib.id == bib).values({"data": {}} | values))
        outbox.enqueue(session, KIND, [bib], at=NOW)


def delete_title(database: Database, bib: int) -> None:
    with database.transaction() as session:
        session.execute(delete(Item).where(Item.bib_id == bib))
        session.execute(delete(BibIdentifier).where(BibIdentifier.bib_id == bib))
        session.execute(delete(Bib).where(Bib.id == bib))
        outbox.enqueue(session, KIND, [bib], at=NOW)


def offenders(database: Database, engine: SearchEngine) -> Mapping[str, list[str]]:
    return named_offenders(database, (*INVARIANTS, *index_invariants(engine, Keeping(None))))


def work_it_off(indexer: Indexer) -> None:
    """Turn after turn, as the worker does: the right to write of one that died may have to lapse first."""
    until = time.monotonic() + 30
    while indexer.status().pending:
        assert time.monotonic() < until, "nobody got the right to write"
        if not indexer.work():
            time.sleep(0.05)


@pytest.fixture
def county(database: Database) -> County:
    return database.run(make_county)


@pytest.fixture
def indexer(database: Database, engine: SearchEngine, county: County) -> Indexer:
    return Indexer(database, engine, clock=lambda: NOW)


def test_the_first_turn_builds_an_index(database: Database, engine: SearchEngine, indexer: Indexer) -> None:
    bib = add_title(database, "红楼梦")
    assert engine.live_generation() is None
    indexer.work()
    assert found(engine, "红楼梦") == {bib}
    assert indexer.status().pending == 0
    assert offenders(database, engine) == {}


def test_changes_and_deletions_follow(database: Database, engine: SearchEngine, indexer: Indexer) -> None:
    kept, changed, gone = (add_title(database, title) for title in ("呐喊", "红楼梦", "三国演义"))
    indexer.work()
    change_title(database, changed, title="石头记")
    delete_title(database, gone)
    assert indexer.status().pending == 2
    assert indexer.work() == 2
    assert indexer.work() == 0
    assert found(engine, "石头记") == {changed}
    assert found(engine, "呐喊") == {kept}
    assert found(engine, "三国演义") == set()
    assert offenders(database, engine) == {}


def test_the_whole_description_is_found(database: Database, engine: SearchEngine, indexer: Indexer) -> None:
    data = {
        "format": "cnmarc",
        "title": "三体",
        "volume": "II",
        "contributors": [{"name": "刘慈欣", "role": "著", "main": True}],
        "series": ["中国科幻基石丛书"],
        "isbns": ["9787536692930"],
        "subjects": ["科学幻想小说"],
    }
    bib = add_title(database, "三体", authors="刘慈欣著", data=data)
    indexer.work()
    for text in ("liucixin", "科幻基石", "7-5366-9293-7", "978-7-5366-9293-0", "科学幻想"):
        assert found(engine, text) == {bib}


def test_a_title_without_description_is_found_by_its_columns(
    database: Database, engine: SearchEngine, indexer: Indexer
) -> None:
    bib = add_title(database, "平凡的世界", authors="路遥", publisher="人民文学出版社", isbn="9787020002207")
    indexer.work()
    for text in ("平凡", "路遥", "人民文学", "9787020002207"):
        assert found(engine, text) == {bib}


def test_copies_count_where_they_stand(
    database: Database, engine: SearchEngine, indexer: Indexer, county: County
) -> None:
    bib = add_title(database, "红楼梦", home=county.point)
    indexer.work()

    def places(field: str) -> set[str]:
        with database.reading() as session:
            copies = queries.load_holdings(session, [bib], TREE.get(session)).get(bib, NOTHING).copies
        return {str(unit) for copy in copies for unit in copy.place if field == "org" or copy.is_available}

    assert places("org") == {str(unit) for unit in (county.point, county.branch, county.hub, county.network)}
    with database.transaction() as session:
        session.execute(update(Item).values(location_id=county.other_point))
    assert str(county.other_point) in places("org")
    with database.transaction() as session:
        session.execute(update(Item).values(status="in_transit"))
    assert str(county.point) in places("org")
    assert places("available_at") == set()
    with database.transaction() as session:
        session.execute(update(Item).values(status="withdrawn"))
    assert places("org") == set()


def test_nothing_is_confirmed_that_the_engine_did_not_take(
    database: Database, engine: SearchEngine, indexer: Indexer, county: County
) -> None:
    indexer.work()
    bib = add_title(database, "红楼梦")
    flaky = Indexer(database, Flaky(engine, failing_commits=1))
    with pytest.raises(EngineUnavailable):
        flaky.work()
    assert indexer.status().pending == 1
    assert flaky.work() == 1
    assert found(engine, "红楼梦") == {bib}


def test_a_change_that_comes_while_indexing_is_not_confirmed_away(
    database: Database, engine: SearchEngine, indexer: Indexer
) -> None:
    bib = add_title(database, "红楼梦")
    indexer.work()
    change_title(database, bib, title="石头记")
    changes = iter(["金玉缘"])

    def change_once() -> None:
        for title in changes:
            change_title(database, bib, title=title)

    assert Indexer(database, Flaky(engine, before_index=change_once)).work() == 2
    assert found(engine, "金玉缘") == {bib}
    assert found(engine, "石头记") == set()
    assert offenders(database, engine) == {}


def test_a_title_the_engine_refuses_is_parked_after_five_tries_and_the_rest_flows(
    database: Database, engine: SearchEngine, indexer: Indexer
) -> None:
    indexer.work()
    bad = add_title(database, "坏书")
    flaky = Flaky(engine, refused={bad})
    refusing = Indexer(database, flaky)
    for turn in range(MAX_ATTEMPTS):
        good = add_title(database, f"好书{turn}")
        assert refusing.work() == 1
        assert found(engine, f"好书{turn}") == {good}
    status = refusing.status()
    assert (status.pending, status.parked) == (1, 1)
    assert refusing.work() == 0
    assert list(offenders(database, engine)) == ["search.nothing_parked"]
    flaky.refused.clear()
    assert refusing.retry() == 1
    assert refusing.work() == 1
    assert offenders(database, engine) == {}


def test_a_parked_title_is_tried_again_when_it_changes(
    database: Database, engine: SearchEngine, indexer: Indexer
) -> None:
    indexer.work()
    bad = add_title(database, "坏书", data={"contributors": [{"nonsense": 1}]})
    for _ in range(MAX_ATTEMPTS):
        indexer.work()
    assert indexer.status().parked == 1
    change_title(database, bad, data={})
    indexer.work()
    assert indexer.status().parked == 0
    assert found(engine, "坏书") == {bad}


def test_catches_up_after_an_outage_of_many_batches(database: Database, engine: SearchEngine, indexer: Indexer) -> None:
    indexer.work()

    def outage(session: Any) -> None:
        session.add_all(
            Bib(title=f"书{n}", authors="", data={}, created_at=NOW, updated_at=NOW, version=1) for n in range(1200)
        )
        session.flush()
        outbox.enqueue(session, KIND, [title.key for title in queries.titles_after(session, 0, 5000)], at=NOW)

    database.run(outage)
    assert indexer.work() == 1200
    assert offenders(database, engine) == {}


def test_a_rebuild_heals_an_index_that_was_lost(database: Database, engine: SearchEngine, indexer: Indexer) -> None:
    bib = add_title(database, "红楼梦")
    indexer.work()
    live = engine.live_generation()
    assert live is not None
    with engine.session(0) as session:
        session.delete({bib: 99}, live)
        session.commit()
    assert list(offenders(database, engine)) == ["search.index_agrees"]
    assert indexer.rebuild() == 1
    assert engine.live_generation() != live
    assert offenders(database, engine) == {}


@only_embedded
@pytest.mark.parametrize("broken", ["meta.json", "*"])
def test_a_rebuild_heals_an_index_whose_files_are_broken(
    database: Database, engine: SearchEngine, other_engine: SearchEngine, indexer: Indexer, tmp_path: Path, broken: str
) -> None:
    bib = add_title(database, "红楼梦")
    indexer.work()
    add_title(database, "呐喊")
    live = engine.live_generation()
    for file in (tmp_path / "search" / str(live)).glob(broken):
        file.unlink()
    with pytest.raises(EngineUnavailable):
        found(other_engine, "红楼梦")
    with pytest.raises(EngineUnavailable):
        Indexer(database, other_engine).work()
    assert Indexer(database, other_engine).status().pending == 1
    assert Indexer(database, other_engine).rebuild() == 2
    assert found(other_engine, "红楼梦") == {bib}
    assert offenders(database, other_engine) == {}


def test_an_index_that_is_gone_is_built_anew(
    database: Database, engine: SearchEngine, other_engine: SearchEngine, indexer: Indexer, place: Place
) -> None:
    bib = add_title(database, "红楼梦")
    indexer.work()
    place.clear()
    assert other_engine.live_generation() is None
    Indexer(database, other_engine).work()
    assert found(other_engine, "红楼梦") == {bib}


def test_what_changes_during_a_rebuild_is_in_the_new_index_and_in_the_old(
    database: Database, engine: SearchEngine, indexer: Indexer
) -> None:
    early, late = add_title(database, "红楼梦"), add_title(database, "呐喊")
    indexer.work()
    events = iter([lambda: change_title(database, early, title="石头记"), lambda: add_title(database, "新来的书")])

    def happen() -> None:
        for event in events:
            event()
            break

    Indexer(database, Flaky(engine, before_index=happen)).rebuild()
    indexer.work()
    assert found(engine, "石头记") == {early}
    assert found(engine, "红楼梦") == set()
    assert len(found(engine, "新来的书")) == 1
    assert found(engine, "呐喊") == {late}
    assert offenders(database, engine) == {}


def test_searches_find_everything_during_a_rebuild(database: Database, engine: SearchEngine, indexer: Indexer) -> None:
    bib = add_title(database, "红楼梦")
    indexer.work()
    seen: list[set[int]] = []
    Indexer(database, Flaky(engine, before_index=lambda: seen.append(found(engine, "红楼梦")))).rebuild()
    assert seen == [{bib}]


def test_a_rebuild_that_dies_leaves_the_live_index_and_the_next_one_cleans_up(
    database: Database, engine: SearchEngine, indexer: Indexer
) -> None:
    bib = add_title(database, "红楼梦")
    indexer.work()
    live = engine.live_generation()
    with pytest.raises(EngineUnavailable):
        Indexer(database, Flaky(engine, failing_commits=1)).rebuild()
    assert engine.live_generation() == live
    assert found(engine, "红楼梦") == {bib}
    indexer.rebuild()
    assert offenders(database, engine) == {}


def test_a_title_that_a_rebuild_cannot_index_is_seen(
    database: Database, engine: SearchEngine, indexer: Indexer
) -> None:
    indexer.work()
    bad = database.run(lambda session: make_bib(session, "坏书", data={"contributors": [{"nonsense": 1}]}))
    indexer.rebuild()
    for _ in range(MAX_ATTEMPTS):
        indexer.work()
    assert indexer.status().parked == 1
    assert f"bib {bad}" in offenders(database, engine)["search.nothing_parked"][0]


def test_one_works_while_the_other_steps_back(database: Database, engine: SearchEngine, indexer: Indexer) -> None:
    indexer.work()
    add_title(database, "红楼梦")
    with engine.session(0):
        assert indexer.work() == 0
    assert indexer.work() == 1


def test_no_write_lock_is_held_while_the_engine_works(
    database: Database, engine: SearchEngine, indexer: Indexer
) -> None:
    indexer.work()
    add_title(database, "红楼梦")
    written: list[int] = []

    def write_once() -> None:
        if not written:
            written.append(add_title(database, "写得进去"))

    assert Indexer(database, Flaky(engine, before_index=write_once)).work() == 2
    assert found(engine, "写得进去") == set(written)


def test_stops_between_two_batches_when_told(database: Database, engine: SearchEngine, indexer: Indexer) -> None:
    bib = add_title(database, "红楼梦")
    assert Indexer(database, engine, is_stopping=lambda: True).work() == 0
    assert engine.live_generation() is None
    indexer.work()
    add_title(database, "呐喊")
    with pytest.raises(Stopped):
        Indexer(database, engine, is_stopping=lambda: True).rebuild()
    assert found(engine, "红楼梦") == {bib}
    assert indexer.status().pending == 1


DIE = """
import os, signal, sys
from pathlib import Path
from kernel.db import Database
from search.engines import open_engine
from search.engines.elasticsearch.writing import ElasticsearchSession
from search.engines.embedded.writing import EmbeddedSession
from search.indexer import Indexer

database_url, search_url, data_dir, where, what = sys.argv[1:]
Session = ElasticsearchSession if search_url else EmbeddedSession
original = getattr(Session, where)

def die(self, *args):
    if what == "after":
        original(self, *args)
    os.kill(os.getpid(), signal.SIGKILL)

setattr(Session, where, die)
indexer = Indexer(Database(database_url), open_engine(search_url, Path(data_dir)))
indexer.rebuild() if where in ("activate", "create") else indexer.work()
"""


@pytest.mark.parametrize(
    ("where", "what"),
    [
        ("index", "after"),
        ("commit", "before"),
        ("commit", "after"),
        ("create", "after"),
        ("activate", "before"),
        ("activate", "after"),
    ],
)
def test_an_indexer_killed_at_any_point_loses_nothing(
    database: Database,
    engine: SearchEngine,
    indexer: Indexer,
    place: Place,
    monkeypatch: pytest.MonkeyPatch,
    where: str,
    what: str,
) -> None:
    monkeypatch.setattr(lease, "LAPSES_SECONDS", 0.5)
    kept, gone = add_title(database, "红楼梦"), add_title(database, "呐喊")
    indexer.work()
    change_title(database, kept, title="石头记")
    delete_title(database, gone)
    url = database.url.render_as_string(hide_password=False)
    arguments = [url, place.search_url, str(place.data_dir), where, what]
    killed = subprocess.run([sys.executable, "-c", DIE, *arguments], capture_output=True)
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
    work_it_off(indexer)
    assert found(engine, "石头记") == {kept}
    assert found(engine, "呐喊") == set()
    assert offenders(database, engine) == {}


def test_doctor_names_a_title_that_was_never_queued(database: Database, engine: SearchEngine, indexer: Indexer) -> None:
    indexer.work()
    bib = database.run(lambda session: make_bib(session, "漏网之鱼"))
    with database.transaction() as session:
        session.execute(delete(OutboxEntry))
    named = offenders(database, engine)
    assert named["search.every_title_queued"] == [str(bib)]
    assert named["search.index_agrees"] == [f"bib {bib} is in the database but not in the index"]


def test_status_without_an_index(indexer: Indexer, database: Database, engine: SearchEngine) -> None:
    add_title(database, "红楼梦")
    status = indexer.status()
    assert (status.generation, status.documents, status.pending, status.oldest_at) == (None, 0, 1, NOW)
