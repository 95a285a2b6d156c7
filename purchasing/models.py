"""Tables of the room `purchasing`."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, BigId
from purchasing.states import LIVE, STATUSES

_LIVE = text("status IN ({})".format(",".join(f"'{status}'" for status in LIVE)))


class Suggestion(Base):
    """A title that readers ask the libraries to buy; who wants it stands in its votes. `title_key` is title and author as compared,
    `org_id` the home library of the first reader, which answers. `bib_id` is the title once it was ordered or bought."""

    __tablename__ = "suggestion"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    title: Mapped[str] = mapped_column(String(300))
    author: Mapped[str] = mapped_column(String(200), default="")
    publisher: Mapped[str] = mapped_column(String(200), default="")
    isbn: Mapped[str | None] = mapped_column(String(13))
    reason: Mapped[str] = mapped_column(String(500), default="")
    title_key: Mapped[str] = mapped_column(String(500))
    org_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"), index=True)
    status: Mapped[str] = mapped_column(String(8), default="open")
    answer: Mapped[str] = mapped_column(String(500), default="")
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[str | None] = mapped_column(String(80))
    bib_id: Mapped[int | None] = mapped_column(ForeignKey("bib.id"), index=True)
    created_at: Mapped[datetime]

    __table_args__ = (
        Index("uq_suggestion_live_title", "title_key", unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE),
        Index("uq_suggestion_live_isbn", "isbn", unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE),
        CheckConstraint("status IN ({})".format(",".join(f"'{status}'" for status in STATUSES)), name="status"),
        CheckConstraint("(status = 'open') = (answered_at IS NULL)", name="answered"),
        CheckConstraint("status <> 'declined' OR answer <> ''", name="declined_has_reason"),
    )


class SuggestionVote(Base):
    """A reader who wants a suggested title; the first one suggested it."""

    __tablename__ = "suggestion_vote"

    suggestion_id: Mapped[int] = mapped_column(ForeignKey("suggestion.id"), primary_key=True)
    patron_id: Mapped[int] = mapped_column(ForeignKey("patron.id"), primary_key=True, index=True)
    created_at: Mapped[datetime]
