"""Tables of the import: where records come from, what was delivered, what could not be taken, and what waits for a librarian."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, BigId, JsonValue

_OPEN = text("status = 'open'")


class ImportProfile(Base):
    """How a source writes its holdings and which unit its library codes mean; `weights` is what of the weights of matching a county
    changed (`catalog.weighing`)."""

    __tablename__ = "import_profile"

    code: Mapped[str] = mapped_column(String(32), primary_key=True)
    name: Mapped[str] = mapped_column(String(100), default="")
    body: Mapped[dict[str, Any]] = mapped_column(JsonValue)
    weights: Mapped[dict[str, int]] = mapped_column(JsonValue, default=dict, server_default="{}")
    version: Mapped[int] = mapped_column(default=1)


class ImportSource(Base):
    """Whose records these are, and how far they are believed: of two sources the one of higher `priority` describes a title. A source
    without a row has the middle priority. Its files are read by its `profile` where an import names none.

    `redescribe_asked_at` is when somebody asked to describe its titles anew, by the priority it has now; a worker goes up the titles,
    `redescribe_next` is the last one seen to."""

    __tablename__ = "import_source"

    code: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(100), default="")
    priority: Mapped[int]
    profile: Mapped[str | None] = mapped_column(ForeignKey("import_profile.code"))
    redescribe_asked_at: Mapped[datetime | None]
    redescribe_author: Mapped[str | None] = mapped_column(String(80))
    redescribe_next: Mapped[int | None] = mapped_column(BigId)
    redescribe_seen: Mapped[int] = mapped_column(default=0, server_default="0")
    redescribe_changed: Mapped[int] = mapped_column(default=0, server_default="0")
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (CheckConstraint("priority BETWEEN 0 AND 100", name="priority"),)


class ImportBatch(Base):
    """One file on its way into the catalogue. `next_offset` and `next_record` are where a run that died goes on;
    `recognised` counts what its records were found to be (`catalog.recognised`).

    `undo_asked_at` is when somebody asked to take it back: from then on a worker goes down the titles; `undo_next` is the last one seen to.
    """

    __tablename__ = "import_batch"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    status: Mapped[str] = mapped_column(String(8), default="queued")
    code: Mapped[str | None] = mapped_column(String(40))
    filename: Mapped[str] = mapped_column(String(200))
    path: Mapped[str] = mapped_column(String(1000))
    is_upload: Mapped[bool] = mapped_column(default=False)
    size: Mapped[int] = mapped_column(BigId, default=0)
    format: Mapped[str] = mapped_column(String(8), default="auto")
    profile: Mapped[str | None] = mapped_column(String(32))
    source: Mapped[str] = mapped_column(String(64))
    org_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"))
    author: Mapped[str] = mapped_column(String(80))
    channel: Mapped[str] = mapped_column(String(16))
    next_record: Mapped[int] = mapped_column(default=0)
    next_offset: Mapped[int] = mapped_column(BigId, default=0)
    read: Mapped[int] = mapped_column(default=0)
    created: Mapped[int] = mapped_column(default=0)
    updated: Mapped[int] = mapped_column(default=0)
    merged: Mapped[int] = mapped_column(default=0)
    unchanged: Mapped[int] = mapped_column(default=0)
    review: Mapped[int] = mapped_column(default=0)
    rejected: Mapped[int] = mapped_column(default=0)
    items_created: Mapped[int] = mapped_column(default=0)
    items_updated: Mapped[int] = mapped_column(default=0)
    repaired: Mapped[dict[str, int]] = mapped_column(JsonValue, default=dict)
    recognised: Mapped[dict[str, int]] = mapped_column(JsonValue, default=dict, server_default="{}")
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    progress_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    undo_asked_at: Mapped[datetime | None]
    undo_author: Mapped[str | None] = mapped_column(String(80))
    undo_next: Mapped[int | None] = mapped_column(BigId)
    undo_counts: Mapped[dict[str, int] | None] = mapped_column(JsonValue)

    __table_args__ = (
        CheckConstraint("status IN ('queued','running','done','failed','undone')", name="status"),
        CheckConstraint("read = created + updated + merged + unchanged + review + rejected", name="records_add_up"),
    )


class ImportProblem(Base):
    """A record kept aside, byte for byte (`is_record`), or a copy that could not be taken, with the reason."""

    __tablename__ = "import_problem"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("import_batch.id"), index=True)
    is_record: Mapped[bool]
    record: Mapped[int]
    offset: Mapped[int] = mapped_column("byte_offset", BigId)
    control_number: Mapped[str | None] = mapped_column(String(200))
    tag: Mapped[str | None] = mapped_column(String(16))
    code: Mapped[str] = mapped_column(String(48))
    message_zh: Mapped[str] = mapped_column(Text)
    message_en: Mapped[str] = mapped_column(Text)
    raw: Mapped[bytes | None] = mapped_column(LargeBinary)


class UndoRemainder(Base):
    """What an undone import left standing, because somebody had built on it: a title, or one of its copies, with the reason."""

    __tablename__ = "undo_remainder"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("import_batch.id"), index=True)
    bib_id: Mapped[int] = mapped_column(BigId)
    code: Mapped[str] = mapped_column(String(32))
    title: Mapped[str] = mapped_column(String(500))
    barcode: Mapped[str | None] = mapped_column(String(64))


class ImportReview(Base):
    """A record that may be one of a title that is there already, kept byte for byte until somebody decides. `candidates` are the titles it
    may be, best first, each with its score and reasons as they were judged when it came."""

    __tablename__ = "import_review"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("import_batch.id"), index=True)
    source: Mapped[str] = mapped_column(String(64))
    identity: Mapped[str] = mapped_column(String(200))
    record: Mapped[int]
    offset: Mapped[int] = mapped_column("byte_offset", BigId)
    format: Mapped[str] = mapped_column(String(8))
    container: Mapped[str] = mapped_column(String(8))
    encoding: Mapped[str] = mapped_column(String(16))
    digest: Mapped[str] = mapped_column(String(64))
    raw: Mapped[bytes] = mapped_column(LargeBinary)
    candidates: Mapped[list[dict[str, Any]]] = mapped_column(JsonValue)
    status: Mapped[str] = mapped_column(String(10), default="open")
    bib_id: Mapped[int | None] = mapped_column(ForeignKey("bib.id"), index=True)
    created_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None] = mapped_column(String(80))

    __table_args__ = (
        Index(
            "uq_import_review_open",
            "source",
            "identity",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        CheckConstraint("status IN ('open','merged','kept_apart','corrected')", name="status"),
        CheckConstraint("(status = 'open') = (decided_at IS NULL)", name="decided"),
        CheckConstraint("(status = 'open') = (bib_id IS NULL)", name="bib"),
    )
