"""What is kept for the index is given out only while it is true, and whatever happens to it costs time only."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from catalog.bibdata import BibData
from catalog.models import Bib, Item
from kernel import outbox
from kernel.clock import local_day
from kernel.db import Database
from kernel.outbox import Pending
from search import keeping as keepings
from search import making, queries
from search.documents import Title, describe
from search.indexer import Indexer
from search.invariants import index_invariants
from search.keeping import Keeping
from search.making import Makers, read_and_make
from search.port import SearchEngine
from search.queries import KIND
from search.written import Description
from tests.factories import NOW, make_bib, make_county, make_item
from tests.search.library import found
from tests.search.places import only_embedded

TITLE = Pending(7, 3, NOW)


def description(id_: int = 7, title: str = "红楼梦 “一”\n") -> Description:
    data = BibData(format="cnmarc", title=title, year=1982, class_number="I242.4", other_classes=("K825",))
    return describe(Title(id=id_, data=data, added_on=local_day(NOW)))


@pytest.fixture
def keeping(tmp_path: Path) -> Iterator[Keeping]:
    made = Keeping(tmp_path / "kept")
    yield made
    made.close()


def path_of(keeping: Keeping) -> Path:
    assert keeping.folder is not None
    (path,) = keeping.folder.glob("*.sqlite")
    return path


# --- the proof -------------------------------------------------------------------------------------------------------


def test_what_is_kept_comes_back_as_it_was_in_any_process(keeping: Keeping) -> None:
    keeping.keep([(TITLE, description())])
    assert keeping.take([TITLE]) == {7: description()}
    with closing(Keeping(keeping.folder)) as other:
        assert other.take([TITLE, Pending(8, 3, NOW)]) == {7: description()}


@pytest.mark.parametrize(
    "now",
    [
        replace(TITLE, version=4),
        replace(TITLE, version=2),
        # The same number again, after the database was set back to a backup.
        replace(TITLE, changed_at=NOW + timedelta(microseconds=1)),
        replace(TITLE, changed_at=None),
    ],
)
def test_another_version_is_not_what_was_kept(keeping: Keeping, now: Pending) -> None:
    keeping.keep([(TITLE, description())])
    assert keeping.take([now]) == {}


def test_a_newer_version_takes_the_place_and_a_gone_title_goes(keeping: Keeping) -> None:
    newer = replace(TITLE, version=4)
    keeping.keep([(TITLE, description())])
    keeping.keep([(newer, description(title="石头记"))])
    assert keeping.take([newer]) == {7: description(title="石头记")}
    keeping.forget([7])
    assert (keeping.take([newer]), keeping.ids()) == ({}, [])


def test_a_title_that_the_outbox_does_not_know_is_not_kept(keeping: Keeping) -> None:
    keeping.keep([(Pending(7, 0), description())])
    assert keeping.ids() == []


def test_what_another_program_made_is_taken_away(keeping: Keeping, monkeypatch: pytest.MonkeyPatch) -> None:
    keeping.keep([(TITLE, description())])
    before = path_of(keeping)
    monkeypatch.setattr(keepings, "fingerprint", lambda: "0123456789ab")
    with closing(Keeping(keeping.folder)) as other:
        assert other.take([TITLE]) == {}
        assert path_of(other) != before


def test_the_fingerprint_follows_the_declared_fields(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keepings, "schema_version", lambda: "other")
    assert keepings.fingerprint.__wrapped__() != keepings.fingerprint()


# --- what may happen to it -------------------------------------------------------------------------------------------


def tear(path: Path) -> None:
    """As a disk may: the packed text is no longer what was written."""
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(
            "UPDATE kept SET packed = CAST(substr(packed, 1, length(packed) - 9) || x'000000000000000000' AS BLOB)"
        )


def no_text(path: Path) -> None:
    """What SQLite itself cannot read any more, in one row of a sound file."""
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE kept SET packed = CAST(x'ff' AS TEXT)")


def cut(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE kept SET packed = substr(packed, 1, length(packed) - 9)")


def overwrite(path: Path) -> None:
    path.write_bytes(b"this is no database " * 500)


def empty(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize("damage", [tear, cut, no_text, overwrite, empty])
def test_a_damaged_file_is_thrown_away_and_begun_anew(keeping: Keeping, damage: Callable[[Path], None]) -> None:
    keeping.keep([(TITLE, description())])
    keeping.close()
    damage(path_of(keeping))
    assert keeping.take([TITLE]) == {}
    keeping.keep([(TITLE, description())])
    assert keeping.take([TITLE]) == {7: description()}


def test_where_nothing_can_be_written_nothing_is_kept(tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("a file where the folder should be")
    keeping = Keeping(tmp_path / "kept")
    keeping.keep([(TITLE, description())])
    assert (keeping.take([TITLE]), keeping.ids()) == ({}, [])


def test_a_full_disk_is_done_without_for_a_while(keeping: Keeping, monkeypatch: pytest.MonkeyPatch) -> None:
    keeping.keep([(TITLE, description())])
    assert keeping._open is not None
    keeping._open._db.execute("PRAGMA max_page_count=1")
    keeping.keep([(Pending(n, 1, NOW), description(n)) for n in range(100, 200)])
    assert keeping.take([TITLE]) == {}
    monkeypatch.setattr(keeping, "_rests_until", 0.0)
    assert keeping.take([TITLE]) == {7: description()}


def test_two_may_write_and_one_that_waits_too_long_does_without(
    keeping: Keeping, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keepings, "_WAIT_SECONDS", 0.01)
    other_title = Pending(8, 1, NOW)
    with closing(Keeping(keeping.folder)) as other:
        keeping.keep([(TITLE, description())])
        other.keep([(other_title, description(8))])
        assert keeping.take([TITLE, other_title]).keys() == {7, 8}
        with closing(sqlite3.connect(path_of(keeping), isolation_level=None)) as slow:
            slow.execute("BEGIN IMMEDIATE")
            other.keep([(replace(other_title, version=2), description(8))])
            assert keeping.take([TITLE, other_title]).keys() == {7, 8}


def test_one_who_has_it_open_notices_that_it_was_thrown_away(keeping: Keeping) -> None:
    keeping.keep([(TITLE, description())])
    with closing(Keeping(keeping.folder)) as other:
        assert other.take([TITLE]).keys() == {7}
        keeping.throw_away()
        assert other.take([TITLE]) == {}
        other.keep([(TITLE, description())])
        assert keeping.take([TITLE]).keys() == {7}


# --- with the index --------------------------------------------------------------------------------------------------


@pytest.fixture
def titles(database: Database) -> list[Pending]:
    """Three titles with a copy each, known to the outbox."""

    def work(session: Any) -> None:
        county = make_county(session)
        made = [make_bib(session, f"红楼梦 第{number}卷") for number in range(3)]
        for number, bib in enumerate(made):
            make_item(session, county.hub, f"B{number}", bib)
        outbox.enqueue(session, KIND, made, at=NOW)

    database.run(work)
    return listed(database)


def listed(database: Database) -> list[Pending]:
    with database.reading() as session:
        return queries.titles_after(session, 0, 100)


def test_documents_of_kept_descriptions_are_those_made_anew(
    database: Database, titles: list[Pending], keeping: Keeping, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever happened to the copies, with or without the outbox knowing."""
    read_and_make(database, titles[:2], keeping)
    with database.transaction() as session:
        session.execute(update(Item).where(Item.bib_id == titles[0].key).values(status="in_transit"))
        session.execute(update(Item).where(Item.bib_id == titles[1].key).values(call_number="I242.4/37"))
    anew = read_and_make(database, titles, Keeping(None))
    described: list[int] = []
    monkeypatch.setattr(making, "describe", lambda title: described.append(title.id) or describe(title))
    with Makers(database, keeping, 0) as makers:
        ((_, made),) = makers.run([titles])
    assert made == anew
    assert described == [titles[2].key]


