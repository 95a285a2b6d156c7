"""How often a reader said in a year that a posted book did not come; what is missing now is counted from the start.

Revision ID: 0046
Revises: 0045
"""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
YEAR = {"sqlite": "CAST(strftime('%Y', d.missing_at) AS INTEGER)", "postgresql": "EXTRACT(YEAR FROM d.missing_at)::int"}
# Whoever is known still: the reader of a choice that waits, or of its open loan.
COUNTED = """INSERT INTO missed_parcels (programme_id, patron_id, year, parcels)
    SELECT programme_id, patron_id, year, COUNT(*) FROM (
        SELECT s.programme_id AS programme_id, COALESCE(s.patron_id, l.patron_id) AS patron_id, {year} AS year
        FROM selection s JOIN selection_delivery d ON d.selection_id = s.id LEFT JOIN loan l ON l.id = s.loan_id
        WHERE d.missing_at IS NOT NULL AND COALESCE(s.patron_id, l.patron_id) IS NOT NULL
    ) known
    WHERE year = (SELECT MAX({year}) FROM selection_delivery d)
    GROUP BY programme_id, patron_id, year"""


def upgrade() -> None:
    op.create_table(
        "missed_parcels",
        sa.Column("programme_id", BIG_ID, nullable=False),
        sa.Column("patron_id", BIG_ID, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("parcels", sa.Integer(), nullable=False),
        sa.CheckConstraint("parcels >= 0", name=op.f("ck_missed_parcels_parcels")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_missed_parcels_programme_id")),
        sa.ForeignKeyConstraint(["patron_id"], ["patron.id"], name=op.f("fk_missed_parcels_patron_id")),
        sa.PrimaryKeyConstraint("programme_id", "patron_id", "year", name=op.f("pk_missed_parcels")),
    )
    op.create_index(op.f("ix_missed_parcels_patron_id"), "missed_parcels", ["patron_id"])
    year = YEAR[op.get_bind().dialect.name]
    op.execute(COUNTED.format(year=year))


def downgrade() -> None:
    op.drop_index(op.f("ix_missed_parcels_patron_id"), table_name="missed_parcels")
    op.drop_table("missed_parcels")
