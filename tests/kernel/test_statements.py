"""Statements made once: rows as their columns are declared, and errors, events and lost connections as SQLAlchemy has them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import Date, bindparam, event, insert, literal_column, select, text, update
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from kernel import journal
from kernel.db import Database, table_of
from kernel.idempotency import IdempotencyKey
from kernel.journal import JournalEntry
from kernel.outbox import OutboxEntry
from kernel.statements import Statement
from kernel.writes import write_together

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
_journal, _outbox, _keys = table_of(JournalEntry), table_of(OutboxEntry), table_of(IdempotencyKey)
_ACTS = Statement(
    select(
        _journal.c.at, _journal.c.data, _journal.c.item_id, (_journal.c.item_id > literal_column("5")).label("is_late")
    )
    .where(_journal.c.act == bindparam("wanted"))
    .order_by(_journal.c.id)
)
_KEY = Statement(insert(_keys).values({name: bindparam(name) for name in ("caller", "key", "digest", "created_at")}))
KEY = {"caller": "staff:1", "key": "k", "digest": "d", "created_at": NOW}


def _visit(database: Database, item_id: int | None, **data: Any) -> None:
    told = journal.entry("visited", at=NOW, author="test", channel="cli", item_id=item_id, data=data or None)
    database.run(lambda session: write_together(session, told))


def test_rows_come_out_as_their_columns_are_declared(database: Database) -> None:
    _visit(database, 7, 书=["一", 2.5, None])
    _visit(database, None)
    with database.reading() as session:
        rows = _ACTS.all(session, {"wanted": "visited"})
        assert _ACTS.first(session, {"wanted": "visited"}) == rows[0]
        assert _ACTS.first(session, {"wanted": "nothing"}) is None
    assert rows == [
        {"at": NOW, "data": {"书": ["一", 2.5, None]}, "item_id": 7, "is_late": True},
        {"at": NOW, "data": None, "item_id": None, "is_late": None},
    ]


def test_the_only_row_is_no_other(database: Database) -> None:
    _visit(database, 1)
    _visit(database, 2)
    with database.reading() as session, pytest.raises(ValueError, match="too many"):
        _ACTS.one(session, {"wanted": "visited"})


def test_a_value_of_the_statement_itself_need_not_be_given(database: Database) -> None:
    _visit(database, 3)
    fixed = Statement(
        select(_journal.c.item_id).where(_journal.c.act == "visited", _journal.c.at >= bindparam("since"))
    )
    with database.glancing() as connection:
        assert fixed.all(connection, {"since": NOW}) == [{"item_id": 3}]


def test_a_refused_row_is_the_error_that_callers_know(database: Database) -> None:
    database.run(lambda session: _KEY.all(session, KEY))
    with database.transaction() as session:
        with pytest.raises(IntegrityError), session.begin_nested():
            _KEY.all(session, KEY)
        assert _KEY.all(session, KEY | {"key": "another"}) == []
    with database.reading() as session:
        assert session.scalar(select(_keys.c.digest).where(_keys.c.key == "another")) == "d"


def test_what_went_wrong_is_told_without_the_values(database: Database) -> None:
    database.run(lambda session: _KEY.all(session, KEY))
    with pytest.raises(IntegrityError) as caught:
        database.run(lambda session: _KEY.all(session, KEY))
    assert "INSERT INTO idempotency_key" in str(caught.value)
    assert caught.value.params is None


def test_who_listens_hears_of_it(database: Database) -> None:
    heard: list[str] = []

    def hear(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        heard.append(statement.split()[0])

    for name in ("before_cursor_execute", "after_cursor_execute"):
        event.listen(database.engine, name, hear)
    try:
        with database.glancing() as connection:
            _ACTS.all(connection, {"wanted": "visited"})
    finally:
        for name in ("before_cursor_execute", "after_cursor_execute"):
            event.remove(database.engine, name, hear)
    assert heard == ["SELECT", "SELECT"]


def test_a_list_is_no_parameter(database: Database) -> None:
    several = Statement(select(_journal.c.id).where(_journal.c.item_id.in_(bindparam("items", expanding=True))))
    with database.reading() as session, pytest.raises(ValueError, match="a list"):
        several.all(session, {"items": [1, 2]})


def test_a_column_with_a_default_of_ours_is_to_be_given(database: Database) -> None:
    half = Statement(insert(_outbox).values(kind=bindparam("k"), key=bindparam("n")))
    with database.transaction() as session, pytest.raises(ValueError, match="default of ours"):
        half.all(session, {"k": "bib", "n": 1})


def test_large_and_small_numbers_are_one_statement_to_postgresql(database: Database) -> None:
    if database.is_sqlite:
        pytest.skip("SQLite prepares nothing that lasts")
    raised = Statement(update(_outbox).where(_outbox.c.key == bindparam("n")).values(version=bindparam("v")))
    with database.transaction() as session:
        for n in (1, 40_000, 3_000_000_000, None) * 6:
            raised.all(session, {"n": n, "v": n})
        prepared = "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE 'UPDATE outbox SET version%'"
        assert session.scalar(text(prepared)) == 1


def test_what_is_prepared_outlives_a_refused_act(database: Database) -> None:
    """Statements of ours and of SQLAlchemy's on one connection, with an act and a savepoint rolled back between them."""
    if database.is_sqlite:
        pytest.skip("SQLite prepares nothing that lasts")
    own = select(_journal.c.act).where(_journal.c.item_id == 5)

    def ask(session: Session) -> Any:
        for _ in range(7):  # psycopg prepares what it was given five times
            session.execute(own).all()
        _KEY.all(session, KEY)
        with pytest.raises(IntegrityError), session.begin_nested():
            _KEY.all(session, KEY)
        return session.scalar(text("SELECT pg_backend_pid()"))

    alone = Database(database.url.render_as_string(hide_password=False), pool_size=1)  # each gets the same connection
    with alone.transaction() as session:
        backend = ask(session)
        session.rollback()
    with alone.transaction() as session:
        named = "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE :like"
        for like in ("INSERT INTO idempotency_key%", "SELECT journal.act%"):
            assert session.scalar(text(named), {"like": like}) == 1
        assert ask(session) == backend
    with alone.reading() as session:
        assert session.scalars(select(_keys.c.key)).all() == ["k"]
    alone.close()


