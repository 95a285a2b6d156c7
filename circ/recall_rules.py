"""Decides recalls: which loan is called back for somebody who waits, and what day it is then due. No I/O.

A loan is called back once, never to a day before its reader had it for the days they were promised, and only if that is earlier than
it is due anyway.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from circ.refusals import refuse, refuse_day
from kernel.clock import local_day
from kernel.errors import Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class LentCopy:
    """An open loan of a copy that would fill the hold. `new_due_at` is when a recall would make it due; None: not called back."""

    loan_id: int
    item_id: int
    checked_out_at: datetime
    due_at: datetime
    recalled_at: datetime | None
    new_due_at: datetime | None


def choose_loan(loans: Iterable[LentCopy]) -> LentCopy | None:
    """The one that comes back soonest; of those that come back together, the one that is out longest."""
    gains = [
        loan
        for loan in loans
        if loan.recalled_at is None and loan.new_due_at is not None and loan.new_due_at < loan.due_at
    ]
    return min(gains, key=lambda loan: (loan.new_due_at, loan.checked_out_at, loan.loan_id), default=None)


def check_recall(recalled_due_at: datetime | None, loans: Sequence[LentCopy], now: datetime) -> Iterable[Refusal]:
    """Every reason against calling a copy back for a hold. `recalled_due_at` is when the copy called back for it earlier is due."""
    if recalled_due_at is not None:
        yield refuse_day("hold.recalled", local_day(recalled_due_at), now)
    elif not loans:
        yield refuse("hold.none_out")
    elif choose_loan(loans) is None:
        yield refuse_day("hold.no_recall", local_day(min(loan.due_at for loan in loans)), now)
