"""How Alembic reaches the database: on the connection of a `Database` that `migrations.upgrade` hands over."""

from typing import Any, Literal

from alembic import context
from sqlalchemy import text

from kernel.db import Database, UtcDateTime
from migrations.models import METADATA

LOCK = 7_016_402  # any number: two processes that start at once upgrade one after the other


def render_item(kind: str, thing: Any, _context: Any) -> str | Literal[False]:
    """Migrations stand alone: they name the database's types, not the program's."""
    if kind == "type" and isinstance(thing, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


database: Database = context.config.attributes["database"]
engine = database.engine.execution_options(tongjie_write=True)
with engine.connect() as connection:
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
