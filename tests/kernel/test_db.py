"""The session: what is written is kept, and SQLite loses no update between threads."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from kernel import journal
from kernel.db import Database, one_of, table_of
from kernel.journal import JournalEntry
from kernel.reference import Reference, ReferenceVersion

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


def _append(database: Database) -> int:
    return database.run(
        lambda s: journal.append(s, "visited", at=NOW, author="test", channel="cli", patron_id=7, data={"n": 1})
    )


def test_instants_come_back_aware_in_utc(database: Database) -> None:
    _append(database)
    with database.reading() as session:
        assert session.scalars(select(JournalEntry.at)).one() == NOW


@pytest.mark.parametrize(
    "statement",
    ["DELETE FROM journal", "UPDATE journal SET author = 'me'", "UPDATE journal SET patron_id = 8"],
)
def test_the_journal_refuses_change(database: Database, statement: str) -> None:
    _append(database)
    with pytest.raises(DBAPIError, match="append-only"), database.transaction() as session:
        session.connection().exec_driver_sql(statement)


def test_the_journal_forgets_a_patron(database: Database) -> None:
    _append(database)
    with database.transaction() as session:
        session.connection().exec_driver_sql("UPDATE journal SET patron_id = NULL")
    with database.reading() as session:
        assert session.scalars(select(JournalEntry.patron_id)).one() is None


def test_no_update_is_lost_between_threads(database: Database) -> None:
    counter: Reference[int] = Reference("counter", lambda session: 0)

    def raise_version(_n: int) -> int:
        return database.run(counter.changed)

    with ThreadPoolExecutor(4) as pool:
        seen = list(pool.map(raise_version, range(40)))
    assert sorted(seen) == list(range(1, 41))
    with database.reading() as session:
        assert session.get_one(ReferenceVersion, "counter").version == 40


def test_words_of_a_vocabulary_stand_in_the_statement_itself() -> None:
    column = table_of(JournalEntry).c.act
    compiled = select(column).where(one_of(column, ("queued", "in_transit"))).compile()
    assert str(compiled).endswith("IN ('queued', 'in_transit')")
    assert compiled.params == {}


def test_only_words_are_written_into_a_statement() -> None:
    with pytest.raises(ValueError, match="no word"):
        one_of(table_of(JournalEntry).c.act, ["o'clock"])


def test_a_cursor_names_the_columns_of_a_result_and_none_where_there_is_no_result(database: Database) -> None:
    with database.transaction() as session:
        cursor = session.connection().connection.cursor()
        cursor.execute("SELECT 1 AS one, 'x' AS two")
        described = cursor.description
        assert described is not None
        assert [column[0] for column in described] == ["one", "two"]
        cursor.execute("DELETE FROM outbox")
        assert cursor.description is None


def test_a_statement_run_again_still_knows_its_columns(database: Database) -> None:
    with database.reading() as session:
        for number in (1, 2):
            row = session.execute(text("SELECT CAST(:n AS INTEGER) AS one, 'x' AS two"), {"n": number}).one()
            assert dict(row._mapping) == {"one": number, "two": "x"}
