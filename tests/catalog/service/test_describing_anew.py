"""Another priority of a source counts for the titles that are there once somebody asks for it: in steps, taken up again after a crash."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from branches.terminal import Terminal
from catalog.cli.sources import source
from catalog.import_models import ImportSource
from catalog.invariants import INVARIANTS
from catalog.models import Bib, BibVersion
from catalog.service import describing_anew
from catalog.service.bibs import BibService
from catalog.service.describing_anew import ask_to_describe_anew, count_left, describe_anew_next, describe_anew_now
from catalog.service.sources import Source, SourceService
from kernel.db import Database
from kernel.errors import Conflict, NotFound
from kernel.journal import JournalEntry
from kernel.outbox import OutboxEntry
from tests.catalog.cli.test_imports import terminal as terminal
from tests.catalog.marc.marcbytes import cnmarc_fields, iso, sub
from tests.catalog.service.imports.loading import counts, import_bytes
from tests.factories import ApiUser, County, make_context


@pytest.fixture(autouse=True)
def sound(database: Database, county: County) -> Iterator[None]:
    yield
    with database.reading() as session:
        assert {one.code: list(one.find(session)) for one in INVARIANTS} == {one.code: [] for one in INVARIANTS}


def book(number: str, title: str, publisher: str) -> bytes:
    fields = [field for field in cnmarc_fields(number, title) if field[0] not in ("210", "010")]
    return iso([*fields, ("210", sub("  ", ("a", "北京"), ("c", publisher), ("d", "2008")))])


@pytest.fixture
def shared(database: Database, tmp_path: Path) -> int:
    """Five titles of two sources each, the second of which names the publisher otherwise; and one of the second alone."""
    titles = [f"第{name}种书" for name in "甲乙丙丁戊"]
    first = b"".join(book(f"A{n}", title, "人民文学") for n, title in enumerate(titles))
    second = b"".join(book(f"B{n}", title, "人民文学出版社") for n, title in enumerate([*titles, "独此一家"]))
    import_bytes(database, tmp_path, first, source="NLC")
    assert counts(import_bytes(database, tmp_path, second, source="SHOP")) == {"read": 6, "merged": 5, "created": 1}
    return 5


def set_priority(database: Database, code: str, priority: int) -> None:
    with database.transaction() as session:
        SourceService(make_context(session)).save(Source(code=code, priority=priority))


def ask(database: Database, code: str) -> None:
    with database.transaction() as session:
        ask_to_describe_anew(make_context(session), code)


def publishers(database: Database) -> list[str]:
    with database.reading() as session:
        return [data["publisher"] for data in session.scalars(select(Bib.data).order_by(Bib.id))]


def state(database: Database, code: str) -> tuple[bool, int, int]:
    with database.reading() as session:
        row = session.get_one(ImportSource, code)
        return row.redescribe_asked_at is not None, row.redescribe_seen, row.redescribe_changed


def test_titles_follow_the_new_priority_when_somebody_asks(database: Database, shared: int) -> None:
    set_priority(database, "SHOP", 80)
    assert publishers(database)[:shared] == ["人民文学"] * shared
    with database.reading() as session:
        assert (count_left(session, "SHOP"), count_left(session, "NONE")) == (shared, 0)
        before = set(session.scalars(select(OutboxEntry.key)))
    ask(database, "SHOP")
    assert describe_anew_next(database, lambda: False) == shared
    assert publishers(database) == ["人民文学出版社"] * 6
    assert state(database, "SHOP") == (False, shared, shared)
    assert describe_anew_next(database, lambda: False) == 0
    with database.reading() as session:
        assert set(session.scalars(select(BibVersion.cause))) == {"source"}
        told = [
            entry.data
            for entry in session.scalars(select(JournalEntry).where(JournalEntry.act == "settings_changed"))
            if entry.data and "titles_seen" in entry.data
        ]
        assert [(one["titles_seen"], one["titles_changed"]) for one in told] == [(shared, shared)]
        assert before <= set(session.scalars(select(OutboxEntry.key)))


def test_it_goes_on_where_a_crash_left_it(database: Database, shared: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(describing_anew, "TITLES_AT_ONCE", 2)
    set_priority(database, "SHOP", 80)
    ask(database, "SHOP")
    turns = iter([False, True])
    assert describe_anew_now(database, "SHOP", is_stopping=lambda: next(turns)) == 2
    assert state(database, "SHOP") == (True, 2, 2)
    assert publishers(database)[:shared] == ["人民文学出版社"] * 2 + ["人民文学"] * 3
    assert describe_anew_next(database, lambda: False) == 3
    assert state(database, "SHOP") == (False, 5, 5)


def test_asked_while_it_is_at_it_it_begins_again(
    database: Database, shared: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(describing_anew, "TITLES_AT_ONCE", 2)
    set_priority(database, "SHOP", 80)
    ask(database, "SHOP")
    turns = iter([False, True])
    describe_anew_now(database, "SHOP", is_stopping=lambda: next(turns))
    set_priority(database, "SHOP", 10)
    ask(database, "SHOP")
    assert describe_anew_next(database, lambda: False) == 5
    assert publishers(database)[:shared] == ["人民文学"] * shared
    assert state(database, "SHOP") == (False, 5, 2)


def test_what_a_hand_changed_stays(database: Database, shared: int) -> None:
    with database.transaction() as session:
        BibService(make_context(session)).change(1, {"publisher": "作家出版社"}, expected_version=1)
    set_priority(database, "SHOP", 80)
    ask(database, "SHOP")
    describe_anew_now(database, "SHOP")
    assert publishers(database)[0] == "作家出版社"
    assert state(database, "SHOP") == (False, 5, 4)


def test_a_source_that_was_never_set_up(database: Database, shared: int) -> None:
    with pytest.raises(Conflict) as refused:
        ask(database, "SHOP")
    assert refused.value.code == "source.not_set_up"
    with pytest.raises(NotFound):
        ask(database, "NOBODY")
    assert describe_anew_now(database, "SHOP") == 0


def test_the_journal_names_the_channel_by_which_it_was_done(database: Database, shared: int) -> None:
    set_priority(database, "SHOP", 80)
    ask(database, "SHOP")
    describe_anew_now(database, "SHOP", channel="cli")
    with database.reading() as session:
        changed = select(JournalEntry.channel).where(JournalEntry.act == "bib_changed").distinct()
        assert session.scalars(changed).all() == ["cli"]


def test_the_same_by_api(hub_librarian: ApiUser, database: Database, shared: int) -> None:
    assert hub_librarian.post("/import-sources/SHOP/redescription", {}).status_code == 409
    hub_librarian.put("/import-sources/SHOP", {"priority": 80})
    asked = hub_librarian.post("/import-sources/SHOP/redescription", {})
    assert (asked.status_code, bool(asked.get_json()["redescribe_asked_at"])) == (202, True)
    describe_anew_now(database, "SHOP")
    found = hub_librarian.get("/import-sources/SHOP").get_json()
    assert (found["redescribe_asked_at"], found["redescribe_seen"], found["redescribe_changed"]) == (None, 5, 5)


def test_the_same_by_command(terminal: Terminal, database: Database, shared: int) -> None:
    runner = CliRunner()
    assert runner.invoke(source, ["set", "SHOP", "--priority", "80"], obj=terminal).exit_code == 0
    done = runner.invoke(source, ["redescribe", "SHOP"], obj=terminal)
    assert (done.exit_code, done.output.splitlines()[-1]) == (0, "5 titles seen, 5 changed.")
    assert state(database, "SHOP") == (False, 5, 5)
