"""Suppliers, orders, receipts and invoices, what was put aside of the demand, and an index of what readers looked for in vain.

Revision ID: 0025
Revises: 0024
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
WANTED = sa.text("act IN ('search_missed','selection_refused')")


def upgrade() -> None:
    op.create_index("ix_journal_wanted", "journal", ["at"], sqlite_where=WANTED, postgresql_where=WANTED)
    _create_aside()
    _create_supplier()
    _create_order()
    _create_lines()
    _create_copies()
    _create_invoices()
    with op.batch_alter_table("fund_entry") as batch:
        batch.create_foreign_key(op.f("fk_fund_entry_order_line_id"), "order_line", ["order_line_id"], ["id"])
    _keep_entries()


def downgrade() -> None:
    with op.batch_alter_table("fund_entry") as batch:
        batch.drop_constraint(op.f("fk_fund_entry_order_line_id"), type_="foreignkey")
    _keep_entries()
    for table in (
        "invoice_line", "invoice", "order_copy", "order_receipt", "order_suggestion", "order_line", "order_fund",
        "purchase_order", "supplier", "demand_aside",
    ):  # fmt: skip
        op.drop_table(table)
    op.drop_index("ix_journal_wanted", table_name="journal")


def _keep_entries() -> None:
    """On SQLite the table was made anew, and its triggers went with the old one."""
    if op.get_bind().dialect.name != "sqlite":
        return
    for name, act in (("keeps_rows", "DELETE"), ("keeps_facts", "UPDATE")):
        op.execute(
            f"""CREATE TRIGGER fund_entry_{name} BEFORE {act} ON fund_entry
                BEGIN SELECT RAISE(ABORT, 'a fund is append-only'); END"""
        )


def _key(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}"))


def _check(table: str, name: str, condition: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))


def _create_aside() -> None:
    op.create_table(
        "demand_aside",
        sa.Column("org_id", BIG_ID, nullable=False),
        sa.Column("key", sa.String(520), nullable=False),
        sa.Column("title", sa.String(300), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("author", sa.String(80), nullable=False),
        _check("demand_aside", "reason", "reason <> ''"),
        _key("demand_aside", "org_id", "org_unit.id"),
        sa.PrimaryKeyConstraint("org_id", "key", name=op.f("pk_demand_aside")),
    )


def _create_supplier() -> None:
    op.create_table(
        "supplier",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("code", sa.String(32), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("contact", sa.String(200), nullable=False),
        sa.Column("pays_percent", sa.Integer(), nullable=False),
        sa.Column("delivery_days", sa.Integer(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        _check("supplier", "pays", "pays_percent BETWEEN 1 AND 100"),
        _check("supplier", "days", "delivery_days BETWEEN 0 AND 3650"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supplier")),
        sa.UniqueConstraint("code", name=op.f("uq_supplier_code")),
    )


def _create_order() -> None:
    op.create_table(
        "purchase_order",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("number", sa.String(40), nullable=False),
        sa.Column("org_id", BIG_ID, nullable=False),
        sa.Column("supplier_id", BIG_ID, nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("note", sa.String(500), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("created_by", sa.String(80), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=True),
        sa.Column("asked_by", sa.String(80), nullable=True),
        sa.Column("approved_at", INSTANT, nullable=True),
        sa.Column("approved_by", sa.String(80), nullable=True),
        sa.Column("ordered_at", INSTANT, nullable=True),
        sa.Column("expected_on", sa.Date(), nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("end_reason", sa.String(200), nullable=False),
        _check(
            "purchase_order",
            "status",
            "status IN ('draft','waiting','ordered','partly_received','received','cancelled')",
        ),
        _check("purchase_order", "two_persons", "approved_by IS NULL OR approved_by <> asked_by"),
        _check("purchase_order", "ended", "(status IN ('received','cancelled')) = (ended_at IS NOT NULL)"),
        _check(
            "purchase_order",
            "ordered",
            "status IN ('draft','waiting','cancelled') OR (ordered_at IS NOT NULL AND asked_by IS NOT NULL)",
        ),
        _check("purchase_order", "asked", "status <> 'waiting' OR asked_by IS NOT NULL"),
        _key("purchase_order", "org_id", "org_unit.id"),
        _key("purchase_order", "supplier_id", "supplier.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purchase_order")),
        sa.UniqueConstraint("number", name=op.f("uq_purchase_order_number")),
    )
    op.create_index(op.f("ix_purchase_order_supplier_id"), "purchase_order", ["supplier_id"])
    op.create_index("ix_purchase_order_org", "purchase_order", ["org_id", "status"])
    op.create_table(
        "order_fund",
        sa.Column("order_id", BIG_ID, nullable=False),
        sa.Column("fund_id", BIG_ID, nullable=False),
        sa.Column("share", sa.Integer(), nullable=False),
        _check("order_fund", "share", "share > 0"),
        _key("order_fund", "order_id", "purchase_order.id"),
        _key("order_fund", "fund_id", "fund.id"),
        sa.PrimaryKeyConstraint("order_id", "fund_id", name=op.f("pk_order_fund")),
    )
    op.create_index(op.f("ix_order_fund_fund_id"), "order_fund", ["fund_id"])


def _create_lines() -> None:
    op.create_table(
        "order_line",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("order_id", BIG_ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("isbn", sa.String(13), nullable=True),
        sa.Column("title", sa.String(300), nullable=False),
        sa.Column("author", sa.String(200), nullable=False),
        sa.Column("publisher", sa.String(200), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("price_fen", sa.Integer(), nullable=False),
        sa.Column("cost_fen", sa.Integer(), nullable=False),
        sa.Column("item_type", sa.String(32), nullable=False),
        sa.Column("key", sa.String(520), nullable=False),
        sa.Column("demand", JSON, nullable=False),
        sa.Column("bib_id", BIG_ID, nullable=True),
        _check("order_line", "cost", "price_fen > 0 AND cost_fen > 0 AND cost_fen <= price_fen"),
        _key("order_line", "order_id", "purchase_order.id"),
        _key("order_line", "item_type", "item_type.code"),
        _key("order_line", "bib_id", "bib.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_line")),
        sa.UniqueConstraint("order_id", "number", name=op.f("uq_order_line_order_id_number")),
    )
    for column in ("key", "bib_id"):
        op.create_index(op.f(f"ix_order_line_{column}"), "order_line", [column])
    op.create_table(
        "order_suggestion",
        sa.Column("line_id", BIG_ID, nullable=False),
        sa.Column("suggestion_id", BIG_ID, nullable=False),
        _key("order_suggestion", "line_id", "order_line.id"),
        _key("order_suggestion", "suggestion_id", "suggestion.id"),
        sa.PrimaryKeyConstraint("line_id", "suggestion_id", name=op.f("pk_order_suggestion")),
    )
    op.create_index(op.f("ix_order_suggestion_suggestion_id"), "order_suggestion", ["suggestion_id"])


def _create_copies() -> None:
    op.create_table(
        "order_receipt",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("order_id", BIG_ID, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("author", sa.String(80), nullable=False),
        sa.Column("note", sa.String(500), nullable=False),
        sa.Column("wrong", JSON, nullable=False),
        _key("order_receipt", "order_id", "purchase_order.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_receipt")),
    )
    op.create_index(op.f("ix_order_receipt_order_id"), "order_receipt", ["order_id"])
    op.create_table(
        "order_copy",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("line_id", BIG_ID, nullable=False),
        sa.Column("unit_id", BIG_ID, nullable=False),
        sa.Column("status", sa.String(12), nullable=False),
        sa.Column("item_id", BIG_ID, nullable=True),
        sa.Column("receipt_id", BIG_ID, nullable=True),
        sa.Column("is_extra", sa.Boolean(), nullable=False),
        _check("order_copy", "status", "status IN ('planned','ordered','received','cancelled')"),
        _check("order_copy", "received", "(status = 'received') = (receipt_id IS NOT NULL)"),
        _check("order_copy", "in_catalogue", "status NOT IN ('ordered','received') OR item_id IS NOT NULL"),
        _key("order_copy", "line_id", "order_line.id"),
        _key("order_copy", "unit_id", "org_unit.id"),
        _key("order_copy", "item_id", "item.id"),
        _key("order_copy", "receipt_id", "order_receipt.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_copy")),
        sa.UniqueConstraint("item_id", name=op.f("uq_order_copy_item_id")),
    )
    for column in ("line_id", "receipt_id"):
        op.create_index(op.f(f"ix_order_copy_{column}"), "order_copy", [column])


def _create_invoices() -> None:
    op.create_table(
        "invoice",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("order_id", BIG_ID, nullable=False),
        sa.Column("supplier_id", BIG_ID, nullable=False),
        sa.Column("number", sa.String(40), nullable=False),
        sa.Column("dated_on", sa.Date(), nullable=False),
        sa.Column("entered_at", INSTANT, nullable=False),
        sa.Column("author", sa.String(80), nullable=False),
        sa.Column("differences", JSON, nullable=False),
        _key("invoice", "order_id", "purchase_order.id"),
        _key("invoice", "supplier_id", "supplier.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice")),
        sa.UniqueConstraint("supplier_id", "number", name=op.f("uq_invoice_supplier_id_number")),
    )
    op.create_index(op.f("ix_invoice_order_id"), "invoice", ["order_id"])
    op.create_table(
        "invoice_line",
        sa.Column("line_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("invoice_id", BIG_ID, nullable=False),
        sa.Column("price_fen", sa.Integer(), nullable=False),
        sa.Column("copies", sa.Integer(), nullable=False),
        _check("invoice_line", "asked", "price_fen >= 0 AND copies >= 0"),
        _key("invoice_line", "line_id", "order_line.id"),
        _key("invoice_line", "invoice_id", "invoice.id"),
        sa.PrimaryKeyConstraint("line_id", name=op.f("pk_invoice_line")),
    )
    op.create_index(op.f("ix_invoice_line_invoice_id"), "invoice_line", ["invoice_id"])
