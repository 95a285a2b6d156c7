"""What the application wrote for its last act, so that the bare transaction writes the same values."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import text

from kernel.db import Database

Sample = Mapping[str, str]
_JOURNAL = text(
    """SELECT act, CAST(data AS TEXT) FROM journal
    WHERE request_id = (SELECT request_id FROM journal ORDER BY id DESC LIMIT 1) ORDER BY id"""
)
_KEY = text("SELECT digest, CAST(status AS TEXT), answer FROM idempotency_key ORDER BY created_at DESC LIMIT 1")
_POLICY = text("SELECT CAST(policy AS TEXT) FROM loan ORDER BY id DESC LIMIT 1")


def last_written(database: Database) -> Sample:
    """Values by the names that the bare statements have them under: `act0` and `data0` for the journal's first row, and so on."""
    sample: dict[str, str] = {}
    with database.reading() as session:
        sample["digest"], sample["status"], sample["answer"] = session.execute(_KEY).one()
        sample["policy"] = session.execute(_POLICY).scalar_one()
        for n, (act, data) in enumerate(session.execute(_JOURNAL)):
            sample |= {f"act{n}": act, f"data{n}": data}
    return sample
