"""A shop's list says which volumes share an ISBN.

Revision ID: 0047
Revises: 0046
"""

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("shop_offer", sa.Column("volumes", sa.String(500), nullable=False, server_default=""))


def downgrade() -> None:
    with op.batch_alter_table("shop_offer") as batch:
        batch.drop_column("volumes")
