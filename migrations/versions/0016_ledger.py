"""The ledger: readers' accounts and their entries, what settles what, approvals, fines that accrue, suspensions and late returns.

Revision ID: 0016
Revises: 0015
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
JSON_VALUE = sa.JSON(none_as_null=True).with_variant(
    postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
)

# What was entered stays: an entry may be used up, follow its reader into a merged account, and forget the book; nothing else.
SQLITE_TRIGGERS = (
    """CREATE TRIGGER account_entry_keeps_rows BEFORE DELETE ON account_entry
       BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END""",
    """CREATE TRIGGER account_entry_keeps_facts BEFORE UPDATE ON account_entry
       WHEN NOT (NEW.id IS OLD.id AND NEW.at IS OLD.at AND NEW.org_id IS OLD.org_id AND NEW.kind IS OLD.kind
                 AND NEW.cause IS OLD.cause AND NEW.amount_fen IS OLD.amount_fen AND NEW.about_id IS OLD.about_id
                 AND NEW.method IS OLD.method AND NEW.why IS OLD.why AND NEW.by_rule IS OLD.by_rule
                 AND NEW.author IS OLD.author
                 AND (NEW.loan_id IS NULL OR NEW.loan_id IS OLD.loan_id)
                 AND (NEW.item_id IS NULL OR NEW.item_id IS OLD.item_id)
                 AND (NEW.note IS NULL OR NEW.note IS OLD.note))
       BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END""",
    """CREATE TRIGGER account_move_keeps_rows BEFORE DELETE ON account_move
       BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END""",
    """CREATE TRIGGER account_move_keeps_facts BEFORE UPDATE ON account_move
       BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END""",
)
POSTGRESQL_TRIGGERS = (
    """CREATE FUNCTION ledger_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         IF TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'account_entry' THEN
           IF (NEW.id, NEW.at, NEW.org_id, NEW.kind, NEW.amount_fen, NEW.by_rule, NEW.author)
                = (OLD.id, OLD.at, OLD.org_id, OLD.kind, OLD.amount_fen, OLD.by_rule, OLD.author)
              AND (NEW.cause, NEW.about_id, NEW.method, NEW.why) IS NOT DISTINCT FROM (OLD.cause, OLD.about_id, OLD.method, OLD.why)
              AND (NEW.loan_id IS NULL OR NEW.loan_id IS NOT DISTINCT FROM OLD.loan_id)
              AND (NEW.item_id IS NULL OR NEW.item_id IS NOT DISTINCT FROM OLD.item_id)
              AND (NEW.note IS NULL OR NEW.note IS NOT DISTINCT FROM OLD.note) THEN
             RETURN NEW;
           END IF;
         END IF;
         RAISE EXCEPTION 'the ledger is append-only';
       END $$""",
    """CREATE TRIGGER account_entry_keeps_facts BEFORE UPDATE OR DELETE ON account_entry
       FOR EACH ROW EXECUTE FUNCTION ledger_is_append_only()""",
    """CREATE TRIGGER account_move_keeps_rows BEFORE UPDATE OR DELETE ON account_move
       FOR EACH ROW EXECUTE FUNCTION ledger_is_append_only()""",
)


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("patron_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("balance_fen", BIG_ID, nullable=False),
        sa.Column("deposit_fen", BIG_ID, nullable=False),
        sa.CheckConstraint("deposit_fen >= 0", name=op.f("ck_account_deposit")),
        sa.ForeignKeyConstraint(["patron_id"], ["patron.id"], name=op.f("fk_account_patron_id")),
        sa.PrimaryKeyConstraint("patron_id", name=op.f("pk_account")),
    )
    op.create_table(
        "late_return",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("patron_id", BIG_ID, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.CheckConstraint("days > 0", name=op.f("ck_late_return_days")),
        sa.ForeignKeyConstraint(["patron_id"], ["patron.id"], name=op.f("fk_late_return_patron_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_late_return")),
    )
    op.create_index("ix_late_return_patron", "late_return", ["patron_id", "at"])
    op.create_table(
        "account_entry",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("patron_id", BIG_ID, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("org_id", BIG_ID, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("cause", sa.String(16), nullable=True),
        sa.Column("amount_fen", BIG_ID, nullable=False),
        sa.Column("used_fen", BIG_ID, nullable=False),
        sa.Column("loan_id", BIG_ID, nullable=True),
        sa.Column("item_id", BIG_ID, nullable=True),
        sa.Column("about_id", BIG_ID, nullable=True),
        sa.Column("method", sa.String(16), nullable=True),
        sa.Column("note", sa.String(200), nullable=True),
        sa.Column("why", JSON_VALUE, nullable=True),
        sa.Column("by_rule", sa.Boolean(), nullable=False),
        sa.Column("author", sa.String(80), nullable=False),
        sa.CheckConstraint("(kind = 'charge') = (cause IS NOT NULL)", name=op.f("ck_account_entry_charge_has_cause")),
        sa.CheckConstraint(
            "(kind IN ('waiver','refund','reversal')) = (about_id IS NOT NULL)",
            name=op.f("ck_account_entry_correction_names_its_entry"),
        ),
        sa.CheckConstraint(
            "cause IN ('overdue','lost','damaged','processing','rental','hold','other')",
            name=op.f("ck_account_entry_cause"),
        ),
        sa.CheckConstraint(
            "kind IN ('charge','payment','waiver','refund','reversal','payout','deposit','deposit_return')",
            name=op.f("ck_account_entry_kind"),
        ),
        sa.CheckConstraint(
            "kind NOT IN ('charge','payout','reversal','deposit') OR amount_fen > 0",
            name=op.f("ck_account_entry_owed_above_zero"),
        ),
        sa.CheckConstraint(
            "kind NOT IN ('deposit','deposit_return') OR used_fen = 0",
            name=op.f("ck_account_entry_deposit_settles_nothing"),
        ),
        sa.CheckConstraint(
            "kind NOT IN ('payment','waiver','refund','deposit_return') OR amount_fen < 0",
            name=op.f("ck_account_entry_favour_below_zero"),
        ),
        sa.CheckConstraint(
            "method IN ('cash','wechat','alipay','card','transfer','deposit','other')",
            name=op.f("ck_account_entry_method"),
        ),
        sa.CheckConstraint(
            "used_fen >= 0 AND used_fen <= abs(amount_fen)", name=op.f("ck_account_entry_not_over_used")
        ),
        sa.ForeignKeyConstraint(["about_id"], ["account_entry.id"], name=op.f("fk_account_entry_about_id")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_account_entry_item_id")),
        sa.ForeignKeyConstraint(["loan_id"], ["loan.id"], name=op.f("fk_account_entry_loan_id")),
        sa.ForeignKeyConstraint(["org_id"], ["org_unit.id"], name=op.f("fk_account_entry_org_id")),
        sa.ForeignKeyConstraint(["patron_id"], ["patron.id"], name=op.f("fk_account_entry_patron_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_entry")),
    )
    op.create_index(op.f("ix_account_entry_about_id"), "account_entry", ["about_id"])
    op.create_index("ix_account_entry_at", "account_entry", ["org_id", "at"])
    op.create_index(op.f("ix_account_entry_loan_id"), "account_entry", ["loan_id"])
    op.create_index(
        "ix_account_entry_open",
        "account_entry",
        ["patron_id", "id"],
        sqlite_where=sa.text("used_fen < abs(amount_fen) AND kind NOT IN ('deposit','deposit_return')"),
        postgresql_where=sa.text("used_fen < abs(amount_fen) AND kind NOT IN ('deposit','deposit_return')"),
    )
    op.create_index("ix_account_entry_patron", "account_entry", ["patron_id", "id"])
    op.create_table(
        "accruing_fine",
        sa.Column("loan_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("patron_id", BIG_ID, nullable=False),
        sa.Column("amount_fen", BIG_ID, nullable=False),
        sa.Column("late_days", sa.Integer(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_accruing_fine_amount")),
        sa.ForeignKeyConstraint(["loan_id"], ["loan.id"], name=op.f("fk_accruing_fine_loan_id")),
        sa.ForeignKeyConstraint(["patron_id"], ["patron.id"], name=op.f("fk_accruing_fine_patron_id")),
        sa.PrimaryKeyConstraint("loan_id", name=op.f("pk_accruing_fine")),
    )
    op.create_index(op.f("ix_accruing_fine_patron_id"), "accruing_fine", ["patron_id"])
    op.create_table(
        "suspension",
        sa.Column("block_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("patron_id", BIG_ID, nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("why", JSON_VALUE, nullable=False),
        sa.CheckConstraint("days > 0", name=op.f("ck_suspension_days")),
        sa.ForeignKeyConstraint(["block_id"], ["patron_block.id"], name=op.f("fk_suspension_block_id")),
        sa.ForeignKeyConstraint(["patron_id"], ["patron.id"], name=op.f("fk_suspension_patron_id")),
        sa.PrimaryKeyConstraint("block_id", name=op.f("pk_suspension")),
    )
    op.create_index(op.f("ix_suspension_patron_id"), "suspension", ["patron_id"])
    op.create_table(
        "account_move",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("favour_id", BIG_ID, nullable=False),
        sa.Column("owed_id", BIG_ID, nullable=False),
        sa.Column("amount_fen", BIG_ID, nullable=False),
        sa.Column("act_id", BIG_ID, nullable=False),
        sa.CheckConstraint("amount_fen <> 0", name=op.f("ck_account_move_something")),
        sa.CheckConstraint("favour_id <> owed_id", name=op.f("ck_account_move_two_entries")),
        sa.ForeignKeyConstraint(["act_id"], ["account_entry.id"], name=op.f("fk_account_move_act_id")),
        sa.ForeignKeyConstraint(["favour_id"], ["account_entry.id"], name=op.f("fk_account_move_favour_id")),
        sa.ForeignKeyConstraint(["owed_id"], ["account_entry.id"], name=op.f("fk_account_move_owed_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_move")),
    )
    op.create_index(op.f("ix_account_move_act_id"), "account_move", ["act_id"])
    op.create_index(op.f("ix_account_move_favour_id"), "account_move", ["favour_id"])
    op.create_index(op.f("ix_account_move_owed_id"), "account_move", ["owed_id"])
    op.create_table(
        "approval",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("patron_id", BIG_ID, nullable=False),
        sa.Column("act", sa.String(16), nullable=False),
        sa.Column("about_id", BIG_ID, nullable=True),
        sa.Column("amount_fen", BIG_ID, nullable=False),
        sa.Column("method", sa.String(16), nullable=True),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("org_id", BIG_ID, nullable=False),
        sa.Column("status", sa.String(12), nullable=False),
        sa.Column("asked_by", sa.String(80), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("decided_by", sa.String(80), nullable=True),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.Column("entry_id", BIG_ID, nullable=True),
        sa.CheckConstraint("(act = 'payout') = (about_id IS NULL)", name=op.f("ck_approval_names_its_entry")),
        sa.CheckConstraint(
            "(status = 'confirmed') = (entry_id IS NOT NULL)", name=op.f("ck_approval_confirmed_has_entry")
        ),
        sa.CheckConstraint("(status = 'waiting') = (decided_by IS NULL)", name=op.f("ck_approval_decided")),
        sa.CheckConstraint("act IN ('waiver','refund','reversal','payout')", name=op.f("ck_approval_act")),
        sa.CheckConstraint(
            "status = 'refused' OR decided_by IS NULL OR decided_by <> asked_by", name=op.f("ck_approval_two_persons")
        ),
        sa.CheckConstraint("status IN ('waiting','confirmed','refused')", name=op.f("ck_approval_status")),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_approval_amount")),
        sa.ForeignKeyConstraint(["about_id"], ["account_entry.id"], name=op.f("fk_approval_about_id")),
        sa.ForeignKeyConstraint(["entry_id"], ["account_entry.id"], name=op.f("fk_approval_entry_id")),
        sa.ForeignKeyConstraint(["org_id"], ["org_unit.id"], name=op.f("fk_approval_org_id")),
        sa.ForeignKeyConstraint(["patron_id"], ["patron.id"], name=op.f("fk_approval_patron_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_approval_entry_id")),
    )
    op.create_index(op.f("ix_approval_patron_id"), "approval", ["patron_id"])
    op.create_index(
        "ix_approval_waiting",
        "approval",
        ["org_id"],
        sqlite_where=sa.text("status = 'waiting'"),
        postgresql_where=sa.text("status = 'waiting'"),
    )
    op.create_index(
        "uq_approval_one_waiting",
        "approval",
        ["about_id"],
        unique=True,
        sqlite_where=sa.text("status = 'waiting'"),
        postgresql_where=sa.text("status = 'waiting'"),
    )

    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in SQLITE_TRIGGERS if is_sqlite else POSTGRESQL_TRIGGERS:
        op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER account_move_keeps_rows ON account_move")
        op.execute("DROP TRIGGER account_entry_keeps_facts ON account_entry")
        op.execute("DROP FUNCTION ledger_is_append_only()")
    for table in ("approval", "account_move", "account_entry", "accruing_fine", "suspension", "late_return", "account"):
        op.drop_table(table)
