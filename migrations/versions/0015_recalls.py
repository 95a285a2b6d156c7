"""A lent copy is called back for somebody who waits.

Revision ID: 0015
Revises: 0014
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("loan", sa.Column("recalled_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("hold") as batch:
        batch.add_column(sa.Column("recalled_loan_id", sa.BigInteger(), nullable=True))
        batch.create_foreign_key(op.f("fk_hold_recalled_loan_id_loan"), "loan", ["recalled_loan_id"], ["id"])
        batch.create_unique_constraint(op.f("uq_hold_recalled_loan_id"), ["recalled_loan_id"])


def downgrade() -> None:
    with op.batch_alter_table("hold") as batch:
        batch.drop_constraint(op.f("uq_hold_recalled_loan_id"), type_="unique")
        batch.drop_constraint(op.f("fk_hold_recalled_loan_id_loan"), type_="foreignkey")
        batch.drop_column("recalled_loan_id")
    op.drop_column("loan", "recalled_at")
