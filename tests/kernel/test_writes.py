"""Writes that go together: in one statement or one by one, all of them are done, and the last gives what it returns."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import event, insert, select

from kernel import journal, outbox
from kernel.db import Database, table_of
from kernel.journal import JournalEntry
from kernel.outbox import OutboxEntry
from kernel.writes import Write, write_together

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


def _visit(author: str = "test") -> Write:
    return journal.entry("visited", at=NOW, author=author, channel="cli", data={"n": 1})


def test_all_are_done_and_the_last_gives_its_result(database: Database) -> None:
    with database.transaction() as session:
        entry_id = write_together(session, outbox.change(session, "bib", 7, at=NOW), _visit())
    with database.reading() as session:
        assert session.scalars(select(JournalEntry.id)).all() == [entry_id]
        assert session.execute(select(OutboxEntry.kind, OutboxEntry.key, OutboxEntry.version)).all() == [("bib", 7, 1)]


def test_postgresql_is_asked_once(database: Database) -> None:
    asked: list[str] = []
    with database.transaction() as session:
        event.listen(session.connection(), "before_cursor_execute", lambda _c, _cursor, text, *_: asked.append(text))
        write_together(session, outbox.change(session, "bib", 7, at=NOW), _visit())
    assert len([text for text in asked if text != "COMMIT"]) == (2 if database.is_sqlite else 1)


def test_a_write_alone_needs_no_company(database: Database) -> None:
    entry_id = database.run(lambda session: write_together(session, _visit()))
    with database.reading() as session:
        assert session.scalars(select(JournalEntry.id)).all() == [entry_id]


def test_a_change_again_raises_the_version(database: Database) -> None:
    for _ in range(2):
        database.run(lambda s: write_together(s, outbox.change(s, "bib", 7, at=NOW), _visit()))
    with database.reading() as session:
        assert session.scalars(select(OutboxEntry.version)).all() == [2]


def test_parameters_named_like_columns_are_refused_before_anything_is_written(database: Database) -> None:
    plain = Write(insert(table_of(OutboxEntry)), {"kind": "bib", "key": 7, "changed_at": NOW})
    with database.transaction() as session, pytest.raises(ValueError, match="names of their own"):
        write_together(session, plain, _visit())
