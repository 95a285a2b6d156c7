"""Tables of settlements with shops. Once both sides have confirmed one, triggers (migration) refuse every change but its payment.

A line carries what it says of the choice itself, for titles, labels and terms may change after it was frozen.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, BigId
from purchasing.settling import DIFFERENCES, RESOLUTIONS
from purchasing.states import SETTLEMENT_STATUSES

_DRAFT = text("status = 'draft'")
_HOLDS = text("status <> 'discarded' AND invoice_number IS NOT NULL")
_STANDING = text("is_standing")


class Settlement(Base):
    """What is to be paid to a shop for the choices of a period. `version` counts its changes. `*_taken_back_at`: a confirmation that a
    later change undid. `digest` is over all that was frozen."""

    __tablename__ = "settlement"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    shop_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"))
    first_on: Mapped[date]
    last_on: Mapped[date]
    status: Mapped[str] = mapped_column(String(10), default="draft")
    version: Mapped[int] = mapped_column(default=1)
    total_fen: Mapped[int] = mapped_column(BigId, default=0)
    made_at: Mapped[datetime]
    made_by: Mapped[str] = mapped_column(String(80))
    invoice_number: Mapped[str | None] = mapped_column(String(64))
    invoice_on: Mapped[date | None]
    invoice_fen: Mapped[int | None] = mapped_column(BigId)
    library_confirmed_at: Mapped[datetime | None]
    library_confirmed_by: Mapped[str | None] = mapped_column(String(80))
    library_taken_back_at: Mapped[datetime | None]
    shop_confirmed_at: Mapped[datetime | None]
    shop_confirmed_by: Mapped[str | None] = mapped_column(String(80))
    shop_taken_back_at: Mapped[datetime | None]
    frozen_at: Mapped[datetime | None]
    digest: Mapped[str | None] = mapped_column(String(64))
    paid_on: Mapped[date | None]
    paid_reference: Mapped[str | None] = mapped_column(String(100))
    paid_by: Mapped[str | None] = mapped_column(String(80))
    discarded_at: Mapped[datetime | None]
    discarded_by: Mapped[str | None] = mapped_column(String(80))
    discard_reason: Mapped[str | None] = mapped_column(String(200))

    __table_args__ = (
        Index("ix_settlement_shop", "shop_id", "first_on"),
        Index(
            "uq_settlement_draft",
            "shop_id", "first_on", "last_on",
            unique=True, sqlite_where=_DRAFT, postgresql_where=_DRAFT,
        ),
        Index(
            "uq_settlement_invoice",
            "shop_id", "invoice_number",
            unique=True, sqlite_where=_HOLDS, postgresql_where=_HOLDS,
        ),
        CheckConstraint("status IN ({})".format(",".join(f"'{one}'" for one in SETTLEMENT_STATUSES)), name="status"),
        CheckConstraint("first_on <= last_on", name="period"),
        CheckConstraint("total_fen >= 0", name="total"),
        CheckConstraint(
            "status NOT IN ('frozen','paid') OR (digest IS NOT NULL AND frozen_at IS NOT NULL"
            " AND library_confirmed_by IS NOT NULL AND shop_confirmed_by IS NOT NULL"
            " AND library_confirmed_by <> shop_confirmed_by)",
            name="frozen",
        ),
        CheckConstraint(
            "(status = 'paid') = (paid_on IS NOT NULL) AND (status = 'paid') = (paid_reference IS NOT NULL)", name="paid"
        ),
        CheckConstraint("(status = 'discarded') = (discarded_at IS NOT NULL)", name="discarded"),
    )  # fmt: skip


class SettlementLine(Base):
    """One copy: a choice, a copy on the invoice, or both. `is_standing`: its choice can stand in no other settlement; taken off when the
    settlement is discarded, or is frozen with the line left for the next period. `charged_fen` is what the invoice asks."""

    __tablename__ = "settlement_line"

    settlement_id: Mapped[int] = mapped_column(ForeignKey("settlement.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    selection_id: Mapped[int | None] = mapped_column(ForeignKey("selection.id"), index=True)
    is_standing: Mapped[bool] = mapped_column(default=False)
    isbn: Mapped[str] = mapped_column(String(13), index=True)
    title: Mapped[str] = mapped_column(String(300))
    item: Mapped[str | None] = mapped_column(String(64))
    programme: Mapped[str | None] = mapped_column(String(32))
    chosen_on: Mapped[date | None]
    price_fen: Mapped[int | None]
    cost_fen: Mapped[int | None]
    invoice_row: Mapped[int | None]
    invoiced_price_fen: Mapped[int | None]
    charged_fen: Mapped[int | None]
    paid_fen: Mapped[int]

    __table_args__ = (
        Index(
            "uq_settlement_line_standing",
            "selection_id",
            unique=True, sqlite_where=_STANDING, postgresql_where=_STANDING,
        ),
        CheckConstraint("selection_id IS NOT NULL OR invoice_row IS NOT NULL", name="about"),
        CheckConstraint("selection_id IS NOT NULL OR (paid_fen = 0 AND NOT is_standing)", name="chosen"),
        CheckConstraint("(selection_id IS NULL) = (cost_fen IS NULL)", name="cost"),
        CheckConstraint("paid_fen >= 0", name="paid"),
    )  # fmt: skip


class SettlementDifference(Base):
    """One way in which a line differs, and what was decided about it. `reason` is empty until somebody gives one."""

    __tablename__ = "settlement_difference"

    settlement_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(12), primary_key=True)
    resolution: Mapped[str | None] = mapped_column(String(8))
    reason: Mapped[str] = mapped_column(String(200), default="")
    resolved_by: Mapped[str | None] = mapped_column(String(80))
    resolved_at: Mapped[datetime | None]

    __table_args__ = (
        ForeignKeyConstraint(["settlement_id", "number"], ["settlement_line.settlement_id", "settlement_line.number"]),
        CheckConstraint("kind IN ({})".format(",".join(f"'{kind}'" for kind in DIFFERENCES)), name="kind"),
        CheckConstraint("resolution IN ({})".format(",".join(f"'{one}'" for one in RESOLUTIONS)), name="resolution"),
        CheckConstraint("resolution <> 'refuse' OR reason <> ''", name="refused_has_reason"),
        CheckConstraint("(resolution IS NULL) = (resolved_at IS NULL)", name="resolved"),
    )


class SettlementShare(Base):
    """What a settlement makes a fund bear beyond (below zero: short of) what it bore at the choices. To more the fund's owner agrees."""

    __tablename__ = "settlement_share"

    settlement_id: Mapped[int] = mapped_column(ForeignKey("settlement.id"), primary_key=True)
    fund_id: Mapped[int] = mapped_column(ForeignKey("fund.id"), primary_key=True, index=True)
    more_fen: Mapped[int] = mapped_column(BigId)
    agreed_at: Mapped[datetime | None]
    agreed_by: Mapped[str | None] = mapped_column(String(80))

    __table_args__ = (
        CheckConstraint("more_fen <> 0", name="more"),
        CheckConstraint("(agreed_at IS NULL) = (agreed_by IS NULL)", name="agreed"),
        CheckConstraint("agreed_by IS NULL OR more_fen > 0", name="agreed_to_more"),
    )
