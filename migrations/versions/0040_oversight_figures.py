"""What became of chosen and of other bought copies, counted month by month.

Revision ID: 0040
Revises: 0039
"""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _month(table: str) -> None:
    op.create_index(op.f(f"ix_{table}_month"), table, ["month"])


def _counts(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.Integer(), nullable=False) for name in names]


def upgrade() -> None:
    op.create_table(
        "figures_month",
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("kept_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("month", name=op.f("pk_figures_month")),
    )
    op.create_table(
        "choice_month",
        sa.Column("programme_id", BIG_ID, nullable=False),
        sa.Column("shop_id", BIG_ID, nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        *_counts("copies", "lent", "loans", "with_readers", "to_process", "processed", "read"),
        sa.Column("read_days", sa.Float(), nullable=False),
        *_counts("put_up"),
        sa.Column("process_days", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_choice_month_programme_id")),
        sa.ForeignKeyConstraint(["shop_id"], ["org_unit.id"], name=op.f("fk_choice_month_shop_id")),
        sa.PrimaryKeyConstraint("programme_id", "shop_id", "month", name=op.f("pk_choice_month")),
    )
    op.create_table(
        "bought_month",
        sa.Column("home_id", BIG_ID, nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        *_counts("copies", "lent", "loans"),
        sa.ForeignKeyConstraint(["home_id"], ["org_unit.id"], name=op.f("fk_bought_month_home_id")),
        sa.PrimaryKeyConstraint("home_id", "month", name=op.f("pk_bought_month")),
    )
    for table in ("choice_month", "bought_month"):
        _month(table)


def downgrade() -> None:
    for table in ("bought_month", "choice_month", "figures_month"):
        op.drop_table(table)
