"""What a settlement makes each fund bear beyond its choices, and the word of the fund's owner.

Revision ID: 0036
Revises: 0035
"""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
SHARES = "settlement_share"
SAID = "a settlement that was confirmed or discarded stays as it is"


def upgrade() -> None:
    op.create_table(
        SHARES,
        sa.Column("settlement_id", BIG_ID, nullable=False),
        sa.Column("fund_id", BIG_ID, nullable=False),
        sa.Column("more_fen", BIG_ID, nullable=False),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("agreed_by", sa.String(80), nullable=True),
        sa.CheckConstraint("more_fen <> 0", name=op.f("ck_settlement_share_more")),
        sa.CheckConstraint("(agreed_at IS NULL) = (agreed_by IS NULL)", name=op.f("ck_settlement_share_agreed")),
        sa.CheckConstraint("agreed_by IS NULL OR more_fen > 0", name=op.f("ck_settlement_share_agreed_to_more")),
        sa.ForeignKeyConstraint(["settlement_id"], ["settlement.id"], name=op.f("fk_settlement_share_settlement_id")),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f("fk_settlement_share_fund_id")),
        sa.PrimaryKeyConstraint("settlement_id", "fund_id", name=op.f("pk_settlement_share")),
    )
    op.create_index(op.f("ix_settlement_share_fund_id"), SHARES, ["fund_id"])
    # Until now the library's confirmation was the word for all funds.
    op.execute(
        f"INSERT INTO {SHARES} (settlement_id, fund_id, more_fen, agreed_at, agreed_by) "  # noqa: S608 - words of our own
        "SELECT s.id, e.fund_id, SUM(e.fen), "
        "CASE WHEN SUM(e.fen) > 0 THEN s.library_confirmed_at END, CASE WHEN SUM(e.fen) > 0 THEN s.library_confirmed_by END "
        "FROM settlement s JOIN settlement_line l ON l.settlement_id = s.id AND l.is_standing "
        "JOIN fund_entry e ON e.selection_id = l.selection_id AND e.kind = 'settlement' "
        "WHERE s.status IN ('frozen','paid') GROUP BY s.id, e.fund_id, s.library_confirmed_at, s.library_confirmed_by "
        "HAVING SUM(e.fen) <> 0"
    )
    # Drafts are summed up, and agreed to, anew: what was confirmed of them is to be confirmed again.
    op.execute(
        "UPDATE settlement SET library_taken_back_at = library_confirmed_at, library_confirmed_at = NULL, library_confirmed_by = NULL "
        "WHERE status = 'draft' AND library_confirmed_by IS NOT NULL"
    )
    _guard()


def downgrade() -> None:
    op.drop_table(SHARES)


def _guard() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE TRIGGER {SHARES}_keeps_facts BEFORE INSERT OR UPDATE OR DELETE ON {SHARES} "
            "FOR EACH ROW EXECUTE FUNCTION settlement_line_stays()"
        )
        return
    for name, act, ids in (
        ("is_not_added", "INSERT", "NEW.settlement_id"),
        ("keeps_facts", "UPDATE", "OLD.settlement_id, NEW.settlement_id"),
        ("keeps_rows", "DELETE", "OLD.settlement_id"),
    ):
        op.execute(
            f"""CREATE TRIGGER {SHARES}_{name} BEFORE {act} ON {SHARES}
                WHEN EXISTS (SELECT 1 FROM settlement s WHERE s.id IN ({ids}) AND s.status <> 'draft')
                BEGIN SELECT RAISE(ABORT, '{SAID}'); END"""  # noqa: S608 - words of our own
        )
