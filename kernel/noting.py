"""A row of the journal that a question leaves behind: what was looked for in vain, what was refused. Who asked is not noted.

In a transaction of its own, because a question only reads, and an impatient one, because it must be answered while others write. Where the
same question is to count once a day, a hash of what makes it the same is kept until the day is over, and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import blake2b
from typing import Any

from sqlalchemy import Connection, String, delete
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Mapped, Session, mapped_column
from structlog import get_logger

from kernel import journal
from kernel.clock import local_day
from kernel.db import SQLITE_BUSY_TIMEOUT_MS, Base, Database, rows_changed, table_of
from kernel.writes import insert_into

log = get_logger("journal")

PATIENCE_MS = 250


class NotedToday(Base):
    """A question that was noted on a day; `token` is a hash of it."""

    __tablename__ = "noted_today"

    day: Mapped[date] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(String(32), primary_key=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class OnceADay:
    """What makes a question the same as another (`asked`), and the name of the list in `data` of which each value is noted once for it."""

    asked: tuple[object, ...]
    values: str

    def token(self, value: str) -> str:
        return blake2b(repr((*self.asked, value)).encode(), digest_size=16).hexdigest()


def note(
    database: Database,
    act: str,
    *,
    at: datetime,
    channel: str,
    data: Mapping[str, Any],
    org_id: int | None = None,
    once: OnceADay | None = None,
) -> bool:
    """False where the database would not take it: read-only, full or busy. That is logged and nothing else. With `once` only those values
    of the list are noted that were not on this day; where all were, nothing is."""
    row = {"at": at, "author": "anonymous", "channel": channel, "org_id": org_id, "data": data}
    try:
        with database.engine.connect() as connection:
            _append(connection, act, row, once, is_sqlite=database.is_sqlite)
    except (DBAPIError, PoolTimeout) as error:
        log.warning("journal.not_noted", act=act, error=type(getattr(error, "orig", error)).__name__)
        return False
    return True


def forget_noted(session: Session, today: date) -> int:
    """Days that are over; how many hashes there were."""
    return rows_changed(session.execute(delete(NotedToday).where(NotedToday.day < today)))


def _append(
    connection: Connection, act: str, row: Mapping[str, Any], once: OnceADay | None, *, is_sqlite: bool
) -> None:
    if not is_sqlite:  # a new row of the journal waits for nobody there, but for the same question at the same time
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {PATIENCE_MS}")
        _insert(connection, act, row, once)
        return
    connection.exec_driver_sql(f"PRAGMA busy_timeout={PATIENCE_MS}")
    try:
        _insert(connection, act, row, once)
    finally:
        connection.rollback()
        connection.exec_driver_sql(f"PRAGMA busy_timeout={SQLITE_BUSY_TIMEOUT_MS}")


def _insert(connection: Connection, act: str, row: Mapping[str, Any], once: OnceADay | None) -> None:
    with Session(connection) as session:
        data = row["data"] if once is None else _new_today(session, row, once)
        if data is not None:
            journal.append(session, act, **{**row, "data": data})
        session.commit()
    connection.commit()


def _new_today(session: Session, row: Mapping[str, Any], once: OnceADay) -> dict[str, Any] | None:
    """`data` with what was not noted on this day for this question; None where all was."""
    day, found = local_day(row["at"]), []
    for value in sorted(row["data"][once.values]):
        put = insert_into(session, table_of(NotedToday)).values(day=day, token=once.token(value))
        if session.execute(put.on_conflict_do_nothing().returning(table_of(NotedToday).c.token)).first() is not None:
            found.append(value)
    in_order = [value for value in row["data"][once.values] if value in found]
    return {**row["data"], once.values: in_order} if found else None
