"""Statements of the hot path: made once, handed to the driver as they are, and read into plain rows (docs/decisions/0006).

SQLAlchemy writes the text and knows how each type goes in and comes out; it is asked for both once, not at every run. Connection,
transaction, errors and events stay its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import count
from typing import Any

from sqlalchemy import Connection, Dialect, Insert, Select, Update
from sqlalchemy.dialects.postgresql.psycopg import dialect as postgresql
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine

from kernel.db import CONNECTION

Row = dict[str, Any]
Convert = Callable[[Any], Any]

_numbers = count(1)


class Statement:
    """A statement whose parameters are `bindparam`s, given by name at each run; what has a list among them, or columns that Python
    would fill in by itself, is none (ValueError at its first run)."""

    def __init__(self, statement: Select[Any] | Insert | Update) -> None:
        self._statement = statement
        self._made: dict[str, _Made] = {}

    def all(self, asked: Session | Connection, values: Mapping[str, Any]) -> list[Row]:
        """Every row, by the names of its columns; none of a write that returns nothing."""
        connection = asked if isinstance(asked, Connection) else _connection_of(asked)
        made = self._made.get(connection.dialect.name)
        if made is None:
            made = self._made[connection.dialect.name] = _Made(self._statement, connection.dialect)
        return made.run(connection, values)

    def first(self, asked: Session | Connection, values: Mapping[str, Any]) -> Row | None:
        """The first row, if there is any."""
        rows = self.all(asked, values)
        return rows[0] if rows else None

    def one(self, asked: Session | Connection, values: Mapping[str, Any]) -> Row:
        """The only row; ValueError where it is not."""
        (row,) = self.all(asked, values)
        return row


def _connection_of(session: Session) -> Connection:
    """A savepoint is made only where the session itself is asked for its connection within it."""
    held: Connection | None = session.info.get(CONNECTION)
    return session.connection() if held is None or session.in_nested_transaction() else held


class _Made:
    """A statement as one kind of database takes it."""

    def __init__(self, statement: Select[Any] | Insert | Update, dialect: Dialect) -> None:
        self._is_postgresql = dialect.name == "postgresql"
        # Parameters numbered as PostgreSQL does it itself need not be looked for by the driver.
        numbered: Any = postgresql
        compiled: Any = statement.compile(
            dialect=numbered(paramstyle="numeric_dollar") if self._is_postgresql else dialect
        )
        if compiled.insert_prefetch or compiled.update_prefetch:
            raise ValueError(f"every column with a default of ours is to be given: {compiled}")
        if compiled.post_compile_params or compiled.literal_execute_params:
            raise ValueError(f"a list is no parameter of a statement made once: {compiled}")
        self._text = str(compiled)
        self._name, self._sent = f"tongjie_{next(_numbers)}".encode(), self._text.encode()
        bound = {name: parameter for parameter, name in compiled.bind_names.items()}
        self._parameters = [(name, _into(bound[name].type, dialect)) for name in compiled.positiontup]
        self._fixed = {name: one.value for name, one in bound.items() if not one.required}
        described = statement.column_descriptions if isinstance(statement, Select) else _returned(statement)
        self._names = [one["name"] for one in described]
        converts = [_out_of(one["type"], dialect) for one in described]
        self._converts = [(name, convert) for name, convert in zip(self._names, converts, strict=True) if convert]

    def run(self, connection: Connection, values: Mapping[str, Any]) -> list[Row]:
        given = {**self._fixed, **values} if self._fixed else values
        parameters = [given[name] if into is None else into(given[name]) for name, into in self._parameters]
        driver: Any = connection.connection
        driver = driver.driver_connection.prepared if self._is_postgresql else driver.cursor()
        is_watched = connection._has_events or connection.engine._has_events
        if is_watched:
            for told in connection.dispatch.before_cursor_execute:
                told(connection, driver, self._text, parameters, None, False)
        try:
            if self._is_postgresql:
                found = driver.run(self._name, self._sent, parameters, begins=connection.in_transaction())
            else:
                driver.execute(self._text, parameters)
                found = driver.fetchall() if self._names else ()
        except BaseException as error:  # noqa: BLE001 - raised again, as what SQLAlchemy makes of it
            is_told = isinstance(error, connection.dialect.loaded_dbapi.Error)
            connection._handle_dbapi_exception(error, self._text if is_told else None, None, None, None)
        if is_watched:
            for told in connection.dispatch.after_cursor_execute:
                told(connection, driver, self._text, parameters, None, False)
        return [self._read(row) for row in found]

    def _read(self, found: Sequence[Any]) -> Row:
        row = dict(zip(self._names, found, strict=True))
        for name, convert in self._converts:
            row[name] = convert(row[name])
        return row


def _into(kind: TypeEngine[Any], dialect: Dialect) -> Convert | None:
    """What makes a value ready for the driver."""
    return kind.dialect_impl(dialect).bind_processor(dialect)


def _out_of(kind: TypeEngine[Any], dialect: Dialect) -> Convert | None:
    return kind.dialect_impl(dialect).result_processor(dialect, None)


def _returned(statement: Insert | Update) -> Sequence[Any]:
    return statement.returning_column_descriptions if statement._returning else ()
