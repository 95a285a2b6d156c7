"""How long transfers took that arrived."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kernel.clock import days_between
from kernel.db import table_of
from transit.models import Transfer

_transfer = table_of(Transfer)


def days_taken(session: Session, since: datetime, limit: int, *, pair: tuple[int, int] | None = None) -> list[int]:
    """Calendar days from when a copy was put up for its way until it arrived, of the latest ones; `pair`: from one unit to another. What a
    library asked another for is left out: there the time begins with the question, not with the copy."""
    t = _transfer.c
    statement = (
        select(t.requested_at, t.received_at)
        .where(t.status == "received", t.request_id.is_(None), t.received_at >= since)
        .order_by(t.received_at.desc())
        .limit(limit)
    )
    if pair is not None:
        statement = statement.where(t.from_id == pair[0], t.to_id == pair[1])
    return [days_between(requested, received) for requested, received in session.execute(statement)]
