"""What goes when the loan of a chosen book forgets its reader: every thread by which the choice still led to them.

The choice itself stays, with its money: it never named the reader. Registered as a hook.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.orm import Session

from branches.context import Context
from circ.service.forgetting import NAMELESS
from kernel.clock import bounds_of, local_day
from kernel.db import table_of
from kernel.journal import LOOKED, JournalEntry
from notices.kinds import kinds_about
from notices.service.forgetting import forget_subjects
from purchasing.selection_models import Delivery, Selection

_deliveries, _journal = table_of(Delivery), table_of(JournalEntry)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Choice:
    """A choice whose loan forgets its reader, and when the shop had to do with it."""

    id: int
    shop_id: int
    loan_id: int
    made_at: datetime
    sent_at: datetime | None

    def days(self) -> Iterator[tuple[datetime, datetime]]:
        for at in (self.made_at, self.sent_at):
            if at is not None:
                yield bounds_of(local_day(at))


def forget_threads(context: Context, loans: Mapping[int, int]) -> None:
    """The notices that name the book; the parcel with its fee and its number; and who looked at the reader's card in the shop on the days
    of the choice, for the next row of the journal there is the book."""
    session = context.session
    choices = _choices_of(session, loans)
    if not choices:
        return
    ids = [choice.id for choice in choices]
    forget_subjects(session, kinds_about("choice"), ids)
    parcels = update(_deliveries).where(_deliveries.c.selection_id.in_(ids))
    session.execute(parcels.values(postage_id=None, tracking=None))
    looks = or_(*(_looks(choice, loans[choice.loan_id]) for choice in choices))
    session.execute(update(_journal).where(LOOKED, looks).values(NAMELESS))


def _choices_of(session: Session, loans: Mapping[int, int]) -> list[_Choice]:
    statement = (
        select(Selection.id, Selection.shop_id, Selection.loan_id, Selection.made_at, Delivery.sent_at)
        .outerjoin(Delivery, Delivery.selection_id == Selection.id)
        .where(Selection.loan_id.in_(loans))
    )
    return [_Choice(**row._mapping) for row in session.execute(statement)]


def _looks(choice: _Choice, patron_id: int) -> ColumnElement[bool]:
    j = _journal.c
    on = or_(*(and_(j.at >= since, j.at < until) for since, until in choice.days()))
    return and_(j.patron_id == patron_id, j.org_id == choice.shop_id, on)
