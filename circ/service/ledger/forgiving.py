"""Money let go or given back: waivers, refunds, payments reversed, credit paid out, deposits. Above a limit it waits for a second person.

The limit counts, under the lock of the account, what was given before: of the same fee by whomever, and within a day to the same reader by
the same person; of what is handed out, by whomever.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import insert

from branches.context import Context
from circ import ledger
from circ.commands import Deposit, LetGo, PayOut
from circ.ledger_models import Approval
from circ.queries import ledger as queries
from circ.queries.ledger import AccountRow, ApprovalRow, EntryRow
from circ.refusals import refuse
from circ.service.ledger.access import find_account, find_entry, reaches
from circ.service.ledger.performing import Wish, do, paid_on
from kernel.clock import local_day
from kernel.db import table_of
from kernel.errors import Invalid, Refused
from kernel.i18n import Text
from kernel.money import show_money
from patrons.queries import PatronRow, home_of

_approvals = table_of(Approval)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of asking: done (`entry`), or waiting for another person (`approval`)."""

    entry: EntryRow | None = None
    approval: ApprovalRow | None = None


def waive(context: Context, command: LetGo) -> Outcome:
    """Let go of what is open of a fee, or of part of it."""
    fee, org_id = find_entry(context, command.entry_id, "fee.waive", "charge", "fee")
    wish = _wish_to_waive(fee, org_id, command)
    return _decide(context, wish, _let_go_before(context, fee))


def refund(context: Context, command: LetGo) -> Outcome:
    """Take back a fee that was paid, whole or in part: what was paid becomes credit, which settles other fees or is paid out."""
    fee, org_id = find_entry(context, command.entry_id, "fee.waive", "charge", "fee")
    wish = _wish_to_refund(context, fee, org_id, command)
    return _decide(context, wish, _let_go_before(context, fee))


def reverse(context: Context, command: LetGo) -> Outcome:
    """Undo a payment that was entered by mistake: what it settled is open again."""
    payment, org_id = find_entry(context, command.entry_id, "fee.waive", "payment", "payment")
    _check_reversible(context, payment)
    wish = Wish(
        act="reversal",
        patron_id=payment.patron_id,
        about_id=payment.id,
        fen=-payment.amount_fen,
        reason=command.reason,
        org_id=org_id,
    )
    is_own_slip = payment.author == context.caller.author and local_day(payment.at) == local_day(context.now)
    before = _given(context, payment.patron_id, ("reversal",), author=context.caller.author)
    return _decide(context, wish, before, lenient=is_own_slip)


def pay_out(context: Context, command: PayOut) -> Outcome:
    """Hand out credit, whole or in part."""
    access = find_account(context, command.patron, "fee.waive", command.at, lock=True)
    access.require_whole(command.patron)
    account = queries.lock_account(context.session, access.patron.id)
    credit = max(-account.balance_fen, 0)
    if credit == 0:
        raise Refused([refuse("account.no_credit")])
    wish = Wish(
        act="payout",
        patron_id=access.patron.id,
        about_id=None,
        fen=_within(command.fen, credit),
        reason=command.reason,
        org_id=access.org_id,
        method=command.method,
    )
    return _decide(context, wish, _given(context, access.patron.id, ledger.HANDING_OUT))


def give_back_deposit(context: Context, command: Deposit) -> Outcome:
    """Give a deposit back, whole or in part, to a reader who owes nothing."""
    access = find_account(context, command.patron, "deposit.return", command.at, lock=True)
    access.require_whole(command.patron)
    account = queries.lock_account(context.session, access.patron.id)
    if account.deposit_fen == 0:
        raise Refused([refuse("deposit.none")])
    _check_owes_nothing(account)
    if command.fen is not None and command.fen > account.deposit_fen:
        raise Refused([refuse("deposit.short", held=show_money(account.deposit_fen))])
    wish = Wish(
        act="deposit_return",
        patron_id=access.patron.id,
        about_id=None,
        fen=command.fen or account.deposit_fen,
        reason=command.reason,
        org_id=access.org_id,
        method=command.method,
    )
    return _decide(context, wish, _given(context, access.patron.id, ledger.HANDING_OUT))


