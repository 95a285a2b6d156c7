"""Notes what was looked for in vain: the demand that purchasing and statistics read from the journal. Who looked is not noted.

In a transaction of its own, because a search only reads, and an impatient one, because a search must answer while others write.
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

log = get_logger("search")

PATIENCE_MS = 250


def record_miss(database: Database, *, at: datetime, channel: str, data: Mapping[str, Any]) -> bool:
    """False where the database would not take it: read-only, full or busy. That is logged and nothing else."""
    try:
        _append(database, at, channel, data)
    except (DBAPIError, PoolTimeout) as error:
        log.warning("search.miss_not_recorded", error=type(getattr(error, "orig", error)).__name__)
        return False
    return True


def _append(database: Database, at: datetime, channel: str, data: Mapping[str, Any]) -> None:
    with database.engine.connect() as connection:
        if not database.is_sqlite:  # a new row of the journal waits for nobody there
            _insert(connection, at, channel, data)
            return
        connection.exec_driver_sql(f"PRAGMA busy_timeout={PATIENCE_MS}")
        try:
            _insert(connection, at, channel, data)
        finally:
            connection.rollback()
            connection.exec_driver_sql(f"PRAGMA busy_timeout={SQLITE_BUSY_TIMEOUT_MS}")


def _insert(connection: Connection, at: datetime, channel: str, data: Mapping[str, Any]) -> None:
    with Session(connection) as session:
        journal.append(session, "search_missed", at=at, author="anonymous", channel=channel, data=data)
        session.commit()
    connection.commit()