@only_embedded
def test_what_was_kept_when_it_was_indexed_is_enough_for_a_rebuild(
    database: Database, engine: SearchEngine, titles: list[Pending], keeping: Keeping, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those made by the first build, and those made since, one by one."""
    indexer = Indexer(database, engine, keeping)
    indexer.work()
    with database.transaction() as session:
        session.execute(update(Bib).where(Bib.id == titles[0].key).values(title="石头记", data={}))
        outbox.enqueue(session, KIND, [titles[0].key], at=NOW)
    indexer.work()
    monkeypatch.setattr("search.indexer._COMPARED", 0)
    monkeypatch.setattr(making, "describe", None)
    assert indexer.rebuild() == 3
    assert (found(engine, "石头记"), found(engine, "红楼梦")) == ({titles[0].key}, {t.key for t in titles[1:]})


@only_embedded
def test_a_lie_is_named_by_doctor_and_does_not_survive_a_rebuild(
    database: Database, engine: SearchEngine, titles: list[Pending], keeping: Keeping
) -> None:
    indexer = Indexer(database, engine, keeping)
    indexer.work()
    kept_true = index_invariants(engine, keeping)[1]
    with database.reading() as session:
        assert list(kept_true.find(session)) == []
    keeping.keep([(titles[1], description(titles[1].key, "三国演义"))])
    with database.reading() as session:
        assert list(kept_true.find(session)) == [f"bib {titles[1].key}"]
    assert indexer.rebuild() == 3
    assert (found(engine, "三国演义"), len(found(engine, "红楼梦"))) == (set(), 3)
    with database.reading() as session:
        assert list(kept_true.find(session)) == []
        assert list(index_invariants(engine, keeping)[0].find(session)) == []
