"""What hangs on a title or a copy, in whatever room: found by the references that the tables themselves declare.

So a table that a room adds tomorrow counts too, and no lower room needs to know of an upper one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any, Final

from sqlalchemy import Column, ForeignKey, Table, select, union
from sqlalchemy.orm import Session

from kernel.db import Base

_AT_ONCE: Final = 500


def references_to(table: str, *, but: Collection[str] = ()) -> list[Column[Any]]:
    """The columns that name a row of `table` by its id, those of the tables in `but` left out."""
    return [
        column
        for other in Base.metadata.sorted_tables
        if other.name not in but
        for column in other.columns
        if any(_leads_to(key, table) for key in column.foreign_keys)
    ]


def hung_on(session: Session, table: str, ids: Collection[int], *, but: Collection[str] = ()) -> set[int]:
    """Those of these ids that some row names, all tables asked in one statement."""
    columns, found = references_to(table, but=but), set[int]()
    for part in _parts(sorted(ids)):
        named = union(*(select(column).where(column.in_(part)) for column in columns))
        found |= set(session.scalars(named))
    return found


def unique_beside(column: Column[Any]) -> list[Column[Any]]:
    """The other columns of the primary key that a reference is part of: they may clash when the reference is turned elsewhere."""
    table = column.table
    assert isinstance(table, Table)
    return [other for other in table.primary_key.columns if other is not column] if column.primary_key else []


def _leads_to(key: ForeignKey, table: str) -> bool:
    return key.target_fullname == f"{table}.id"


def _parts(ids: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(ids), _AT_ONCE):
        yield ids[start : start + _AT_ONCE]
