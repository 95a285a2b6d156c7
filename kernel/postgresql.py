"""PostgreSQL's driver, as SQLAlchemy uses it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import psycopg
from psycopg._preparing import PrepareManager
from psycopg.adapt import PyFormat, Transformer
from psycopg.pq import ExecStatus, TransactionStatus


class Prepared:
    """The statements made once that a connection was handed: each is prepared there the first time, and from then on one call of libpq
    sends parameters, waits and brings the rows. Values go in and come out as psycopg knows them; PostgreSQL itself says of which type a
    parameter is, so that numbers of any size are one statement."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection, self._line = connection, connection.pgconn
        self._values = Transformer(connection)
        self._names = set[bytes]()

    def run(
        self, name: bytes, statement: bytes, parameters: Sequence[Any], *, begins: bool
    ) -> Sequence[tuple[Any, ...]]:
        """The rows. `begins`: the statement belongs to a transaction, begun here where it is the first. Raises psycopg's errors."""
        with self._connection.lock:
            if begins and self._line.transaction_status == TransactionStatus.IDLE:
                _require_done(self._line.exec_(b"BEGIN"))
            if name not in self._names:
                _require_done(self._line.prepare(name, statement))
                self._names.add(name)
            given: Any = self._values.dump_sequence(parameters, [PyFormat.TEXT] * len(parameters))  # with None for null
            result = _require_done(self._line.exec_prepared(name, given))
            if not result.ntuples:
                return ()
            self._values.set_pgresult(result)
            return self._values.load_rows(0, result.ntuples, tuple)


def _require_done(result: Any) -> Any:
    if result.status not in (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK):
        error = psycopg.errors.error_from_result(result)
        # Without a code it is libpq that speaks, of a line that is gone. What PostgreSQL said before that is lost.
        raise error if error.sqlstate else psycopg.OperationalError(str(error))
    return result


class _KeptPlans(PrepareManager):
    """psycopg lets a connection forget all that it prepared when a transaction is rolled back, since a table made in it might be gone. Ours
    make rows: every refused act would have all that follow parsed and planned anew."""

    def clear(self) -> bool:
        return False


class Connection(psycopg.Connection[Any]):
    """Ends a transaction in one call of libpq, and none where there is none, as whenever a connection goes back to the pool."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._prepared = _KeptPlans()  # psycopg's name for what it prepares itself

    @cached_property
    def prepared(self) -> Prepared:
        """For as long as the connection lives."""
        return Prepared(self)

    def commit(self) -> None:
        if self.pgconn.transaction_status != TransactionStatus.INTRANS:
            super().commit()
            return
        with self.lock:
            _require_done(self.pgconn.exec_(b"COMMIT"))

    def rollback(self) -> None:
        if self.pgconn.transaction_status != TransactionStatus.IDLE:
            super().rollback()


def connect(_dialect: object, _record: object, arguments: Sequence[Any], options: Mapping[str, Any]) -> Connection:
    """For SQLAlchemy's event `do_connect`."""
    return Connection.connect(*arguments, **options)


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
