"""Arrived transfers are found by their way and by when they arrived, to tell how long the next ones may take.

Revision ID: 0035
Revises: 0034
"""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

ARRIVED = sa.text("status = 'received' AND request_id IS NULL")
INDEXES = {"ix_transfer_arrived_between": ["from_id", "to_id", "received_at"], "ix_transfer_arrived": ["received_at"]}


def upgrade() -> None:
    for name, columns in INDEXES.items():
        op.create_index(name, "transfer", columns, sqlite_where=ARRIVED, postgresql_where=ARRIVED)


def downgrade() -> None:
    for name in INDEXES:
        op.drop_index(name, "transfer")
