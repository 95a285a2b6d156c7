"""Tables of the room `transit`."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, BigId, JsonValue
from transit.states import REASONS, TRANSFER_STATUSES

_OPEN = text("status IN ('approved','dispatched')")
_REQUESTED = text("status = 'requested'")

_ARRIVED = text("status = 'received' AND request_id IS NULL")


class TransferRequest(Base):
    """What a unit asked others to send: a copy (`item_id`), `copies` of a title or of one `volume` of it, or so many that fit `criteria`
    ({type, class, audience}).

    Each copy is a transfer of its own; `unfilled` counts those for which no library had a copy to send. `keep_until` is the last day on
    which the unit keeps them, None for good.
    """

    __tablename__ = "transfer_request"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    to_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"), index=True)
    bib_id: Mapped[int | None] = mapped_column(ForeignKey("bib.id"), index=True)
    volume: Mapped[str | None] = mapped_column(String(100))
    item_id: Mapped[int | None] = mapped_column(ForeignKey("item.id"), index=True)
    criteria: Mapped[dict[str, Any] | None] = mapped_column(JsonValue)
    copies: Mapped[int]
    unfilled: Mapped[int] = mapped_column(default=0)
    needed_by: Mapped[date | None]
    keep_until: Mapped[date | None]
    note: Mapped[str | None] = mapped_column(String(200))
    asked_at: Mapped[datetime]
    author: Mapped[str] = mapped_column(String(80))

    __table_args__ = (
        CheckConstraint("(bib_id IS NULL) = (criteria IS NOT NULL)", name="title_or_criteria"),
        CheckConstraint("item_id IS NULL OR (bib_id IS NOT NULL AND copies = 1)", name="one_copy"),
        CheckConstraint("copies > 0 AND unfilled >= 0 AND unfilled <= copies", name="copies"),
    )


class Transfer(Base):
    """A copy's way from one unit to another. `cancel_reason` tells why it ended without arriving (`lent`: a reader had the book).

    While it is `requested`, `item_id` is the copy that `from_id` is asked to fetch; nothing happens to that copy yet. `went_on`: its copy
    was needed elsewhere, and another transfer of the same request stands in its place, or one more of its copies is unfilled.
    """

    __tablename__ = "transfer"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    item_id: Mapped[int | None] = mapped_column(ForeignKey("item.id"), index=True)
    bib_id: Mapped[int] = mapped_column(ForeignKey("bib.id"), index=True)
    request_id: Mapped[int | None] = mapped_column(ForeignKey("transfer_request.id"), index=True)
    from_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"))
    to_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"))
    reason: Mapped[str] = mapped_column(String(16))
    status: Mapped[str] = mapped_column(String(12))
    requested_at: Mapped[datetime]
    dispatched_at: Mapped[datetime | None]
    received_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    cancel_reason: Mapped[str | None] = mapped_column(String(200))
    went_on: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (
        Index("uq_transfer_one_open", "item_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("uq_transfer_one_asked", "item_id", unique=True, sqlite_where=_REQUESTED, postgresql_where=_REQUESTED),
        Index("ix_transfer_asked_from", "from_id", sqlite_where=_REQUESTED, postgresql_where=_REQUESTED),
        Index("ix_transfer_asked_to", "to_id", sqlite_where=_REQUESTED, postgresql_where=_REQUESTED),
        Index("ix_transfer_open_from", "from_id", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index(
            "ix_transfer_arrived_between",
            "from_id",
            "to_id",
            "received_at",
            sqlite_where=_ARRIVED,
            postgresql_where=_ARRIVED,
        ),
        Index("ix_transfer_arrived", "received_at", sqlite_where=_ARRIVED, postgresql_where=_ARRIVED),
        Index("ix_transfer_open_to", "to_id", sqlite_where=_OPEN, postgresql_where=_OPEN),
        CheckConstraint("from_id <> to_id", name="goes_somewhere"),
        CheckConstraint("status NOT IN ('approved','dispatched') OR item_id IS NOT NULL", name="open_has_item"),
        CheckConstraint(
            "status <> 'requested' OR (item_id IS NOT NULL AND request_id IS NOT NULL)", name="asked_has_item"
        ),
        CheckConstraint("status IN ({})".format(",".join(f"'{s}'" for s in TRANSFER_STATUSES)), name="status"),
        CheckConstraint("reason IN ({})".format(",".join(f"'{r}'" for r in REASONS)), name="reason"),
        CheckConstraint("received_at IS NULL OR received_at >= requested_at", name="received_after_requested"),
    )


class TransferRefusal(Base):
    """A library's no to one copy of a request. It is not asked for the same again."""

    __tablename__ = "transfer_refusal"

    transfer_id: Mapped[int] = mapped_column(ForeignKey("transfer.id"), primary_key=True)
    org_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"), primary_key=True)
    reason: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime]
    author: Mapped[str] = mapped_column(String(80))


class ItemStay(Base):
    """A copy that a unit (`org_id`) keeps up to and including a day. Until then its home is there; then its home is `home_id` again, and
    the row stays until the copy has left."""

    __tablename__ = "item_stay"

    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"), primary_key=True)
    org_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"), index=True)
    home_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"))
    until: Mapped[date] = mapped_column(index=True)
    is_over: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (CheckConstraint("org_id <> home_id", name="away"),)
