"""Readers are told when staff set their PIN: a kind of notice more.

Revision ID: 0024
Revises: 0023
"""

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

BEFORE = ("due_soon", "overdue", "recalled", "hold_ready", "hold_over", "card_expires")
TABLES = ("notice", "notice_occasion", "notice_template")


def upgrade() -> None:
    _allow(*BEFORE, "pin_set", "transfer_late")


def downgrade() -> None:
    told = "SELECT id FROM notice WHERE kind = 'pin_set'"
    op.execute(f"DELETE FROM notice_delivery WHERE notice_id IN ({told})")  # noqa: S608 - words of our own
    for table in ("notice_occasion", "notice", "notice_template"):
        op.execute(f"DELETE FROM {table} WHERE kind = 'pin_set'")  # noqa: S608
    _allow(*BEFORE, "transfer_late")


def _allow(*kinds: str) -> None:
    listed = ",".join(f"'{kind}'" for kind in kinds)
    for table in TABLES:
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(op.f(f"ck_{table}_kind"), type_="check")
            batch.create_check_constraint(op.f(f"ck_{table}_kind"), f"kind IN ({listed})")
