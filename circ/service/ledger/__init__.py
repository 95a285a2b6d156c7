"""The acts on readers' accounts, one file a subject. `LedgerService` is the one door for every channel. Services never commit.

An account's row is the last lock of an act: reader, copy, hold, then the account. What other acts of circulation need is here too: `charge`
and `take_back` for fees that the policies make and unmake, `empty_deposit` for an account that is closed.
"""

from __future__ import annotations

from branches.context import Context
from circ.commands import Charge, Deposit, LetGo, Pay, PayOut
from circ.queries import ledger as queries
from circ.queries.ledger import ApprovalRow, EntryRow
from circ.service.ledger.accruing import accrue_due
from circ.service.ledger.approving import confirm, turn_down
from circ.service.ledger.charging import charge, charge_by_hand
from circ.service.ledger.forgiving import (
    Outcome,
    empty_deposit,
    give_back_deposit,
    may_empty_deposit,
    pay_out,
    refund,
    reverse,
    take_back,
    waive,
)
from circ.service.ledger.paying import pay, take_deposit
from circ.service.ledger.reading import AccountView, look_at_account, own_account

__all__ = [
    "AccountView",
    "LedgerService",
    "Outcome",
    "accrue_due",
    "charge",
    "empty_deposit",
    "may_empty_deposit",
    "take_back",
]


class LedgerService:
    """What a desk does about money, and what a reader may know of it."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def look_at(self, card: str, *, before_id: int | None = None) -> AccountView:
        """A reader's account, where the caller may see it; the journal remembers who looked."""
        return look_at_account(self._context, card, before_id=before_id)

    def own(self, *, before_id: int | None = None) -> AccountView:
        """The account of the reader who asks."""
        return own_account(self._context, before_id=before_id)

    def charge(self, command: Charge) -> EntryRow:
        """A fee by hand."""
        return charge_by_hand(self._context, command)

    def pay(self, command: Pay) -> EntryRow:
        """Take a payment; the oldest fees are settled first, or those that were chosen."""
        return pay(self._context, command)

    def waive(self, command: LetGo) -> Outcome:
        """Let go of a fee that is open."""
        return waive(self._context, command)

    def refund(self, command: LetGo) -> Outcome:
        """Take back a fee that was paid; the money becomes credit."""
        return refund(self._context, command)

    def reverse(self, command: LetGo) -> Outcome:
        """Undo a payment; what it settled is open again."""
        return reverse(self._context, command)

    def pay_out(self, command: PayOut) -> Outcome:
        """Hand out credit."""
        return pay_out(self._context, command)

    def take_deposit(self, command: Deposit) -> EntryRow:
        """Take a deposit, or add to it."""
        return take_deposit(self._context, command)

    def give_back_deposit(self, command: Deposit) -> Outcome:
        """Give a deposit back to a reader who owes nothing."""
        return give_back_deposit(self._context, command)

    def waiting(self) -> list[ApprovalRow]:
        """What waits for a second person at the units where the caller may ask or confirm, the oldest first."""
        context = self._context
        context.caller.require("fee.waive")
        return queries.waiting_approvals(context.session, units=context.caller.units("fee.waive", context.tree))

    def confirm(self, approval_id: int) -> EntryRow:
        """Confirm what another person asked for: it is done at once."""
        return confirm(self._context, approval_id)

    def turn_down(self, approval_id: int) -> ApprovalRow:
        """Refuse what another person asked for, or take back what one asked for oneself."""
        return turn_down(self._context, approval_id)
