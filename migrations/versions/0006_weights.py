"""How records of a source are read and matched where nothing else is said: weights of a profile, the profile of a source."""

import sqlalchemy as sa
from alembic import op

from kernel.db import JsonValue

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("import_profile", sa.Column("weights", JsonValue, nullable=False, server_default="{}"))
    with op.batch_alter_table("import_source") as batch:
        batch.add_column(sa.Column("profile", sa.String(32), nullable=True))
        batch.create_foreign_key(op.f("fk_import_source_profile"), "import_profile", ["profile"], ["code"])


def downgrade() -> None:
    with op.batch_alter_table("import_source") as batch:
        batch.drop_constraint(op.f("fk_import_source_profile"), type_="foreignkey")
        batch.drop_column("profile")
    op.drop_column("import_profile", "weights")
