"""The order of the shelf, readers' lists, and what readers ask the libraries to buy."""

import sqlalchemy as sa
from alembic import op

from catalog.callnumbers import shelf_key

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

BATCH = 2000
LIVE = sa.text("status IN ('open','ordered')")
BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column(
        "item",
        sa.Column("shelf_key", sa.String(160).with_variant(sa.String(160, collation="C"), "postgresql"), nullable=True),
    )
    _fill_shelf_keys()
    op.create_index("ix_item_shelf", "item", ["home_id", "shelf_key", "id"])
    op.create_index("ix_loan_checked_out_at", "loan", ["checked_out_at"])
    op.create_table(
        "reader_list",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("patron_id", BIG_ID, nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("token", sa.String(43), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["patron_id"], ["patron.id"], name=op.f("fk_reader_list_patron_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reader_list")),
        sa.UniqueConstraint("patron_id", "name", name=op.f("uq_reader_list_patron_id_name")),
        sa.UniqueConstraint("token", name=op.f("uq_reader_list_token")),
    )
    op.create_table(
        "reader_list_entry",
        sa.Column("list_id", BIG_ID, nullable=False),
        sa.Column("bib_id", BIG_ID, nullable=False),
        sa.Column("note", sa.String(500), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["list_id"], ["reader_list.id"], name=op.f("fk_reader_list_entry_list_id")),
        sa.ForeignKeyConstraint(["bib_id"], ["bib.id"], name=op.f("fk_reader_list_entry_bib_id")),
        sa.PrimaryKeyConstraint("list_id", "bib_id", name=op.f("pk_reader_list_entry")),
    )
    op.create_index(op.f("ix_reader_list_entry_bib_id"), "reader_list_entry", ["bib_id"])
    op.create_table(
        "suggestion",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("title", sa.String(300), nullable=False),
        sa.Column("author", sa.String(200), nullable=False),
        sa.Column("publisher", sa.String(200), nullable=False),
        sa.Column("isbn", sa.String(13), nullable=True),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("title_key", sa.String(500), nullable=False),
        sa.Column("org_id", BIG_ID, nullable=False),
        sa.Column("status", sa.String(8), nullable=False),
        sa.Column("answer", sa.String(500), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.String(80), nullable=True),
        sa.Column("bib_id", BIG_ID, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("status IN ('open','ordered','bought','declined')", name=op.f("ck_suggestion_status")),
        sa.CheckConstraint("(status = 'open') = (answered_at IS NULL)", name=op.f("ck_suggestion_answered")),
        sa.CheckConstraint("status <> 'declined' OR answer <> ''", name=op.f("ck_suggestion_declined_has_reason")),
        sa.ForeignKeyConstraint(["org_id"], ["org_unit.id"], name=op.f("fk_suggestion_org_id")),
        sa.ForeignKeyConstraint(["bib_id"], ["bib.id"], name=op.f("fk_suggestion_bib_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suggestion")),
    )
    op.create_index(op.f("ix_suggestion_org_id"), "suggestion", ["org_id"])
    for name, column in (("uq_suggestion_live_title", "title_key"), ("uq_suggestion_live_isbn", "isbn")):
        op.create_index(name, "suggestion", [column], unique=True, sqlite_where=LIVE, postgresql_where=LIVE)
    op.create_table(
        "suggestion_vote",
        sa.Column("suggestion_id", BIG_ID, nullable=False),
        sa.Column("patron_id", BIG_ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["suggestion_id"], ["suggestion.id"], name=op.f("fk_suggestion_vote_suggestion_id")),
        sa.ForeignKeyConstraint(["patron_id"], ["patron.id"], name=op.f("fk_suggestion_vote_patron_id")),
        sa.PrimaryKeyConstraint("suggestion_id", "patron_id", name=op.f("pk_suggestion_vote")),
    )
    op.create_index(op.f("ix_suggestion_vote_patron_id"), "suggestion_vote", ["patron_id"])


def _fill_shelf_keys() -> None:
    connection = op.get_bind()
    item = sa.table("item", sa.column("id"), sa.column("call_number"), sa.column("shelf_key"))
    move = sa.update(item).where(item.c.id == sa.bindparam("of_id")).values(shelf_key=sa.bindparam("key"))
    rows_after = sa.select(item.c.id, item.c.call_number).where(item.c.call_number.is_not(None)).order_by(item.c.id)
    last = 0
    while rows := connection.execute(rows_after.where(item.c.id > last).limit(BATCH)).all():
        connection.execute(move, [{"of_id": row.id, "key": shelf_key(row.call_number)} for row in rows])
        last = rows[-1].id


def downgrade() -> None:
    op.drop_table("suggestion_vote")
    op.drop_table("suggestion")
    op.drop_table("reader_list_entry")
    op.drop_table("reader_list")
    op.drop_index("ix_loan_checked_out_at", "loan")
    op.drop_index("ix_item_shelf", "item")
    with op.batch_alter_table("item") as batch:
        batch.drop_column("shelf_key")
