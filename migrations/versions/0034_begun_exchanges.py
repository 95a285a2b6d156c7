"""An exchange that a clerk began and has not finished stands with its choice.

Revision ID: 0034
Revises: 0033
"""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

INDEX = "ix_selection_exchanging"


def upgrade() -> None:
    op.add_column("selection", sa.Column("exchange_begun_at", sa.DateTime(timezone=True), nullable=True))
    begun = sa.text("exchange_begun_at IS NOT NULL")
    op.create_index(INDEX, "selection", ["shop_id"], sqlite_where=begun, postgresql_where=begun)


def downgrade() -> None:
    op.drop_index(INDEX, "selection")
    op.drop_column("selection", "exchange_begun_at")
