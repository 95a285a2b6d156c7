"""Table of what a unit put aside of what readers want."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base


class DemandAside(Base):
    """A title that a unit does not want to buy, and why: off its list until somebody asks again after `at`. `key` is that of
    `purchasing.demand`; who it was that put it aside stands in `author`, who asked for it nowhere."""

    __tablename__ = "demand_aside"

    org_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(520), primary_key=True)
    title: Mapped[str] = mapped_column(String(300))
    reason: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime]
    author: Mapped[str] = mapped_column(String(80))

    __table_args__ = (CheckConstraint("reason <> ''", name="reason"),)
