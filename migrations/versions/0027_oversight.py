"""Processed books are found by day, without reading the whole journal.

Revision ID: 0027
Revises: 0026
"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

_PROCESSED = sa.text("act = 'item_processed'")


def upgrade() -> None:
    op.create_index(
        "ix_journal_processed", "journal", ["at", "item_id"], sqlite_where=_PROCESSED, postgresql_where=_PROCESSED
    )


def downgrade() -> None:
    op.drop_index("ix_journal_processed", table_name="journal")
