"""A row of the journal that a question leaves behind: what was looked for in vain, what was refused. Who asked is not noted.

In a transaction of its own, because a question only reads, and an impatient one, because it must be answered while others write.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session
from structlog import get_logger

from kernel import journal
from kernel.db import SQLITE_BUSY_TIMEOUT_MS, Database

log = get_logger("journal")

PATIENCE_MS = 250


def note(
    database: Database, act: str, *, at: datetime, channel: str, data: Mapping[str, Any], org_id: int | None = None
) -> bool:
    """False where the database would not take it: read-only, full or busy. That is logged and nothing else."""
    row = {"at": at, "author": "anonymous", "channel": channel, "org_id": org_id, "data": data}
    try:
        with database.engine.connect() as connection:
            _append(connection, act, row, is_sqlite=database.is_sqlite)
    except (DBAPIError, PoolTimeout) as error:
        log.warning("journal.not_noted", act=act, error=type(getattr(error, "orig", error)).__name__)
        return False
    return True


def _append(connection: Connection, act: str, row: Mapping[str, Any], *, is_sqlite: bool) -> None:
    if not is_sqlite:  # a new row of the journal waits for nobody there
        _insert(connection, act, row)
        return
    connection.exec_driver_sql(f"PRAGMA busy_timeout={PATIENCE_MS}")
    try:
        _insert(connection, act, row)
    finally:
        connection.rollback()
        connection.exec_driver_sql(f"PRAGMA busy_timeout={SQLITE_BUSY_TIMEOUT_MS}")


def _insert(connection: Connection, act: str, row: Mapping[str, Any]) -> None:
    with Session(connection) as session:
        journal.append(session, act, **row)
        session.commit()
    connection.commit()
