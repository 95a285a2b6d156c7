"""Reads of the ledger: accounts, entries, what settles what, and what waits for a second person."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from catalog.models import Bib, Item
from circ.ledger import DEPOSITS, Line, Move
from circ.ledger_models import Account, AccountEntry, AccountMove, AccruingFine, Approval, LateReturn, Suspension
from circ.lost_rules import BELIEVED
from circ.models import Loan
from circ.queries.loans import A_YEAR
from kernel.clock import local_day, start_of_day
from kernel.db import table_of
from patrons.models import Block, Card

_account, _entry, _move, _approval = (table_of(m) for m in (Account, AccountEntry, AccountMove, Approval))
_accruing, _suspension, _late = table_of(AccruingFine), table_of(Suspension), table_of(LateReturn)
_loan, _item, _bib, _card, _block = table_of(Loan), table_of(Item), table_of(Bib), table_of(Card), table_of(Block)

_correction = _entry.alias("correction")

NEWEST: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRow:
    """What a reader owes (below zero: credit), and the deposit held for them."""

    balance_fen: int = 0
    deposit_fen: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryRow:
    """One entry with the names that lists show. `left_fen`: of a fee what is still to be paid, of a payment what is not used."""

    id: int
    patron_id: int
    at: datetime
    org_id: int
    kind: str
    cause: str | None
    amount_fen: int
    used_fen: int
    loan_id: int | None
    about_id: int | None
    method: str | None
    note: str | None
    why: dict[str, Any] | None
    by_rule: bool
    author: str
    barcode: str | None
    bib_id: int | None
    title: str | None

    @property
    def left_fen(self) -> int:
        return 0 if self.kind in DEPOSITS else abs(self.amount_fen) - self.used_fen

    @property
    def told_at(self) -> datetime:
        """What makes or takes back a fee follows from an act on a copy, at the same instant. Where the book is forgotten only the day is
        told, so that nobody finds it by the time."""
        follows = self.kind in ("charge", "waiver", "refund") and self.barcode is None
        return start_of_day(local_day(self.at)) if follows else self.at

    @property
    def told_why(self) -> dict[str, Any] | None:
        """How the fee was computed, unless its book is forgotten: the days and the price would tell which it was."""
        return self.why if self.barcode is not None or self.cause == "hold" else None

    @property
    def line(self) -> Line:
        return Line(id=self.id, fen=self.amount_fen, used=self.used_fen)


_ENTRY = (
    select(
        _entry.c.id,
        _entry.c.patron_id,
        _entry.c.at,
        _entry.c.org_id,
        _entry.c.kind,
        _entry.c.cause,
        _entry.c.amount_fen,
        _entry.c.used_fen,
        _entry.c.loan_id,
        _entry.c.about_id,
        _entry.c.method,
        _entry.c.note,
        _entry.c.why,
        _entry.c.by_rule,
        _entry.c.author,
        _item.c.barcode,
        _item.c.bib_id,
        _bib.c.title,
    )
    .outerjoin(_item, _item.c.id == _entry.c.item_id)
    .outerjoin(_bib, _bib.c.id == _item.c.bib_id)
)
_IS_OPEN = and_(_entry.c.used_fen < func.abs(_entry.c.amount_fen), _entry.c.kind.not_in(DEPOSITS))
_MAKE = {
    name: dialect.insert(_account).on_conflict_do_nothing()
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}
_LOCK = select(_account.c.balance_fen, _account.c.deposit_fen).with_for_update()


def account_of(session: Session, patron_id: int) -> AccountRow:
    """A reader without an entry has an account all the same: nothing owed, nothing held."""
    found = session.execute(
        select(_account.c.balance_fen, _account.c.deposit_fen).where(_account.c.patron_id == patron_id)
    ).first()
    return AccountRow() if found is None else AccountRow(**found._mapping)


def lock_account(session: Session, patron_id: int) -> AccountRow:
    """The account, its row made where there is none and taken for the rest of the transaction: the last lock of an act."""
    session.execute(
        _MAKE[session.get_bind().dialect.name], {"patron_id": patron_id, "balance_fen": 0, "deposit_fen": 0}
    )
    return AccountRow(**session.execute(_LOCK.where(_account.c.patron_id == patron_id)).one()._mapping)


def entry_by_id(session: Session, entry_id: int) -> EntryRow | None:
    row = session.execute(_ENTRY.where(_entry.c.id == entry_id)).first()
    return None if row is None else EntryRow(**row._mapping)


def entries_of(
    session: Session,
    patron_id: int,
    *,
    units: Collection[int] | None = None,
    before_id: int | None = None,
    limit: int = NEWEST,
) -> list[EntryRow]:
    """A reader's entries, the newest first; `units`: only those made there."""
    statement = _ENTRY.where(_entry.c.patron_id == patron_id)
    if units is not None:
        statement = statement.where(_entry.c.org_id.in_(units))
    if before_id is not None:
        statement = statement.where(_entry.c.id < before_id)
    rows = session.execute(statement.order_by(_entry.c.id.desc()).limit(limit))
    return [EntryRow(**row._mapping) for row in rows]


