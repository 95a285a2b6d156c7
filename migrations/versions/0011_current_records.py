"""The current record of a source and number is found by its index on SQLite too.

SQLite uses a partial index only where a statement repeats the condition, and statements say `is_current = 1`.

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

NAME, TABLE, COLUMNS = "uq_source_record_current", "source_record", ["source", "identity"]


def upgrade() -> None:
    _replace("is_current = 1")


def downgrade() -> None:
    _replace("is_current")


def _replace(condition: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.drop_index(NAME, table_name=TABLE)
        op.create_index(NAME, TABLE, COLUMNS, unique=True, sqlite_where=sa.text(condition))
