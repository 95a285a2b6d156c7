"""Where a merged title went, and the undoing of an import.

On SQLite, ids of titles and copies are never given a second time from here on: addresses and the journal name them for ever.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
UNDO_COLUMNS = ("undo_asked_at", "undo_author", "undo_next", "undo_counts")


def upgrade() -> None:
    with op.batch_alter_table("bib_version") as batch:
        batch.drop_constraint(op.f("fk_bib_version_bib_id"), type_="foreignkey")  # they outlive a title that was merged
    op.create_table(
        "bib_redirect",
        sa.Column("bib_id", BIG_ID, nullable=False, autoincrement=False),
        sa.Column("into_id", BIG_ID, nullable=False),
        sa.Column("merged_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["into_id"], ["bib.id"], name=op.f("fk_bib_redirect_into_id")),
        sa.PrimaryKeyConstraint("bib_id", name=op.f("pk_bib_redirect")),
        sa.CheckConstraint("bib_id <> into_id", name=op.f("ck_bib_redirect_elsewhere")),
    )
    op.create_index(op.f("ix_bib_redirect_into_id"), "bib_redirect", ["into_id"])
    op.create_index("ix_source_record_batch", "source_record", ["batch_id", "bib_id"])
    with op.batch_alter_table("import_batch") as batch:
        batch.add_column(sa.Column("undo_asked_at", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("undo_author", sa.String(80), nullable=True))
        batch.add_column(sa.Column("undo_next", BIG_ID, nullable=True))
        batch.add_column(sa.Column("undo_counts", JSON, nullable=True))
    op.create_table(
        "undo_remainder",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("batch_id", BIG_ID, nullable=False),
        sa.Column("bib_id", BIG_ID, nullable=False),
        sa.Column("code", sa.String(32), nullable=False),
        sa.Column("title", sa.String(500), nullable=False),
        sa.Column("barcode", sa.String(64), nullable=True),
        sa.ForeignKeyConstraint(["batch_id"], ["import_batch.id"], name=op.f("fk_undo_remainder_batch_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_undo_remainder")),
    )
    op.create_index(op.f("ix_undo_remainder_batch_id"), "undo_remainder", ["batch_id"])
    _number_once(True)


def downgrade() -> None:
    _number_once(False)
    op.drop_table("undo_remainder")
    with op.batch_alter_table("import_batch") as batch:
        for column in UNDO_COLUMNS:
            batch.drop_column(column)
    op.drop_index("ix_source_record_batch", "source_record")
    op.drop_table("bib_redirect")
    op.execute("DELETE FROM bib_version WHERE bib_id NOT IN (SELECT id FROM bib)")
    with op.batch_alter_table("bib_version") as batch:
        batch.create_foreign_key(op.f("fk_bib_version_bib_id"), "bib", ["bib_id"], ["id"])


def _number_once(is_once: bool) -> None:
    if op.get_bind().dialect.name != "sqlite":
        return  # a sequence never goes back
    for table in ("bib", "item"):
        with op.batch_alter_table(table, recreate="always", table_kwargs={"sqlite_autoincrement": is_once}):
            pass
