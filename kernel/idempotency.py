"""Retry-safe commands (IETF draft Idempotency-Key): the first answer to a key is the answer for ever, or for seven days.

The key is claimed by an insert in the act's own transaction: a second sender waits for the first, then gets its answer. A refused or failed
act rolls its claim back, so the key may be used again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Index, String, Text, bindparam, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from kernel import i18n
from kernel.db import Base, rows_changed, table_of
from kernel.errors import Conflict, DomainError
from kernel.reference import VERSIONS_NOW, remember_versions
from kernel.statements import Statement

KEEP = timedelta(days=7)


class IdempotencyKey(Base):
    """A caller's key, a digest of what was asked, and the answer given, sealed. `status` is empty only inside the claiming transaction."""

    __tablename__ = "idempotency_key"

    caller: Mapped[str] = mapped_column(String(80), primary_key=True)
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    status: Mapped[int | None]
    answer: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime]

    __table_args__ = (Index("ix_idempotency_key_created_at", "created_at"),)


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    status: int
    body: str


class KeyReused(DomainError):
    status = 422

    def __init__(self) -> None:
        super().__init__(
            "idempotency.key_reused",
            i18n.Text(
                "这个 Idempotency-Key 已用于另一个请求。请换一个新的。",
                "This Idempotency-Key was used for another request. Take a new one.",
            ),
        )


def still_running() -> Conflict:
    return Conflict(
        "idempotency.running",
        i18n.Text(
            "同一请求正在办理。请稍候再查。",
            "The same request is still being worked on. Ask again in a moment.",
        ),
    )


_table = table_of(IdempotencyKey)
# The first statement of nearly every command: it brings the versions of the reference data with it.
_CLAIM = {
    name: Statement(
        dialect.insert(_table)
        .values({column: bindparam(column) for column in ("caller", "key", "digest", "created_at")})
        .on_conflict_do_nothing()
        .returning(VERSIONS_NOW.label("versions"))
    )
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}
_IS_THE_KEY = (_table.c.caller == bindparam("of_caller")) & (_table.c.key == bindparam("of_key"))
_FIND = Statement(select(_table.c.digest, _table.c.status, _table.c.answer).where(_IS_THE_KEY))
_STORE = Statement(
    update(_table).where(_IS_THE_KEY).values(status=bindparam("new_status"), answer=bindparam("new_answer"))
)


def claim(session: Session, *, caller: str, key: str, digest: str, now: datetime) -> StoredAnswer | None:
    """Claim a key, or give back the answer it got. Raises `KeyReused` for another request under the same key."""
    values = {"caller": caller, "key": key, "digest": digest, "created_at": now}
    claimed = _CLAIM[session.get_bind().dialect.name].first(session, values)
    if claimed is not None:
        remember_versions(session, claimed["versions"])
        return None
    row = _FIND.first(session, {"of_caller": caller, "of_key": key})
    if row is None or row["status"] is None:
        raise still_running()
    if row["digest"] != digest:
        raise KeyReused()
    return StoredAnswer(row["status"], row["answer"] or "")


def store(session: Session, *, caller: str, key: str, status: int, body: str) -> None:
    _STORE.all(session, {"of_caller": caller, "of_key": key, "new_status": status, "new_answer": body})


def forget_old(session: Session, now: datetime) -> int:
    """Delete answers whose time is over; returns how many."""
    return rows_changed(session.execute(delete(_table).where(_table.c.created_at < now - KEEP)))


def forget_caller(session: Session, caller: str) -> None:
    """Delete all answers given to a caller who is no more."""
    session.execute(delete(_table).where(_table.c.caller == caller))
