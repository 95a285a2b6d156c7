"""What names a title is found by it: transfers, suggestions and reviews, which calling a choice off, merging and taking back look through.

Revision ID: 0044
Revises: 0043
"""

from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

TABLES = ("transfer", "suggestion", "import_review")


def upgrade() -> None:
    for table in TABLES:
        op.create_index(op.f(f"ix_{table}_bib_id"), table, ["bib_id"])


def downgrade() -> None:
    for table in TABLES:
        op.drop_index(op.f(f"ix_{table}_bib_id"), table_name=table)
