"""Reads of titles that were made for a choice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from catalog.queries.void import is_bare, void_titles
from circ.models import Hold
from purchasing.selection_models import Selection
from transit.models import Transfer

_LOOKED_AT: Final = ("selection", "hold", "transfer")


def came_to_nothing(session: Session, bib_id: int) -> bool:
    """Whether a title was made for a choice, all choices of it were called off, and nothing hangs on it but what belongs to their copies:
    no other copy, record, hold, transfer, order, suggestion or list."""
    choices = _choices_of(session, bib_id)
    if not _were_called_off(choices):
        return False
    copies = [one.item_id for one in choices]
    of_others = (
        select(Hold.id).where(
            Hold.bib_id == bib_id, or_(Hold.item_id.is_(None), Hold.item_id.not_in(copies), Hold.ended_at.is_(None))
        ),
        select(Transfer.id).where(
            Transfer.bib_id == bib_id, or_(Transfer.item_id.is_(None), Transfer.item_id.not_in(copies))
        ),
    )
    if any(session.scalar(one.limit(1)) is not None for one in of_others):
        return False
    return is_bare(session, bib_id, but=_LOOKED_AT)


def hidden_for_no_reason(session: Session) -> Iterator[str]:
    """Titles that no reader finds, though they were not made for choices that were all called off."""
    for bib_id in void_titles(session):
        if not _were_called_off(_choices_of(session, bib_id)):
            yield f"bib {bib_id}"


def _choices_of(session: Session, bib_id: int) -> Sequence[Any]:
    s = Selection
    return session.execute(select(s.item_id, s.status, s.known).where(s.bib_id == bib_id)).all()


def _were_called_off(choices: Sequence[Any]) -> bool:
    """All of them, one of which had its title made."""
    is_made = any(one.known.get("made_title") for one in choices)
    return is_made and all(one.status == "cancelled" for one in choices)