def open_fees(session: Session, patron_id: int, *, units: Collection[int] | None = None) -> list[EntryRow]:
    """Fees that are not settled, the oldest first."""
    statement = _ENTRY.where(_entry.c.patron_id == patron_id, _entry.c.kind == "charge", _IS_OPEN)
    if units is not None:
        statement = statement.where(_entry.c.org_id.in_(units))
    return [EntryRow(**row._mapping) for row in session.execute(statement.order_by(_entry.c.id))]


def open_credits(session: Session, patron_id: int) -> list[Line]:
    """Payments that are not used up, the oldest first."""
    rows = session.execute(
        select(_entry.c.id, _entry.c.amount_fen, _entry.c.used_fen)
        .where(_entry.c.patron_id == patron_id, _entry.c.amount_fen < 0, _IS_OPEN)
        .order_by(_entry.c.id)
    )
    return [Line(id=row.id, fen=row.amount_fen, used=row.used_fen) for row in rows]


def charges_of_loan(session: Session, loan_id: int) -> list[EntryRow]:
    """The fees that a loan has cost so far, the oldest first; those that a rule took back never were."""
    return charges_of_loans(session, [loan_id]).get(loan_id, [])


def charges_of_loans(session: Session, loan_ids: Collection[int]) -> dict[int, list[EntryRow]]:
    """The same of many loans; those that cost nothing are not named."""
    taken_back = exists(select(1).where(_correction.c.about_id == _entry.c.id, _correction.c.by_rule))
    statement = _ENTRY.where(_entry.c.loan_id.in_(loan_ids), _entry.c.kind == "charge", ~taken_back)
    found: dict[int, list[EntryRow]] = {}
    for row in session.execute(statement.order_by(_entry.c.id)):
        found.setdefault(row.loan_id, []).append(EntryRow(**row._mapping))
    return found


def taken_back_at(session: Session, loan_id: int, moment: datetime) -> list[tuple[str, int, int | None]]:
    """What an act at a moment took back of a loan’s fees, by rule or believing a claim: the cause, how much of it, and the copy."""
    mine = (_entry.c.id == _correction.c.about_id, _entry.c.loan_id == loan_id)
    by_act = or_(_correction.c.by_rule, _correction.c.note == BELIEVED)
    statement = (
        select(_entry.c.cause, func.sum(-_correction.c.amount_fen).label("fen"), _entry.c.item_id)
        .select_from(_entry.join(_correction, mine[0]))
        .where(mine[1], by_act, _correction.c.kind.in_(("waiver", "refund")), _correction.c.at == moment)
        .group_by(_entry.c.id, _entry.c.cause, _entry.c.item_id)
        .order_by(_entry.c.id)
    )
    return [(row.cause, int(row.fen), row.item_id) for row in session.execute(statement)]


def moves_of(session: Session, entry_id: int) -> list[Move]:
    """The moves of an entry, on either side, in the order in which they were made."""
    rows = session.execute(
        select(_move.c.favour_id, _move.c.owed_id, _move.c.amount_fen)
        .where(or_(_move.c.favour_id == entry_id, _move.c.owed_id == entry_id))
        .order_by(_move.c.id)
    )
    return [Move(favour_id=row.favour_id, owed_id=row.owed_id, fen=row.amount_fen) for row in rows]


def kinds_settled_by(session: Session, favour_ids: Collection[int]) -> dict[int, set[str]]:
    """The kinds of what each of these entries in favour settles, all moves taken together."""
    found: dict[int, set[str]] = {favour_id: set() for favour_id in favour_ids}
    statement = (
        select(_move.c.favour_id, _entry.c.kind)
        .join(_entry, _entry.c.id == _move.c.owed_id)
        .where(_move.c.favour_id.in_(favour_ids))
        .group_by(_move.c.favour_id, _move.c.owed_id, _entry.c.kind)
        .having(func.sum(_move.c.amount_fen) != 0)
    )
    for row in session.execute(statement):
        found[row.favour_id].add(row.kind)
    return found


def kinds_of(session: Session, entry_ids: Collection[int]) -> dict[int, str]:
    rows = session.execute(select(_entry.c.id, _entry.c.kind).where(_entry.c.id.in_(entry_ids)))
    return {row.id: row.kind for row in rows}


def let_go_so_far(session: Session, entry_id: int) -> int:
    """What persons waived and refunded of a fee already."""
    statement = select(func.coalesce(func.sum(-_entry.c.amount_fen), 0)).where(
        _entry.c.about_id == entry_id, _entry.c.kind.in_(("waiver", "refund")), _entry.c.by_rule.is_(False)
    )
    return session.scalar(statement) or 0


