"""Of quotas used on days that are over, months are kept without shop and price; who ever chose is noted by itself.

Revision ID: 0033
Revises: 0032
"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

# The days of a month are not known any more: its first day and one of the shops stand for them, so that no quota is used twice.
UNFOLD = """INSERT INTO quota_use (programme_id, patron_id, day, shop_id, books, price_fen)
    SELECT p.programme_id, p.patron_id, p.month,
           (SELECT MIN(s.shop_id) FROM selection s WHERE s.programme_id = p.programme_id), p.books, p.price_fen
    FROM quota_past p WHERE p.patron_id IS NOT NULL AND p.books > 0
    ON CONFLICT (programme_id, patron_id, day, shop_id) DO UPDATE
    SET books = quota_use.books + excluded.books, price_fen = quota_use.price_fen + excluded.price_fen"""


def upgrade() -> None:
    op.create_table(
        "quota_past",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("programme_id", BIG_ID, nullable=False),
        sa.Column("patron_id", BIG_ID, nullable=True),
        sa.Column("reader", BIG_ID, nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("books", sa.Integer(), nullable=False),
        sa.Column("price_fen", BIG_ID, nullable=False),
        sa.CheckConstraint("books >= 0 AND price_fen >= 0", name=op.f("ck_quota_past_used")),
        sa.CheckConstraint("patron_id IS NOT NULL OR price_fen = 0", name=op.f("ck_quota_past_nameless")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_quota_past_programme_id")),
        sa.ForeignKeyConstraint(["patron_id"], ["patron.id"], name=op.f("fk_quota_past_patron_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quota_past")),
        sa.UniqueConstraint("programme_id", "patron_id", "month", name=op.f("uq_quota_past_programme_id")),
    )
    op.create_index(op.f("ix_quota_past_patron_id"), "quota_past", ["patron_id"])
    op.create_table(
        "chooser",
        sa.Column("patron_id", BIG_ID, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["patron_id"], ["patron.id"], name=op.f("fk_chooser_patron_id")),
        sa.PrimaryKeyConstraint("patron_id", name=op.f("pk_chooser")),
    )


def downgrade() -> None:
    op.execute(UNFOLD)
    op.drop_table("chooser")
    op.drop_index(op.f("ix_quota_past_patron_id"), table_name="quota_past")
    op.drop_table("quota_past")
