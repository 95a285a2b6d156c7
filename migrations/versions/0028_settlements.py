"""Settlements with shops, which stay as they are once both sides have confirmed them.

Revision ID: 0028
Revises: 0027
"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)

# Frozen is all but what the payment adds.
FROZEN = (
    "id", "shop_id", "first_on", "last_on", "version", "total_fen", "made_at", "made_by", "invoice_number", "invoice_on",
    "invoice_fen", "library_confirmed_at", "library_confirmed_by", "library_taken_back_at", "shop_confirmed_at",
    "shop_confirmed_by", "shop_taken_back_at", "frozen_at", "digest", "discarded_at", "discarded_by", "discard_reason",
)  # fmt: skip
SAID = "a settlement that was confirmed or discarded stays as it is"
IS_PAYMENT = "OLD.status = 'frozen' AND NEW.status = 'paid'"
SQLITE_TRIGGERS = (
    f"""CREATE TRIGGER settlement_keeps_facts BEFORE UPDATE ON settlement
        WHEN OLD.status <> 'draft' AND NOT ({IS_PAYMENT} AND {" AND ".join(f"OLD.{name} IS NEW.{name}" for name in FROZEN)})
        BEGIN SELECT RAISE(ABORT, '{SAID}'); END""",
    f"""CREATE TRIGGER settlement_keeps_rows BEFORE DELETE ON settlement
        BEGIN SELECT RAISE(ABORT, '{SAID}'); END""",
    *(
        f"""CREATE TRIGGER settlement_line_{name} BEFORE {act} ON settlement_line
            WHEN EXISTS (SELECT 1 FROM settlement s WHERE s.id IN ({ids}) AND s.status <> 'draft')
            BEGIN SELECT RAISE(ABORT, '{SAID}'); END"""  # noqa: S608 - words of our own
        for name, act, ids in (
            ("is_not_added", "INSERT", "NEW.settlement_id"),
            ("keeps_facts", "UPDATE", "OLD.settlement_id, NEW.settlement_id"),
            ("keeps_rows", "DELETE", "OLD.settlement_id"),
        )
    ),
)
POSTGRESQL_TRIGGERS = (
    f"""CREATE FUNCTION settlement_stays() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF TG_OP = 'DELETE' THEN RAISE EXCEPTION '{SAID}'; END IF;
          IF OLD.status <> 'draft' AND NOT ({IS_PAYMENT}
             AND {" AND ".join(f"OLD.{name} IS NOT DISTINCT FROM NEW.{name}" for name in FROZEN)})
          THEN RAISE EXCEPTION '{SAID}'; END IF;
          RETURN NEW;
        END $$""",
    """CREATE TRIGGER settlement_keeps_facts BEFORE UPDATE OR DELETE ON settlement
       FOR EACH ROW EXECUTE FUNCTION settlement_stays()""",
    f"""CREATE FUNCTION settlement_line_stays() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF TG_OP <> 'INSERT' AND EXISTS (SELECT 1 FROM settlement s WHERE s.id = OLD.settlement_id AND s.status <> 'draft')
          THEN RAISE EXCEPTION '{SAID}'; END IF;
          IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
          IF EXISTS (SELECT 1 FROM settlement s WHERE s.id = NEW.settlement_id AND s.status <> 'draft')
          THEN RAISE EXCEPTION '{SAID}'; END IF;
          RETURN NEW;
        END $$""",  # noqa: S608 - words of our own
    """CREATE TRIGGER settlement_line_keeps_facts BEFORE INSERT OR UPDATE OR DELETE ON settlement_line
       FOR EACH ROW EXECUTE FUNCTION settlement_line_stays()""",
)


def upgrade() -> None:
    _create_settlements()
    _create_lines()
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    for statement in POSTGRESQL_TRIGGERS if is_postgresql else SQLITE_TRIGGERS:
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("settlement_line")
    op.drop_table("settlement")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION settlement_line_stays()")
        op.execute("DROP FUNCTION settlement_stays()")


def _create_settlements() -> None:
    op.create_table(
        "settlement",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("shop_id", BIG_ID, nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("total_fen", BIG_ID, nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("made_by", sa.String(80), nullable=False),
        sa.Column("invoice_number", sa.String(64), nullable=True),
        sa.Column("invoice_on", sa.Date(), nullable=True),
        sa.Column("invoice_fen", BIG_ID, nullable=True),
        *(
            column
            for side in ("library", "shop")
            for column in (
                sa.Column(f"{side}_confirmed_at", INSTANT, nullable=True),
                sa.Column(f"{side}_confirmed_by", sa.String(80), nullable=True),
                sa.Column(f"{side}_taken_back_at", INSTANT, nullable=True),
            )
        ),
        sa.Column("frozen_at", INSTANT, nullable=True),
        sa.Column("digest", sa.String(64), nullable=True),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.Column("paid_reference", sa.String(100), nullable=True),
        sa.Column("paid_by", sa.String(80), nullable=True),
        sa.Column("discarded_at", INSTANT, nullable=True),
        sa.Column("discarded_by", sa.String(80), nullable=True),
        sa.Column("discard_reason", sa.String(200), nullable=True),
        sa.CheckConstraint("status IN ('draft','frozen','paid','discarded')", name=op.f("ck_settlement_status")),
        sa.CheckConstraint("first_on <= last_on", name=op.f("ck_settlement_period")),
        sa.CheckConstraint("total_fen >= 0", name=op.f("ck_settlement_total")),
        sa.CheckConstraint(
            "status NOT IN ('frozen','paid') OR (digest IS NOT NULL AND frozen_at IS NOT NULL"
            " AND library_confirmed_by IS NOT NULL AND shop_confirmed_by IS NOT NULL"
            " AND library_confirmed_by <> shop_confirmed_by)",
            name=op.f("ck_settlement_frozen"),
        ),
        sa.CheckConstraint(
            "(status = 'paid') = (paid_on IS NOT NULL) AND (status = 'paid') = (paid_reference IS NOT NULL)",
            name=op.f("ck_settlement_paid"),
        ),
        sa.CheckConstraint("(status = 'discarded') = (discarded_at IS NOT NULL)", name=op.f("ck_settlement_discarded")),
        sa.ForeignKeyConstraint(["shop_id"], ["org_unit.id"], name=op.f("fk_settlement_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settlement")),
    )
    op.create_index("ix_settlement_shop", "settlement", ["shop_id", "first_on"])
    for name, columns, where in (
        ("uq_settlement_draft", ["shop_id", "first_on", "last_on"], "status = 'draft'"),
        (
            "uq_settlement_invoice",
            ["shop_id", "invoice_number"],
            "status <> 'discarded' AND invoice_number IS NOT NULL",
        ),
    ):
        op.create_index(
            name, "settlement", columns, unique=True, sqlite_where=sa.text(where), postgresql_where=sa.text(where)
        )


def _create_lines() -> None:
    op.create_table(
        "settlement_line",
        sa.Column("settlement_id", BIG_ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("selection_id", BIG_ID, nullable=True),
        sa.Column("is_standing", sa.Boolean(), nullable=False),
        sa.Column("isbn", sa.String(13), nullable=False),
        sa.Column("title", sa.String(300), nullable=False),
        sa.Column("item", sa.String(64), nullable=True),
        sa.Column("programme", sa.String(32), nullable=True),
        sa.Column("chosen_on", sa.Date(), nullable=True),
        sa.Column("price_fen", sa.Integer(), nullable=True),
        sa.Column("cost_fen", sa.Integer(), nullable=True),
        sa.Column("invoice_row", sa.Integer(), nullable=True),
        sa.Column("invoiced_price_fen", sa.Integer(), nullable=True),
        sa.Column("charged_fen", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(12), nullable=True),
        sa.Column("resolution", sa.String(8), nullable=True),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("resolved_by", sa.String(80), nullable=True),
        sa.Column("resolved_at", INSTANT, nullable=True),
        sa.Column("paid_fen", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('price','discount','not_invoiced','not_chosen','twice','cancelled','returned','not_lent')",
            name=op.f("ck_settlement_line_kind"),
        ),
        sa.CheckConstraint(
            "resolution IN ('accept','keep','later','refuse')", name=op.f("ck_settlement_line_resolution")
        ),
        sa.CheckConstraint("resolution IS NULL OR kind IS NOT NULL", name=op.f("ck_settlement_line_resolved")),
        sa.CheckConstraint(
            "resolution <> 'refuse' OR reason <> ''", name=op.f("ck_settlement_line_refused_has_reason")
        ),
        sa.CheckConstraint(
            "selection_id IS NOT NULL OR invoice_row IS NOT NULL", name=op.f("ck_settlement_line_about")
        ),
        sa.CheckConstraint(
            "selection_id IS NOT NULL OR (paid_fen = 0 AND NOT is_standing)", name=op.f("ck_settlement_line_chosen")
        ),
        sa.CheckConstraint("(selection_id IS NULL) = (cost_fen IS NULL)", name=op.f("ck_settlement_line_cost")),
        sa.CheckConstraint("paid_fen >= 0", name=op.f("ck_settlement_line_paid")),
        sa.ForeignKeyConstraint(["settlement_id"], ["settlement.id"], name=op.f("fk_settlement_line_settlement_id")),
        sa.ForeignKeyConstraint(["selection_id"], ["selection.id"], name=op.f("fk_settlement_line_selection_id")),
        sa.PrimaryKeyConstraint("settlement_id", "number", name=op.f("pk_settlement_line")),
    )
    op.create_index(op.f("ix_settlement_line_selection_id"), "settlement_line", ["selection_id"])
    op.create_index(op.f("ix_settlement_line_isbn"), "settlement_line", ["isbn"])
    standing = sa.text("is_standing")
    op.create_index(
        "uq_settlement_line_standing",
        "settlement_line",
        ["selection_id"],
        unique=True,
        sqlite_where=standing,
        postgresql_where=standing,
    )