def test_a_glance_begins_no_transaction(database: Database) -> None:
    if database.is_sqlite:
        pytest.skip("SQLite begins with a statement of its own")
    with database.glancing() as connection:
        _ACTS.all(connection, {"wanted": "visited"})
        assert connection.connection.driver_connection.info.transaction_status.name == "IDLE"  # type: ignore[union-attr]
    with database.reading() as session:
        _ACTS.all(session, {"wanted": "visited"})
        assert session.connection().connection.driver_connection.info.transaction_status.name == "INTRANS"  # type: ignore[union-attr]


def test_a_day_goes_in_as_a_day(database: Database) -> None:
    asked = Statement(select(bindparam("day", type_=Date()).label("day")))
    with database.reading() as session:
        assert asked.one(session, {"day": date(2026, 11, 29)}) == {"day": date(2026, 11, 29)}


def test_after_a_lost_connection_the_next_act_has_another(database: Database) -> None:
    if database.is_sqlite:
        pytest.skip("SQLite has no connection to lose")

    def lose(session: Session) -> None:
        own = session.scalar(text("SELECT pg_backend_pid()"))
        with database.glancing() as other:
            other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": own})

    def ask_when_it_is_gone(session: Session) -> None:
        lose(session)
        _KEY.all(session, KEY)

    def end_when_it_is_gone(session: Session) -> None:
        _KEY.all(session, KEY)
        lose(session)

    for work in (ask_when_it_is_gone, end_when_it_is_gone):
        with pytest.raises(OperationalError) as caught:
            database.run(work)
        assert caught.value.connection_invalidated
    database.run(lambda session: _KEY.all(session, KEY))
    with database.reading() as session:
        assert session.scalar(select(_keys.c.key)) == "k"
