"""Entries of accounts are found by their copy: taking an import back deletes copies, and the database read all entries for each of them.

Revision ID: 0045
Revises: 0044
"""

from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_account_entry_item_id"), "account_entry", ["item_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_account_entry_item_id"), table_name="account_entry")
