"""Reads of loans, and of what else must be known where a copy changes hands."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Select, String, and_, bindparam, exists, func, literal_column, or_, select
from sqlalchemy.orm import Session

from catalog.models import Bib, Item
from catalog.states import HOLDABLE
from circ.ledger_models import Account, LateReturn
from circ.models import Hold, Loan, ShelfMiss
from circ.states import OPEN as OPEN_HOLD
from circ.states import WAITING, WITH_COPY
from kernel.db import one_of, table_of
from kernel.errors import Invalid
from kernel.i18n import Text
from kernel.statements import Statement
from patrons.models import Block, Card, Patron
from transit.models import Transfer
from transit.states import OPEN

# Public Library Law art. 43, PIPL: what a reader has read is shown to no member of staff.
A_YEAR: Final = timedelta(days=365)  # as long as a late return counts
NO_HISTORY: Final = Text("读者还过的书不对工作人员显示。", "What a reader has returned is shown to no staff.")


@dataclass(frozen=True, slots=True, kw_only=True)
class LendingFacts:
    """What must be known of a reader and a copy whose rows are locked. Counts leave out this copy's own loan.

    `hold_id` is the hold that has this copy, for `hold_patron_id`; `own_hold_id` a hold of this reader that this copy would fill.
    `is_awaited`: whether it would fill one of somebody else's. `has_trace`: something is to be crossed off when the copy is in hand, such
    as that it was not found. `waiting` and `copies` are counted only where they are asked for: how many others wait for what this copy
    would serve, and how many copies would."""

    open_loans: int
    overdue_loans: int
    blocks: int
    loan_id: int | None
    borrower_id: int | None
    transfer_id: int | None
    hold_id: int | None
    hold_patron_id: int | None
    hold_status: str | None
    own_hold_id: int | None
    is_awaited: bool
    has_trace: bool
    owed_fen: int = 0
    deposit_fen: int = 0
    late_returns: int = 0
    waiting: int = 0
    copies: int = 0

    @property
    def concerns_holds(self) -> bool:
        """Whether lending the copy changes a hold."""
        return self.hold_id is not None or self.own_hold_id is not None or self.has_trace


# The hot path: columns of tables and statements made once, so that a scan pays for no mapping and no compiling.
_loan, _block, _transfer = table_of(Loan), table_of(Block), table_of(Transfer)
_hold, _miss = table_of(Hold), table_of(ShelfMiss)
_account, _late = table_of(Account), table_of(LateReturn)
_item, _bib, _patron, _card = table_of(Item), table_of(Bib), table_of(Patron), table_of(Card)

# That a copy would fill a hold, as far as the wish goes: whether the policies allow it, too, is asked where it is captured.
_WISHES_IT = (
    _hold.c.bib_id == bindparam("bib"),
    or_(_hold.c.item_id.is_(None), _hold.c.item_id == bindparam("item")),
    or_(_hold.c.volume.is_(None), _hold.c.volume == bindparam("volume")),
)
_IS_ACTIVE = or_(_hold.c.suspended_until.is_(None), _hold.c.suspended_until < bindparam("today"))
_OTHERS_WAIT = (one_of(_hold.c.status, WAITING), _hold.c.patron_id != bindparam("patron"), *_WISHES_IT, _IS_ACTIVE)


def _has_trace(item: Any) -> Any:
    return or_(
        exists(select(1).where(_hold.c.copy_id == item, _hold.c.to_clear)),
        exists(select(1).where(_miss.c.item_id == item)),
    )


_IN_FORCE = (
    _block.c.ended_at.is_(None),
    _block.c.created_at <= bindparam("now"),
    or_(_block.c.until.is_(None), _block.c.until >= bindparam("today")),
)

# What a reader has out: a row in any case. Of the others there is one or none, for the database allows no second.
_out = (
    select(
        func.count().label("all"),
        func.count().filter(_loan.c.due_at < bindparam("now"), _loan.c.mark.is_(None)).label("late"),
    )
    .where(_loan.c.patron_id == bindparam("patron"), _loan.c.closed_at.is_(None), _loan.c.item_id != bindparam("item"))
    .subquery("out")
)
_lent, _held = _loan.alias("lent"), _hold.alias("held")
_FACTS = (
    _out.outerjoin(_lent, and_(_lent.c.item_id == bindparam("item"), _lent.c.closed_at.is_(None)))
    .outerjoin(_held, and_(_held.c.copy_id == bindparam("item"), one_of(_held.c.status, WITH_COPY)))
    .outerjoin(_transfer, and_(_transfer.c.item_id == bindparam("item"), one_of(_transfer.c.status, OPEN)))
    .outerjoin(_account, _account.c.patron_id == bindparam("patron"))
)

_LENDING_FACTS = select(
    _out.c.all.label("open_loans"),
    _out.c.late.label("overdue_loans"),
    select(func.count())
    .select_from(_block)
    .where(_block.c.patron_id == bindparam("patron"), *_IN_FORCE)
    .scalar_subquery()
    .label("blocks"),
    _lent.c.id.label("loan_id"),
    _lent.c.patron_id.label("borrower_id"),
    _transfer.c.id.label("transfer_id"),
    _held.c.id.label("hold_id"),
    _held.c.patron_id.label("hold_patron_id"),
    _held.c.status.label("hold_status"),
    select(func.min(_hold.c.id))
    .where(_hold.c.patron_id == bindparam("patron"), one_of(_hold.c.status, OPEN_HOLD), *_WISHES_IT)
    .scalar_subquery()
    .label("own_hold_id"),
    exists(select(1).where(*_OTHERS_WAIT)).label("is_awaited"),
    _has_trace(bindparam("item")).label("has_trace"),
    func.coalesce(_account.c.balance_fen, literal_column("0")).label("owed_fen"),
    func.coalesce(_account.c.deposit_fen, literal_column("0")).label("deposit_fen"),
    select(func.count())
    .select_from(_late)
    .where(_late.c.patron_id == bindparam("patron"), _late.c.at >= bindparam("year_ago"))
    .scalar_subquery()
    .label("late_returns"),
).select_from(_FACTS)
# The same with what the policy `high_demand` asks for; few libraries set it, and the others do not pay for the counting.
_LENDING_FACTS_OF_DEMAND = _LENDING_FACTS.add_columns(
    select(func.count()).select_from(_hold).where(*_OTHERS_WAIT).scalar_subquery().label("waiting"),
    select(func.count())
    .select_from(_item)
    .where(
        _item.c.bib_id == bindparam("bib"),
        one_of(_item.c.status, HOLDABLE),
        or_(bindparam("volume", type_=String).is_(None), _item.c.volume == bindparam("volume")),
    )
    .scalar_subquery()
    .label("copies"),
)
_FACTS_ALONE, _FACTS_WITH_DEMAND = Statement(_LENDING_FACTS), Statement(_LENDING_FACTS_OF_DEMAND)


def lending_facts(
    session: Session,
    *,
    patron_id: int,
    item_id: int,
    bib_id: int = 0,
    volume: str | None = None,
    now: datetime,
    today: date,
    with_demand: bool = False,
) -> LendingFacts:
    """One statement, to be run after both rows are locked, so that its snapshot is newer than the lock."""
    statement = _FACTS_WITH_DEMAND if with_demand else _FACTS_ALONE
    values = {"patron": patron_id, "item": item_id, "bib": bib_id, "volume": volume, "now": now, "today": today}
    row = statement.one(session, values | {"year_ago": now - A_YEAR})
    return LendingFacts(**{**row, "is_awaited": bool(row["is_awaited"]), "has_trace": bool(row["has_trace"])})


def prices_of_open_loans(session: Session, patron_id: int, *, but_item_id: int) -> list[int | None]:
    """The prices of all that a reader has out, as they were entered, one copy left aside."""
    statement = (
        select(_item.c.price_fen)
        .select_from(_loan)
        .join(_item, _item.c.id == _loan.c.item_id)
        .where(_loan.c.patron_id == patron_id, _loan.c.closed_at.is_(None), _loan.c.item_id != but_item_id)
    )
    return list(session.scalars(statement))


_KINDS_OF_LOANS = (
    select(_item.c.home_id, _item.c.item_type, func.count())
    .join(_loan, _loan.c.item_id == _item.c.id)
    .where(_loan.c.patron_id == bindparam("patron"), _loan.c.closed_at.is_(None), _item.c.id != bindparam("item"))
    .group_by(_item.c.home_id, _item.c.item_type)
)


def kinds_of_loans(session: Session, *, patron_id: int, item_id: int) -> list[tuple[int, str, int]]:
    """(home, item type, how many) of what a reader has out, one copy left out. Asked only where a policy counts by them."""
    rows = session.execute(_KINDS_OF_LOANS, {"patron": patron_id, "item": item_id})
    return [(home_id, item_type, count) for home_id, item_type, count in rows]


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockInForce:
    """`org_id` is the unit whose own items it spares, if it does."""

    reason: str
    until: date | None
    org_id: int
    except_own_items: bool


def blocks_in_force(
    session: Session, patron_id: int, *, now: datetime, today: date, units: Collection[int]
) -> list[BlockInForce]:
    """The blocks that hold at a unit whose path is `units`: network-wide ones, and local ones set there or above."""
    holds_there = or_(_block.c.scope == "network", _block.c.org_id.in_(units))
    columns = (_block.c[name] for name in BlockInForce.__dataclass_fields__)
    rows = session.execute(
        select(*columns).where(_block.c.patron_id == patron_id, *_IN_FORCE, holds_there).order_by(_block.c.id),
        {"now": now, "today": today},
    )
    return [BlockInForce(**row._mapping) for row in rows]


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
    close_reason: str | None
    mark: str | None
    marked_at: datetime | None
    recalled_at: datetime | None
    barcode: str
    bib_id: int
    title: str
    authors: str
    patron_barcode: str | None
    patron_home_id: int | None
    patron_category: str | None


_SHOWN = (
    _loan.c.id,
    _loan.c.item_id,
    _loan.c.patron_id,
    _loan.c.org_id,
    _loan.c.checked_out_at,
    _loan.c.due_at,
    _loan.c.renewals,
    _loan.c.policy,
    _loan.c.closed_at,
    _loan.c.closed_org_id,
    _loan.c.close_reason,
    _loan.c.mark,
    _loan.c.marked_at,
    _loan.c.recalled_at,
    _item.c.barcode,
    _item.c.bib_id,
    _bib.c.title,
    _bib.c.authors,
    _card.c.barcode.label("patron_barcode"),
    _patron.c.home_id.label("patron_home_id"),
    _patron.c.category.label("patron_category"),
)
_LOAN = (
    select(*_SHOWN)
    .join(_item, _item.c.id == _loan.c.item_id)
    .join(_bib, _bib.c.id == _item.c.bib_id)
    .outerjoin(_patron, _patron.c.id == _loan.c.patron_id)
    .outerjoin(_card, (_card.c.patron_id == _loan.c.patron_id) & one_of(_card.c.status, ["active"]))
)
_LOAN_BY_ID = Statement(_LOAN.where(_loan.c.id == bindparam("loan")))
_OPEN_LOAN_OF_ITEM = Statement(_LOAN.where(_loan.c.item_id == bindparam("item"), _loan.c.closed_at.is_(None)))


def loan_by_id(session: Session, loan_id: int) -> LoanRow | None:
    row = _LOAN_BY_ID.first(session, {"loan": loan_id})
    return None if row is None else LoanRow(**row)


def open_loan_of_item(session: Session, item_id: int) -> LoanRow | None:
    row = _OPEN_LOAN_OF_ITEM.first(session, {"item": item_id})
    return None if row is None else LoanRow(**row)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnFacts:
    """What must be known of a copy in hand: its open loan, and whether holds have to be asked at all."""

    loan: LoanRow | None
    concerns_holds: bool


_RETURN_FACTS = Statement(
    select(
        *_SHOWN,
        or_(
            exists(select(1).where(_hold.c.bib_id == _item.c.bib_id, one_of(_hold.c.status, WAITING))),
            exists(select(1).where(_hold.c.copy_id == _item.c.id, one_of(_hold.c.status, WITH_COPY))),
            _has_trace(_item.c.id),
        ).label("concerns_holds"),
    )
    .select_from(_item)
    .join(_bib, _bib.c.id == _item.c.bib_id)
    .outerjoin(_loan, (_loan.c.item_id == _item.c.id) & _loan.c.closed_at.is_(None))
    .outerjoin(_patron, _patron.c.id == _loan.c.patron_id)
    .outerjoin(_card, (_card.c.patron_id == _loan.c.patron_id) & one_of(_card.c.status, ["active"]))
    .where(_item.c.id == bindparam("item"))
)


def return_facts(session: Session, item_id: int) -> ReturnFacts:
    """One statement, to be run after the copy's row is locked: every return asks it, and few concern a hold."""
    row = _RETURN_FACTS.one(session, {"item": item_id})
    concerns_holds = bool(row.pop("concerns_holds"))
    return ReturnFacts(loan=None if row["id"] is None else LoanRow(**row), concerns_holds=concerns_holds)


