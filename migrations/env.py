"""How Alembic reaches the database: on the connection of a `Database` that `migrations.upgrade` hands over."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

from alembic import context
from sqlalchemy import Connection, text

from kernel.db import Database, UtcDateTime
from migrations.models import METADATA

LOCK = 7_016_402  # any number: two processes that start at once upgrade one after the other


def render_item(kind: str, thing: Any, _context: Any) -> str | Literal[False]:
    """Migrations stand alone: they name the database's types, not the program's."""
    if kind == "type" and isinstance(thing, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


@contextmanager
def unguarded(database: Database, connection: Connection) -> Iterator[None]:
    """SQLite changes a table by building it anew under its name, which its guard over references would take for the loss of all rows.
    The guard is lifted before the transaction and set again after it; within, `check_references` sees that nothing hangs loose."""
    if not database.is_sqlite:
        yield
        return
    raw = connection.connection.dbapi_connection
    assert raw is not None
    raw.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        raw.execute("PRAGMA foreign_keys=ON")


def check_references(connection: Connection) -> None:
    """Raises RuntimeError for a row whose reference leads nowhere; the migration is then rolled back."""
    loose = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if loose is not None:
        raise RuntimeError(f"a migration left a reference of {loose[0]} to {loose[2]} that leads nowhere")


database: Database = context.config.attributes["database"]
engine = database.engine.execution_options(tongjie_write=True)
with engine.connect() as connection, unguarded(database, connection):
    context.configure(
        connection=connection,
        target_metadata=METADATA,
        render_as_batch=database.is_sqlite,
        compare_type=True,
        render_item=render_item,
        transaction_per_migration=False,
    )
    with context.begin_transaction():
        if not database.is_sqlite:
            connection.execute(text("SET LOCAL statement_timeout = 0"))
            connection.execute(text("SET LOCAL lock_timeout = '30s'"))
            connection.execute(text(f"SELECT pg_advisory_xact_lock({LOCK})"))
        context.run_migrations()
        if database.is_sqlite:
            check_references(connection)
