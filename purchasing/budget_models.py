"""Tables of budgets: funds, what was taken from them, and the programmes that spend them.

Entries are append-only: triggers (migration) refuse every change. A fund is never overspent: the database refuses it.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, BigId, JsonValue
from purchasing.states import ENTRY_KINDS


class Fund(Base):
    """Money for buying, in fen: `allocated_fen` is what its entries of allocation say, `spent_fen` what all others do."""

    __tablename__ = "fund"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    code: Mapped[str] = mapped_column(String(32), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    org_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"), index=True)
    allocated_fen: Mapped[int] = mapped_column(BigId, default=0)
    spent_fen: Mapped[int] = mapped_column(BigId, default=0)
    created_at: Mapped[datetime]

    __table_args__ = (CheckConstraint("spent_fen >= 0 AND spent_fen <= allocated_fen", name="never_overspent"),)


class FundEntry(Base):
    """One sum that was given to a fund, taken from it, or put back (below zero), and what for: a selection, or the line of an order."""

    __tablename__ = "fund_entry"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    fund_id: Mapped[int] = mapped_column(ForeignKey("fund.id"), index=True)
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(12))
    fen: Mapped[int] = mapped_column(BigId)
    selection_id: Mapped[int | None] = mapped_column(ForeignKey("selection.id"), index=True)
    order_line_id: Mapped[int | None] = mapped_column(ForeignKey("order_line.id"), index=True)
    note: Mapped[str] = mapped_column(String(200), default="")
    author: Mapped[str] = mapped_column(String(80))

    __table_args__ = (
        CheckConstraint("kind IN ({})".format(",".join(f"'{kind}'" for kind in ENTRY_KINDS)), name="kind"),
        CheckConstraint(
            "(kind IN ('selection','cancellation','settlement')) = (selection_id IS NOT NULL)"
            " AND (kind IN ('order','correction','withdrawal')) = (order_line_id IS NOT NULL)",
            name="about",
        ),
        CheckConstraint("fen <> 0", name="fen"),
    )


class Programme(Base):
    """A scheme by which readers choose and the library pays. `rules` is `purchasing.programmes.Rules` as JSON; books belong to
    `library_id`, where they are processed when they come back, and are of `item_type` until then. Levels are per cent of each fund."""

    __tablename__ = "programme"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    code: Mapped[str] = mapped_column(String(32), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    org_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"), index=True)
    library_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"))
    item_type: Mapped[str] = mapped_column(ForeignKey("item_type.code"))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    warn_at: Mapped[int] = mapped_column(default=80)
    stop_at: Mapped[int] = mapped_column(default=100)
    is_paused: Mapped[bool] = mapped_column(default=False)
    rules: Mapped[dict[str, Any]] = mapped_column(JsonValue)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("starts_on <= ends_on", name="period"),
        CheckConstraint("warn_at BETWEEN 1 AND 100 AND stop_at BETWEEN 1 AND 100", name="levels"),
    )


class ProgrammeFund(Base):
    """A fund that pays its part: `share` parts of the sum of all shares."""

    __tablename__ = "programme_fund"

    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"), primary_key=True)
    fund_id: Mapped[int] = mapped_column(ForeignKey("fund.id"), primary_key=True, index=True)
    share: Mapped[int]

    __table_args__ = (CheckConstraint("share > 0", name="share"),)