def loan_ended_as_lost(session: Session, item_id: int) -> LoanRow | None:
    """The last loan of a copy, if it ended because the book was lost and its reader is known."""
    last = _LOAN.where(_loan.c.item_id == item_id).order_by(_loan.c.id.desc()).limit(1)
    row = session.execute(last).first()
    loan = None if row is None else LoanRow(**row._mapping)
    return loan if loan is not None and loan.close_reason == "lost" and loan.patron_id is not None else None


def open_loans_of_patron(session: Session, patron_id: int) -> list[LoanRow]:
    """What is due first comes first."""
    statement = _LOAN.where(_loan.c.patron_id == patron_id, _loan.c.closed_at.is_(None))
    rows = session.execute(statement.order_by(_loan.c.due_at, _loan.c.id))
    return [LoanRow(**row._mapping) for row in rows]


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
    statement: Select[Any] = _LOAN.where(_loan.c.id > after_id)
    if seen_at is not None:
        statement = statement.where(or_(_loan.c.org_id.in_(seen_at), _patron.c.home_id.in_(seen_at)))
    if at_ids is not None:
        statement = statement.where(_loan.c.org_id.in_(at_ids))
    if patron_id is not None:
        statement = statement.where(_loan.c.patron_id == patron_id)
    if item_id is not None:
        statement = statement.where(_loan.c.item_id == item_id)
    statement = statement.where(*_status_condition(status, now))
    return [LoanRow(**row._mapping) for row in session.execute(statement.order_by(_loan.c.id).limit(limit))]


def _status_condition(status: str, now: datetime) -> tuple[Any, ...]:
    return {
        "open": (_loan.c.closed_at.is_(None),),
        "overdue": (_loan.c.closed_at.is_(None), _loan.c.due_at < now, _loan.c.mark.is_(None)),
        "lost": (_loan.c.mark == "lost", or_(_loan.c.closed_at.is_(None), _loan.c.close_reason == "lost")),
        "claimed_returned": (_loan.c.mark == "claimed_returned", _loan.c.closed_at.is_(None)),
        "returned": (_loan.c.close_reason == "returned", _loan.c.patron_id.is_not(None)),
    }[status]
