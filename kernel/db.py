"""The database session: one set of models on SQLite and PostgreSQL, and the only places where a transaction begins.

SQLite: WAL, synchronous=FULL, foreign keys on, and every write begins IMMEDIATE, because a deferred read-then-write loses
updates silently. PostgreSQL: READ COMMITTED with row locks taken in one order (docs/developer.md); limits on waiting.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, TypeVar

from sqlalchemy import (
    JSON,
    BigInteger,
    ColumnElement,
    Connection,
    CursorResult,
    DateTime,
    Dialect,
    Engine,
    Integer,
    MetaData,
    Result,
    SQLColumnExpression,
    Table,
    TypeDecorator,
    create_engine,
    event,
    literal_column,
    make_url,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase, Session

from kernel.errors import Unavailable
from kernel.i18n import Text

T = TypeVar("T")

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

BigId = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts up only an INTEGER primary key
JsonValue = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")

# PostgreSQL: a request never waits longer than a desk can bear (milliseconds).
POSTGRESQL_OPTIONS = (
    "-c lock_timeout=2000 -c statement_timeout=5000 -c idle_in_transaction_session_timeout=10000 -c timezone=UTC"
)
SQLITE_BUSY_TIMEOUT_MS = 5000
# Of each connection. The system's own cache is behind it, and four times as much made nothing quicker.
SQLITE_CACHE_KIB = 8000
BUSY = Text(
    "系统正忙，本次操作没有生效。请稍候重试。",
    "The system is busy and nothing was changed. Try again in a moment.",
)
MOST_BEFORE = 50  # rows that one piece of work may find taken, one after the other
CONNECTION = "tongjie_connection"  # in the `info` of a session that is one transaction: its connection, asked for once
ATTEMPTS = 3  # serialization failures and deadlocks are tried again inside the request


class UtcDateTime(TypeDecorator[datetime]):
    """An aware instant, kept in UTC. SQLite has no zone, so it is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Again(Exception):
    """Raised by work that needs a row which another transaction has or had, and which comes earlier in the order of locks than rows it
    holds already: `Database.run` begins it anew, `wait` first. `place` is the row's place in that order."""

    def __init__(self, place: tuple[int, int], wait: Callable[[Session], None]) -> None:
        super().__init__("a row is taken")
        self.place, self.wait = place, wait


class Base(DeclarativeBase):
    """Parent of every model. Constraints are named, so that migrations can name them too."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {datetime: UtcDateTime()}  # noqa: RUF012 - SQLAlchemy's own form


def rows_changed(result: Result[Any]) -> int:
    """How many rows an UPDATE or DELETE touched."""
    assert isinstance(result, CursorResult)
    return result.rowcount


def table_of(model: type[Base]) -> Table:
    """The table of a model, for statements on the hot path, which need no objects."""
    table = model.__table__
    assert isinstance(table, Table)
    return table


def one_of(column: SQLColumnExpression[Any], words: Iterable[str]) -> ColumnElement[bool]:
    """`column IN (…)` with words of a vocabulary of ours, which are written into the statement.

    As parameters they would be written out anew for every run, and PostgreSQL, which plans a statement once for all values, would not
    see that the index of just these rows fits.
    """
    return column.in_([word(one) for one in words])


def word(one: str) -> ColumnElement[Any]:
    """A word of a vocabulary of ours, written into a statement."""
    if not one.isidentifier():
        raise ValueError(f"{one!r} is no word of a vocabulary")
    return literal_column(f"'{one}'")


class Database:
    """One database, its pool, and the reference data cached from it."""

    def __init__(self, url: str, *, pool_size: int = 8) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = _sqlite_engine(url) if self.is_sqlite else _postgresql_engine(url, pool_size)
        self._writing = self.engine.execution_options(tongjie_write=True)
        self.reference_cache: dict[str, tuple[int, Any]] = {}

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A unit of work that may write; committed at the end, rolled back by any exception."""
        with self._session(self._writing) as session, session.begin():
            session.info[CONNECTION] = session.connection()
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A unit of work that only reads; it never takes SQLite's write lock."""
        with self._session(self.engine) as session:
            yield session

    @contextmanager
    def glancing(self) -> Iterator[Connection]:
        """For reading by a single statement, such as who holds a token, without a session: with a `Statement` without BEGIN and COMMIT."""
        with self.engine.connect() as connection:
            yield connection

    def run(self, work: Callable[[Session], T]) -> T:
        """Do `work` in a transaction; a deadlock or serialization failure is tried again, at most three times in all. Work that finds a
        row taken which comes earlier in the order of locks is begun anew with it (`Again`)."""
        failures, first = 0, dict[tuple[int, int], Callable[[Session], None]]()
        while True:
            try:
                with self.transaction() as session:
                    for place in sorted(first):
                        first[place](session)
                    return work(session)
            except Again as again:
                if again.place in first or len(first) == MOST_BEFORE:
                    raise Unavailable("database.busy", BUSY) from again
                first[again.place] = again.wait
            except DBAPIError as error:
                failures += 1
                if failures == ATTEMPTS or not is_retryable(error):
                    raise

    def close(self) -> None:
        self.engine.dispose()

    def _session(self, engine: Engine) -> Session:
        return Session(engine, expire_on_commit=False, autoflush=False, info={"database": self})


def is_retryable(error: DBAPIError) -> bool:
    """Whether PostgreSQL ended the transaction only because of another one (40001 serialization, 40P01 deadlock)."""
    return getattr(error.orig, "sqlstate", None) in ("40001", "40P01")


def is_busy(error: DBAPIError) -> bool:
    """Whether the wait for another transaction's lock ran out (55P03; SQLite's busy time-out), or the statement's own time (57014)."""
    if getattr(error.orig, "sqlstate", None) in ("55P03", "57014"):
        return True
    return isinstance(error.orig, sqlite3.OperationalError) and "locked" in str(error.orig)


def is_full(error: DBAPIError) -> bool:
    """Whether there is no room left on the disk (53100; SQLite's SQLITE_FULL)."""
    if getattr(error.orig, "sqlstate", None) == "53100":
        return True
    return isinstance(error.orig, sqlite3.OperationalError) and "disk is full" in str(error.orig)


def _postgresql_engine(url: str, pool_size: int) -> Engine:
    from kernel import postgresql  # with the driver, which nobody else carries in memory

    engine = create_engine(
        url,
        hide_parameters=True,  # an error in the log must not tell what somebody's name or phone is
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_use_lifo=True,  # few connections at work, each with its caches filled, not all by turns
        pool_timeout=5,
        connect_args={"options": POSTGRESQL_OPTIONS, "connect_timeout": 2, "cursor_factory": postgresql.LazyCursor},
    )
    event.listen(engine, "do_connect", postgresql.connect)
    return engine


def _sqlite_engine(url: str) -> Engine:
    engine = create_engine(
        url,
        hide_parameters=True,
        pool_size=8,
        max_overflow=16,
        pool_use_lifo=True,  # else each connection would get its turn, and fill its cache
        connect_args={
            "timeout": SQLITE_BUSY_TIMEOUT_MS / 1000,
            "isolation_level": None,
            "check_same_thread": False,
        },
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, _record: object) -> None:
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"cache_size=-{SQLITE_CACHE_KIB}"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.execute(f"PRAGMA busy_timeout={SQLITE_BUSY_TIMEOUT_MS}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        write = connection.get_execution_options().get("tongjie_write")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    return engine
