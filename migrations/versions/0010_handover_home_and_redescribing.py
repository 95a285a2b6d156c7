"""Where a copy that was handed over belonged before; and how far the titles of a source whose priority changed are described anew."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
SOURCE_COLUMNS = (
    "redescribe_asked_at",
    "redescribe_author",
    "redescribe_next",
    "redescribe_seen",
    "redescribe_changed",
)


def upgrade() -> None:
    _causes("'import','review','hand','merge','restore','undo','source'")
    with op.batch_alter_table("stock_document_line") as batch:
        batch.add_column(sa.Column("home_before_id", BIG_ID, nullable=True))
        batch.create_foreign_key(op.f("fk_stock_document_line_home_before_id"), "org_unit", ["home_before_id"], ["id"])
    with op.batch_alter_table("import_source") as batch:
        batch.add_column(sa.Column("redescribe_asked_at", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("redescribe_author", sa.String(80), nullable=True))
        batch.add_column(sa.Column("redescribe_next", BIG_ID, nullable=True))
        batch.add_column(sa.Column("redescribe_seen", sa.Integer(), nullable=False, server_default="0"))
        batch.add_column(sa.Column("redescribe_changed", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    op.execute("UPDATE bib_version SET cause = 'import' WHERE cause = 'source'")
    _causes("'import','review','hand','merge','restore','undo'")
    with op.batch_alter_table("import_source") as batch:
        for column in SOURCE_COLUMNS:
            batch.drop_column(column)
    with op.batch_alter_table("stock_document_line") as batch:
        batch.drop_constraint(op.f("fk_stock_document_line_home_before_id"), type_="foreignkey")
        batch.drop_column("home_before_id")


def _causes(named: str) -> None:
    with op.batch_alter_table("bib_version") as batch:
        batch.drop_constraint(op.f("ck_bib_version_cause"), type_="check")
        batch.create_check_constraint(op.f("ck_bib_version_cause"), f"cause IN ({named})")
