"""Notices: what was said to whom, for what, by which way, in which words. Readers whose book lies ready are told of it.

Revision ID: 0017
Revises: 0016
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
JSON = sa.JSON(none_as_null=True).with_variant(sa.dialects.postgresql.JSONB(none_as_null=True), "postgresql")
KINDS = "kind IN ('due_soon','overdue','recalled','hold_ready','hold_over','card_expires','transfer_late')"
LANGUAGES = "language IN ('zh','en')"


def upgrade() -> None:
    op.create_table(
        "notice",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("patron_id", BIG_ID, nullable=True),
        sa.Column("org_id", BIG_ID, nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("subject", sa.String(300), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("short", sa.Text(), nullable=False),
        sa.Column("things", sa.Integer(), nullable=False),
        sa.Column("told_at", INSTANT, nullable=False),
        sa.Column("planned_at", INSTANT, nullable=True),
        sa.Column("read_at", INSTANT, nullable=True),
        sa.Column("read_by", sa.String(80), nullable=True),
        sa.CheckConstraint(KINDS, name=op.f("ck_notice_kind")),
        sa.CheckConstraint("(patron_id IS NULL) = (kind IN ('transfer_late'))", name=op.f("ck_notice_for_whom")),
        sa.CheckConstraint(LANGUAGES, name=op.f("ck_notice_language")),
        sa.ForeignKeyConstraint(["patron_id"], ["patron.id"], name=op.f("fk_notice_patron_id")),
        sa.ForeignKeyConstraint(["org_id"], ["org_unit.id"], name=op.f("fk_notice_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
    )
    op.create_index("ix_notice_patron_id", "notice", ["patron_id", "id"])
    op.create_index("ix_notice_org_id", "notice", ["org_id", "id"])
    op.create_index("ix_notice_told_at", "notice", ["told_at"])
    _create_partial("ix_notice_new", "notice", "id", "planned_at IS NULL")
    op.create_table(
        "notice_occasion",
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("subject_id", BIG_ID, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("notice_id", BIG_ID, nullable=True),
        sa.CheckConstraint(KINDS, name=op.f("ck_notice_occasion_kind")),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name=op.f("fk_notice_occasion_notice_id")),
        sa.PrimaryKeyConstraint("kind", "subject_id", "at", "step", name=op.f("pk_notice_occasion")),
    )
    op.create_index(op.f("ix_notice_occasion_notice_id"), "notice_occasion", ["notice_id"])
    op.create_table(
        "notice_delivery",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("notice_id", BIG_ID, nullable=False),
        sa.Column("channel", sa.String(8), nullable=False),
        sa.Column("to_patron_id", BIG_ID, nullable=False),
        sa.Column("status", sa.String(8), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("sent_at", INSTANT, nullable=True),
        sa.Column("error", sa.String(300), nullable=True),
        sa.Column("key", sa.String(32), nullable=False),
        sa.CheckConstraint("channel IN ('email','sms','wechat')", name=op.f("ck_notice_delivery_channel")),
        sa.CheckConstraint(
            "status IN ('waiting','sending','sent','failed','dropped')", name=op.f("ck_notice_delivery_status")
        ),
        sa.CheckConstraint("(status = 'sent') = (sent_at IS NOT NULL)", name=op.f("ck_notice_delivery_sent")),
        sa.CheckConstraint("status <> 'failed' OR error IS NOT NULL", name=op.f("ck_notice_delivery_failed_says_why")),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name=op.f("fk_notice_delivery_notice_id")),
        sa.ForeignKeyConstraint(["to_patron_id"], ["patron.id"], name=op.f("fk_notice_delivery_to_patron_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_delivery")),
        sa.UniqueConstraint("key", name=op.f("uq_notice_delivery_key")),
        sa.UniqueConstraint("notice_id", "channel", name=op.f("uq_notice_delivery_notice_id_channel")),
    )
    op.create_index(op.f("ix_notice_delivery_to_patron_id"), "notice_delivery", ["to_patron_id"])
    _create_partial("ix_notice_delivery_open", "notice_delivery", "due_at", "status IN ('waiting','sending')")
    op.create_table(
        "notice_choice",
        sa.Column("patron_id", BIG_ID, nullable=False),
        sa.Column("language", sa.String(2), nullable=True),
        sa.Column("channels", JSON, nullable=True),
        sa.Column("email_encrypted", sa.LargeBinary(), nullable=True),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.CheckConstraint(LANGUAGES, name=op.f("ck_notice_choice_language")),
        sa.ForeignKeyConstraint(["patron_id"], ["patron.id"], name=op.f("fk_notice_choice_patron_id")),
        sa.PrimaryKeyConstraint("patron_id", name=op.f("pk_notice_choice")),
    )
    op.create_table(
        "notice_template",
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(300), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("short", sa.Text(), nullable=False),
        sa.Column("saved_at", INSTANT, nullable=False),
        sa.Column("saved_by", sa.String(80), nullable=False),
        sa.CheckConstraint(KINDS, name=op.f("ck_notice_template_kind")),
        sa.CheckConstraint(LANGUAGES, name=op.f("ck_notice_template_language")),
        sa.PrimaryKeyConstraint("kind", "language", "version", name=op.f("pk_notice_template")),
    )
    op.execute(
        "INSERT INTO outbox (kind, key, version, done_version, changed_at, attempts) "
        "SELECT 'hold', id, 1, 0, ready_at, 0 FROM hold WHERE status = 'ready' AND ready_at IS NOT NULL"
    )


def downgrade() -> None:
    op.execute("DELETE FROM outbox WHERE kind IN ('hold','recall')")
    for table in ("notice_template", "notice_choice", "notice_delivery", "notice_occasion", "notice"):
        op.drop_table(table)


def _create_partial(name: str, table: str, column: str, condition: str) -> None:
    where = sa.text(condition)
    op.create_index(name, table, [column], sqlite_where=where, postgresql_where=where)
