"""A title that was made for something that came to nothing says at which version, so that no reader finds it until it changes.

Revision ID: 0039
Revises: 0038
"""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("bib", sa.Column("void_version", sa.Integer(), nullable=True))


def downgrade() -> None:
    """Readers find these titles again."""
    op.drop_column("bib", "void_version")
