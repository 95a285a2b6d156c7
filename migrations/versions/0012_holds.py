"""Holds: who waits for what, in which order, and which copy was found for them; and copies that were not where they should stand.

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
OPEN = "status IN ('queued','targeted','in_transit','ready')"
WITH_COPY = "status IN ('targeted','in_transit','ready')"
WAITING = "status IN ('queued','targeted')"


def upgrade() -> None:
    op.create_table(
        "hold",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("patron_id", BIG_ID, nullable=True),
        sa.Column("bib_id", BIG_ID, nullable=False),
        sa.Column("item_id", BIG_ID, nullable=True),
        sa.Column("volume", sa.String(100), nullable=True),
        sa.Column("wants", sa.String(110), nullable=False),
        sa.Column("pickup_id", BIG_ID, nullable=False),
        sa.Column("status", sa.String(12), nullable=False),
        sa.Column("rank", BIG_ID, nullable=False),
        sa.Column("placed_at", INSTANT, nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("suspended_until", sa.Date(), nullable=True),
        sa.Column("copy_id", BIG_ID, nullable=True),
        sa.Column("targeted_at", INSTANT, nullable=True),
        sa.Column("ready_at", INSTANT, nullable=True),
        sa.Column("shelf_until", sa.Date(), nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("end_reason", sa.String(16), nullable=True),
        sa.Column("loan_id", BIG_ID, nullable=True),
        sa.Column("to_clear", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "status IN ('queued','targeted','in_transit','ready','collected','cancelled','expired')",
            name=op.f("ck_hold_status"),
        ),
        sa.CheckConstraint(
            "end_reason IN ('collected','reader','staff','merged','too_late','not_collected')",
            name=op.f("ck_hold_end_reason"),
        ),
        sa.CheckConstraint(
            "(status IN ('collected','cancelled','expired')) = (ended_at IS NOT NULL)", name=op.f("ck_hold_ended")
        ),
        sa.CheckConstraint("(ended_at IS NULL) = (end_reason IS NULL)", name=op.f("ck_hold_ended_has_reason")),
        sa.CheckConstraint("ended_at IS NOT NULL OR patron_id IS NOT NULL", name=op.f("ck_hold_open_has_patron")),
        sa.CheckConstraint(
            "status NOT IN ('targeted','in_transit','ready') OR copy_id IS NOT NULL", name=op.f("ck_hold_has_copy")
        ),
        sa.CheckConstraint("status <> 'queued' OR copy_id IS NULL", name=op.f("ck_hold_queued_has_none")),
        sa.CheckConstraint("item_id IS NULL OR volume IS NULL", name=op.f("ck_hold_copy_or_volume")),
        sa.CheckConstraint("loan_id IS NULL OR status = 'collected'", name=op.f("ck_hold_loan_of_collected")),
        sa.ForeignKeyConstraint(["patron_id"], ["patron.id"], name=op.f("fk_hold_patron_id")),
        sa.ForeignKeyConstraint(["bib_id"], ["bib.id"], name=op.f("fk_hold_bib_id")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_hold_item_id")),
        sa.ForeignKeyConstraint(["pickup_id"], ["org_unit.id"], name=op.f("fk_hold_pickup_id")),
        sa.ForeignKeyConstraint(["copy_id"], ["item.id"], name=op.f("fk_hold_copy_id")),
        sa.ForeignKeyConstraint(["loan_id"], ["loan.id"], name=op.f("fk_hold_loan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hold")),
        sa.UniqueConstraint("loan_id", name=op.f("uq_hold_loan_id")),
    )
    op.create_index(op.f("ix_hold_bib_id"), "hold", ["bib_id"])
    op.create_index(op.f("ix_hold_item_id"), "hold", ["item_id"])
    op.create_index(op.f("ix_hold_copy_id"), "hold", ["copy_id"])
    op.create_index("ix_hold_patron", "hold", ["patron_id", "placed_at"])
    _create_partial("uq_hold_one_open", ["patron_id", "bib_id", "wants"], OPEN, unique=True)
    _create_partial("uq_hold_one_a_copy", ["copy_id"], WITH_COPY, unique=True)
    _create_partial("ix_hold_waiting", ["bib_id", "rank"], WAITING)
    _create_partial("ix_hold_open_pickup", ["pickup_id"], OPEN)
    op.create_table(
        "shelf_miss",
        sa.Column("item_id", BIG_ID, nullable=False),
        sa.Column("org_id", BIG_ID, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_shelf_miss_item_id")),
        sa.ForeignKeyConstraint(["org_id"], ["org_unit.id"], name=op.f("fk_shelf_miss_org_id")),
        sa.PrimaryKeyConstraint("item_id", name=op.f("pk_shelf_miss")),
    )
    op.create_index(op.f("ix_shelf_miss_org_id"), "shelf_miss", ["org_id"])


def downgrade() -> None:
    op.drop_table("shelf_miss")
    op.drop_table("hold")


def _create_partial(name: str, columns: list[str], condition: str, *, unique: bool = False) -> None:
    where = sa.text(condition)
    op.create_index(name, "hold", columns, unique=unique, sqlite_where=where, postgresql_where=where)
