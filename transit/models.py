"""Tables of the room `transit`."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, BigId
from transit.states import REASONS, TRANSFER_STATUSES

_OPEN = text("status IN ('approved','dispatched')")


class Transfer(Base):
    """A copy's way from one unit to another. `cancel_reason` tells why it ended without arriving (`lent`: a reader had the book)."""

    __tablename__ = "transfer"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    item_id: Mapped[int | None] = mapped_column(ForeignKey("item.id"), index=True)
    bib_id: Mapped[int] = mapped_column(ForeignKey("bib.id"))
    from_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"))
    to_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"))
    reason: Mapped[str] = mapped_column(String(16))
    status: Mapped[str] = mapped_column(String(12))
    requested_at: Mapped[datetime]
    dispatched_at: Mapped[datetime | None]
    received_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    cancel_reason: Mapped[str | None] = mapped_column(String(200))

    __table_args__ = (
        Index("uq_transfer_one_open", "item_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_transfer_open_from", "from_id", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_transfer_open_to", "to_id", sqlite_where=_OPEN, postgresql_where=_OPEN),
        CheckConstraint("from_id <> to_id", name="goes_somewhere"),
        CheckConstraint("status NOT IN ('approved','dispatched') OR item_id IS NOT NULL", name="open_has_item"),
        CheckConstraint("status IN ({})".format(",".join(f"'{s}'" for s in TRANSFER_STATUSES)), name="status"),
        CheckConstraint("reason IN ({})".format(",".join(f"'{r}'" for r in REASONS)), name="reason"),
        CheckConstraint("received_at IS NULL OR received_at >= requested_at", name="received_after_requested"),
    )
