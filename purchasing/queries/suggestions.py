"""Reads of suggestions, as small values. Who wants a title is told to nobody; only how many do."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, cast

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import Session

from kernel.errors import NotFound
from purchasing.models import Suggestion, SuggestionVote
from purchasing.states import LIVE, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestionRow:
    """A suggestion and how many readers want the title. `org_id` is the unit that answers."""

    id: int
    title: str
    author: str
    publisher: str
    isbn: str | None
    reason: str
    org_id: int
    status: Status
    answer: str
    answered_at: datetime | None
    bib_id: int | None
    created_at: datetime
    votes: int


_VOTES: Final = (
    select(func.count())
    .select_from(SuggestionVote)
    .where(SuggestionVote.suggestion_id == Suggestion.id)
    .scalar_subquery()
)
_SUGGESTION: Final = select(
    Suggestion.id,
    Suggestion.title,
    Suggestion.author,
    Suggestion.publisher,
    Suggestion.isbn,
    Suggestion.reason,
    Suggestion.org_id,
    Suggestion.status,
    Suggestion.answer,
    Suggestion.answered_at,
    Suggestion.bib_id,
    Suggestion.created_at,
    _VOTES.label("votes"),
)


def find_suggestion(session: Session, suggestion_id: int, *, lock: bool = False) -> SuggestionRow:
    """Raises NotFound. `lock` takes its row for the rest of the transaction."""
    if lock:
        session.execute(select(Suggestion.id).where(Suggestion.id == suggestion_id).with_for_update())
    row = session.execute(_SUGGESTION.where(Suggestion.id == suggestion_id)).first()
    if row is None:
        raise NotFound("suggestion", suggestion_id)
    return _row(row)


def live_suggestion(session: Session, title_key: str, isbn: str | None) -> int | None:
    """The one that waits for this title already, by its name and author or by its ISBN."""
    same: ColumnElement[bool] = Suggestion.title_key == title_key
    if isbn is not None:
        same |= Suggestion.isbn == isbn
    return session.scalar(
        select(Suggestion.id).where(Suggestion.status.in_(LIVE), same).order_by(Suggestion.id).limit(1)
    )


def suggestions_of_units(
    session: Session,
    units: Collection[int] | None,
    statuses: Collection[str],
    *,
    before: int | None = None,
    limit: int,
) -> list[SuggestionRow]:
    """What these units are to answer, newest first; `units` None: all of them."""
    statement = _SUGGESTION.where(Suggestion.status.in_(statuses)).order_by(Suggestion.id.desc()).limit(limit)
    if units is not None:
        statement = statement.where(Suggestion.org_id.in_(units))
    if before is not None:
        statement = statement.where(Suggestion.id < before)
    return _rows(session, statement)


def most_wanted(session: Session, limit: int) -> list[SuggestionRow]:
    """What waits, the titles most readers want first."""
    statement = _SUGGESTION.where(Suggestion.status.in_(LIVE))
    return _rows(session, statement.order_by(_VOTES.desc(), Suggestion.id.desc()).limit(limit))


def suggestions_of_reader(
    session: Session, patron_id: int, *, before: int | None = None, limit: int
) -> list[SuggestionRow]:
    """What a reader suggested or seconded, the newest first."""
    statement = _SUGGESTION.where(_wanted_by(patron_id)).order_by(Suggestion.id.desc()).limit(limit)
    if before is not None:
        statement = statement.where(Suggestion.id < before)
    return _rows(session, statement)


def voted_by(session: Session, patron_id: int, suggestion_ids: Collection[int]) -> frozenset[int]:
    v = SuggestionVote
    statement = select(v.suggestion_id).where(v.patron_id == patron_id, v.suggestion_id.in_(suggestion_ids))
    return frozenset(session.scalars(statement))


def count_waiting(session: Session, patron_id: int) -> int:
    """How many titles that a reader wants wait for the library's last word."""
    statement = select(func.count()).select_from(Suggestion)
    return session.scalar(statement.where(Suggestion.status.in_(LIVE), _wanted_by(patron_id))) or 0


def _wanted_by(patron_id: int) -> ColumnElement[bool]:
    return exists().where(SuggestionVote.suggestion_id == Suggestion.id, SuggestionVote.patron_id == patron_id)


def _rows(session: Session, statement: Select[*tuple[Any, ...]]) -> list[SuggestionRow]:
    return [_row(row) for row in session.execute(statement)]


def _row(row: Any) -> SuggestionRow:
    values = dict(row._mapping)
    return SuggestionRow(**values | {"status": cast(Status, values["status"])})


def voters_of(session: Session, suggestion_id: int) -> list[int]:
    """Who wants the title: for telling them, and for nothing that is shown."""
    v = SuggestionVote
    return list(session.scalars(select(v.patron_id).where(v.suggestion_id == suggestion_id).order_by(v.patron_id)))
