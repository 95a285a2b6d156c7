"""Many rows in one statement, for whoever writes thousands: column by column, so that nothing but the values is done once a row.

PostgreSQL gets each column as one array, which it takes apart itself; SQLite's driver gets the rows one after the other, since there a
statement costs nothing to send.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from json import dumps
from typing import Any, NamedTuple

from sqlalchemy import JSON, Column, Connection, Dialect, String, Table, text
from sqlalchemy.orm import Session
from sqlalchemy.sql.schema import ScalarElementColumnDefault

_NEXT_IDS = text(
    "WITH counter AS MATERIALIZED (SELECT pg_get_serial_sequence(:table, 'id')::regclass AS name) "
    "SELECT nextval(counter.name) FROM counter, generate_series(1, :count)"
)

Row = Mapping[str, Any]


def insert_all(session: Session, table: Table, rows: Sequence[Row]) -> Sequence[int]:
    """Insert rows, which all have the same columns but no id, in one go; their ids, in the order of the rows.

    SQLite promises no order of what RETURNING gives back, but its only writer counts ids up one by one. PostgreSQL gives the ids before.
    """
    if not rows:
        return ()
    if session.get_bind().dialect.name != "sqlite":
        ids: Sequence[int] = session.scalars(_NEXT_IDS, {"table": table.name, "count": len(rows)}).all()
        insert_rows(session, table, [{"id": id_, **row} for id_, row in zip(ids, rows, strict=True)])
        return ids
    insert_rows(session, table, rows)
    last: int = session.execute(text("SELECT last_insert_rowid()")).scalar_one()
    return range(last - len(rows) + 1, last + 1)


def insert_rows(session: Session, table: Table, rows: Sequence[Row], *, on_conflict: str = "") -> None:
    """Insert rows, which all have the same columns; `on_conflict` is how the statement ends. Of columns that are left out those with a
    plain default get it; one that is worked out by the program has to be given (raises ValueError)."""
    if not rows:
        return
    connection = session.connection()
    columns = [_column(connection.dialect, table.c[name], [row[name] for row in rows]) for name in rows[0]]
    columns += _defaults(connection.dialect, table, rows[0], len(rows))
    write = _one_by_one if connection.dialect.name == "sqlite" else _by_arrays
    write(connection, table.name, columns, on_conflict)


class _Column(NamedTuple):
    """A column with the values that the driver takes; `type` is what PostgreSQL is told they are."""

    name: str
    type: str
    values: list[Any]

    @property
    def array(self) -> str:
        """Sent as bytes: a text of thousands of values would be escaped here and read through there. JSON is sent as what it is, text."""
        return f"%b::TEXT[]::{self.type}[]" if self.type == "JSONB" else f"%b::{self.type}[]"

    @property
    def is_same(self) -> bool:
        """Whether all rows have one value here, as the instant of their act."""
        return all(value == self.values[0] for value in self.values)


def _column(dialect: Dialect, column: Column[Any], values: list[Any]) -> _Column:
    made = column.type.dialect_impl(dialect)
    if isinstance(made, JSON):
        values = [None if value is None else dumps(value) for value in values]
    elif (process := made.bind_processor(dialect)) is not None:
        known = {value: process(value) for value in set(values)}
        values = [known[value] for value in values]
    # As text a value that is too long is refused; as VARCHAR(n) it would be cut in silence.
    type_ = "TEXT" if isinstance(made, String) else made.compile(dialect)
    return _Column(dialect.identifier_preparer.quote(column.name), type_, values)


def _defaults(dialect: Dialect, table: Table, given: Iterable[str], count: int) -> list[_Column]:
    filled: list[_Column] = []
    for column in table.columns:
        if column.default is None or column.name in given:
            continue
        if not isinstance(column.default, ScalarElementColumnDefault):
            raise ValueError(f"{table.name}.{column.name} is worked out by the program and has to be given")
        filled.append(_column(dialect, column, [column.default.arg] * count))
    return filled


def _one_by_one(connection: Connection, table: str, columns: Sequence[_Column], on_conflict: str) -> None:
    names = ", ".join(column.name for column in columns)
    marks = ", ".join("?" * len(columns))
    rows = list(zip(*(column.values for column in columns), strict=True))
    # The names in this statement and the next are those of our own models.
    connection.exec_driver_sql(f"INSERT INTO {table} ({names}) VALUES ({marks}) {on_conflict}", rows)  # noqa: S608


def _by_arrays(connection: Connection, table: str, columns: Sequence[_Column], on_conflict: str) -> None:
    """What is the same in all rows is given once; the first column is an array in any case, to say how many rows there are."""
    same: list[_Column] = []
    varying = [columns[0]]
    for column in columns[1:]:
        (same if column.is_same else varying).append(column)
    names = ", ".join(column.name for column in (*same, *varying))
    once = "".join(f"%s::{column.type}, " for column in same)
    arrays = ", ".join(column.array for column in varying)
    values = (*(column.values[0] for column in same), *(column.values for column in varying))
    statement = f"INSERT INTO {table} ({names}) SELECT {once}given.* FROM unnest({arrays}) AS given {on_conflict}"  # noqa: S608
    connection.exec_driver_sql(statement, values)
