"""Readers hear of books chosen on their card at a shop, and of what became of titles they suggested.

Revision ID: 0037
Revises: 0036
"""

from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

KINDS = (
    *("due_soon", "overdue", "recalled", "hold_ready", "hold_over", "card_expires", "pin_set", "transfer_late"),
    *("choice_ordered", "choice_sent", "choice_over"),
)
NEW_KINDS = ("choice_made", "choice_undone", "wish_ordered", "wish_bought", "wish_declined")
TOLD = ("notice_occasion", "notice", "notice_template")


def upgrade() -> None:
    _allow(*KINDS, *NEW_KINDS)


def downgrade() -> None:
    listed = ",".join(f"'{kind}'" for kind in NEW_KINDS)
    told = f"SELECT id FROM notice WHERE kind IN ({listed})"  # noqa: S608 - words of our own
    op.execute(f"DELETE FROM notice_delivery WHERE notice_id IN ({told})")  # noqa: S608
    for table in TOLD:
        op.execute(f"DELETE FROM {table} WHERE kind IN ({listed})")  # noqa: S608
    _allow(*KINDS)


def _allow(*kinds: str) -> None:
    listed = ",".join(f"'{kind}'" for kind in kinds)
    for table in TOLD:
        name = op.f(f"ck_{table}_kind")
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(name, type_="check")
            batch.create_check_constraint(name, f"kind IN ({listed})")
