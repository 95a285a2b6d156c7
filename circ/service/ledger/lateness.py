"""What a late book costs when it comes back or is renewed: a fine, or a suspension where the policies say so, fixed then and there.

The rules are those of the library that lent the book; whose calendar counts the days is one of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, insert

from branches.context import Context
from branches.policy import Resolved
from catalog.queries import ItemRow
from circ import fines, terms
from circ.commands import LetGo
from circ.ledger_models import AccruingFine, LateReturn, Suspension
from circ.policies import money
from circ.queries import LoanRow
from circ.queries import ledger as queries
from circ.queries.ledger import EntryRow
from circ.service.asked import question_of_loan
from circ.service.ledger.charging import charge
from circ.service.ledger.forgiving import waive
from circ.service.locking import take_reader
from kernel.clock import local_day
from kernel.db import table_of
from patrons.service.blocks import block_by_rule

_accruing, _late, _suspensions = table_of(AccruingFine), table_of(LateReturn), table_of(Suspension)


@dataclass(frozen=True, slots=True, kw_only=True)
class LateBook:
    """A late loan and what of its copy and reader the policies ask about."""

    loan_id: int
    patron_id: int
    org_id: int
    due_on: date
    item_home_id: int
    item_type: str
    price_fen: int | None
    patron_home_id: int | None
    patron_category: str | None


def late_book(loan: LoanRow, item: ItemRow) -> LateBook:
    assert loan.patron_id is not None
    return LateBook(
        loan_id=loan.id,
        patron_id=loan.patron_id,
        org_id=loan.org_id,
        due_on=local_day(loan.due_at),
        item_home_id=item.home_id,
        item_type=item.item_type,
        price_fen=item.price_fen,
        patron_home_id=loan.patron_home_id,
        patron_category=loan.patron_category,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """How late a book is, what that costs, and why."""

    late: fines.Lateness
    terms: fines.FineTerms
    fine: fines.Fine
    why: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Consequences:
    """What a late return led to."""

    fees: tuple[EntryRow, ...] = ()
    suspended_until: date | None = None


NONE = Consequences()


def charge_return(
    context: Context, loan: LoanRow, item: ItemRow, *, until: datetime, here_id: int, forgive: bool
) -> Consequences:
    """Fix what a book that is back costs. Costs no statement while it was not due yet."""
    book, item_id = late_book(loan, item), item.id
    if local_day(context.now) > book.due_on:
        context.session.execute(delete(_accruing).where(_accruing.c.loan_id == book.loan_id))
    # What was lost, or is said to have been returned, grew no later from the day on which that was noted.
    until_on = local_day(min(until, loan.marked_at or until))
    if until_on <= book.due_on:
        return NONE
    found = assess(context, book, until_on, here_id, queries.charges_of_loan(context.session, book.loan_id))
    if fines.is_forgiven(found.late, found.terms):
        return NONE
    if not forgive:
        _remember(context, book.patron_id, found.late)
    if found.terms.suspension is not None:
        return NONE if forgive else _suspend(context, book, found, found.terms.suspension)
    return _charge(context, book, found, here_id, item_id, forgive=forgive)


def charge_renewal(context: Context, loan: LoanRow, item: ItemRow, *, here_id: int) -> Consequences:
    """Fix what a late book that is renewed has cost so far."""
    book, item_id = late_book(loan, item), item.id
    today = local_day(context.now)
    if today <= book.due_on:
        return NONE
    context.session.execute(delete(_accruing).where(_accruing.c.loan_id == book.loan_id))
    found = assess(context, book, today, here_id, queries.charges_of_loan(context.session, book.loan_id))
    if found.terms.suspension is not None:
        return NONE
    return _charge(context, book, found, here_id, item_id, forgive=False)


def assess(
    context: Context, book: LateBook, until_on: date, here_id: int, charges: Sequence[EntryRow] = ()
) -> Assessment:
    """What a book costs that was due and came back, or would, on a day at a unit; `charges` are its fees so far."""
    resolved = _resolve(context, book)
    asked = money.fine_terms(resolved)
    calendar_id = here_id if asked.basis == "return" else book.org_id

    def is_open(day: date) -> bool:
        return context.calendars.is_open(calendar_id, day)

    late = fines.measure(book.due_on, until_on, asked, is_open)
    before = [fee for fee in charges if fee.cause == "overdue" and fee.why is not None]
    same_term = [fee.why for fee in before if fee.why is not None and fee.why["due"] == book.due_on.isoformat()]
    due = fines.fine(
        late,
        asked,
        book.price_fen,
        charged_days=max((why["counted_days"] for why in same_term), default=0),
        charged_fen=sum(fee.amount_fen for fee in before),
    )
    why = {
        "calendar": context.tree.by_id[calendar_id].code,
        "due": book.due_on.isoformat(),
        "until": until_on.isoformat(),
        "late_days": late.days,
        "counted_days": late.counted,
        "computed_fen": due.computed_fen,
        "capped_by": due.capped_by,
        "policy": terms.describe(resolved),
    }
    return Assessment(late=late, terms=asked, fine=due, why=why)


def _resolve(context: Context, book: LateBook) -> dict[str, Resolved]:
    return terms.resolve(context.policies, money.FINE, question_of_loan(context, book))


def _charge(
    context: Context, book: LateBook, found: Assessment, here_id: int, item_id: int, *, forgive: bool
) -> Consequences:
    """The fee, and its waiver where the desk forgives it: within what the desk may waive, or for another person to confirm."""
    if found.fine.fen == 0:
        return NONE
    fee = charge(
        context,
        patron_id=book.patron_id,
        org_id=here_id,
        fen=found.fine.fen,
        cause="overdue",
        loan_id=book.loan_id,
        item_id=item_id,
        why=found.why,
    )
    if forgive:
        if fee.left_fen:
            waive(context, LetGo(entry_id=fee.id, reason="还书时免收 / forgiven at the desk"))
        fee = queries.entry_by_id(context.session, fee.id) or fee
    return Consequences(fees=(fee,))


def _suspend(context: Context, book: LateBook, found: Assessment, asked: fines.SuspensionTerms) -> Consequences:
    days = fines.suspended_for(found.late, asked)
    if days == 0:
        return NONE
    take_reader(context.session, book.patron_id)
    today = local_day(context.now)
    in_force = queries.suspended_until(context.session, book.patron_id, today)
    until = fines.suspended_until(days, today, in_force, asked)
    reason = f"逾期 {found.late.counted} 天停借 {days} 天 / suspended {days} days for {found.late.counted} days late"
    home_id = book.patron_home_id or book.org_id
    block_id = block_by_rule(context, book.patron_id, home_id, reason, until)
    context.session.execute(
        insert(_suspensions).values(block_id=block_id, patron_id=book.patron_id, days=days, why=found.why)
    )
    return Consequences(suspended_until=until)


def _remember(context: Context, patron_id: int, late: fines.Lateness) -> None:
    context.session.execute(insert(_late).values(patron_id=patron_id, at=context.now, days=late.counted))
