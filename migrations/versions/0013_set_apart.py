"""A record set apart from its title is a reason of its own for which a description changes.

Revision ID: 0013
Revises: 0012
"""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

BEFORE = "'import','review','hand','merge','restore','undo','source'"


def upgrade() -> None:
    _causes(f"{BEFORE},'apart'")


def downgrade() -> None:
    op.execute("UPDATE bib_version SET cause = 'merge' WHERE cause = 'apart'")
    _causes(BEFORE)


def _causes(named: str) -> None:
    with op.batch_alter_table("bib_version") as batch:
        batch.drop_constraint(op.f("ck_bib_version_cause"), type_="check")
        batch.create_check_constraint(op.f("ck_bib_version_cause"), f"cause IN ({named})")