def may_empty_deposit(context: Context, patron: PatronRow, org_id: int) -> bool:
    """Whether the caller alone may give back all that is held for a reader; so may anybody where nothing is. The account is locked."""
    held = queries.lock_account(context.session, patron.id).deposit_fen
    if held == 0:
        return True
    may_approve = context.caller.may("fee.approve", org_id, context.tree)
    before = _given(context, patron.id, ledger.HANDING_OUT)
    may_return = context.caller.may("deposit.return", patron.home_id, context.tree)
    return may_return and not ledger.needs_another(held, before, may_approve=may_approve)


def empty_deposit(context: Context, patron: PatronRow, org_id: int, *, method: str) -> EntryRow | None:
    """Give back all that is held, for an act that asked `may_empty_deposit`; None where nothing is."""
    held = queries.account_of(context.session, patron.id).deposit_fen
    if held == 0:
        return None
    wish = Wish(
        act="deposit_return",
        patron_id=patron.id,
        about_id=None,
        fen=held,
        reason="",
        org_id=org_id,
        method=method,
    )
    return do(context, wish)


def take_back(context: Context, fee_id: int, *, org_id: int, note: str, refund_paid: bool = True) -> int:
    """Take back a fee that the policies no longer ask, such as for a lost book that was found: what is open is waived, what was paid
    becomes credit. Returns how many fen in all. Asks no right and no second person, since no person decides."""
    fee = queries.entry_by_id(context.session, fee_id)
    assert fee is not None
    queries.lock_account(context.session, fee.patron_id)
    fee = queries.entry_by_id(context.session, fee_id)
    assert fee is not None
    parts = {"waiver": fee.left_fen, "refund": paid_on(context, fee.id) if refund_paid else 0}
    for act, fen in parts.items():
        if fen:
            do(
                context,
                Wish(
                    act=act,
                    patron_id=fee.patron_id,
                    about_id=fee.id,
                    fen=fen,
                    reason=note,
                    org_id=org_id,
                    by_rule=True,
                ),
            )
    return sum(parts.values())


def let_go_or_ask(context: Context, fee: EntryRow, *, note: str) -> tuple[int, int]:
    """Let go of a fee altogether, what is open and what was paid, by a person's judgement of what happened. Whoever may not, or not alone,
    has it wait where the fee arose. Returns how many fen are let go, and how many wait."""
    queries.lock_account(context.session, fee.patron_id)
    home_id = home_of(context.session, fee.patron_id) or fee.org_id
    may = reaches(context, "fee.waive", fee, home_id)
    waiting = {(one.act, one.about_id) for one in queries.waiting_approvals(context.session, patron_id=fee.patron_id)}
    done = asked = 0
    for act, fen in (("waiver", fee.left_fen), ("refund", paid_on(context, fee.id))):
        wish = Wish(act=act, patron_id=fee.patron_id, about_id=fee.id, fen=fen, reason=note, org_id=fee.org_id)
        if fen == 0:
            continue
        if (act, fee.id) not in waiting and _let_go_now(context, wish, fee, may=may):
            done += fen
        else:
            asked += fen
    return done, asked


def _let_go_now(context: Context, wish: Wish, fee: EntryRow, *, may: bool) -> bool:
    """Whether it was done at once; else another person was asked."""
    if may:
        return _decide(context, wish, _let_go_before(context, fee)).entry is not None
    _ask(context, wish)
    return False


def perform_again(context: Context, approval: ApprovalRow) -> EntryRow:
    """Do what was approved, if it is still possible. The approval is locked; nothing of what was asked may have changed but the account."""
    queries.lock_account(context.session, approval.patron_id)
    wish = Wish(
        act=approval.act,
        patron_id=approval.patron_id,
        about_id=approval.about_id,
        fen=approval.amount_fen,
        reason=approval.reason,
        org_id=approval.org_id,
        method=approval.method,
    )
    _check_still_possible(context, wish)
    return do(context, wish)


# --- what each act needs --------------------------------------------------------------------------------------------------------


