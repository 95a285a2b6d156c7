"""Books chosen from a shop's list: how they come to the reader, where to, and what the reader hears.

Revision ID: 0029
Revises: 0028
"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
KINDS = ("due_soon", "overdue", "recalled", "hold_ready", "hold_over", "card_expires", "pin_set", "transfer_late")
NEW_KINDS = ("choice_ordered", "choice_sent", "choice_over")
STATUSES = ("ordered", "sent", "lent", "cancelled")
TOLD = ("notice", "notice_occasion", "notice_template")


def upgrade() -> None:
    _allow_statuses(*STATUSES, "unclaimed")
    for table in TOLD:
        _allow_kinds(table, *KINDS, *NEW_KINDS)
    op.create_table(
        "selection_delivery",
        sa.Column("selection_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("way", sa.String(8), nullable=False),
        sa.Column("pickup_id", BIG_ID, nullable=True),
        sa.Column("hold_id", BIG_ID, nullable=True),
        sa.Column("postage_id", BIG_ID, nullable=True),
        sa.Column("sent_at", INSTANT, nullable=True),
        sa.Column("tracking", sa.String(80), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("gives_quota_back", sa.Boolean(), nullable=False),
        sa.CheckConstraint("way IN ('pickup','post')", name=op.f("ck_selection_delivery_way")),
        sa.CheckConstraint("(way = 'pickup') = (pickup_id IS NOT NULL)", name=op.f("ck_selection_delivery_pickup")),
        sa.CheckConstraint("way = 'pickup' OR hold_id IS NULL", name=op.f("ck_selection_delivery_hold")),
        sa.CheckConstraint(
            "way = 'post' OR (postage_id IS NULL AND due_on IS NULL)", name=op.f("ck_selection_delivery_post")
        ),
        sa.ForeignKeyConstraint(["selection_id"], ["selection.id"], name=op.f("fk_selection_delivery_selection_id")),
        sa.ForeignKeyConstraint(["pickup_id"], ["org_unit.id"], name=op.f("fk_selection_delivery_pickup_id")),
        sa.ForeignKeyConstraint(["hold_id"], ["hold.id"], name=op.f("fk_selection_delivery_hold_id")),
        sa.ForeignKeyConstraint(["postage_id"], ["account_entry.id"], name=op.f("fk_selection_delivery_postage_id")),
        sa.PrimaryKeyConstraint("selection_id", name=op.f("pk_selection_delivery")),
        sa.UniqueConstraint("hold_id", name=op.f("uq_selection_delivery_hold_id")),
    )
    op.create_table(
        "delivery_address",
        sa.Column("selection_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["selection_id"], ["selection.id"], name=op.f("fk_delivery_address_selection_id")),
        sa.PrimaryKeyConstraint("selection_id", name=op.f("pk_delivery_address")),
    )
    _take_up_again()


def _take_up_again() -> None:
    """Choices made online that the way down left: what names no reader was not collected; where a hold put the copy aside, it is collected
    there; what was not sent yet, where the programme's books are processed; the rest was posted."""
    op.execute("UPDATE selection SET status = 'unclaimed' WHERE status = 'sent' AND patron_id IS NULL")
    put_aside = "(SELECT MAX(h.id) FROM hold h WHERE h.item_id = s.item_id)"
    op.execute(
        "INSERT INTO selection_delivery (selection_id, way, pickup_id, hold_id, sent_at, gives_quota_back) "  # noqa: S608
        "SELECT s.id, CASE WHEN h.id IS NOT NULL OR s.status = 'ordered' THEN 'pickup' ELSE 'post' END, "
        "COALESCE(h.pickup_id, CASE WHEN s.status = 'ordered' THEN p.library_id END), h.id, "
        "CASE WHEN s.status <> 'ordered' THEN s.made_at END, FALSE "
        f"FROM selection s JOIN programme p ON p.id = s.programme_id LEFT JOIN hold h ON h.id = {put_aside} "
        "WHERE s.is_online"
    )


def downgrade() -> None:
    """Addresses are lost, and by which way a book goes to its reader. One that was not collected is told as sent to nobody."""
    op.execute("UPDATE selection SET status = 'sent' WHERE status = 'unclaimed'")
    op.drop_table("delivery_address")
    op.drop_table("selection_delivery")
    listed = ",".join(f"'{kind}'" for kind in NEW_KINDS)
    told = f"SELECT id FROM notice WHERE kind IN ({listed})"  # noqa: S608 - words of our own
    op.execute(f"DELETE FROM notice_delivery WHERE notice_id IN ({told})")  # noqa: S608
    for table in ("notice_occasion", "notice", "notice_template"):
        op.execute(f"DELETE FROM {table} WHERE kind IN ({listed})")  # noqa: S608
        _allow_kinds(table, *KINDS)
    _allow_statuses(*STATUSES)


def _allow_kinds(table: str, *kinds: str) -> None:
    _check(table, "kind", kinds)


def _allow_statuses(*statuses: str) -> None:
    _check("selection", "status", statuses)


def _check(table: str, column: str, allowed: tuple[str, ...]) -> None:
    listed, name = ",".join(f"'{one}'" for one in allowed), f"ck_{table}_{column}"
    with op.batch_alter_table(table) as batch:
        batch.drop_constraint(op.f(name), type_="check")
        batch.create_check_constraint(op.f(name), f"{column} IN ({listed})")
