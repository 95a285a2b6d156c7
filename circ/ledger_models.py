"""Tables of the ledger: readers' accounts, what was entered on them, what settles what, and what waits for a second person.

Entries and moves are append-only: triggers (migration) refuse every change but how much of an entry is used, whose account it
stands on after a merge of readers, and that it forgets which book it was about.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from circ.ledger import CAUSES, DEPOSITS, IN_FAVOUR, KINDS, METHODS, OWED
from kernel.db import Base, BigId, JsonValue

_OPEN = text("used_fen < abs(amount_fen) AND kind NOT IN ('deposit','deposit_return')")
_WAITING = text("status = 'waiting'")
APPROVED_ACTS = ("waiver", "refund", "reversal", "payout", "deposit_return")
APPROVAL_STATUSES = ("waiting", "confirmed", "refused")


def _listed(values: Any) -> str:
    return ",".join(f"'{value}'" for value in values)


class Account(Base):
    """What a reader owes (below zero: credit) and the deposit held for them; made with the first entry. Its row is locked by every act."""

    __tablename__ = "account"

    patron_id: Mapped[int] = mapped_column(ForeignKey("patron.id"), primary_key=True, autoincrement=False)
    balance_fen: Mapped[int] = mapped_column(BigId, default=0)
    deposit_fen: Mapped[int] = mapped_column(BigId, default=0)

    __table_args__ = (CheckConstraint("deposit_fen >= 0", name="deposit"),)


class AccountEntry(Base):
    """One amount in fen: above zero what the reader owes, below zero in their favour; a deposit stands apart and owes nothing.

    `cause` is why a fee is due, `about_id` the fee that a waiver or refund is about, or the payment that is reversed. `why` says how a fee
    was computed: whose calendar, which days, which policy rows. `by_rule`: the policies made it, not a person's judgement.
    """

    __tablename__ = "account_entry"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    patron_id: Mapped[int] = mapped_column(ForeignKey("patron.id"))
    at: Mapped[datetime]
    org_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"))
    kind: Mapped[str] = mapped_column(String(16))
    cause: Mapped[str | None] = mapped_column(String(16))
    amount_fen: Mapped[int] = mapped_column(BigId)
    used_fen: Mapped[int] = mapped_column(BigId, default=0)
    loan_id: Mapped[int | None] = mapped_column(ForeignKey("loan.id"), index=True)
    item_id: Mapped[int | None] = mapped_column(ForeignKey("item.id"), index=True)
    about_id: Mapped[int | None] = mapped_column(ForeignKey("account_entry.id"), index=True)
    method: Mapped[str | None] = mapped_column(String(16))
    note: Mapped[str | None] = mapped_column(String(200))
    why: Mapped[dict[str, Any] | None] = mapped_column(JsonValue)
    by_rule: Mapped[bool] = mapped_column(default=False)
    author: Mapped[str] = mapped_column(String(80))

    __table_args__ = (
        Index("ix_account_entry_patron", "patron_id", "id"),
        Index("ix_account_entry_open", "patron_id", "id", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_account_entry_at", "org_id", "at"),
        CheckConstraint(f"kind IN ({_listed(KINDS)})", name="kind"),
        CheckConstraint(f"cause IN ({_listed(CAUSES)})", name="cause"),
        CheckConstraint(f"method IN ({_listed(METHODS)})", name="method"),
        CheckConstraint("(kind = 'charge') = (cause IS NOT NULL)", name="charge_has_cause"),
        CheckConstraint(
            "(kind IN ('waiver','refund','reversal')) = (about_id IS NOT NULL)", name="correction_names_its_entry"
        ),
        CheckConstraint(f"kind NOT IN ({_listed((*OWED, 'deposit'))}) OR amount_fen > 0", name="owed_above_zero"),
        CheckConstraint(
            f"kind NOT IN ({_listed((*IN_FAVOUR, 'deposit_return'))}) OR amount_fen < 0", name="favour_below_zero"
        ),
        CheckConstraint("used_fen >= 0 AND used_fen <= abs(amount_fen)", name="not_over_used"),
        CheckConstraint(f"kind NOT IN ({_listed(DEPOSITS)}) OR used_fen = 0", name="deposit_settles_nothing"),
    )


class AccountMove(Base):
    """How much of an entry in favour settles one that is owed; below zero it takes back. `act_id` is the entry whose act did it."""

    __tablename__ = "account_move"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    favour_id: Mapped[int] = mapped_column(ForeignKey("account_entry.id"), index=True)
    owed_id: Mapped[int] = mapped_column(ForeignKey("account_entry.id"), index=True)
    amount_fen: Mapped[int] = mapped_column(BigId)
    act_id: Mapped[int] = mapped_column(ForeignKey("account_entry.id"), index=True)

    __table_args__ = (
        CheckConstraint("amount_fen <> 0", name="something"),
        CheckConstraint("favour_id <> owed_id", name="two_entries"),
    )


class Approval(Base):
    """What is let go or given back above what one person may decide alone: done when another person confirms it."""

    __tablename__ = "approval"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    patron_id: Mapped[int] = mapped_column(ForeignKey("patron.id"), index=True)
    act: Mapped[str] = mapped_column(String(16))
    about_id: Mapped[int | None] = mapped_column(ForeignKey("account_entry.id"))
    amount_fen: Mapped[int] = mapped_column(BigId)
    method: Mapped[str | None] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(String(200))
    org_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"))
    status: Mapped[str] = mapped_column(String(12), default="waiting")
    asked_by: Mapped[str] = mapped_column(String(80))
    asked_at: Mapped[datetime]
    decided_by: Mapped[str | None] = mapped_column(String(80))
    decided_at: Mapped[datetime | None]
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("account_entry.id"), unique=True)

    __table_args__ = (
        Index("ix_approval_waiting", "org_id", sqlite_where=_WAITING, postgresql_where=_WAITING),
        Index(
            "uq_approval_one_waiting", "about_id", "act", unique=True, sqlite_where=_WAITING, postgresql_where=_WAITING
        ),
        CheckConstraint(f"act IN ({_listed(APPROVED_ACTS)})", name="act"),
        CheckConstraint(f"status IN ({_listed(APPROVAL_STATUSES)})", name="status"),
        CheckConstraint("amount_fen > 0", name="amount"),
        CheckConstraint("status = 'refused' OR decided_by IS NULL OR decided_by <> asked_by", name="two_persons"),
        CheckConstraint("(status = 'waiting') = (decided_by IS NULL)", name="decided"),
        CheckConstraint("(status = 'confirmed') = (entry_id IS NOT NULL)", name="confirmed_has_entry"),
        CheckConstraint("(act IN ('payout','deposit_return')) = (about_id IS NULL)", name="names_its_entry"),
    )


class AccruingFine(Base):
    """What would be due for a late book if it came back now, as the job last computed it. Gone when the fine is fixed."""

    __tablename__ = "accruing_fine"

    loan_id: Mapped[int] = mapped_column(ForeignKey("loan.id"), primary_key=True, autoincrement=False)
    patron_id: Mapped[int] = mapped_column(ForeignKey("patron.id"), index=True)
    amount_fen: Mapped[int] = mapped_column(BigId)
    late_days: Mapped[int]
    as_of: Mapped[date]

    __table_args__ = (CheckConstraint("amount_fen > 0", name="amount"),)


class Suspension(Base):
    """A block that stands for a fine: which return made it, and how it was computed."""

    __tablename__ = "suspension"

    block_id: Mapped[int] = mapped_column(ForeignKey("patron_block.id"), primary_key=True, autoincrement=False)
    patron_id: Mapped[int] = mapped_column(ForeignKey("patron.id"), index=True)
    days: Mapped[int]
    why: Mapped[dict[str, Any]] = mapped_column(JsonValue)

    __table_args__ = (CheckConstraint("days > 0", name="days"),)


class LateReturn(Base):
    """That a reader brought a book back late, and by how many days; which book it was is not kept."""

    __tablename__ = "late_return"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    patron_id: Mapped[int] = mapped_column(ForeignKey("patron.id"))
    at: Mapped[datetime]
    days: Mapped[int]

    __table_args__ = (
        Index("ix_late_return_patron", "patron_id", "at"),
        CheckConstraint("days > 0", name="days"),
    )
