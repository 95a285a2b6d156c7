"""Tables of orders: suppliers, what was ordered of them for which units, what came, and what they asked for it.

Money is in the funds alone (`purchasing.budget_models.FundEntry` names the line it is for). A line is invoiced once, an invoice of a
supplier entered once, a copy received once: the database refuses a second.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, BigId, JsonValue
from purchasing.orders import COPY_STATUSES, ORDER_STATUSES


class Supplier(Base):
    """Who sells to the libraries: which part of the printed price they are paid, in per cent, and how many days they take."""

    __tablename__ = "supplier"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    code: Mapped[str] = mapped_column(String(32), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    contact: Mapped[str] = mapped_column(String(200), default="")
    pays_percent: Mapped[int]
    delivery_days: Mapped[int]
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("pays_percent BETWEEN 1 AND 100", name="pays"),
        CheckConstraint("delivery_days BETWEEN 0 AND 3650", name="days"),
    )


class PurchaseOrder(Base):
    """An order of a unit. `asked_by` wants it placed; above a limit another person, `approved_by`, agrees first, and only then it is
    placed and the money taken. `approved_fen` is the total agreed to; without it `limit_fen`, the limit when one person last took money."""

    __tablename__ = "purchase_order"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    number: Mapped[str] = mapped_column(String(40), unique=True)
    org_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"))
    supplier_id: Mapped[int] = mapped_column(ForeignKey("supplier.id"), index=True)
    status: Mapped[str] = mapped_column(String(16), default="draft")
    note: Mapped[str] = mapped_column(String(500), default="")
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(String(80))
    asked_at: Mapped[datetime | None]
    asked_by: Mapped[str | None] = mapped_column(String(80))
    approved_at: Mapped[datetime | None]
    approved_by: Mapped[str | None] = mapped_column(String(80))
    approved_fen: Mapped[int | None]
    limit_fen: Mapped[int | None]
    ordered_at: Mapped[datetime | None]
    expected_on: Mapped[date | None]
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str] = mapped_column(String(200), default="")

    __table_args__ = (
        Index("ix_purchase_order_org", "org_id", "status"),
        CheckConstraint("status IN ({})".format(",".join(f"'{one}'" for one in ORDER_STATUSES)), name="status"),
        CheckConstraint("approved_by IS NULL OR approved_by <> asked_by", name="two_persons"),
        CheckConstraint("(approved_by IS NULL) = (approved_fen IS NULL)", name="approved_total"),
        CheckConstraint("(status IN ('received','cancelled')) = (ended_at IS NOT NULL)", name="ended"),
        CheckConstraint(
            "status IN ('draft','waiting','cancelled') OR (ordered_at IS NOT NULL AND asked_by IS NOT NULL)",
            name="ordered",
        ),
        CheckConstraint("status <> 'waiting' OR asked_by IS NOT NULL", name="asked"),
    )


class OrderFund(Base):
    """A fund that pays its part of an order: `share` parts of the sum of all shares."""

    __tablename__ = "order_fund"

    order_id: Mapped[int] = mapped_column(ForeignKey("purchase_order.id"), primary_key=True)
    fund_id: Mapped[int] = mapped_column(ForeignKey("fund.id"), primary_key=True, index=True)
    share: Mapped[int]

    __table_args__ = (CheckConstraint("share > 0", name="share"),)


class OrderLine(Base):
    """A title on an order. `price_fen` is printed on the book, `cost_fen` what the library expects to pay for a copy. `key` is the
    title's in `purchasing.demand`, `demand` how many asked for it, from where, when it was put on the order."""

    __tablename__ = "order_line"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("purchase_order.id"))
    number: Mapped[int]
    isbn: Mapped[str | None] = mapped_column(String(13))
    title: Mapped[str] = mapped_column(String(300))
    author: Mapped[str] = mapped_column(String(200), default="")
    publisher: Mapped[str] = mapped_column(String(200), default="")
    year: Mapped[int | None]
    price_fen: Mapped[int]
    cost_fen: Mapped[int]
    item_type: Mapped[str] = mapped_column(ForeignKey("item_type.code"))
    key: Mapped[str] = mapped_column(String(520), index=True)
    demand: Mapped[dict[str, Any]] = mapped_column(JsonValue)
    bib_id: Mapped[int | None] = mapped_column(ForeignKey("bib.id"), index=True)

    __table_args__ = (
        UniqueConstraint("order_id", "number"),
        CheckConstraint("price_fen > 0 AND cost_fen > 0 AND cost_fen <= price_fen", name="cost"),
    )


class OrderSuggestion(Base):
    """A suggestion of readers that led to a line of an order."""

    __tablename__ = "order_suggestion"

    line_id: Mapped[int] = mapped_column(ForeignKey("order_line.id"), primary_key=True)
    suggestion_id: Mapped[int] = mapped_column(ForeignKey("suggestion.id"), primary_key=True, index=True)


class OrderReceipt(Base):
    """What came at one time. `wrong` lists books that nobody ordered and that go back: ISBN, title, how many, what is to be done."""

    __tablename__ = "order_receipt"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("purchase_order.id"), index=True)
    at: Mapped[datetime]
    author: Mapped[str] = mapped_column(String(80))
    note: Mapped[str] = mapped_column(String(500), default="")
    wrong: Mapped[list[dict[str, Any]]] = mapped_column(JsonValue)


class OrderCopy(Base):
    """One copy on order, and the unit it is for. `item_id` is its copy in the catalogue from the day it is ordered, where readers wait for
    it already. `is_extra`: more than ordered came, and it was kept."""

    __tablename__ = "order_copy"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("order_line.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"))
    status: Mapped[str] = mapped_column(String(12), default="planned")
    item_id: Mapped[int | None] = mapped_column(ForeignKey("item.id"), unique=True)
    receipt_id: Mapped[int | None] = mapped_column(ForeignKey("order_receipt.id"), index=True)
    is_extra: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (
        CheckConstraint("status IN ({})".format(",".join(f"'{one}'" for one in COPY_STATUSES)), name="status"),
        CheckConstraint("(status = 'received') = (receipt_id IS NOT NULL)", name="received"),
        CheckConstraint("status NOT IN ('ordered','received') OR item_id IS NOT NULL", name="in_catalogue"),
    )


class Invoice(Base):
    """A supplier's invoice as it was entered. `differences` are those between it and what was ordered and came, that were accepted."""

    __tablename__ = "invoice"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("purchase_order.id"), index=True)
    supplier_id: Mapped[int] = mapped_column(ForeignKey("supplier.id"))
    number: Mapped[str] = mapped_column(String(40))
    dated_on: Mapped[date]
    entered_at: Mapped[datetime]
    author: Mapped[str] = mapped_column(String(80))
    differences: Mapped[list[dict[str, Any]]] = mapped_column(JsonValue)

    __table_args__ = (UniqueConstraint("supplier_id", "number"),)


class InvoiceLine(Base):
    """What an invoice asks for a line of an order: `price_fen` for each of its `copies`."""

    __tablename__ = "invoice_line"

    line_id: Mapped[int] = mapped_column(ForeignKey("order_line.id"), primary_key=True, autoincrement=False)
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoice.id"), index=True)
    price_fen: Mapped[int]
    copies: Mapped[int]

    __table_args__ = (CheckConstraint("price_fen >= 0 AND copies >= 0", name="asked"),)
