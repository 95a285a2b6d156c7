"""Writes of one act: those that need no answer from each other, sent to the database together, and rows that may be there already."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Insert, Table, Update, bindparam, insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from kernel.statements import Statement


@dataclass(frozen=True, slots=True)
class Write:
    """A statement made once, and values for its parameters."""

    statement: Insert | Update
    values: Mapping[str, Any]


class Insertion:
    """How a row comes into a table: made once, gives the row's id, and goes together with other writes."""

    def __init__(self, table: Table, *columns: str) -> None:
        # Parameters named like columns would be taken for columns of the other tables, too.
        self._names = {column: f"{table.name}_{column}" for column in columns}
        values: dict[str, Any] = {column: bindparam(name) for column, name in self._names.items()}
        self._statement = insert(table).values(values).returning(table.c.id)

    def of(self, row: Mapping[str, Any]) -> Write:
        return Write(self._statement, {name: row[column] for column, name in self._names.items()})


def write_together(session: Session, *writes: Write) -> Any:
    """Do all of these; gives what the last returns, the id of its row.

    PostgreSQL gets one statement, `WITH` the others before the last: none of them sees what another does, so no two may touch the same
    row. SQLite knows no such statement, and is no round trip away: it gets one after the other.
    """
    joined = _joined(*(write.statement for write in writes))
    if session.get_bind().dialect.name == "sqlite":
        rows = [_single(write.statement).first(session, write.values) for write in writes]
        row = rows[-1]
    else:
        row = joined.first(session, {name: value for write in writes for name, value in write.values.items()})
    return None if row is None else next(iter(row.values()))


def insert_into(session: Session, table: Table) -> postgresql.Insert | sqlite.Insert:
    """An INSERT that can be told what to do where the row is there already: `on_conflict_do_nothing`, `on_conflict_do_update`."""
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    return dialect.insert(table)  # type: ignore[no-any-return]


_single = cache(Statement)


@cache
def _joined(*statements: Insert | Update) -> Statement:
    *others, last = statements
    names = [name for statement in statements for name in statement.compile().params]
    columns = {column.name for statement in statements for column in statement.table.c}
    if len(names) > len(set(names)) or not columns.isdisjoint(names):
        raise ValueError(f"parameters of writes that go together need names of their own: {sorted(names)}")
    return Statement(last.add_cte(*(one.cte(f"write_{n}") for n, one in enumerate(others))))
