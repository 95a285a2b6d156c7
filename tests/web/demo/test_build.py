"""The demo county as a visitor finds it: sound by the doctor, alive in every state, kept when it is built again."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

import migrations
from kernel.db import Base, Database
from kernel.errors import Conflict
from search.engines import open_engine
from tests.factories import make_county
from web import doctor, wiring
from web.demo import build, county
from web.demo.build import Site, build_county
from web.demo.founding import catalogue
from web.demo.founding.progress import Steps

NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
SECRET = "a secret key of the test, long enough"
QUIET = Steps("en", is_terminal=False)


def site_of(database: Database, folder: Path, **values: object) -> Site:
    wiring.connect()
    facts = {"secret_key": SECRET, "now": NOW, "generated": 60}
    return Site(database=database, engine=open_engine("", folder), data_dir=folder, **facts | values)  # type: ignore[arg-type]


def offences(site: Site) -> dict[str, tuple[str, ...]]:
    findings = doctor.examine(site.database, site.engine, site.secret_key)
    assert len(findings) > 10
    return {finding.code: finding.offenders for finding in doctor.offences(findings)}


def contents(database: Database) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table."""
    with database.reading() as session:
        return {
            table.name: sorted(map(repr, session.execute(table.select()).all()))
            for table in Base.metadata.sorted_tables
        }


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("demo")
    database = Database(f"sqlite:///{folder / 'tongjie.db'}")
    migrations.upgrade(database)
    site = site_of(database, folder)
    build_county(site, QUIET)
    yield site
    database.close()


def counts(site: Site, question: str) -> dict[str, int]:
    with site.database.reading() as session:
        return {name: count for name, count in session.execute(text(question))}  # noqa: C416 - rows, not pairs


def test_is_sound_and_kept_when_built_again(database: Database, data_dir: Path) -> None:
    site = site_of(database, data_dir)
    logins = build_county(site, QUIET)
    assert offences(site) == {}
    before = contents(database)
    assert build_county(site, QUIET) == logins
    assert contents(database) == before
    assert offences(site) == {}


def test_every_title_and_copy_of_the_files_is_there(site: Site) -> None:
    """But for a few records that resemble another title (史记 and 史記: 修訂本): they wait for a librarian, with their copies."""
    files = {file.path.name: file for file in catalogue.write_files(site.data_dir / "again", generated=60)}
    placed = counts(site, "SELECT filename, created + review FROM import_batch WHERE status = 'done'")
    assert placed == {name: file.records for name, file in files.items()}
    waiting = counts(site, "SELECT filename, review FROM import_batch WHERE review > 0")
    assert sum(waiting.values()) <= 5
    copies = counts(site, "SELECT filename, items_created FROM import_batch")
    assert {name for name, file in files.items() if copies[name] != file.copies} == waiting.keys()


def test_copies_have_the_types_of_their_files(site: Site) -> None:
    found = counts(site, "SELECT item_type, count(*) FROM item WHERE item_type NOT LIKE 'chosen-%' GROUP BY item_type")
    assert found.keys() == {one.code for one in county.item_types()}


def test_transfers_stand_in_every_state(site: Site) -> None:
    found = counts(site, "SELECT status, count(*) FROM transfer GROUP BY status")
    assert found.keys() == {"approved", "dispatched", "received", "cancelled"}


def test_readers_wait_for_books_in_every_way(site: Site) -> None:
    found = counts(site, "SELECT status, count(*) FROM hold GROUP BY status")
    assert found.keys() == {"queued", "targeted", "in_transit", "ready", "expired"}
    assert found["queued"] > 1
    assert counts(site, "SELECT 'stands', count(*) FROM hold WHERE to_clear") == {"stands": 1}


def test_every_page_of_money_has_something_to_show(site: Site) -> None:
    found = counts(site, "SELECT kind || COALESCE(' ' || cause, ''), count(*) FROM account_entry GROUP BY 1")
    wanted = {"charge overdue", "charge lost", "charge processing", "charge damaged", "payment", "waiver", "deposit"}
    assert found.keys() >= wanted
    waiting = counts(site, "SELECT act, count(*) FROM approval WHERE status = 'waiting' GROUP BY act")
    assert waiting == {"deposit_return": 1, "waiver": 1}
    assert counts(site, "SELECT 'grow', count(*) FROM accruing_fine")["grow"] >= 3
    assert counts(site, "SELECT kind, count(*) FROM notice GROUP BY kind").keys() >= {"overdue", "hold_ready"}
    lost = (
        "SELECT 'lost', count(*) FROM loan l JOIN item i ON i.id = l.item_id WHERE l.mark = 'lost' AND i.price_fen > 0"
    )
    assert counts(site, lost) == {"lost": 1}


