"""Reads of circulation, as small values."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Select, bindparam, func, or_, select
from sqlalchemy.orm import Session

from catalog.models import Bib, Item
from circ.models import Loan
from kernel.errors import Invalid
from kernel.i18n import Text
from patrons.models import Block, Card, Patron
from transit.models import Transfer
from transit.states import OPEN

# Public Library Law art. 43, PIPL: what a reader has read is shown to no member of staff.
NO_HISTORY: Final = Text("读者还过的书不对工作人员显示。", "What a reader has returned is shown to no staff.")


@dataclass(frozen=True, slots=True, kw_only=True)
class LendingFacts:
    """What must be known of a reader and a copy whose rows are locked. Counts leave out this copy's own loan."""

    open_loans: int
    overdue_loans: int
    blocks: int
    loan_id: int | None
    borrower_id: int | None
    transfer_id: int | None


def _open_loans_of_reader() -> Any:
    mine = (Loan.patron_id == bindparam("patron"), Loan.closed_at.is_(None), Loan.item_id != bindparam("item"))
    return select(func.count()).select_from(Loan).where(*mine)


def _open_loan_of_item(column: Any) -> Any:
    return select(column).where(Loan.item_id == bindparam("item"), Loan.closed_at.is_(None)).scalar_subquery()


_IN_FORCE = (
    Block.ended_at.is_(None),
    Block.created_at <= bindparam("now"),
    or_(Block.until.is_(None), Block.until >= bindparam("today")),
)
_LENDING_FACTS = select(
    _open_loans_of_reader().scalar_subquery().label("open_loans"),
    _open_loans_of_reader().where(Loan.due_at < bindparam("now")).scalar_subquery().label("overdue_loans"),
    select(func.count())
    .select_from(Block)
    .where(Block.patron_id == bindparam("patron"), *_IN_FORCE)
    .scalar_subquery()
    .label("blocks"),
    _open_loan_of_item(Loan.id).label("loan_id"),
    _open_loan_of_item(Loan.patron_id).label("borrower_id"),
    select(Transfer.id)
    .where(Transfer.item_id == bindparam("item"), Transfer.status.in_(OPEN))
    .scalar_subquery()
    .label("transfer_id"),
)


def lending_facts(session: Session, *, patron_id: int, item_id: int, now: datetime, today: date) -> LendingFacts:
    """One statement, to be run after both rows are locked, so that its snapshot is newer than the lock."""
    values = {"patron": patron_id, "item": item_id, "now": now, "today": today}
    return LendingFacts(**session.execute(_LENDING_FACTS, values).one()._mapping)


def blocks_in_force(
    session: Session, patron_id: int, *, now: datetime, today: date, units: Collection[int]
) -> list[str]:
    """The reasons of the blocks that hold at a unit whose path is `units`: network-wide ones, and local ones set there or above."""
    rows = session.execute(
        select(Block.reason)
        .where(Block.patron_id == patron_id, *_IN_FORCE, or_(Block.scope == "network", Block.org_id.in_(units)))
        .order_by(Block.id),
        {"now": now, "today": today},
    )
    return list(rows.scalars())


@dataclass(frozen=True, slots=True, kw_only=True)
class LoanRow:
    """A loan with the names that lists show. `patron_barcode` is the reader's present card."""

    id: int
    item_id: int
    patron_id: int | None
    org_id: int
    checked_out_at: datetime
    due_at: datetime
    renewals: int
    policy: dict[str, Any]
    closed_at: datetime | None
    closed_org_id: int | None
    barcode: str
    bib_id: int
    title: str
    authors: str
    patron_barcode: str | None
    patron_home_id: int | None


_LOAN = (
    select(
        Loan.id,
        Loan.item_id,
        Loan.patron_id,
        Loan.org_id,
        Loan.checked_out_at,
        Loan.due_at,
        Loan.renewals,
        Loan.policy,
        Loan.closed_at,
        Loan.closed_org_id,
        Item.barcode,
        Item.bib_id,
        Bib.title,
        Bib.authors,
        Card.barcode.label("patron_barcode"),
        Patron.home_id.label("patron_home_id"),
    )
    .join(Item, Item.id == Loan.item_id)
    .join(Bib, Bib.id == Item.bib_id)
    .outerjoin(Patron, Patron.id == Loan.patron_id)
    .outerjoin(Card, (Card.patron_id == Loan.patron_id) & (Card.status == "active"))
)


def loan_by_id(session: Session, loan_id: int) -> LoanRow | None:
    row = session.execute(_LOAN.where(Loan.id == loan_id)).first()
    return None if row is None else LoanRow(**row._mapping)


def open_loan_of_item(session: Session, item_id: int) -> LoanRow | None:
    row = session.execute(_LOAN.where(Loan.item_id == item_id, Loan.closed_at.is_(None))).first()
    return None if row is None else LoanRow(**row._mapping)


def open_loans_of_patron(session: Session, patron_id: int) -> list[LoanRow]:
    """What is due first comes first."""
    statement = _LOAN.where(Loan.patron_id == patron_id, Loan.closed_at.is_(None)).order_by(Loan.due_at, Loan.id)
    return [LoanRow(**row._mapping) for row in session.execute(statement)]


def list_loans(
    session: Session,
    *,
    seen_at: Collection[int] | None,
    at_ids: Collection[int] | None = None,
    patron_id: int | None = None,
    item_id: int | None = None,
    status: str = "open",
    now: datetime,
    after_id: int = 0,
    limit: int = 50,
) -> list[LoanRow]:
    """Loans, oldest first: made at one of `seen_at` or by readers at home there (None: all); of these, those made at `at_ids`."""
    if patron_id is not None and status == "returned":
        raise Invalid("loans.history", NO_HISTORY, {"patron": [NO_HISTORY]})
    statement: Select[Any] = _LOAN.where(Loan.id > after_id)
    if seen_at is not None:
        statement = statement.where(or_(Loan.org_id.in_(seen_at), Patron.home_id.in_(seen_at)))
    if at_ids is not None:
        statement = statement.where(Loan.org_id.in_(at_ids))
    if patron_id is not None:
        statement = statement.where(Loan.patron_id == patron_id)
    if item_id is not None:
        statement = statement.where(Loan.item_id == item_id)
    statement = statement.where(*_status_condition(status, now))
    return [LoanRow(**row._mapping) for row in session.execute(statement.order_by(Loan.id).limit(limit))]


def _status_condition(status: str, now: datetime) -> tuple[Any, ...]:
    return {
        "open": (Loan.closed_at.is_(None),),
        "overdue": (Loan.closed_at.is_(None), Loan.due_at < now),
        "returned": (Loan.closed_at.is_not(None), Loan.patron_id.is_not(None)),
    }[status]
