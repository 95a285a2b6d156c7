"""Tables of oversight: what became of chosen and of other bought copies, month by month, kept by the worker.

Counts alone, which may be thrown away at any time and are counted anew. Of a month without a row in `figures_month` nothing is kept yet.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base


class FiguresMonth(Base):
    """A month by its first day, and when it was counted."""

    __tablename__ = "figures_month"

    month: Mapped[date] = mapped_column(primary_key=True)
    kept_at: Mapped[datetime]


class ChoiceMonth(Base):
    """What readers chose under a programme in a shop in a month. `copies` are those processed and in stock, `lent` and `loans` how many of
    them were lent again and how often; `read_days` lie between choice and return of the `read` ones, `process_days` between return and
    processing of the `put_up` ones."""

    __tablename__ = "choice_month"

    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"), primary_key=True)
    shop_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"), primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True, index=True)
    copies: Mapped[int]
    lent: Mapped[int]
    loans: Mapped[int]
    with_readers: Mapped[int]
    to_process: Mapped[int]
    processed: Mapped[int]
    read: Mapped[int]
    read_days: Mapped[float]
    put_up: Mapped[int]
    process_days: Mapped[float]


class BoughtMonth(Base):
    """Copies in stock that a library acquired in a month and no reader chose: how many, how many of them were lent, how often."""

    __tablename__ = "bought_month"

    home_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"), primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True, index=True)
    copies: Mapped[int]
    lent: Mapped[int]
    loans: Mapped[int]
