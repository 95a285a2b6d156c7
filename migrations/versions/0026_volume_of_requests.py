"""A unit may ask for one volume of a set.

Revision ID: 0026
Revises: 0025
"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("transfer_request", sa.Column("volume", sa.String(100), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("transfer_request") as batch:
        batch.drop_column("volume")
