"""What the application wrote for its last act, so that the bare transaction writes rows of the same size."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import text

from kernel.db import Database

_JOURNAL = text(
    """SELECT act, CAST(data AS TEXT) FROM journal
    WHERE request_id = (SELECT request_id FROM journal ORDER BY id DESC LIMIT 1) ORDER BY id"""
)
_KEY = text("SELECT digest, status, answer FROM idempotency_key ORDER BY created_at DESC LIMIT 1")
_POLICY = text("SELECT CAST(policy AS TEXT) FROM loan ORDER BY id DESC LIMIT 1")


@dataclass(frozen=True)
class Sample:
    """`journal`: each row's act and data."""

    journal: tuple[tuple[str, str], ...]
    digest: str
    status: int
    answer: str
    policy: str

    @cached_property
    def values(self) -> Mapping[str, str]:
        """By the names that a statement has them under: `act0` and `data0` for the journal's first row, and so on."""
        rows = enumerate(self.journal)
        told = {name: value for n, (act, data) in rows for name, value in ((f"act{n}", act), (f"data{n}", data))}
        return told | {
            "digest": self.digest,
            "status": str(self.status),
            "answer": self.answer,
            "policy": self.policy,
        }


def last_written(database: Database) -> Sample:
    with database.reading() as session:
        digest, status, answer = session.execute(_KEY).one()
        journal = tuple((act, data) for act, data in session.execute(_JOURNAL))
        policy: str = session.execute(_POLICY).scalar_one()
    return Sample(journal, digest, status, answer, policy)
