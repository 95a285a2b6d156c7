"""The commands of search: status, work and rebuild, for people and for scripts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select
from sqlalchemy.orm import Session

from branches.terminal import Terminal
from kernel import outbox
from kernel.db import Database
from kernel.errors import Conflict, Unavailable
from kernel.journal import JournalEntry
from search import indexer as indexing
from search.cli import search
from search.engines import EngineUnknown, open_engine
from search.queries import KIND
from tests.factories import NOW, make_bib, make_county, make_settings


@pytest.fixture
def terminal(database: Database, data_dir: Path) -> Iterator[Terminal]:
    def work(session: Session) -> None:
        make_county(session)
        outbox.enqueue(session, KIND, [make_bib(session, "红楼梦")], at=NOW)

    database.run(work)
    opened = Terminal(load=lambda: make_settings(data_dir, database), language="en")
    yield opened
    opened.close()


def run(terminal: Terminal, *arguments: str) -> Result:
    return CliRunner().invoke(search, list(arguments), obj=terminal, catch_exceptions=False)


def status(terminal: Terminal) -> dict[str, object]:
    shown: dict[str, object] = json.loads(run(terminal, "status", "--json").stdout)
    return shown


def test_status_work_and_rebuild(terminal: Terminal) -> None:
    before = status(terminal)
    assert (before["generation"], before["pending"], before["oldest_at"]) == (None, 1, "2026-11-23T10:30:00+08:00")
    assert run(terminal, "work").stdout.endswith("Done: 1 titles.\n")
    after = status(terminal)
    assert (after["documents"], after["pending"], after["parked"], after["lag"]) == (1, 0, 0, 0)
    assert "Indexed 1 titles in " in run(terminal, "rebuild").stdout
    assert status(terminal)["generation"] != after["generation"]


def test_a_rebuild_uses_what_is_kept_unless_told_otherwise(terminal: Terminal) -> None:
    kept = terminal.data_dir / "search" / "kept"
    run(terminal, "work")
    (file,) = kept.glob("*.sqlite")
    run(terminal, "rebuild")
    assert list(kept.glob("*.sqlite")) == [file]
    run(terminal, "rebuild", "--anew")
    (anew,) = kept.glob("*.sqlite")
    assert anew != file


def test_status_for_people(terminal: Terminal) -> None:
    assert "1 waiting" in run(terminal, "status").stdout


def test_what_was_looked_for_in_vain_is_noted(terminal: Terminal) -> None:
    run(terminal, "work")
    assert "红楼梦" in run(terminal, "find", "红楼梦").stdout
    run(terminal, "find", "没有的书")
    with terminal.database.reading() as session:
        missed = session.scalars(select(JournalEntry).where(JournalEntry.act == "search_missed")).all()
    assert len(missed) == 1


def test_parked_titles_are_tried_again_on_request(terminal: Terminal) -> None:
    with terminal.database.transaction() as session:
        for _ in range(outbox.MAX_ATTEMPTS):
            outbox.record_failure(session, KIND, 1, "mapping conflict")
    assert status(terminal)["parked"] == 1
    assert "Queued 1 titles again." in run(terminal, "work", "--retry").stdout
    assert status(terminal)["parked"] == 0


def test_what_the_engine_would_not_take_is_listed_and_retried(terminal: Terminal) -> None:
    run(terminal, "work")
    with terminal.database.transaction() as session:
        bib = make_bib(session, "坏书", data={"contributors": [{"nonsense": 1}]})
        outbox.enqueue(session, KIND, [bib], at=NOW)
    for _ in range(outbox.MAX_ATTEMPTS):
        run(terminal, "work")
    (failing,) = status(terminal)["failing"]  # type: ignore[misc]
    assert (failing["id"], failing["title"], failing["attempts"], failing["parked"]) == (bib, "坏书", 5, True)
    assert "nonsense" in failing["reason"]
    shown = run(terminal, "status").stdout
    assert f"{bib}\t坏书\t5\t" in shown
    assert "Queued 1 titles again" in run(terminal, "retry").stdout
    assert status(terminal)["parked"] == 0


def test_an_engine_that_is_gone_is_said_without_a_trace(terminal: Terminal) -> None:
    gone = replace(terminal._configuration, search_url="http://127.0.0.1:1")  # type: ignore[type-var]
    without = Terminal(load=lambda: gone, language="en")
    assert "127.0.0.1" in str(status(without)["trouble"])
    assert "The engine cannot be used" in run(without, "status").stdout
    for command in ("rebuild", "work"):
        with pytest.raises(Unavailable, match=r"search\.engine_gone"):
            run(without, command)
    without.close()


def test_a_second_rebuild_is_told_to_wait(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexing, "REBUILD_WAIT_SECONDS", 0.1)
    with open_engine("", terminal.data_dir).session(0), pytest.raises(Conflict, match=r"search\.writer_busy"):
        run(terminal, "rebuild")


@pytest.mark.parametrize(
    "url", ["localhost", "ftp://host:9200", "http://:9200", "http://host:9200/A*", "http://host:x"]
)
def test_an_address_that_is_none_is_refused_without_being_repeated(data_dir: Path, url: str) -> None:
    with pytest.raises(EngineUnknown, match=r"search\.engine_unknown") as caught:
        open_engine(url, data_dir)
    assert url not in str(caught.value)
