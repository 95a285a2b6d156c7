"""Funds, programmes, what readers choose in shops, and copies that wait to be processed.

Revision ID: 0022
Revises: 0021
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")

# What was entered in a fund stays as it was entered.
SQLITE_TRIGGERS = tuple(
    f"""CREATE TRIGGER fund_entry_{name} BEFORE {act} ON fund_entry
        BEGIN SELECT RAISE(ABORT, 'a fund is append-only'); END"""
    for name, act in (("keeps_rows", "DELETE"), ("keeps_facts", "UPDATE"))
)
POSTGRESQL_TRIGGERS = (
    """CREATE FUNCTION fund_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN RAISE EXCEPTION 'a fund is append-only'; END $$""",
    """CREATE TRIGGER fund_entry_keeps_facts BEFORE UPDATE OR DELETE ON fund_entry
       FOR EACH ROW EXECUTE FUNCTION fund_is_append_only()""",
)


def upgrade() -> None:
    # Without batch mode, which would make the table anew and forget that an id of a copy is never given twice.
    op.add_column("item", sa.Column("awaits_processing", sa.Boolean(), nullable=False, server_default=sa.false()))
    _create_funds()
    _create_programmes()
    _create_shops()
    _create_selections()
    _create_entries()


def downgrade() -> None:
    op.drop_table("fund_entry")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION fund_is_append_only()")
    for table in (
        "quota_use", "selection", "shop_offer", "shop_barcodes", "shop_terms", "programme_fund", "programme", "fund",
    ):  # fmt: skip
        op.drop_table(table)
    with op.batch_alter_table("item", table_kwargs={"sqlite_autoincrement": True}) as batch:
        batch.drop_column("awaits_processing")


def _create_funds() -> None:
    op.create_table(
        "fund",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("code", sa.String(32), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("org_id", BIG_ID, nullable=False),
        sa.Column("allocated_fen", BIG_ID, nullable=False),
        sa.Column("spent_fen", BIG_ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.CheckConstraint("spent_fen >= 0 AND spent_fen <= allocated_fen", name=op.f("ck_fund_never_overspent")),
        sa.ForeignKeyConstraint(["org_id"], ["org_unit.id"], name=op.f("fk_fund_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fund")),
        sa.UniqueConstraint("code", name=op.f("uq_fund_code")),
    )
    op.create_index(op.f("ix_fund_org_id"), "fund", ["org_id"])


def _create_programmes() -> None:
    op.create_table(
        "programme",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("code", sa.String(32), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("org_id", BIG_ID, nullable=False),
        sa.Column("library_id", BIG_ID, nullable=False),
        sa.Column("item_type", sa.String(32), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("warn_at", sa.Integer(), nullable=False),
        sa.Column("stop_at", sa.Integer(), nullable=False),
        sa.Column("is_paused", sa.Boolean(), nullable=False),
        sa.Column("rules", JSON, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.CheckConstraint("starts_on <= ends_on", name=op.f("ck_programme_period")),
        sa.CheckConstraint("warn_at BETWEEN 1 AND 100 AND stop_at BETWEEN 1 AND 100", name=op.f("ck_programme_levels")),
        sa.ForeignKeyConstraint(["org_id"], ["org_unit.id"], name=op.f("fk_programme_org_id")),
        sa.ForeignKeyConstraint(["library_id"], ["org_unit.id"], name=op.f("fk_programme_library_id")),
        sa.ForeignKeyConstraint(["item_type"], ["item_type.code"], name=op.f("fk_programme_item_type")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme")),
        sa.UniqueConstraint("code", name=op.f("uq_programme_code")),
    )
    op.create_index(op.f("ix_programme_org_id"), "programme", ["org_id"])
    op.create_table(
        "programme_fund",
        sa.Column("programme_id", BIG_ID, nullable=False),
        sa.Column("fund_id", BIG_ID, nullable=False),
        sa.Column("share", sa.Integer(), nullable=False),
        sa.CheckConstraint("share > 0", name=op.f("ck_programme_fund_share")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_programme_fund_programme_id")),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f("fk_programme_fund_fund_id")),
        sa.PrimaryKeyConstraint("programme_id", "fund_id", name=op.f("pk_programme_fund")),
    )
    op.create_index(op.f("ix_programme_fund_fund_id"), "programme_fund", ["fund_id"])


def _create_shops() -> None:
    op.create_table(
        "shop_terms",
        sa.Column("shop_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("pays_percent", sa.Integer(), nullable=False),
        sa.CheckConstraint("pays_percent BETWEEN 1 AND 100", name=op.f("ck_shop_terms_pays")),
        sa.ForeignKeyConstraint(["shop_id"], ["org_unit.id"], name=op.f("fk_shop_terms_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", name=op.f("pk_shop_terms")),
    )
    op.create_table(
        "shop_barcodes",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("shop_id", BIG_ID, nullable=False),
        sa.Column("prefix", sa.String(50), nullable=False),
        sa.Column("digits", sa.Integer(), nullable=False),
        sa.Column("first_number", BIG_ID, nullable=False),
        sa.Column("last_number", BIG_ID, nullable=False),
        sa.Column("next_number", BIG_ID, nullable=False),
        sa.Column("issued_at", INSTANT, nullable=False),
        sa.Column("issued_by", sa.String(80), nullable=False),
        sa.CheckConstraint("first_number <= last_number", name=op.f("ck_shop_barcodes_run")),
        sa.CheckConstraint("next_number BETWEEN first_number AND last_number + 1", name=op.f("ck_shop_barcodes_next")),
        sa.ForeignKeyConstraint(["shop_id"], ["org_unit.id"], name=op.f("fk_shop_barcodes_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_barcodes")),
    )
    op.create_index(op.f("ix_shop_barcodes_shop_id"), "shop_barcodes", ["shop_id"])
    op.create_table(
        "shop_offer",
        sa.Column("shop_id", BIG_ID, nullable=False),
        sa.Column("isbn", sa.String(13), nullable=False),
        sa.Column("title", sa.String(300), nullable=False),
        sa.Column("author", sa.String(200), nullable=False),
        sa.Column("publisher", sa.String(200), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("class_number", sa.String(64), nullable=True),
        sa.Column("price_fen", sa.Integer(), nullable=False),
        sa.Column("stock", sa.Integer(), nullable=True),
        sa.Column("listed_at", INSTANT, nullable=False),
        sa.CheckConstraint("price_fen > 0", name=op.f("ck_shop_offer_price")),
        sa.CheckConstraint("stock IS NULL OR stock >= 0", name=op.f("ck_shop_offer_stock")),
        sa.ForeignKeyConstraint(["shop_id"], ["org_unit.id"], name=op.f("fk_shop_offer_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "isbn", name=op.f("pk_shop_offer")),
    )
    op.create_index(op.f("ix_shop_offer_isbn"), "shop_offer", ["isbn"])


def _create_selections() -> None:
    references = {
        "programme_id": "programme.id", "shop_id": "org_unit.id", "bib_id": "bib.id", "item_id": "item.id",
        "loan_id": "loan.id", "patron_id": "patron.id", "reader_home_id": "org_unit.id", "replaces_id": "selection.id",
    }  # fmt: skip
    op.create_table(
        "selection",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("programme_id", BIG_ID, nullable=False),
        sa.Column("shop_id", BIG_ID, nullable=False),
        sa.Column("bib_id", BIG_ID, nullable=False),
        sa.Column("item_id", BIG_ID, nullable=False),
        sa.Column("loan_id", BIG_ID, nullable=True),
        sa.Column("patron_id", BIG_ID, nullable=True),
        sa.Column("isbn", sa.String(13), nullable=False),
        sa.Column("title", sa.String(300), nullable=False),
        sa.Column("price_fen", sa.Integer(), nullable=False),
        sa.Column("cost_fen", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(12), nullable=False),
        sa.Column("is_online", sa.Boolean(), nullable=False),
        sa.Column("is_first", sa.Boolean(), nullable=False),
        sa.Column("reader_home_id", BIG_ID, nullable=False),
        sa.Column("age_group", sa.String(8), nullable=False),
        sa.Column("class_letter", sa.String(1), nullable=True),
        sa.Column("known", JSON, nullable=False),
        sa.Column("decided", JSON, nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("made_by", sa.String(80), nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("end_reason", sa.String(200), nullable=True),
        sa.Column("replaces_id", BIG_ID, nullable=True),
        sa.CheckConstraint("status IN ('ordered','sent','lent','cancelled')", name=op.f("ck_selection_status")),
        sa.CheckConstraint("price_fen > 0 AND cost_fen > 0 AND cost_fen <= price_fen", name=op.f("ck_selection_cost")),
        sa.CheckConstraint("status <> 'lent' OR loan_id IS NOT NULL", name=op.f("ck_selection_lent")),
        sa.CheckConstraint("(status = 'cancelled') = (ended_at IS NOT NULL)", name=op.f("ck_selection_ended")),
        *(
            sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_selection_{column}"))
            for column, target in references.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_selection")),
        *(
            sa.UniqueConstraint(column, name=op.f(f"uq_selection_{column}"))
            for column in ("item_id", "loan_id", "replaces_id")
        ),
    )
    for column in ("bib_id", "patron_id", "isbn"):
        op.create_index(op.f(f"ix_selection_{column}"), "selection", [column])
    op.create_index("ix_selection_shop", "selection", ["shop_id", "made_at"])
    op.create_index("ix_selection_programme", "selection", ["programme_id", "made_at"])
    op.create_table(
        "quota_use",
        sa.Column("programme_id", BIG_ID, nullable=False),
        sa.Column("patron_id", BIG_ID, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("shop_id", BIG_ID, nullable=False),
        sa.Column("books", sa.Integer(), nullable=False),
        sa.Column("price_fen", BIG_ID, nullable=False),
        sa.CheckConstraint("books >= 0 AND price_fen >= 0", name=op.f("ck_quota_use_used")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_quota_use_programme_id")),
        sa.ForeignKeyConstraint(["patron_id"], ["patron.id"], name=op.f("fk_quota_use_patron_id")),
        sa.ForeignKeyConstraint(["shop_id"], ["org_unit.id"], name=op.f("fk_quota_use_shop_id")),
        sa.PrimaryKeyConstraint("programme_id", "patron_id", "day", "shop_id", name=op.f("pk_quota_use")),
    )
    op.create_index(op.f("ix_quota_use_patron_id"), "quota_use", ["patron_id"])


def _create_entries() -> None:
    op.create_table(
        "fund_entry",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("fund_id", BIG_ID, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("fen", BIG_ID, nullable=False),
        sa.Column("selection_id", BIG_ID, nullable=True),
        sa.Column("order_line_id", BIG_ID, nullable=True),
        sa.Column("note", sa.String(200), nullable=False),
        sa.Column("author", sa.String(80), nullable=False),
        sa.CheckConstraint(
            "kind IN ('allocation','selection','cancellation','order','correction','withdrawal','settlement')",
            name=op.f("ck_fund_entry_kind"),
        ),
        sa.CheckConstraint(
            "(kind IN ('selection','cancellation','settlement')) = (selection_id IS NOT NULL)"
            " AND (kind IN ('order','correction','withdrawal')) = (order_line_id IS NOT NULL)",
            name=op.f("ck_fund_entry_about"),
        ),
        sa.CheckConstraint("fen <> 0", name=op.f("ck_fund_entry_fen")),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f("fk_fund_entry_fund_id")),
        sa.ForeignKeyConstraint(["selection_id"], ["selection.id"], name=op.f("fk_fund_entry_selection_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fund_entry")),
    )
    for column in ("fund_id", "selection_id", "order_line_id"):
        op.create_index(op.f(f"ix_fund_entry_{column}"), "fund_entry", [column])
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    for statement in POSTGRESQL_TRIGGERS if is_postgresql else SQLITE_TRIGGERS:
        op.execute(statement)
