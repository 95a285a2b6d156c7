"""What becomes of votes when accounts of readers are merged or erased, and what a reader's own data says of them. Registered as hooks."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from branches.context import Context
from kernel.db import table_of
from patrons.privacy import Vault
from purchasing.models import Suggestion, SuggestionVote

_votes = table_of(SuggestionVote)


def hand_over_votes(context: Context, patron_id: int, into_id: int) -> None:
    """Whoever voted twice for a title voted once."""
    theirs = select(_votes.c.suggestion_id).where(_votes.c.patron_id == into_id)
    mine = _votes.c.patron_id == patron_id
    context.session.execute(delete(_votes).where(mine, _votes.c.suggestion_id.in_(theirs)))
    context.session.execute(update(_votes).where(mine).values(patron_id=into_id))


def forget_votes(context: Context, patron_id: int) -> None:
    """A suggestion stays, for others may want the title too; that this reader did is forgotten."""
    context.session.execute(delete(_votes).where(_votes.c.patron_id == patron_id))


def suggestions_of(session: Session, patron_id: int, _vault: Vault) -> list[dict[str, Any]]:
    """The titles a reader asked for, for a file of their data."""
    statement = (
        select(Suggestion.title, Suggestion.author, Suggestion.status, SuggestionVote.created_at)
        .join(SuggestionVote, SuggestionVote.suggestion_id == Suggestion.id)
        .where(SuggestionVote.patron_id == patron_id)
        .order_by(SuggestionVote.created_at)
    )
    return [dict(row._mapping) for row in session.execute(statement)]
