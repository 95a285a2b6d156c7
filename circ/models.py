"""Tables of the room `circ`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, BigId, JsonValue

_OPEN = text("closed_at IS NULL")


class Loan(Base):
    """A copy in a reader's hands. Open until `closed_at`. `patron_id` goes when a returned loan is anonymised.

    `policy` names the rows that made the terms: {setting: {value, row}}. `limit_in_force` is the loan limit that held at check-out,
    `overrides` the codes of refusals that somebody lifted.
    """

    __tablename__ = "loan"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"), index=True)
    patron_id: Mapped[int | None] = mapped_column(ForeignKey("patron.id"))
    org_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"))
    checked_out_at: Mapped[datetime]
    due_at: Mapped[datetime]
    renewals: Mapped[int] = mapped_column(default=0)
    policy: Mapped[dict[str, Any]] = mapped_column(JsonValue)
    limit_in_force: Mapped[int | None]
    overrides: Mapped[list[str] | None] = mapped_column(JsonValue)
    closed_at: Mapped[datetime | None]
    closed_org_id: Mapped[int | None] = mapped_column(ForeignKey("org_unit.id"))
    close_reason: Mapped[str | None] = mapped_column(String(16))

    __table_args__ = (
        Index("uq_loan_one_open", "item_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_loan_open_patron", "patron_id", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_loan_open_due", "due_at", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_loan_patron_id", "patron_id"),
        Index("ix_loan_checked_out_at", "checked_out_at"),
        CheckConstraint("closed_at IS NULL OR closed_at >= checked_out_at", name="closed_after_opened"),
        CheckConstraint("closed_at IS NOT NULL OR patron_id IS NOT NULL", name="open_has_patron"),
        CheckConstraint("(closed_at IS NULL) = (close_reason IS NULL)", name="closed_has_reason"),
        CheckConstraint("close_reason IN ('returned')", name="close_reason"),
        CheckConstraint("renewals >= 0", name="renewals"),
    )


class LoanRenewal(Base):
    """One renewal: the day it moved from and the day it moved to."""

    __tablename__ = "loan_renewal"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    loan_id: Mapped[int] = mapped_column(ForeignKey("loan.id"), index=True)
    at: Mapped[datetime]
    org_id: Mapped[int | None] = mapped_column(ForeignKey("org_unit.id"))
    old_due_at: Mapped[datetime]
    new_due_at: Mapped[datetime]

    __table_args__ = (CheckConstraint("new_due_at > old_due_at", name="moves_forward"),)
