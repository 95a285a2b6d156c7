"""Controlled headings: the form that is used for a person, body, subject or place, and the other forms under which people look."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON(none_as_null=True)


def upgrade() -> None:
    json_value = JSON.with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
    op.create_table(
        "heading",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("see_also", json_value, nullable=False),
        sa.Column("note", sa.String(500), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('person','body','subject','place')", name=op.f("ck_heading_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_heading")),
        sa.UniqueConstraint("kind", "key", name=op.f("uq_heading_kind_key")),
    )
    op.create_index(op.f("ix_heading_key"), "heading", ["key"])
    op.create_table(
        "heading_variant",
        sa.Column("heading_id", BIG_ID, nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.ForeignKeyConstraint(["heading_id"], ["heading.id"], name=op.f("fk_heading_variant_heading_id")),
        sa.PrimaryKeyConstraint("heading_id", "key", name=op.f("pk_heading_variant")),
    )
    op.create_index(op.f("ix_heading_variant_key"), "heading_variant", ["key"])


def downgrade() -> None:
    op.drop_table("heading_variant")
    op.drop_table("heading")
