"""Records of text exports, and what an import found its file to be."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True)


def upgrade() -> None:
    _containers("'iso2709','marcxml','text','form'")
    json_value = JSON.with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
    with op.batch_alter_table("import_batch") as batch:
        batch.add_column(sa.Column("recognised", json_value, nullable=False, server_default="{}"))


def downgrade() -> None:
    with op.batch_alter_table("import_batch") as batch:
        batch.drop_column("recognised")
    op.execute("DELETE FROM source_record WHERE container = 'text'")  # their titles keep what they say
    _containers("'iso2709','marcxml','form'")


def _containers(named: str) -> None:
    with op.batch_alter_table("source_record") as batch:
        batch.drop_constraint(op.f("ck_source_record_container"), type_="check")
        batch.create_check_constraint(op.f("ck_source_record_container"), f"container IN ({named})")
