"""The outbox: which documents outside the database must be refreshed, written in the transaction that changed them.

One row stands for one document (`kind`, `key`) for as long as the document lives. Every change raises `version`; the worker reads
the version first and the state after it, hands the engine the state under that version, and sets `done_version` only when
the engine has confirmed. So a late writer loses, a crash loses nothing, and database and index can be compared row by row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Index, Integer, String, Text, bindparam, func, literal_column, null, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from kernel.bulk import insert_rows
from kernel.db import Base, BigId, rows_changed, table_of
from kernel.writes import Write, write_together

MAX_ATTEMPTS = 5  # then the entry is parked: visible, and tried again only when asked or changed


class OutboxEntry(Base):
    """The state of one outside document. Pending: `version > done_version`; parked: `attempts` has reached the limit."""

    __tablename__ = "outbox"

    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    key: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    version: Mapped[int] = mapped_column(BigId, default=1)
    done_version: Mapped[int] = mapped_column(BigId, default=0)
    changed_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (
        Index(
            "ix_outbox_pending",
            "kind",
            "changed_at",
            sqlite_where=text("version > done_version"),
            postgresql_where=text("version > done_version"),
        ),
    )


@dataclass(frozen=True, slots=True)
class Pending:
    """A document at a version. `changed_at` tells the version from one of the same number in another life of the database, which was set
    back to a copy of before; it is not compared."""

    key: int
    version: int
    changed_at: datetime | None = field(default=None, compare=False)


_table = table_of(OutboxEntry)
_NONE, _ONE = literal_column("0", Integer), literal_column("1", Integer)


def _upsert(dialect: Any) -> Any:
    statement = dialect.insert(_table).values(
        kind=bindparam("document_kind"),
        key=bindparam("document_key"),
        changed_at=bindparam("document_changed_at"),
        version=_ONE,
        done_version=_NONE,
        attempts=_NONE,
    )
    return statement.on_conflict_do_update(
        index_elements=["kind", "key"],
        set_={
            "version": _table.c.version + _ONE,
            "changed_at": statement.excluded.changed_at,
            "attempts": _NONE,
            "error": null(),
        },
    )


_UPSERT = {"sqlite": _upsert(sqlite), "postgresql": _upsert(postgresql)}
_CHANGED_AGAIN = """ON CONFLICT (kind, key) DO UPDATE
  SET version = outbox.version + 1, changed_at = excluded.changed_at, attempts = 0, error = NULL"""


def enqueue(session: Session, kind: str, keys: Sequence[int], *, at: datetime) -> None:
    """Note that these documents changed. Keys are sorted, so that two transactions lock rows in one order."""
    ordered = sorted(set(keys))
    if len(ordered) == 1:
        write_together(session, change(session, kind, ordered[0], at=at))
        return
    rows = [
        {"kind": kind, "key": key, "version": 1, "done_version": 0, "changed_at": at, "attempts": 0} for key in ordered
    ]
    insert_rows(session, _table, rows, on_conflict=_CHANGED_AGAIN)


def change(session: Session, kind: str, key: int, *, at: datetime) -> Write:
    """What `enqueue` writes for one document, for an act that writes it together with something else."""
    values = {"document_kind": kind, "document_key": key, "document_changed_at": at}
    return Write(_UPSERT[session.get_bind().dialect.name], values)


def take_pending(session: Session, kind: str, limit: int) -> list[Pending]:
    """The oldest changed documents, parked ones left out."""
    rows = session.execute(
        select(_table.c.key, _table.c.version, _table.c.changed_at)
        .where(_table.c.kind == kind, _table.c.version > _table.c.done_version, _table.c.attempts < MAX_ATTEMPTS)
        .order_by(_table.c.changed_at, _table.c.key)
        .limit(limit)
    )
    return [Pending(*row) for row in rows]


def confirm(session: Session, kind: str, done: Sequence[Pending]) -> None:
    """The engine has these versions. A newer change that came meanwhile stays pending."""
    if not done:
        return
    session.execute(
        update(_table)
        .where(_table.c.kind == kind, _table.c.key == bindparam("k"), _table.c.done_version < bindparam("v"))
        .values(done_version=bindparam("v"), attempts=0, error=None),
        [{"k": p.key, "v": p.version} for p in sorted(done, key=lambda p: p.key)],
    )


def record_failure(session: Session, kind: str, key: int, error: str) -> None:
    session.execute(
        update(_table)
        .where(_table.c.kind == kind, _table.c.key == key)
        .values(attempts=_table.c.attempts + 1, error=error[:500])
    )


def retry_parked(session: Session, kind: str) -> int:
    """Give parked entries another five tries; returns how many."""
    result = session.execute(
        update(_table).where(_table.c.kind == kind, _table.c.attempts >= MAX_ATTEMPTS).values(attempts=0)
    )
    return rows_changed(result)


@dataclass(frozen=True, slots=True)
class Failing:
    """A document that failed at least once since it changed last. `changed_at` is since when it waits."""

    key: int
    attempts: int
    error: str
    changed_at: datetime

    @property
    def is_parked(self) -> bool:
        return self.attempts >= MAX_ATTEMPTS


def list_failing(session: Session, kind: str, limit: int) -> list[Failing]:
    """Those given up first, then by how long they wait."""
    rows = session.execute(
        select(_table.c.key, _table.c.attempts, _table.c.error, _table.c.changed_at)
        .where(_table.c.kind == kind, _table.c.version > _table.c.done_version, _table.c.error.is_not(None))
        .order_by(_table.c.attempts.desc(), _table.c.changed_at, _table.c.key)
        .limit(limit)
    )
    return [Failing(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class Lag:
    pending: int
    parked: int
    oldest_at: datetime | None


def measure_lag(session: Session, kind: str) -> Lag:
    is_pending = (_table.c.kind == kind) & (_table.c.version > _table.c.done_version)
    pending, oldest = session.execute(select(func.count(), func.min(_table.c.changed_at)).where(is_pending)).one()
    parked = (
        session.scalar(select(func.count()).select_from(_table).where(is_pending, _table.c.attempts >= MAX_ATTEMPTS))
        or 0
    )
    return Lag(pending, parked, oldest)
