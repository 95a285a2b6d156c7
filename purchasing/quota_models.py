"""Tables of what readers have used of their quotas. Never of which book: only a day's row, which lives for that day, has shop and price.

The past is told by month and without the shop; of the amount there is no more than a rule still asks for, and to the fen: a coarser figure
would let one reader choose beyond the limit and stop another below it, and of a single book it would still tell the price nearly. A limit
of the count needs no amount, and none is kept for it. When the year is over, whose
row it was is forgotten too: what stays is a number under which nobody is known, so that a year's readers can still be counted.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, BigId


class QuotaUse(Base):
    """How many books, and of what price, a reader chose under a programme today in a shop."""

    __tablename__ = "quota_use"

    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"), primary_key=True)
    patron_id: Mapped[int] = mapped_column(ForeignKey("patron.id"), primary_key=True, index=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    shop_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"), primary_key=True)
    books: Mapped[int]
    price_fen: Mapped[int] = mapped_column(BigId)

    __table_args__ = (CheckConstraint("books >= 0 AND price_fen >= 0", name="used"),)


class QuotaPast(Base):
    """How many books a reader chose under a programme in a month, on the days that are over. `month` is its first day. `price_fen` is 0
    unless a limit of the programme on an amount still counts this month. `reader` is drawn by lot, one for a reader, programme and year;
    `patron_id` null: the year is over, or the reader was erased."""

    __tablename__ = "quota_past"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"))
    patron_id: Mapped[int | None] = mapped_column(ForeignKey("patron.id"), index=True)
    reader: Mapped[int] = mapped_column(BigId)
    month: Mapped[date]
    books: Mapped[int]
    price_fen: Mapped[int] = mapped_column(BigId)

    __table_args__ = (
        UniqueConstraint("programme_id", "patron_id", "month"),
        CheckConstraint("books >= 0 AND price_fen >= 0", name="used"),
        CheckConstraint("patron_id IS NOT NULL OR price_fen = 0", name="nameless"),
    )


class Chooser(Base):
    """A reader who chose a book in a year that is over, under whatever programme: the next one is not their first."""

    __tablename__ = "chooser"

    patron_id: Mapped[int] = mapped_column(ForeignKey("patron.id"), primary_key=True, autoincrement=False)
