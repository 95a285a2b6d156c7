"""Two accounts turn out to be one person's: loans, holds, money, blocks, cards and choices of the one go to the other, which stays.

It cannot be undone: afterwards nobody can say which loan was whose. So what would happen is shown first. The stricter of two limits stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from branches.context import Context
from circ.ledger_models import Account, AccountEntry, AccruingFine, Approval, LateReturn, Suspension
from circ.models import Hold, Loan
from circ.queries import ledger as accounts
from circ.queries import open_loans_of_patron
from circ.queries.holds import count_open
from circ.queries.sides import Side, sides_of
from circ.service.holds.following import fold_readers
from circ.service.ledger.posting import settle_what_is_free
from kernel.db import Base, table_of
from kernel.errors import Conflict, NotFound
from kernel.i18n import Text
from notices.service.forgetting import hand_over as hand_over_notices
from patrons import hooks
from patrons.models import Patron
from patrons.privacy import mask_name
from patrons.queries import PatronRow, find_patron, lock_patrons, require_locked
from patrons.service.ending import hand_over
from patrons.service.finding import require_open

_OF_COPIES: tuple[type[Base], ...] = (Loan, Hold)
_OF_ACCOUNTS: tuple[type[Base], ...] = (AccountEntry, Approval, AccruingFine, Suspension, LateReturn)


@dataclass(frozen=True, slots=True, kw_only=True)
class MergedReaders:
    """The account that stays, and what it gained."""

    into_id: int
    loans: int
    holds: int


def look_at_merge(context: Context, barcode: str, into: str) -> tuple[Side, Side]:
    """Both accounts side by side, before anything happens; the journal remembers who looked."""
    pair = _find_pair(context, barcode, into, lock=False)
    for patron in pair:
        told = {"what": "merge"}
        context.record("person_viewed", org_id=context.caller.own_unit(), patron_id=patron.id, data=told)
    sides = sides_of(context.session, [patron.id for patron in pair])
    return sides[pair[0].id], sides[pair[1].id]


def merge_readers(context: Context, barcode: str, into: str) -> MergedReaders:
    """Merge the account of one card into that of another. Raises Conflict for one account, and for two of one family."""
    one, stays = _find_pair(context, barcode, into, lock=True)
    session = context.session
    loans, holds = len(open_loans_of_patron(session, one.id)), count_open(session, one.id)
    fold_readers(context, one.id, stays.id)
    _hand_over_rows(context, one.id, stays.id)
    hand_over_notices(session, one.id, stays.id)
    for joins in hooks.MERGED:
        joins(context, one.id, stays.id)
    hand_over(context, one.id, stays.id)
    told = {"from": one.id, "card": one.barcode, "loans": loans, "holds": holds}
    context.record("patron_merged", org_id=stays.home_id, patron_id=stays.id, data=told)
    return MergedReaders(into_id=stays.id, loans=loans, holds=holds)


def likely_pairs(context: Context, *, limit: int = 100) -> list[tuple[Side, Side]]:
    """Accounts of the caller's units that may be one person's: of the same name, with the same birthday or the same phone. Names come back
    masked and without birthdays, as in every list; whole where two are looked at, which the journal remembers."""
    context.caller.require("patron.merge")
    units = context.caller.units("patron.merge", context.tree)
    one, other = table_of(Patron).alias("one"), table_of(Patron).alias("other")
    same = (one.c.birth_on == other.c.birth_on) | (one.c.phone_digest == other.c.phone_digest)
    statement = (
        select(one.c.id, other.c.id)
        .join(other, (other.c.name == one.c.name) & (other.c.id > one.c.id) & same)
        .where(one.c.status == "active", other.c.status == "active")
        .where(one.c.home_id.in_(units), other.c.home_id.in_(units))
        .order_by(one.c.name, one.c.id)
        .limit(limit)
    )
    rows = context.session.execute(statement).all()
    sides = sides_of(context.session, {patron_id for pair in rows for patron_id in pair})
    masked = {number: replace(side, name=mask_name(side.name), birth_on=None) for number, side in sides.items()}
    return [(masked[a], masked[b]) for a, b in rows]


def _find_pair(context: Context, barcode: str, into: str, *, lock: bool) -> tuple[PatronRow, PatronRow]:
    """Both accounts; `lock` takes their rows."""
    context.caller.require("patron.merge")
    found = [_find(context, card) for card in (barcode, into)]
    if lock:
        locked = {row.id for row in found}
        lock_patrons(context.session, locked)
        found = [_find(context, card) for card in (barcode, into)]
        require_locked(locked, {row.id for row in found})
    one, stays = found
    _check_pair(context, one, stays)
    return one, stays


def _find(context: Context, card: str) -> PatronRow:
    patron = find_patron(context.session, card, context.tree, at=context.caller.own_unit())
    if not context.caller.may("patron.merge", patron.home_id, context.tree):
        raise NotFound("patron", card)
    return patron


def _check_pair(context: Context, one: PatronRow, stays: PatronRow) -> None:
    if one.id == stays.id:
        raise Conflict("patron.merge_itself", Text("这两张证属于同一位读者。", "Both cards are one reader’s already."))
    require_open(stays)
    erased = select(Patron.id).where(Patron.id.in_((one.id, stays.id)), Patron.erased_at.is_not(None))
    if context.session.scalar(erased) is not None:
        gone = Text("其中一位读者的资料已删除。", "The data of one of them was erased.")
        raise Conflict("patron.erased", gone)
    wards = select(Patron.guardian_id).where(Patron.guardian_id.in_((one.id, stays.id)))
    guardians = set(context.session.scalars(wards))
    if {one.id, stays.id} & {one.guardian_id, stays.guardian_id} or (
        guardians and (one.guardian_id is not None or stays.guardian_id is not None)
    ):
        family = Text("一位是监护人，一位是孩子，不能合并。", "One is a guardian and one a child: two people.")
        raise Conflict("patron.merge_family", family)


def _hand_over_rows(context: Context, patron_id: int, into_id: int) -> None:
    """Both readers and all copies that they have are locked; the accounts come after what hangs on copies, as in every act."""
    session = context.session
    _rename(session, _OF_COPIES, patron_id, into_id)
    locked = {one: accounts.lock_account(session, one) for one in sorted((patron_id, into_id))}
    account, stays = locked[patron_id], locked[into_id]
    _rename(session, _OF_ACCOUNTS, patron_id, into_id)
    sums = {
        "balance_fen": stays.balance_fen + account.balance_fen,
        "deposit_fen": stays.deposit_fen + account.deposit_fen,
    }
    session.execute(update(Account).where(Account.patron_id == into_id).values(sums))
    session.execute(delete(Account).where(Account.patron_id == patron_id))
    last = session.scalar(select(func.max(AccountEntry.id)).where(AccountEntry.patron_id == into_id))
    if last is not None:
        settle_what_is_free(context, into_id, last)


def _rename(session: Session, models: Sequence[type[Base]], patron_id: int, into_id: int) -> None:
    for model in models:
        table = table_of(model)
        session.execute(update(table).where(table.c.patron_id == patron_id).values(patron_id=into_id))
