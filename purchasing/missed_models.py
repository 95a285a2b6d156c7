"""The table of how often readers said that a posted book did not come: a number a year, never which book, and gone with the year."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base


class MissedParcels(Base):
    """How many parcels of a programme did not reach a reader in a year, as they or a desk for them said, those left out that came after
    all. The row goes when the year is over, and with its reader."""

    __tablename__ = "missed_parcels"

    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"), primary_key=True)
    patron_id: Mapped[int] = mapped_column(ForeignKey("patron.id"), primary_key=True, index=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    parcels: Mapped[int]

    __table_args__ = (CheckConstraint("parcels >= 0", name="parcels"),)
