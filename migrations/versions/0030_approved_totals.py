"""An order keeps the total that a second person agreed to, and the limit that one person was held to.

Revision ID: 0030
Revises: 0029
"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

APPROVED = "ck_purchase_order_approved_total"


def upgrade() -> None:
    op.add_column("purchase_order", sa.Column("approved_fen", sa.Integer(), nullable=True))
    op.add_column("purchase_order", sa.Column("limit_fen", sa.Integer(), nullable=True))
    op.execute(
        "UPDATE purchase_order SET approved_fen = (SELECT COALESCE(SUM(e.fen), 0) FROM fund_entry e "
        "JOIN order_line l ON l.id = e.order_line_id WHERE l.order_id = purchase_order.id) WHERE approved_by IS NOT NULL"
    )
    with op.batch_alter_table("purchase_order") as batch:
        batch.create_check_constraint(op.f(APPROVED), "(approved_by IS NULL) = (approved_fen IS NULL)")


def downgrade() -> None:
    with op.batch_alter_table("purchase_order") as batch:
        batch.drop_constraint(op.f(APPROVED), type_="check")
        batch.drop_column("limit_fen")
        batch.drop_column("approved_fen")
