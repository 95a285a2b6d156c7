"""The table of lists of readers on their way into the register."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, BigId, JsonValue


class PatronImport(Base):
    """A list that was looked at or taken in. `content` is the file and `refused` the lines that were not taken, both sealed, for they are
    full of personal data; both go when their time is over, and the counts stay.
    """

    __tablename__ = "patron_import"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    author: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime]
    filename: Mapped[str] = mapped_column(String(200))
    options: Mapped[dict[str, Any]] = mapped_column(JsonValue)
    status: Mapped[str] = mapped_column(String(8))
    counts: Mapped[dict[str, Any]] = mapped_column(JsonValue)
    content: Mapped[bytes | None] = mapped_column(LargeBinary)
    refused: Mapped[bytes | None] = mapped_column(LargeBinary)
    done_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("status IN ('checked','done')", name="status"),
        CheckConstraint("(status = 'done') = (done_at IS NOT NULL)", name="done"),
    )
