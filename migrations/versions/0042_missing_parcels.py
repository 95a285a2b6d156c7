"""A posted book may be said not to have arrived; on an invoice that is a difference of its own.

Revision ID: 0042
Revises: 0041
"""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

STATUSES = ("ordered", "sent", "lent", "unclaimed", "cancelled")
DIFFERENCES = ("price", "discount", "not_invoiced", "not_chosen", "twice", "cancelled", "returned", "not_lent")


def upgrade() -> None:
    op.add_column("selection_delivery", sa.Column("missing_at", sa.DateTime(timezone=True), nullable=True))
    _allow("selection", "status", *STATUSES, "missing")
    _allow("settlement_difference", "kind", *DIFFERENCES, "missing")


def downgrade() -> None:
    _allow("settlement_difference", "kind", *DIFFERENCES, instead="not_lent")
    _allow("selection", "status", *STATUSES, instead="sent")
    with op.batch_alter_table("selection_delivery") as batch:
        batch.drop_column("missing_at")


def _allow(table: str, column: str, *allowed: str, instead: str | None = None) -> None:
    """Other values of a column; `instead` of what is new stands something old. Triggers, which keep frozen settlements as they are, are put
    aside for it: SQLite makes the table anew, and would lose them."""
    bind, listed, name = op.get_bind(), ",".join(f"'{one}'" for one in allowed), op.f(f"ck_{table}_{column}")
    is_sqlite = bind.dialect.name == "sqlite"
    triggers: list[tuple[str, str]] = []
    if is_sqlite:
        found = sa.text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :tbl")
        triggers = [(row[0], row[1]) for row in bind.execute(found, {"tbl": table})]
        for trigger, _ in triggers:
            op.execute(f"DROP TRIGGER {trigger}")
    elif instead is not None:
        op.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    if instead is not None:
        op.execute(f"UPDATE {table} SET {column} = '{instead}' WHERE {column} = 'missing'")  # noqa: S608 - words of our own
    with op.batch_alter_table(table) as batch:
        batch.drop_constraint(name, type_="check")
        batch.create_check_constraint(name, f"{column} IN ({listed})")
    for _, statement in triggers:
        op.execute(sa.text(statement.replace(":", "\\:")))
    if not is_sqlite and instead is not None:
        op.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
