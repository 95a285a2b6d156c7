"""Titles that the engine would not take, with its reason: seen by those who keep the system, tried again when they say so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.models import Bib
from kernel import outbox
from search.queries import KIND

MOST_LISTED = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class FailingTitle:
    """`title` is None for one that is to be taken out of the index. A parked one waits for a change or for a retry; the others are
    still being tried."""

    id: int
    title: str | None
    attempts: int
    reason: str
    since: datetime
    is_parked: bool


def failing_titles(session: Session, limit: int) -> list[FailingTitle]:
    """The parked ones first."""
    failing = outbox.list_failing(session, KIND, limit)
    titles = dict(session.execute(select(Bib.id, Bib.title).where(Bib.id.in_([one.key for one in failing]))).all())
    return [
        FailingTitle(
            id=one.key,
            title=titles.get(one.key),
            attempts=one.attempts,
            reason=one.error,
            since=one.changed_at,
            is_parked=one.is_parked,
        )
        for one in failing
    ]


def retry_parked(session: Session) -> int:
    """Give parked titles another five tries; returns how many."""
    return outbox.retry_parked(session, KIND)
