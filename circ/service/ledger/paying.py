"""Money that comes in: payments, which settle fees the oldest first or those that were chosen, and deposits, which settle nothing."""

from __future__ import annotations

from branches.context import Context
from circ import ledger
from circ.commands import Deposit, Pay
from circ.queries import ledger as queries
from circ.queries.ledger import EntryRow
from circ.refusals import refuse
from circ.service.ledger.access import Access, find_account
from circ.service.ledger.posting import NewEntry, post
from kernel.errors import Invalid, NotFound, Refused
from kernel.i18n import Text
from kernel.money import show_money


def pay(context: Context, command: Pay) -> EntryRow:
    """Take a payment. What is more than the reader owes stays as credit, unless fees were chosen or only some may be dealt with."""
    access = find_account(context, command.patron, "fee.take", command.at, lock=True)
    patron_id = access.patron.id
    account = queries.lock_account(context.session, patron_id)
    fees = _payable(context, access, command)
    owed = sum(fee.left_fen for fee in fees)
    is_bound = bool(command.against) or access.units is not None or command.method == "deposit"
    if is_bound and command.fen > owed:
        detail = Text("收的钱多于要付的 {owed} 元。", "This is more than the {owed} yuan to be paid.")
        detail = detail.format(owed=show_money(owed))
        raise Invalid("payment.too_much", detail, {"amount": [detail]})
    if command.method == "deposit":
        access.require_whole(command.patron)
        _take_from_deposit(context, access, account.deposit_fen, command.fen)
    new = NewEntry(patron_id=patron_id, org_id=access.org_id, kind="payment", fen=-command.fen, method=command.method)
    return post(context, new, ledger.plan_payment(command.fen, [fee.line for fee in fees]))


def _payable(context: Context, access: Access, command: Pay) -> list[EntryRow]:
    """The open fees that this payment may settle, the oldest first."""
    fees = queries.open_fees(context.session, access.patron.id, units=access.units)
    known = {fee.id for fee in fees}
    for asked in command.against:
        if asked not in known:
            raise NotFound("fee", asked)
    return [fee for fee in fees if not command.against or fee.id in command.against]


def _take_from_deposit(context: Context, access: Access, held: int, fen: int) -> None:
    if fen > held:
        raise Refused([refuse("deposit.short", held=show_money(held))])
    post(
        context,
        NewEntry(patron_id=access.patron.id, org_id=access.org_id, kind="deposit_return", fen=-fen, method="deposit"),
    )


def take_deposit(context: Context, command: Deposit) -> EntryRow:
    """Take a deposit, or add to it."""
    access = find_account(context, command.patron, "fee.take", command.at, lock=True)
    assert command.fen is not None
    queries.lock_account(context.session, access.patron.id)
    new = NewEntry(
        patron_id=access.patron.id, org_id=access.org_id, kind="deposit", fen=command.fen, method=command.method
    )
    return post(context, new)
