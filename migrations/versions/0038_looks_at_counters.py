"""Looks at readers are found by unit and day, to count those of a clerk.

Revision ID: 0038
Revises: 0037
"""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

LOOKED = sa.text("act = 'person_viewed'")


def upgrade() -> None:
    op.create_index("ix_journal_looked", "journal", ["org_id", "at"], sqlite_where=LOOKED, postgresql_where=LOOKED)


def downgrade() -> None:
    op.drop_index("ix_journal_looked", table_name="journal")
