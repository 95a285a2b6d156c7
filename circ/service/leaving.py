"""A reader leaves: the account is closed, or everything that is known of them is erased. Refused only for what is still open: books,
debts, money that is theirs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select, update

from branches.context import Context
from circ import hooks, queries
from circ.ledger_models import AccountEntry, Approval, LateReturn, Suspension
from circ.models import Hold
from circ.queries import ledger as accounts
from circ.queries.histories import same_person
from circ.refusals import refuse
from circ.service.forgetting import blot_out, forget_reader
from circ.service.holds.following import end_for_reader
from circ.service.ledger import empty_deposit, may_empty_deposit
from circ.service.ledger.blanking import blank_entries
from kernel.errors import Conflict, Refusal, Refused
from kernel.i18n import Text
from kernel.idempotency import forget_caller
from kernel.money import show_money
from notices.service.forgetting import forget_reader as forget_notices
from patrons import hooks as patron_hooks
from patrons.models import Patron
from patrons.queries import PatronRow
from patrons.service.ending import empty, end_account, open_account
from patrons.service.finding import find_for, require_open


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """What came of closing an account: how many holds were called off, and the deposit that is to be handed out, in fen."""

    patron_id: int
    holds: int
    deposit_fen: int


def why_not_leave(context: Context, patron_id: int) -> list[Refusal]:
    """All that is still open."""
    loans = len(queries.open_loans_of_patron(context.session, patron_id))
    balance = accounts.account_of(context.session, patron_id).balance_fen
    reasons = [refuse("patron.has_loans", count=loans)] if loans else []
    if balance > 0:
        reasons.append(refuse("patron.has_debt", owed=show_money(balance)))
    if balance < 0:
        reasons.append(refuse("patron.has_credit", credit=show_money(-balance)))
    for names in hooks.LEAVING:
        reasons += names(context.session, patron_id)
    return reasons


def close(context: Context, barcode: str, *, method: str = "cash") -> Left:
    """Close an account: holds are called off, the deposit is given back, no card works any more. The history goes as the reader chose.

    A deposit is given back by whoever may do that, and above what one person decides by two: then before the account is closed."""
    patron = find_for(context, barcode, "patron.write", lock=True)
    require_open(patron)
    return _close(context, patron, method)


def reopen(context: Context, barcode: str) -> int:
    """Open the account of a reader who came back."""
    patron = find_for(context, barcode, "patron.write", lock=True)
    if context.session.get_one(Patron, patron.id).erased_at is not None:
        raise Conflict("patron.erased", _ERASED)
    if patron.status == "active":
        raise Conflict("patron.open", Text("这位读者没有注销。", "This reader’s account is open."))
    open_account(context, patron.id)
    return patron.id


def ask_for_erasure(context: Context) -> None:
    """The reader who asks wants everything erased; staff have fifteen days to do it."""
    mine = update(Patron).where(Patron.id == context.caller.id, Patron.erasure_asked_at.is_(None))
    context.session.execute(mine.values(erasure_asked_at=context.now))


def take_back_asking(context: Context) -> None:
    context.session.execute(update(Patron).where(Patron.id == context.caller.id).values(erasure_asked_at=None))


def erase(context: Context, barcode: str) -> int:
    """Erase everything personal; what stays is a row without a name, its card numbers, and amounts of money. Returns the row's id."""
    patron = find_for(context, barcode, "patron.erase", lock=True)
    if context.session.get_one(Patron, patron.id).erased_at is not None:
        raise Conflict("patron.erased", _ERASED)
    if patron.status == "active":
        _close(context, patron, "cash")
    else:
        _check(context, patron.id)
    _erase(context, patron.id)
    return patron.id


def erase_again(context: Context, patron_ids: Sequence[int]) -> int:
    """After a restore: erase anew who had been erased since the backup was made. How many of them were there again."""
    there = select(Patron.id).where(Patron.id.in_(patron_ids), Patron.erased_at.is_(None)).order_by(Patron.id)
    found = context.session.scalars(there.with_for_update()).all()
    for patron_id in found:
        if context.session.get_one(Patron, patron_id).status == "active":
            end_for_reader(context, patron_id)
            end_account(context, patron_id)
        _check(context, patron_id)
        _erase(context, patron_id)
    return len(found)


def _close(context: Context, patron: PatronRow, method: str) -> Left:
    org_id = context.caller.own_unit() or patron.home_id
    _check_closing(context, patron, org_id)
    holds = end_for_reader(context, patron.id)
    returned = empty_deposit(context, patron, org_id, method=method)
    deposit = -returned.amount_fen if returned is not None else 0
    end_account(context, patron.id, holds=holds, deposit=show_money(deposit))
    return Left(patron_id=patron.id, holds=holds, deposit_fen=deposit)


def _check_closing(context: Context, patron: PatronRow, org_id: int) -> None:
    """All that is still open, and a deposit that is not the caller's alone to give back."""
    may_empty = may_empty_deposit(context, patron, org_id)
    reasons = why_not_leave(context, patron.id)
    if not may_empty:
        held = accounts.account_of(context.session, patron.id).deposit_fen
        reasons.append(refuse("patron.has_deposit", held=show_money(held)))
    if reasons:
        raise Refused(reasons)


def _check(context: Context, patron_id: int) -> None:
    reasons = why_not_leave(context, patron_id)
    if reasons:
        raise Refused(reasons)


def _erase(context: Context, patron_id: int) -> None:
    session = context.session
    people = sorted(same_person(session, [patron_id]))
    home_id = session.get_one(Patron, patron_id).home_id
    for one in people:
        forget_reader(context, one)
        forget_notices(session, one)
        forget_caller(session, f"patron:{one}")
        for forgets in patron_hooks.ERASED:
            forgets(context, one)
    session.execute(update(Hold).where(Hold.patron_id.in_(people), Hold.ended_at.is_not(None)).values(patron_id=None))
    session.execute(delete(Suspension).where(Suspension.patron_id.in_(people)))
    session.execute(delete(LateReturn).where(LateReturn.patron_id.in_(people)))
    blank_entries(session, AccountEntry.patron_id.in_(people), asked=Approval.patron_id.in_(people))
    empty(context, people)
    blot_out(context, people)
    context.record("patron_erased", org_id=home_id, data={"patron": patron_id})


_ERASED = Text("这位读者的资料已经删除，不能恢复。", "This reader’s data was erased; that cannot be undone.")