def test_readers_ask_for_books_and_the_libraries_answer(site: Site) -> None:
    found = counts(site, "SELECT status, count(*) FROM suggestion GROUP BY status")
    assert found.keys() >= {"open", "ordered", "declined"}
    votes = counts(
        site, "SELECT s.title, count(*) FROM suggestion s JOIN suggestion_vote v ON v.suggestion_id = s.id GROUP BY 1"
    )
    assert max(votes.values()) > 1


def test_wanted_titles_are_ranked_and_ordered(site: Site) -> None:
    assert counts(site, "SELECT status, count(*) FROM purchase_order GROUP BY status").keys() == {
        "draft",
        "partly_received",
    }
    found = counts(site, "SELECT status, count(*) FROM order_copy GROUP BY status")
    assert found == {"planned": 2, "ordered": 2, "received": 3}
    assert counts(site, "SELECT 'aside', count(*) FROM demand_aside") == {"aside": 1}


def test_some_books_are_out_and_some_long_overdue(site: Site) -> None:
    with site.database.reading() as session:
        question = text("SELECT count(*) FROM loan WHERE closed_at IS NULL AND due_at < :now")
        overdue = session.execute(question, {"now": NOW.replace(tzinfo=None)}).scalar_one()
        still_out = session.execute(text("SELECT count(*) FROM loan WHERE closed_at IS NULL")).scalar_one()
    assert 5 <= overdue < still_out
    assert still_out > 24


def test_life_happened_after_the_books_came_and_on_open_days(site: Site) -> None:
    """Nothing was lent before it was there, nor by a branch that was closed (SQLite's day 1 is a Monday)."""
    before = "SELECT i.barcode, 1 FROM loan l JOIN item i ON i.id = l.item_id WHERE l.checked_out_at < i.created_at"
    assert counts(site, before) == {}
    closed = (
        "SELECT o.code, count(*) FROM loan l JOIN org_unit o ON o.id = l.org_id "
        "WHERE o.kind = 'branch' AND strftime('%w', datetime(l.checked_out_at, '+8 hours')) = '1' GROUP BY o.code"
    )
    assert counts(site, closed) == {}


def test_can_be_found_by_search_at_once(site: Site) -> None:
    assert site.engine.stats().documents == counts(site, "SELECT 'bib', count(*) FROM bib")["bib"]


@pytest.mark.parametrize("database_url", ["sqlite"])
def test_a_build_that_died_is_taken_up_again(
    database: Database, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = site_of(database, data_dir)
    real = catalogue.run_now

    def die_after_a_chunk(*arguments: object, **values: object) -> None:
        real(*arguments, **values | {"is_stopping": lambda: True})
        raise KeyboardInterrupt

    monkeypatch.setattr(catalogue, "run_now", die_after_a_chunk)
    with pytest.raises(KeyboardInterrupt):
        build_county(site, QUIET)
    monkeypatch.undo()
    (data_dir / "demo-logins.json").unlink()
    logins = build_county(site, QUIET)
    assert len(logins) == len(county.staff()) + 2
    assert offences(site) == {}
    assert set(counts(site, "SELECT status, count(*) FROM import_batch GROUP BY status")) == {"done"}


def test_cannot_be_built_over_another_county(database: Database, data_dir: Path) -> None:
    database.run(make_county)
    with pytest.raises(Conflict, match=r"demo\.other_county"):
        build_county(site_of(database, data_dir), QUIET)


@pytest.mark.parametrize("database_url", ["sqlite"])
def test_stands_without_a_search_engine(
    database: Database, data_dir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def gone(_indexer: object) -> int:
        raise build.EngineUnavailable("no engine")

    monkeypatch.setattr(build.Indexer, "work", gone)
    site = site_of(database, data_dir)
    build_county(site, QUIET)
    assert "engine" in capsys.readouterr().err
    assert counts(site, "SELECT 'loans', count(*) FROM loan")["loans"] > 100


def test_the_command_prints_logins_that_only_the_owner_can_read(tmp_path: Path) -> None:
    environment = os.environ | {
        "TONGJIE_DATA_DIR": str(tmp_path / "data"),
        "TONGJIE_DATABASE_URL": "",
        "LANG": "C.UTF-8",
    }
    command = [sys.executable, "-m", "web.cli", "demo", "--no-serve"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=300)
    written = json.loads((tmp_path / "data" / "demo-logins.json").read_text(encoding="utf-8"))
    printed = [line.split("\t") for line in done.stdout.splitlines() if "\t" in line]
    assert printed == [[one["role"], one["org"], one["username"], one["password"]] for one in written]
    assert (tmp_path / "data" / "demo-logins.json").stat().st_mode & 0o777 == 0o600
    assert "导入新书" in done.stderr
    assert '"event"' not in done.stderr