def _wish_to_waive(fee: EntryRow, org_id: int, command: LetGo) -> Wish:
    if fee.left_fen == 0:
        raise Refused([refuse("fee.settled")])
    return Wish(
        act="waiver",
        patron_id=fee.patron_id,
        about_id=fee.id,
        fen=_within(command.fen, fee.left_fen),
        reason=command.reason,
        org_id=org_id,
    )


def _wish_to_refund(context: Context, fee: EntryRow, org_id: int, command: LetGo) -> Wish:
    paid = paid_on(context, fee.id)
    if paid == 0:
        raise Refused([refuse("fee.not_paid")])
    return Wish(
        act="refund",
        patron_id=fee.patron_id,
        about_id=fee.id,
        fen=_within(command.fen, paid),
        reason=command.reason,
        org_id=org_id,
    )


def _check_reversible(context: Context, payment: EntryRow) -> None:
    code = ledger.bars_reversal(queries.kinds_settled_by(context.session, [payment.id])[payment.id])
    if code is not None:
        raise Refused([refuse(code)])


def _check_owes_nothing(account: AccountRow) -> None:
    if account.balance_fen > 0:
        raise Refused([refuse("deposit.debt", owed=show_money(account.balance_fen))])


def _check_still_possible(context: Context, wish: Wish) -> None:
    """The account may have changed while the approval waited."""
    account = queries.account_of(context.session, wish.patron_id)
    if wish.act == "payout":
        open_fen = -account.balance_fen
    elif wish.act == "deposit_return":
        _check_owes_nothing(account)
        open_fen = account.deposit_fen
    else:
        about = queries.entry_by_id(context.session, wish.about_id or 0)
        assert about is not None
        if wish.act == "reversal":
            _check_reversible(context, about)
            return
        open_fen = about.left_fen if wish.act == "waiver" else paid_on(context, about.id)
    if wish.fen > open_fen:
        raise Refused([refuse("approval.overtaken", left=show_money(max(open_fen, 0)))])


def _within(asked: int | None, most: int) -> int:
    if asked is not None and asked > most:
        detail = Text("最多 {most} 元。", "At most {most} yuan.").format(most=show_money(most))
        raise Invalid("amount.too_much", detail, {"amount": [detail]})
    return most if asked is None else asked


# --- doing it, or asking somebody -----------------------------------------------------------------------------------------------


def _let_go_before(context: Context, fee: EntryRow) -> int:
    """Of this fee by whomever, or to this reader by the caller: whichever is more."""
    of_fee = queries.let_go_so_far(context.session, fee.id)
    return max(of_fee, _given(context, fee.patron_id, ledger.LETTING_GO, author=context.caller.author))


def _given(context: Context, patron_id: int, kinds: Sequence[str], *, author: str | None = None) -> int:
    since = context.now - ledger.COUNTED_FOR
    return queries.given_alone(context.session, patron_id, kinds, since, author=author)


def _decide(context: Context, wish: Wish, so_far: int, *, lenient: bool = False) -> Outcome:
    may_approve = lenient or context.caller.may("fee.approve", wish.org_id, context.tree)
    if not ledger.needs_another(wish.fen, so_far, may_approve=may_approve):
        return Outcome(entry=do(context, wish))
    waiting = queries.waiting_approvals(context.session, patron_id=wish.patron_id)
    if any((one.act, one.about_id) == (wish.act, wish.about_id) for one in waiting):
        raise Refused([refuse("approval.waiting")])
    return Outcome(approval=_ask(context, wish))


def _ask(context: Context, wish: Wish) -> ApprovalRow:
    values = {
        "patron_id": wish.patron_id,
        "act": wish.act,
        "about_id": wish.about_id,
        "amount_fen": wish.fen,
        "method": wish.method,
        "reason": wish.reason,
        "org_id": wish.org_id,
        "status": "waiting",
        "asked_by": context.caller.author,
        "asked_at": context.now,
    }
    made = insert(_approvals).values(values).returning(_approvals.c.id)
    approval_id: int = context.session.execute(made).scalar_one()
    told = {"approval": approval_id, "what": wish.act, "amount": show_money(wish.fen)}
    context.record("approval_asked", org_id=wish.org_id, patron_id=wish.patron_id, data=told)
    approval = queries.approval_by_id(context.session, approval_id)
    assert approval is not None
    return approval
