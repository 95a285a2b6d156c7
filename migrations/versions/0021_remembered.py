"""No list of readers is kept, so the table for them goes; and what is still to be forgotten is found without reading
all returned loans.

Revision ID: 0021
Revises: 0020
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
JSON = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
REMEMBERED = sa.text("closed_at IS NOT NULL AND patron_id IS NOT NULL")


def upgrade() -> None:
    op.drop_table("patron_import")
    op.create_index("ix_loan_remembered", "loan", ["closed_at"], sqlite_where=REMEMBERED, postgresql_where=REMEMBERED)


def downgrade() -> None:
    op.drop_index("ix_loan_remembered", table_name="loan")
    op.create_table(
        "patron_import",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("author", sa.String(80), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("filename", sa.String(200), nullable=False),
        sa.Column("options", JSON, nullable=False),
        sa.Column("status", sa.String(8), nullable=False),
        sa.Column("counts", JSON, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("refused", sa.LargeBinary(), nullable=True),
        sa.Column("done_at", INSTANT, nullable=True),
        sa.CheckConstraint("status IN ('checked','done')", name=op.f("ck_patron_import_status")),
        sa.CheckConstraint("(status = 'done') = (done_at IS NOT NULL)", name=op.f("ck_patron_import_done")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patron_import")),
    )
