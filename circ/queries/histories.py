"""What is still remembered of returned books and of holds that are over: for the reader alone, and for the job that forgets it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session

from catalog.models import Bib, Item
from circ.ledger import OWED
from circ.ledger_models import AccountEntry, Approval
from circ.models import Hold, Loan
from kernel.db import table_of
from patrons.histories import forget_before
from patrons.models import Patron

_loan, _hold, _entry, _approval = table_of(Loan), table_of(Hold), table_of(AccountEntry), table_of(Approval)
_item, _bib, _patron = table_of(Item), table_of(Bib), table_of(Patron)


@dataclass(frozen=True, slots=True, kw_only=True)
class PastLoan:
    """A returned book, as its reader sees it."""

    id: int
    bib_id: int
    title: str
    authors: str
    barcode: str
    org_id: int
    checked_out_at: datetime
    closed_at: datetime


def past_loans(session: Session, patron_id: int, *, before_id: int | None = None, limit: int = 50) -> list[PastLoan]:
    """What a reader returned and the system still knows of, the newest loan first."""
    own = (_loan.c.id, _loan.c.org_id, _loan.c.checked_out_at, _loan.c.closed_at)
    statement = (
        select(*own, _bib.c.id.label("bib_id"), _bib.c.title, _bib.c.authors, _item.c.barcode)
        .join(_item, _item.c.id == _loan.c.item_id)
        .join(_bib, _bib.c.id == _item.c.bib_id)
        .where(_loan.c.patron_id == patron_id, _loan.c.closed_at.is_not(None), _loan.c.close_reason != "undone")
        .order_by(_loan.c.id.desc())
        .limit(limit)
    )
    if before_id is not None:
        statement = statement.where(_loan.c.id < before_id)
    return [PastLoan(**row._mapping) for row in session.execute(statement)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """A loan or a hold that is to be forgotten: by whom it was, of which copy, and when it was over."""

    id: int
    patron_id: int
    item_id: int | None
    over_at: datetime


def loans_to_forget(session: Session, now: datetime, limit: int) -> list[Remembered]:
    """Returned loans that their readers want forgotten by now, and that nothing is owed or undecided for; locked, never waiting."""
    due = or_(*(_is_past(choice, _loan.c.closed_at, now) for choice in ("forget", "days")))
    return _loans(session, due, limit)


def loans_of_reader(session: Session, patron_id: int, limit: int) -> list[Remembered]:
    """All returned loans of one reader, but for what is owed for, or waits for a second person."""
    return _loans(session, _loan.c.patron_id == patron_id, limit)


def _loans(session: Session, which: ColumnElement[bool], limit: int) -> list[Remembered]:
    owed = exists(
        select(1).where(
            _entry.c.loan_id == _loan.c.id, _entry.c.kind.in_(OWED), _entry.c.used_fen < _entry.c.amount_fen
        )
    )
    of_copy = and_(_entry.c.patron_id == _loan.c.patron_id, _entry.c.item_id == _loan.c.item_id)
    waits = exists(
        select(1)
        .select_from(_approval.join(_entry, _entry.c.id == _approval.c.about_id))
        .where(_approval.c.status == "waiting", or_(_entry.c.loan_id == _loan.c.id, of_copy))
    )
    columns = (_loan.c.id, _loan.c.patron_id, _loan.c.item_id, _loan.c.closed_at.label("over_at"))
    statement = (
        select(*columns)
        .join(_patron, _patron.c.id == _loan.c.patron_id)
        .where(_loan.c.closed_at.is_not(None), which, ~owed, ~waits)
        .order_by(_loan.c.id)
        .limit(limit)
        .with_for_update(of=_loan, skip_locked=True)
    )
    return [Remembered(**row._mapping) for row in session.execute(statement)]


def holds_to_forget(session: Session, now: datetime, limit: int) -> list[Remembered]:
    """Holds that are over: those collected with their loan, the others once the reader has been told long enough."""
    loan_is_forgotten = and_(_hold.c.loan_id.is_not(None), _loan.c.patron_id.is_(None))
    told = forget_before("days", now)
    return _holds(session, or_(loan_is_forgotten, and_(_hold.c.loan_id.is_(None), _hold.c.ended_at <= told)), limit)


def holds_of_reader(
    session: Session, patron_id: int, limit: int, *, ended_by: datetime | None = None
) -> list[Remembered]:
    """All holds of one reader that are over, but for those whose loan is still remembered; `ended_by`: of those that came to nothing, only
    what ended by then."""
    came_to_nothing: ColumnElement[bool] = _hold.c.loan_id.is_(None)
    if ended_by is not None:
        came_to_nothing = and_(came_to_nothing, _hold.c.ended_at <= ended_by)
    loan_is_forgotten = and_(_hold.c.loan_id.is_not(None), _loan.c.patron_id.is_(None))
    return _holds(session, and_(_hold.c.patron_id == patron_id, or_(came_to_nothing, loan_is_forgotten)), limit)


def _holds(session: Session, which: ColumnElement[bool], limit: int) -> list[Remembered]:
    columns = (_hold.c.id, _hold.c.patron_id, _hold.c.copy_id.label("item_id"), _hold.c.ended_at.label("over_at"))
    statement = (
        select(*columns)
        .outerjoin(_loan, _loan.c.id == _hold.c.loan_id)
        .where(_hold.c.ended_at.is_not(None), _hold.c.patron_id.is_not(None), ~_hold.c.to_clear, which)
        .order_by(_hold.c.id)
        .limit(limit)
        .with_for_update(of=_hold, skip_locked=True)
    )
    return [Remembered(**row._mapping) for row in session.execute(statement)]


def same_person(session: Session, patron_ids: Sequence[int]) -> dict[int, int]:
    """Under which numbers these readers stand in the journal: their own, and those of accounts that were merged into theirs."""
    merged = select(_patron.c.id, _patron.c.merged_into_id).where(_patron.c.merged_into_id.in_(patron_ids))
    return {one: one for one in patron_ids} | {row.id: row.merged_into_id for row in session.execute(merged)}


def _is_past(choice: str, column: Any, now: datetime) -> ColumnElement[bool]:
    return and_(_patron.c.history == choice, column <= forget_before(choice, now))
