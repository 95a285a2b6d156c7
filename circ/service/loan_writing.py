"""The writes to a loan beyond opening and returning it: marked, ended otherwise, open again. The caller has locked the copy and
journals."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete, update

from branches.context import Context
from circ.models import Loan, LoanRenewal
from circ.queries import LoanRow
from kernel.db import table_of

_loans, _renewals = table_of(Loan), table_of(LoanRenewal)


def mark_loan(context: Context, loan: LoanRow, mark: str | None, since: datetime | None) -> None:
    """Say of a loan that its book is lost or claimed to be returned; None takes it back."""
    _write(context, loan, mark=mark, marked_at=since)


def end_loan(context: Context, loan: LoanRow, why: str, org_id: int) -> None:
    """End a loan that was not returned. No loan ends before it began, whatever the clocks say."""
    ended_at = max(context.now, loan.checked_out_at)
    _write(context, loan, closed_at=ended_at, closed_org_id=org_id, close_reason=why)


def reopen_loan(context: Context, loan: LoanRow) -> None:
    _write(context, loan, closed_at=None, closed_org_id=None, close_reason=None)


def take_renewal_back(context: Context, loan: LoanRow, renewal_id: int, due_at: datetime) -> None:
    context.session.execute(delete(_renewals).where(_renewals.c.id == renewal_id))
    _write(context, loan, due_at=due_at, renewals=loan.renewals - 1)


def _write(context: Context, loan: LoanRow, **values: Any) -> None:
    context.session.execute(update(_loans).where(_loans.c.id == loan.id).values(**values))
