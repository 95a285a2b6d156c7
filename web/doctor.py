"""`tongjie doctor`: asks the live database every question whose answer must be empty, and names each offender."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

import migrations
from branches.invariants import ONE_TREE
from kernel.db import Database
from kernel.i18n import Text
from kernel.invariants import Invariant, sql
from notices.invariants import sealed_addresses
from patrons.invariants import sealed_phones
from patrons.privacy import Vault
from search.invariants import index_invariants
from search.keeping import Keeping
from search.port import SearchEngine
from web import rooms, wiring


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """An invariant and those who break it."""

    code: str
    promise: Text
    offenders: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        promise = {"zh": self.promise.zh, "en": self.promise.en}
        return {"code": self.code, "promise": promise, "offenders": list(self.offenders)}


KERNEL: tuple[Invariant, ...] = (
    sql(
        "idempotency.answered",
        "每个已用的 Idempotency-Key 都存有答复",
        "every used Idempotency-Key has its answer",
        "SELECT caller || ' ' || key FROM idempotency_key WHERE status IS NULL",
    ),
)


def examine(database: Database, engine: SearchEngine, secret_key: str, keeping: Keeping | None = None) -> list[Finding]:
    """Ask every room's invariants, all on one snapshot; only the first where the tree of units is broken. `keeping` holds what is kept
    for the index, where anything is."""
    wiring.connect()
    if not migrations.is_current(database):
        promise = Text("数据库结构与本版本一致", "the database has the schema of this release")
        return [Finding(code="schema.current", promise=promise, offenders=("alembic_version",))]
    storage = (_sqlite_storage(),) if database.is_sqlite else ()
    vault = Vault(secret_key)
    resting_on_more = (
        sealed_phones(vault),
        sealed_addresses(vault),
        *index_invariants(engine, keeping or Keeping(None)),
    )
    asked = (*storage, *KERNEL, *rooms.INVARIANTS, *resting_on_more)
    with database.reading() as session:
        _take_snapshot(session, database)
        tree = _ask(session, ONE_TREE)
        return [tree] if tree.offenders else [tree, *(_ask(session, invariant) for invariant in asked)]


def offences(findings: Sequence[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.offenders]


def _take_snapshot(session: Session, database: Database) -> None:
    """SQLite reads on a snapshot anyway. A doctor may take longer than a desk can wait."""
    if not database.is_sqlite:
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        session.execute(text("SET LOCAL statement_timeout = 0"))


def _ask(session: Session, invariant: Invariant) -> Finding:
    found = tuple(invariant.find(session))
    return Finding(code=invariant.code, promise=invariant.promise, offenders=found)


def _sqlite_storage() -> Invariant:
    def find(session: Session) -> Iterable[str]:
        for row in session.execute(text("PRAGMA foreign_key_check")):
            yield f"{row[0]} row {row[1]} -> {row[2]}"
        for (line,) in session.execute(text("PRAGMA quick_check")):
            if line != "ok":
                yield str(line)

    promise = Text("数据库文件完好，引用都存在", "the database file is sound and every reference exists")
    return Invariant(code="storage.sound", promise=promise, find=find)
