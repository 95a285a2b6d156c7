"""Tables of the room `notices`."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, BigId, JsonValue
from notices.kinds import KINDS, STAFF_KINDS
from notices.states import CHANNELS, DELIVERY_STATUSES


def _one_of(column: str, names: object) -> str:
    return f"{column} IN ({','.join(repr(name) for name in names)})"  # type: ignore[attr-defined]


_NEW = text("planned_at IS NULL")
_OPEN = text("status IN ('waiting','sending')")


class Notice(Base):
    """What was said to a reader, or to the staff of a unit: the row itself is the notice on the screen. `org_id` is the unit that answers
    for it, `things` how many books it names. `planned_at`: when the ways it goes out by were chosen."""

    __tablename__ = "notice"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    patron_id: Mapped[int | None] = mapped_column(ForeignKey("patron.id"))
    org_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"))
    language: Mapped[str] = mapped_column(String(2))
    subject: Mapped[str] = mapped_column(String(300))
    body: Mapped[str] = mapped_column(Text)
    short: Mapped[str] = mapped_column(Text)
    things: Mapped[int]
    told_at: Mapped[datetime]
    planned_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None]
    read_by: Mapped[str | None] = mapped_column(String(80))

    __table_args__ = (
        Index("ix_notice_patron_id", "patron_id", "id"),
        Index("ix_notice_org_id", "org_id", "id"),
        Index("ix_notice_told_at", "told_at"),
        Index("ix_notice_new", "id", sqlite_where=_NEW, postgresql_where=_NEW),
        CheckConstraint(_one_of("kind", KINDS), name="kind"),
        CheckConstraint(f"(patron_id IS NULL) = ({_one_of('kind', STAFF_KINDS)})", name="for_whom"),
        CheckConstraint("language IN ('zh','en')", name="language"),
    )


class NoticeOccasion(Base):
    """What one was told of: a loan, a hold, a card or a transfer (`subject_id`) in the state it came into at `at` (its due time, the hour
    it was put on the shelf), `step` where there are several. The key is the promise that nobody is told twice; it outlives the notice."""

    __tablename__ = "notice_occasion"

    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    subject_id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(primary_key=True)
    step: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    notice_id: Mapped[int | None] = mapped_column(ForeignKey("notice.id"), index=True)

    __table_args__ = (CheckConstraint(_one_of("kind", KINDS), name="kind"),)


class NoticeDelivery(Base):
    """A notice on its way by one channel. `to_patron_id` is whose address it goes to: the reader's or their guardian's; the address itself
    is read when it is sent. `key` is what the receiver may know a repeated message by. `due_at` is when it is to be tried, and while it is
    being sent, until when this try counts as alive."""

    __tablename__ = "notice_delivery"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    notice_id: Mapped[int] = mapped_column(ForeignKey("notice.id"))
    channel: Mapped[str] = mapped_column(String(8))
    to_patron_id: Mapped[int] = mapped_column(ForeignKey("patron.id"), index=True)
    status: Mapped[str] = mapped_column(String(8), default="waiting")
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(String(300))
    key: Mapped[str] = mapped_column(String(32), unique=True)

    __table_args__ = (
        UniqueConstraint("notice_id", "channel"),
        Index("ix_notice_delivery_open", "due_at", sqlite_where=_OPEN, postgresql_where=_OPEN),
        CheckConstraint(_one_of("channel", CHANNELS), name="channel"),
        CheckConstraint(_one_of("status", DELIVERY_STATUSES), name="status"),
        CheckConstraint("(status = 'sent') = (sent_at IS NOT NULL)", name="sent"),
        CheckConstraint("status <> 'failed' OR error IS NOT NULL", name="failed_says_why"),
    )


class NoticeChoice(Base):
    """How a reader wants to be told. Null: as the library does it. The e-mail address is kept encrypted."""

    __tablename__ = "notice_choice"

    patron_id: Mapped[int] = mapped_column(ForeignKey("patron.id"), primary_key=True, autoincrement=False)
    language: Mapped[str | None] = mapped_column(String(2))
    channels: Mapped[list[str] | None] = mapped_column(JsonValue)
    email_encrypted: Mapped[bytes | None] = mapped_column(LargeBinary)
    changed_at: Mapped[datetime]

    __table_args__ = (CheckConstraint("language IN ('zh','en')", name="language"),)


class NoticeTemplate(Base):
    """A wording as somebody saved it. The newest version of a kind and language is in force; without any, the one the program brings."""

    __tablename__ = "notice_template"

    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    language: Mapped[str] = mapped_column(String(2), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    subject: Mapped[str] = mapped_column(String(300))
    body: Mapped[str] = mapped_column(Text)
    short: Mapped[str] = mapped_column(Text)
    saved_at: Mapped[datetime]
    saved_by: Mapped[str] = mapped_column(String(80))

    __table_args__ = (
        CheckConstraint(_one_of("kind", KINDS), name="kind"),
        CheckConstraint("language IN ('zh','en')", name="language"),
    )
