"""PostgreSQL's driver, as SQLAlchemy uses it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import psycopg


def numbered_cursor(connection: Any) -> psycopg.Cursor[Any]:
    """A cursor for statements whose parameters are numbered as PostgreSQL does it itself."""
    assert isinstance(connection, psycopg.Connection)
    return psycopg.RawCursor(connection)


class LazyCursor(psycopg.Cursor[Any]):
    """Describes the columns of a result to who looks at them. SQLAlchemy asks after every run of a statement whether there are any, but
    reads them after the first only; to describe each column each time is a tenth of what a statement costs the driver."""

    @property
    def description(self) -> Any:
        count = self.pgresult.nfields if self.pgresult is not None else 0
        return _Columns(self, count) if count else super().description


class _Columns(Sequence[psycopg.Column]):
    def __init__(self, cursor: LazyCursor, count: int) -> None:
        self._cursor, self._count = cursor, count

    @cached_property
    def _described(self) -> list[psycopg.Column]:
        return super(LazyCursor, self._cursor).description or []

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, index: Any) -> Any:
        return self._described[index]
