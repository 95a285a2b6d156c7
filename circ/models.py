"""Tables of the room `circ`."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from circ.states import END_REASONS, HOLD_STATUSES, LOAN_ENDS, LOAN_MARKS
from kernel.db import Base, BigId, JsonValue

_OPEN = text("closed_at IS NULL")
_MARKED = text("mark IS NOT NULL")
_REMEMBERED = text("closed_at IS NOT NULL AND patron_id IS NOT NULL")
_OPEN_HOLD = text("status IN ('queued','targeted','in_transit','ready')")
_WITH_COPY = text("status IN ('targeted','in_transit','ready')")
_WAITING = text("status IN ('queued','targeted')")


class Loan(Base):
    """A copy in a reader's hands. Open until `closed_at`. `patron_id` goes when a returned loan is anonymised.

    `policy` names the rows that made the terms: {setting: {value, row}}. `limit_in_force` is the loan limit that held at check-out,
    `overrides` the codes of refusals that somebody lifted. `mark` says that the book is lost, or that the reader says to have returned it.
    `recalled_at`: called back for somebody who waits, which made it due earlier.
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
    mark: Mapped[str | None] = mapped_column(String(16))
    marked_at: Mapped[datetime | None]
    recalled_at: Mapped[datetime | None]

    __table_args__ = (
        Index("uq_loan_one_open", "item_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_loan_open_patron", "patron_id", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_loan_open_due", "due_at", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_loan_patron_id", "patron_id"),
        Index("ix_loan_checked_out_at", "checked_out_at"),
        Index("ix_loan_remembered", "closed_at", sqlite_where=_REMEMBERED, postgresql_where=_REMEMBERED),
        Index("ix_loan_marked", "mark", sqlite_where=_MARKED, postgresql_where=_MARKED),
        CheckConstraint("closed_at IS NULL OR closed_at >= checked_out_at", name="closed_after_opened"),
        CheckConstraint("closed_at IS NOT NULL OR patron_id IS NOT NULL", name="open_has_patron"),
        CheckConstraint("(closed_at IS NULL) = (close_reason IS NULL)", name="closed_has_reason"),
        CheckConstraint("close_reason IN ({})".format(",".join(f"'{r}'" for r in LOAN_ENDS)), name="close_reason"),
        CheckConstraint("mark IN ({})".format(",".join(f"'{m}'" for m in LOAN_MARKS)), name="mark"),
        CheckConstraint("(mark IS NULL) = (marked_at IS NULL)", name="marked_since"),
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


class Hold(Base):
    """A reader waits for a title, for one volume of it, or for one copy (`item_id`); `wants` says which in one word, so that the database
    can refuse the same twice. `copy_id` is the copy that was found for it; after the end it stays as long as the copy may still stand on
    the hold shelf (`to_clear`). `recalled_loan_id` is the loan that was called back for it, one loan for one hold. The queue of a title
    is in the order of `rank`, then `id`. `patron_id` goes some time after the end.
    """

    __tablename__ = "hold"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    patron_id: Mapped[int | None] = mapped_column(ForeignKey("patron.id"))
    bib_id: Mapped[int] = mapped_column(ForeignKey("bib.id"), index=True)
    item_id: Mapped[int | None] = mapped_column(ForeignKey("item.id"), index=True)
    volume: Mapped[str | None] = mapped_column(String(100))
    wants: Mapped[str] = mapped_column(String(110))
    pickup_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"))
    status: Mapped[str] = mapped_column(String(12), default="queued")
    rank: Mapped[int] = mapped_column(BigId)
    placed_at: Mapped[datetime]
    expires_on: Mapped[date | None]
    suspended_until: Mapped[date | None]
    copy_id: Mapped[int | None] = mapped_column(ForeignKey("item.id"), index=True)
    targeted_at: Mapped[datetime | None]
    ready_at: Mapped[datetime | None]
    shelf_until: Mapped[date | None]
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None] = mapped_column(String(16))
    loan_id: Mapped[int | None] = mapped_column(ForeignKey("loan.id"), unique=True)
    to_clear: Mapped[bool] = mapped_column(default=False)
    recalled_loan_id: Mapped[int | None] = mapped_column(ForeignKey("loan.id"), unique=True)

    __table_args__ = (
        Index(
            "uq_hold_one_open",
            "patron_id",
            "bib_id",
            "wants",
            unique=True,
            sqlite_where=_OPEN_HOLD,
            postgresql_where=_OPEN_HOLD,
        ),
        Index("uq_hold_one_a_copy", "copy_id", unique=True, sqlite_where=_WITH_COPY, postgresql_where=_WITH_COPY),
        Index("ix_hold_waiting", "bib_id", "rank", sqlite_where=_WAITING, postgresql_where=_WAITING),
        Index("ix_hold_open_pickup", "pickup_id", sqlite_where=_OPEN_HOLD, postgresql_where=_OPEN_HOLD),
        Index("ix_hold_patron", "patron_id", "placed_at"),
        CheckConstraint("status IN ({})".format(",".join(f"'{s}'" for s in HOLD_STATUSES)), name="status"),
        CheckConstraint("end_reason IN ({})".format(",".join(f"'{r}'" for r in END_REASONS)), name="end_reason"),
        CheckConstraint("(status IN ('collected','cancelled','expired')) = (ended_at IS NOT NULL)", name="ended"),
        CheckConstraint("(ended_at IS NULL) = (end_reason IS NULL)", name="ended_has_reason"),
        CheckConstraint("ended_at IS NOT NULL OR patron_id IS NOT NULL", name="open_has_patron"),
        CheckConstraint("status NOT IN ('targeted','in_transit','ready') OR copy_id IS NOT NULL", name="has_copy"),
        CheckConstraint("status <> 'queued' OR copy_id IS NULL", name="queued_has_none"),
        CheckConstraint("item_id IS NULL OR volume IS NULL", name="copy_or_volume"),
        CheckConstraint("loan_id IS NULL OR status = 'collected'", name="loan_of_collected"),
    )


class ShelfMiss(Base):
    """A copy that was to be fetched and was not where it should stand. It is not asked for again until somebody has it in hand."""

    __tablename__ = "shelf_miss"

    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"), primary_key=True)
    org_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"), index=True)
    at: Mapped[datetime]
