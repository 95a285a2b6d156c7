"""What branches ask each other to send: requests, refusals, and copies that a unit keeps for a time.

Revision ID: 0020
Revises: 0019
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
REQUESTED = "status = 'requested'"


def upgrade() -> None:
    _create_requests()
    with op.batch_alter_table("transfer") as batch:
        batch.add_column(sa.Column("request_id", BIG_ID, nullable=True))
        batch.add_column(sa.Column("went_on", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch.create_foreign_key(op.f("fk_transfer_request_id"), "transfer_request", ["request_id"], ["id"])
        batch.create_check_constraint(
            op.f("ck_transfer_asked_has_item"),
            "status <> 'requested' OR (item_id IS NOT NULL AND request_id IS NOT NULL)",
        )
    op.create_index(op.f("ix_transfer_request_id"), "transfer", ["request_id"])
    _create_partial("uq_transfer_one_asked", "item_id", unique=True)
    _create_partial("ix_transfer_asked_from", "from_id")
    _create_partial("ix_transfer_asked_to", "to_id")
    op.create_table(
        "transfer_refusal",
        sa.Column("transfer_id", BIG_ID, nullable=False),
        sa.Column("org_id", BIG_ID, nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("author", sa.String(80), nullable=False),
        sa.ForeignKeyConstraint(["transfer_id"], ["transfer.id"], name=op.f("fk_transfer_refusal_transfer_id")),
        sa.ForeignKeyConstraint(["org_id"], ["org_unit.id"], name=op.f("fk_transfer_refusal_org_id")),
        sa.PrimaryKeyConstraint("transfer_id", "org_id", name=op.f("pk_transfer_refusal")),
    )
    _create_stays()


def downgrade() -> None:
    op.drop_table("item_stay")
    op.drop_table("transfer_refusal")
    op.execute("DELETE FROM transfer WHERE status = 'requested'")
    for name in ("ix_transfer_asked_to", "ix_transfer_asked_from", "uq_transfer_one_asked"):
        op.drop_index(name, table_name="transfer")
    op.drop_index(op.f("ix_transfer_request_id"), table_name="transfer")
    with op.batch_alter_table("transfer") as batch:
        batch.drop_constraint(op.f("ck_transfer_asked_has_item"), type_="check")
        batch.drop_constraint(op.f("fk_transfer_request_id"), type_="foreignkey")
        batch.drop_column("went_on")
        batch.drop_column("request_id")
    op.drop_table("transfer_request")


def _create_requests() -> None:
    op.create_table(
        "transfer_request",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("to_id", BIG_ID, nullable=False),
        sa.Column("bib_id", BIG_ID, nullable=True),
        sa.Column("item_id", BIG_ID, nullable=True),
        sa.Column("criteria", JSON, nullable=True),
        sa.Column("copies", sa.Integer(), nullable=False),
        sa.Column("unfilled", sa.Integer(), nullable=False),
        sa.Column("needed_by", sa.Date(), nullable=True),
        sa.Column("keep_until", sa.Date(), nullable=True),
        sa.Column("note", sa.String(200), nullable=True),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("author", sa.String(80), nullable=False),
        sa.CheckConstraint(
            "(bib_id IS NULL) = (criteria IS NOT NULL)", name=op.f("ck_transfer_request_title_or_criteria")
        ),
        sa.CheckConstraint(
            "item_id IS NULL OR (bib_id IS NOT NULL AND copies = 1)", name=op.f("ck_transfer_request_one_copy")
        ),
        sa.CheckConstraint(
            "copies > 0 AND unfilled >= 0 AND unfilled <= copies", name=op.f("ck_transfer_request_copies")
        ),
        sa.ForeignKeyConstraint(["to_id"], ["org_unit.id"], name=op.f("fk_transfer_request_to_id")),
        sa.ForeignKeyConstraint(["bib_id"], ["bib.id"], name=op.f("fk_transfer_request_bib_id")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_transfer_request_item_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer_request")),
    )
    for column in ("to_id", "bib_id", "item_id"):
        op.create_index(op.f(f"ix_transfer_request_{column}"), "transfer_request", [column])


def _create_stays() -> None:
    op.create_table(
        "item_stay",
        sa.Column("item_id", BIG_ID, nullable=False),
        sa.Column("org_id", BIG_ID, nullable=False),
        sa.Column("home_id", BIG_ID, nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("is_over", sa.Boolean(), nullable=False),
        sa.CheckConstraint("org_id <> home_id", name=op.f("ck_item_stay_away")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_item_stay_item_id")),
        sa.ForeignKeyConstraint(["org_id"], ["org_unit.id"], name=op.f("fk_item_stay_org_id")),
        sa.ForeignKeyConstraint(["home_id"], ["org_unit.id"], name=op.f("fk_item_stay_home_id")),
        sa.PrimaryKeyConstraint("item_id", name=op.f("pk_item_stay")),
    )
    op.create_index(op.f("ix_item_stay_org_id"), "item_stay", ["org_id"])
    op.create_index(op.f("ix_item_stay_until"), "item_stay", ["until"])


def _create_partial(name: str, column: str, *, unique: bool = False) -> None:
    where = sa.text(REQUESTED)
    op.create_index(name, "transfer", [column], unique=unique, sqlite_where=where, postgresql_where=where)
