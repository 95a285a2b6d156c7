"""What a reader chose about their history, what was agreed to, who was merged or erased; lists of readers on their way in; blocks that spare
a library's own books. The journal may forget a reader where they stood as the author, too, and which request it was.

Revision ID: 0018
Revises: 0017
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
JSON = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
IN_FORCE = sa.text("withdrawn_at IS NULL")
CHECKS = {
    "history": "history IN ('forget','days','keep')",
    "merged_closed": "merged_into_id IS NULL OR (status = 'closed' AND merged_into_id <> id)",
    "erased_empty": "erased_at IS NULL OR (status = 'closed' AND phone_encrypted IS NULL AND birth_on IS NULL "
    "AND pin_hash IS NULL AND guardian_id IS NULL)",
}
SAME = ("id", "act", "at", "org_id", "channel", "item_id", "bib_id", "data", "undoes_id")
NOTHING_ELSE_FORGOTTEN = ("author", "request_id")


def upgrade() -> None:
    with op.batch_alter_table("patron") as batch:
        batch.add_column(sa.Column("history", sa.String(8), nullable=False, server_default="days"))
        batch.add_column(sa.Column("history_chosen_at", INSTANT, nullable=True))
        batch.add_column(sa.Column("merged_into_id", BIG_ID, nullable=True))
        batch.add_column(sa.Column("erasure_asked_at", INSTANT, nullable=True))
        batch.add_column(sa.Column("erased_at", INSTANT, nullable=True))
        batch.create_foreign_key(op.f("fk_patron_merged_into_id"), "patron", ["merged_into_id"], ["id"])
        for name, condition in CHECKS.items():
            batch.create_check_constraint(op.f(f"ck_patron_{name}"), condition)
        batch.create_index(op.f("ix_patron_merged_into_id"), ["merged_into_id"])
        batch.create_index("ix_patron_expires_on", ["expires_on"])
    op.add_column(
        "patron_block", sa.Column("except_own_items", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    _make_tables()
    _guard_journal(SAME, forgets_author=True)


def _make_tables() -> None:
    op.create_table(
        "patron_consent",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("patron_id", BIG_ID, nullable=False),
        sa.Column("subject", sa.String(8), nullable=False),
        sa.Column("given_by", sa.String(8), nullable=False),
        sa.Column("given_at", INSTANT, nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("withdrawn_at", INSTANT, nullable=True),
        sa.CheckConstraint("subject IN ('record','history')", name=op.f("ck_patron_consent_subject")),
        sa.CheckConstraint("given_by IN ('reader','guardian')", name=op.f("ck_patron_consent_given_by")),
        sa.CheckConstraint(
            "withdrawn_at IS NULL OR withdrawn_at >= given_at", name=op.f("ck_patron_consent_withdrawn_after_given")
        ),
        sa.ForeignKeyConstraint(["patron_id"], ["patron.id"], name=op.f("fk_patron_consent_patron_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patron_consent")),
    )
    op.create_index(op.f("ix_patron_consent_patron_id"), "patron_consent", ["patron_id"])
    op.create_index(
        "uq_patron_consent_one_in_force",
        "patron_consent",
        ["patron_id", "subject"],
        unique=True,
        sqlite_where=IN_FORCE,
        postgresql_where=IN_FORCE,
    )
    op.create_table(
        "patron_import",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("author", sa.String(80), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("filename", sa.String(200), nullable=False),
        sa.Column("options", JSON, nullable=False),
        sa.Column("status", sa.String(8), nullable=False),
        sa.Column("counts", JSON, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("refused", sa.LargeBinary(), nullable=True),
        sa.Column("done_at", INSTANT, nullable=True),
        sa.CheckConstraint("status IN ('checked','done')", name=op.f("ck_patron_import_status")),
        sa.CheckConstraint("(status = 'done') = (done_at IS NOT NULL)", name=op.f("ck_patron_import_done")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patron_import")),
    )


def downgrade() -> None:
    _guard_journal((*SAME, *NOTHING_ELSE_FORGOTTEN), forgets_author=False)
    op.drop_table("patron_import")
    op.drop_table("patron_consent")
    with op.batch_alter_table("patron_block") as batch:
        batch.drop_column("except_own_items")
    with op.batch_alter_table("patron") as batch:
        batch.drop_index("ix_patron_expires_on")
        batch.drop_index(op.f("ix_patron_merged_into_id"))
        for name in CHECKS:
            batch.drop_constraint(op.f(f"ck_patron_{name}"), type_="check")
        batch.drop_constraint(op.f("fk_patron_merged_into_id"), type_="foreignkey")
        for column in ("history", "history_chosen_at", "merged_into_id", "erasure_asked_at", "erased_at"):
            batch.drop_column(column)


def _guard_journal(same: tuple[str, ...], *, forgets_author: bool) -> None:
    """The journal is append-only, but for the reader: that they had a book, wrote the row, and in which request they did."""
    if op.get_bind().dialect.name == "sqlite":
        kept = [f"NEW.{name} IS OLD.{name}" for name in same]
        if forgets_author:
            kept += [
                "(NEW.author IS OLD.author OR (NEW.author = 'patron' AND OLD.author LIKE 'patron:%'))",
                "(NEW.request_id IS OLD.request_id OR NEW.request_id IS NULL)",
            ]
        op.execute("DROP TRIGGER journal_keeps_facts")
        op.execute(
            "CREATE TRIGGER journal_keeps_facts BEFORE UPDATE ON journal WHEN NOT (NEW.patron_id IS NULL AND "
            + " AND ".join(kept)
            + ") BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END"
        )
        return
    kept = [f"NEW.{name} IS NOT DISTINCT FROM OLD.{name}" for name in same]
    if forgets_author:
        kept += [
            "(NEW.author = OLD.author OR (NEW.author = 'patron' AND OLD.author LIKE 'patron:%'))",
            "(NEW.request_id IS NOT DISTINCT FROM OLD.request_id OR NEW.request_id IS NULL)",
        ]
    op.execute(
        "CREATE OR REPLACE FUNCTION journal_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF TG_OP = 'UPDATE' AND NEW.patron_id IS NULL AND "
        + " AND ".join(kept)
        + " THEN RETURN NEW; END IF; RAISE EXCEPTION 'the journal is append-only'; END $$"
    )
