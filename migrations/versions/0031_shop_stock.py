"""Whether a shop's stock binds at its counter, and which choices were counted out of it.

Choices made online were always counted out of the stock, where there was one.

Revision ID: 0031
Revises: 0030
"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("shop_terms", sa.Column("stock_binds", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("selection", sa.Column("took_stock", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.execute("UPDATE selection SET took_stock = is_online")


def downgrade() -> None:
    op.drop_column("selection", "took_stock")
    op.drop_column("shop_terms", "stock_binds")
