"""Tables of the room `patrons`."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, BigId


class PatronCategory(Base):
    """A kind of reader that policies may speak of: adult, child, senior."""

    __tablename__ = "patron_category"

    code: Mapped[str] = mapped_column(String(32), primary_key=True)
    name: Mapped[str] = mapped_column(String(64))


class Patron(Base):
    """A reader: one account, however many cards. The phone is kept encrypted; its keyed digest serves the search for it.

    `history` is the reader's choice of what is remembered of returned books, `history_chosen_at` when it was last changed.
    A reader who was merged into another, or erased, stays as a row that says no more than this, so that no number is given out twice.
    """

    __tablename__ = "patron"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str] = mapped_column(String(64), index=True)
    category: Mapped[str] = mapped_column(ForeignKey("patron_category.code"))
    home_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"), index=True)
    expires_on: Mapped[date | None]
    birth_on: Mapped[date | None]
    guardian_id: Mapped[int | None] = mapped_column(ForeignKey("patron.id"), index=True)
    phone_encrypted: Mapped[bytes | None] = mapped_column(LargeBinary)
    phone_digest: Mapped[str | None] = mapped_column(String(64), index=True)
    pin_hash: Mapped[str | None] = mapped_column(String(200))
    status: Mapped[str] = mapped_column(String(8), default="active")
    history: Mapped[str] = mapped_column(String(8), default="days", server_default="days")
    history_chosen_at: Mapped[datetime | None]
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("patron.id"), index=True)
    erasure_asked_at: Mapped[datetime | None]
    erased_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("status IN ('active','closed')", name="status"),
        CheckConstraint("guardian_id IS NULL OR guardian_id <> id", name="not_own_guardian"),
        CheckConstraint("history IN ('forget','days','keep')", name="history"),
        CheckConstraint("merged_into_id IS NULL OR (status = 'closed' AND merged_into_id <> id)", name="merged_closed"),
        CheckConstraint(
            "erased_at IS NULL OR (status = 'closed' AND phone_encrypted IS NULL AND birth_on IS NULL "
            "AND pin_hash IS NULL AND guardian_id IS NULL)",
            name="erased_empty",
        ),
        Index("ix_patron_expires_on", "expires_on"),
    )


class Card(Base):
    """A card number. Rows are never deleted, so that a number is never given to somebody else."""

    __tablename__ = "card"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    patron_id: Mapped[int] = mapped_column(ForeignKey("patron.id"), index=True)
    namespace_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"))
    barcode: Mapped[str] = mapped_column(String(64), index=True)
    status: Mapped[str] = mapped_column(String(8), default="active")
    issued_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("namespace_id", "barcode"),
        CheckConstraint("status IN ('active','lost','ended')", name="status"),
        Index(
            "uq_card_one_active",
            "patron_id",
            unique=True,
            sqlite_where=text("status = 'active'"),
            postgresql_where=text("status = 'active'"),
        ),
    )


class Consent(Base):
    """That a reader, or the guardian of a child, agreed: to the child's being on record (`record`), to a kept history (`history`).

    In force until withdrawn. Rows are kept, for the library must be able to show what was agreed to, by whom and when.
    """

    __tablename__ = "patron_consent"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    patron_id: Mapped[int] = mapped_column(ForeignKey("patron.id"), index=True)
    subject: Mapped[str] = mapped_column(String(8))
    given_by: Mapped[str] = mapped_column(String(8))
    given_at: Mapped[datetime]
    channel: Mapped[str] = mapped_column(String(16))
    withdrawn_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("subject IN ('record','history')", name="subject"),
        CheckConstraint("given_by IN ('reader','guardian')", name="given_by"),
        CheckConstraint("withdrawn_at IS NULL OR withdrawn_at >= given_at", name="withdrawn_after_given"),
        Index(
            "uq_patron_consent_one_in_force",
            "patron_id",
            "subject",
            unique=True,
            sqlite_where=text("withdrawn_at IS NULL"),
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
    )


class Block(Base):
    """Why a reader may not borrow. `network` holds everywhere, `local` at the unit that set it and below. In force until it ends.

    `except_own_items`: what belongs to the unit that set it, or to one below, may be borrowed all the same.
    """

    __tablename__ = "patron_block"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    patron_id: Mapped[int] = mapped_column(ForeignKey("patron.id"), index=True)
    org_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"))
    scope: Mapped[str] = mapped_column(String(8))
    reason: Mapped[str] = mapped_column(String(200))
    except_own_items: Mapped[bool] = mapped_column(default=False, server_default=false())
    until: Mapped[date | None]
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(String(80))
    ended_at: Mapped[datetime | None]

    __table_args__ = (CheckConstraint("scope IN ('network','local')", name="scope"),)


class ReaderList(Base):
    """Titles that a reader put together under a name. Whoever has the `token` may look at it; without one it is the reader's alone."""

    __tablename__ = "reader_list"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    patron_id: Mapped[int] = mapped_column(ForeignKey("patron.id"))
    name: Mapped[str] = mapped_column(String(60))
    token: Mapped[str | None] = mapped_column(String(43), unique=True)
    created_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("patron_id", "name"),)


class ReaderListEntry(Base):
    """A title on a list, with what the reader noted about it; where two titles become one, both notes stay."""

    __tablename__ = "reader_list_entry"

    list_id: Mapped[int] = mapped_column(ForeignKey("reader_list.id"), primary_key=True)
    bib_id: Mapped[int] = mapped_column(ForeignKey("bib.id"), primary_key=True, index=True)
    note: Mapped[str] = mapped_column(String(500), default="", info={"joins": True})
    added_at: Mapped[datetime]
