"""The stock side of the cataloguing desk: book numbers of a shelf list, what was withdrawn or handed over together, a county's own names of classes."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("org_unit", sa.Column("keeps_shelf_list", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "book_number_counter",
        sa.Column("scope_id", BIG_ID, nullable=False),
        sa.Column("class_key", sa.String(160), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["scope_id"], ["org_unit.id"], name=op.f("fk_book_number_counter_scope_id")),
        sa.PrimaryKeyConstraint("scope_id", "class_key", name=op.f("pk_book_number_counter")),
    )
    op.create_table(
        "book_number",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("scope_id", BIG_ID, nullable=False),
        sa.Column("class_key", sa.String(160), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("work_key", sa.String(64), nullable=False),
        sa.Column("bib_id", BIG_ID, nullable=False),
        sa.Column("allotted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("allotted_by", sa.String(80), nullable=False),
        sa.CheckConstraint("number > 0", name=op.f("ck_book_number_number")),
        sa.ForeignKeyConstraint(["scope_id"], ["org_unit.id"], name=op.f("fk_book_number_scope_id")),
        sa.ForeignKeyConstraint(["bib_id"], ["bib.id"], name=op.f("fk_book_number_bib_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_book_number")),
        sa.UniqueConstraint("scope_id", "class_key", "number", name=op.f("uq_book_number_scope_id_class_key_number")),
        sa.UniqueConstraint(
            "scope_id", "class_key", "work_key", name=op.f("uq_book_number_scope_id_class_key_work_key")
        ),
    )
    op.create_index(op.f("ix_book_number_bib_id"), "book_number", ["bib_id"])
    op.create_table(
        "stock_document",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("number", sa.String(40), nullable=False),
        sa.Column("org_id", BIG_ID, nullable=False),
        sa.Column("to_id", BIG_ID, nullable=True),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("author", sa.String(80), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('withdrawal','handover')", name=op.f("ck_stock_document_kind")),
        sa.CheckConstraint("(kind = 'handover') = (to_id IS NOT NULL)", name=op.f("ck_stock_document_taker")),
        sa.ForeignKeyConstraint(["org_id"], ["org_unit.id"], name=op.f("fk_stock_document_org_id")),
        sa.ForeignKeyConstraint(["to_id"], ["org_unit.id"], name=op.f("fk_stock_document_to_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_document")),
        sa.UniqueConstraint("org_id", "kind", "number", name=op.f("uq_stock_document_org_id_kind_number")),
    )
    op.create_table(
        "stock_document_line",
        sa.Column("document_id", BIG_ID, nullable=False),
        sa.Column("item_id", BIG_ID, nullable=False),
        sa.Column("status_before", sa.String(16), nullable=False),
        sa.Column("owner_before_id", BIG_ID, nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["document_id"], ["stock_document.id"], name=op.f("fk_stock_document_line_document_id")
        ),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_stock_document_line_item_id")),
        sa.ForeignKeyConstraint(
            ["owner_before_id"], ["org_unit.id"], name=op.f("fk_stock_document_line_owner_before_id")
        ),
        sa.PrimaryKeyConstraint("document_id", "item_id", name=op.f("pk_stock_document_line")),
    )
    op.create_index(op.f("ix_stock_document_line_item_id"), "stock_document_line", ["item_id"])
    op.create_table(
        "class_label",
        sa.Column("code", sa.String(64), nullable=False),
        sa.Column("label", sa.String(200), nullable=False),
        sa.Column("parent", sa.String(64), nullable=True),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_class_label")),
    )


def downgrade() -> None:
    for table in ("class_label", "stock_document_line", "stock_document", "book_number", "book_number_counter"):
        op.drop_table(table)
    with op.batch_alter_table("org_unit") as batch:
        batch.drop_column("keeps_shelf_list")
