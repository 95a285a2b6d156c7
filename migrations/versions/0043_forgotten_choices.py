"""Choices whose loans were forgotten lose what still led to their readers: the parcel's fee and number, and the notices.

Revision ID: 0043
Revises: 0042
"""

from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

FORGOTTEN = "SELECT s.id FROM selection s JOIN loan l ON l.id = s.loan_id WHERE l.patron_id IS NULL"
TOLD = f"SELECT notice_id FROM notice_occasion WHERE kind LIKE 'choice%' AND notice_id IS NOT NULL AND subject_id IN ({FORGOTTEN})"  # noqa: S608 - words of our own


def upgrade() -> None:
    op.execute(f"UPDATE selection_delivery SET postage_id = NULL, tracking = NULL WHERE selection_id IN ({FORGOTTEN})")  # noqa: S608
    op.execute(f"CREATE TEMPORARY TABLE told_of_forgotten AS {TOLD}")
    gone = "IN (SELECT notice_id FROM told_of_forgotten)"
    op.execute(f"UPDATE notice_occasion SET notice_id = NULL WHERE notice_id {gone}")  # noqa: S608
    op.execute(f"DELETE FROM notice_delivery WHERE notice_id {gone}")  # noqa: S608
    op.execute(f"DELETE FROM notice WHERE id {gone}")  # noqa: S608
    op.execute("DROP TABLE told_of_forgotten")


def downgrade() -> None:
    """What is forgotten stays so."""