def given_alone(
    session: Session, patron_id: int, kinds: Collection[str], since: datetime, *, author: str | None = None
) -> int:
    """What a reader was given by such acts since a moment, without what two persons decided, what a rule made, and what only went from the
    deposit to a fee. `author`: by that person; None: by anybody."""
    by_two = exists(select(1).where(_approval.c.entry_id == _entry.c.id))
    statement = select(func.coalesce(func.sum(func.abs(_entry.c.amount_fen)), 0)).where(
        _entry.c.patron_id == patron_id,
        _entry.c.kind.in_(kinds),
        _entry.c.at > since,
        _entry.c.by_rule.is_(False),
        or_(_entry.c.method.is_(None), _entry.c.method != "deposit"),
        ~by_two,
    )
    if author is not None:
        statement = statement.where(_entry.c.author == author)
    return session.scalar(statement) or 0


# --- approvals ----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalRow:
    """What waits, or waited, for a second person, with the fee or payment it is about. `card` is the reader's present card."""

    id: int
    patron_id: int
    act: str
    about_id: int | None
    amount_fen: int
    method: str | None
    reason: str
    org_id: int
    status: str
    asked_by: str
    asked_at: datetime
    decided_by: str | None
    entry_id: int | None
    card: str | None
    cause: str | None


_APPROVAL = (
    select(
        _approval.c.id,
        _approval.c.patron_id,
        _approval.c.act,
        _approval.c.about_id,
        _approval.c.amount_fen,
        _approval.c.method,
        _approval.c.reason,
        _approval.c.org_id,
        _approval.c.status,
        _approval.c.asked_by,
        _approval.c.asked_at,
        _approval.c.decided_by,
        _approval.c.entry_id,
        _card.c.barcode.label("card"),
        _entry.c.cause,
    )
    .outerjoin(_card, and_(_card.c.patron_id == _approval.c.patron_id, _card.c.status == "active"))
    .outerjoin(_entry, _entry.c.id == _approval.c.about_id)
)


def approval_by_id(session: Session, approval_id: int, *, lock: bool = False) -> ApprovalRow | None:
    statement = _APPROVAL.where(_approval.c.id == approval_id)
    row = session.execute(statement.with_for_update(of=_approval) if lock else statement).first()
    return None if row is None else ApprovalRow(**row._mapping)


def waiting_approvals(
    session: Session, *, units: Collection[int] | None = None, patron_id: int | None = None, limit: int = NEWEST
) -> list[ApprovalRow]:
    """What waits for a second person, the oldest first."""
    statement = _APPROVAL.where(_approval.c.status == "waiting")
    if units is not None:
        statement = statement.where(_approval.c.org_id.in_(units))
    if patron_id is not None:
        statement = statement.where(_approval.c.patron_id == patron_id)
    return [ApprovalRow(**row._mapping) for row in session.execute(statement.order_by(_approval.c.id).limit(limit))]


def asked_at(session: Session, loan_id: int, moment: datetime) -> list[int]:
    """The approvals that still wait and that an act at a moment asked for, about fees of a loan."""
    about = (_entry.c.id == _approval.c.about_id, _entry.c.loan_id == loan_id)
    waits = (_approval.c.status == "waiting", _approval.c.asked_at == moment)
    return list(session.scalars(select(_approval.c.id).join(_entry, about[0]).where(about[1], *waits)))


# --- what lateness leaves -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class AccruingRow:
    """What a late loan would cost if it came back now, as of a day."""

    loan_id: int
    amount_fen: int
    late_days: int
    as_of: date


def accruing_of(session: Session, patron_id: int) -> list[AccruingRow]:
    """The fines that grow, by loan."""
    columns = (_accruing.c.loan_id, _accruing.c.amount_fen, _accruing.c.late_days, _accruing.c.as_of)
    is_late = (_accruing.c.patron_id == patron_id, _loan.c.closed_at.is_(None), _loan.c.mark.is_(None))
    statement = select(*columns).join(_loan, _loan.c.id == _accruing.c.loan_id).where(*is_late)
    statement = statement.order_by(_accruing.c.loan_id)
    return [AccruingRow(**row._mapping) for row in session.execute(statement)]


def suspended_until(session: Session, patron_id: int, today: date) -> date | None:
    """The last day of the suspensions in force."""
    last: date | None = session.scalar(
        select(func.max(_block.c.until))
        .join(_suspension, _suspension.c.block_id == _block.c.id)
        .where(_suspension.c.patron_id == patron_id, _block.c.ended_at.is_(None), _block.c.until >= today)
    )
    return last


def count_late_returns(session: Session, patron_id: int, since: datetime) -> int:
    statement = select(func.count()).select_from(_late).where(_late.c.patron_id == patron_id, _late.c.at >= since)
    return session.scalar(statement) or 0


def facts_of_account(session: Session, patron_id: int, today: date) -> dict[str, Any]:
    """What a reader's profile tells of money and lateness."""
    account = account_of(session, patron_id)
    return {
        "balance": account.balance_fen,
        "deposit": account.deposit_fen,
        "suspended_until": suspended_until(session, patron_id, today),
        "late_returns": count_late_returns(session, patron_id, start_of_day(today) - A_YEAR),
    }
