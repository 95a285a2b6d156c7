"""How often a title's resource was opened is counted title by title."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_OPENED = sa.text("act = 'resource_opened'")


def upgrade() -> None:
    op.create_index("ix_journal_resource_opened", "journal", ["bib_id"], sqlite_where=_OPENED, postgresql_where=_OPENED)


def downgrade() -> None:
    op.drop_index("ix_journal_resource_opened", table_name="journal")
