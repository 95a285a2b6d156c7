"""One title from the records of several sources: what it is found by, how far a source is believed, doubtful records, replaced descriptions."""

import sqlalchemy as sa
from alembic import op

from catalog.description import from_json
from catalog.matchkeys import match_keys
from kernel.db import JsonValue

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

BATCH = 1000
OPEN = sa.text("status = 'open'")
BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _allow_kinds("'isbn','issn','key'")
    _fill_keys()
    op.create_table(
        "import_source",
        sa.Column("code", sa.String(64), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("priority BETWEEN 0 AND 100", name=op.f("ck_import_source_priority")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_import_source")),
    )
    op.create_table(
        "bib_version",
        sa.Column("bib_id", BIG_ID, nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("data", JsonValue, nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("author", sa.String(80), nullable=False),
        sa.Column("cause", sa.String(8), nullable=False),
        sa.Column("batch_id", BIG_ID, nullable=True),
        sa.CheckConstraint(
            "cause IN ('import','review','hand','merge','restore','undo')", name=op.f("ck_bib_version_cause")
        ),
        sa.ForeignKeyConstraint(["bib_id"], ["bib.id"], name=op.f("fk_bib_version_bib_id")),
        sa.ForeignKeyConstraint(["batch_id"], ["import_batch.id"], name=op.f("fk_bib_version_batch_id")),
        sa.PrimaryKeyConstraint("bib_id", "version", name=op.f("pk_bib_version")),
    )
    op.create_table(
        "import_review",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("batch_id", BIG_ID, nullable=False),
        sa.Column("source", sa.String(64), nullable=False),
        sa.Column("identity", sa.String(200), nullable=False),
        sa.Column("record", sa.Integer(), nullable=False),
        sa.Column("byte_offset", BIG_ID, nullable=False),
        sa.Column("format", sa.String(8), nullable=False),
        sa.Column("container", sa.String(8), nullable=False),
        sa.Column("encoding", sa.String(16), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("candidates", JsonValue, nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("bib_id", BIG_ID, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(80), nullable=True),
        sa.CheckConstraint(
            "status IN ('open','merged','kept_apart','corrected')", name=op.f("ck_import_review_status")
        ),
        sa.CheckConstraint("(status = 'open') = (decided_at IS NULL)", name=op.f("ck_import_review_decided")),
        sa.CheckConstraint("(status = 'open') = (bib_id IS NULL)", name=op.f("ck_import_review_bib")),
        sa.ForeignKeyConstraint(["batch_id"], ["import_batch.id"], name=op.f("fk_import_review_batch_id")),
        sa.ForeignKeyConstraint(["bib_id"], ["bib.id"], name=op.f("fk_import_review_bib_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_review")),
    )
    op.create_index(op.f("ix_import_review_batch_id"), "import_review", ["batch_id"])
    op.create_index(
        "uq_import_review_open",
        "import_review",
        ["source", "identity"],
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )


def _allow_kinds(kinds: str) -> None:
    with op.batch_alter_table("bib_identifier") as batch:
        batch.drop_constraint(op.f("ck_bib_identifier_kind"), type_="check")
        batch.create_check_constraint(op.f("ck_bib_identifier_kind"), f"kind IN ({kinds})")


def _fill_keys() -> None:
    connection = op.get_bind()
    bib = sa.table("bib", sa.column("id", sa.Integer()), sa.column("data", JsonValue))
    identifier = sa.table("bib_identifier", sa.column("bib_id"), sa.column("kind"), sa.column("value"))
    last = 0
    while rows := connection.execute(sa.select(bib).where(bib.c.id > last).order_by(bib.c.id).limit(BATCH)).all():
        keys = [
            {"bib_id": row.id, "kind": "key", "value": key} for row in rows for key in match_keys(from_json(row.data))
        ]
        if keys:
            connection.execute(sa.insert(identifier), keys)
        last = rows[-1].id


def downgrade() -> None:
    op.drop_table("import_review")
    op.drop_table("bib_version")
    op.drop_table("import_source")
    op.execute("DELETE FROM bib_identifier WHERE kind = 'key'")
    _allow_kinds("'isbn','issn'")
