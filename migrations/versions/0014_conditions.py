"""What became of a copy and of its loan beyond plain lending: damaged copies, notes for the desk, accessories, loans lost or claimed to
be returned, and which row of the journal undoes which.

Revision ID: 0014
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

UNDOES = sa.text("undoes_id IS NOT NULL")
BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

# SQLite's trigger names every column that may not change, so a new column makes a new trigger; PostgreSQL's function likewise.
SQLITE_FACTS = """CREATE TRIGGER journal_keeps_facts BEFORE UPDATE ON journal
       WHEN NOT (NEW.patron_id IS NULL AND NEW.id IS OLD.id AND NEW.act IS OLD.act AND NEW.at IS OLD.at
                 AND NEW.org_id IS OLD.org_id AND NEW.channel IS OLD.channel AND NEW.item_id IS OLD.item_id
                 AND NEW.bib_id IS OLD.bib_id AND NEW.author IS OLD.author AND NEW.request_id IS OLD.request_id
                 AND NEW.data IS OLD.data{more})
       BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END"""
POSTGRESQL_FACTS = """CREATE OR REPLACE FUNCTION journal_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         IF TG_OP = 'UPDATE' AND NEW.patron_id IS NULL
            AND (NEW.id, NEW.act, NEW.at, NEW.channel, NEW.author) = (OLD.id, OLD.act, OLD.at, OLD.channel, OLD.author)
            AND (NEW.org_id, NEW.item_id, NEW.bib_id, NEW.request_id, NEW.data{new})
                IS NOT DISTINCT FROM (OLD.org_id, OLD.item_id, OLD.bib_id, OLD.request_id, OLD.data{old}) THEN
           RETURN NEW;
         END IF;
         RAISE EXCEPTION 'the journal is append-only';
       END $$"""


def upgrade() -> None:
    op.add_column("item", sa.Column("is_damaged", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("item", sa.Column("check_out_note", sa.String(length=200), nullable=True))
    op.add_column("item", sa.Column("check_in_note", sa.String(length=200), nullable=True))
    op.add_column("item", sa.Column("accessories", sa.String(length=200), nullable=True))
    with op.batch_alter_table("loan") as batch:
        batch.add_column(sa.Column("mark", sa.String(length=16), nullable=True))
        batch.add_column(sa.Column("marked_at", sa.DateTime(timezone=True), nullable=True))
        batch.drop_constraint(op.f("ck_loan_close_reason"), type_="check")
        batch.create_check_constraint(
            op.f("ck_loan_close_reason"), "close_reason IN ('returned','lost','claimed_returned','undone')"
        )
        batch.create_check_constraint(op.f("ck_loan_mark"), "mark IN ('lost','claimed_returned')")
        batch.create_check_constraint(op.f("ck_loan_marked_since"), "(mark IS NULL) = (marked_at IS NULL)")
    op.create_index(
        "ix_loan_marked",
        "loan",
        ["mark"],
        sqlite_where=sa.text("mark IS NOT NULL"),
        postgresql_where=sa.text("mark IS NOT NULL"),
    )
    op.add_column("journal", sa.Column("undoes_id", BIG_ID, nullable=True))
    op.create_index(
        "uq_journal_undoes", "journal", ["undoes_id"], unique=True, sqlite_where=UNDOES, postgresql_where=UNDOES
    )
    _keep_facts(with_undoes=True)


def downgrade() -> None:
    """What an earlier release cannot know becomes what comes nearest to it: a loan that ended otherwise was returned."""
    _keep_facts(with_undoes=False)
    op.drop_index("uq_journal_undoes", table_name="journal", sqlite_where=UNDOES, postgresql_where=UNDOES)
    op.drop_column("journal", "undoes_id")
    op.drop_index("ix_loan_marked", table_name="loan")
    op.execute("UPDATE loan SET close_reason = 'returned' WHERE close_reason <> 'returned'")
    with op.batch_alter_table("loan") as batch:
        batch.drop_constraint(op.f("ck_loan_marked_since"), type_="check")
        batch.drop_constraint(op.f("ck_loan_mark"), type_="check")
        batch.drop_constraint(op.f("ck_loan_close_reason"), type_="check")
        batch.create_check_constraint(op.f("ck_loan_close_reason"), "close_reason IN ('returned')")
        batch.drop_column("marked_at")
        batch.drop_column("mark")
    for name in ("accessories", "check_in_note", "check_out_note", "is_damaged"):
        op.drop_column("item", name)


def _keep_facts(*, with_undoes: bool) -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER journal_keeps_facts")
        op.execute(SQLITE_FACTS.format(more=" AND NEW.undoes_id IS OLD.undoes_id" if with_undoes else ""))
        return
    new, old = (", NEW.undoes_id", ", OLD.undoes_id") if with_undoes else ("", "")
    op.execute(POSTGRESQL_FACTS.format(new=new, old=old))
