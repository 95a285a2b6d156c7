"""What was noted today already, so that a question asked again is counted once.

Revision ID: 0041
Revises: 0040
"""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "noted_today",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("token", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("day", "token", name=op.f("pk_noted_today")),
    )


def downgrade() -> None:
    op.drop_table("noted_today")
