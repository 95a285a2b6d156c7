"""A deposit given back above the limit waits for a second person like what is let go; and of one fee the open and the paid part may both wait.

Revision ID: 0023
Revises: 0022
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

NAME = "uq_approval_one_waiting"
WAITING = sa.text("status = 'waiting'")


def upgrade() -> None:
    _allow("'waiver','refund','reversal','payout','deposit_return'", "act IN ('payout','deposit_return')")
    _index("about_id", "act")


def downgrade() -> None:
    op.execute("DELETE FROM approval WHERE act = 'deposit_return'")
    op.execute(
        "UPDATE approval SET status = 'refused', decided_by = 'migration', decided_at = asked_at "
        "WHERE status = 'waiting' AND id NOT IN "
        "(SELECT min(id) FROM approval WHERE status = 'waiting' GROUP BY about_id, CASE WHEN about_id IS NULL THEN id END)"
    )
    _allow("'waiver','refund','reversal','payout'", "act = 'payout'")
    _index("about_id")


def _allow(acts: str, names_nothing: str) -> None:
    with op.batch_alter_table("approval") as batch:
        for name, condition in (
            ("act", f"act IN ({acts})"),
            ("names_its_entry", f"({names_nothing}) = (about_id IS NULL)"),
        ):
            batch.drop_constraint(op.f(f"ck_approval_{name}"), type_="check")
            batch.create_check_constraint(op.f(f"ck_approval_{name}"), condition)


def _index(*columns: str) -> None:
    op.drop_index(NAME, table_name="approval")
    op.create_index(NAME, "approval", [*columns], unique=True, sqlite_where=WAITING, postgresql_where=WAITING)
