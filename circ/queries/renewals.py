"""Loans that may be renewed by themselves today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from catalog.models import Item
from circ.models import Loan, LoanRenewal
from kernel.db import table_of
from kernel.journal import JournalEntry
from patrons.models import Patron

_loan, _item, _patron = table_of(Loan), table_of(Item), table_of(Patron)
_renewal, _journal = table_of(LoanRenewal), table_of(JournalEntry)


@dataclass(frozen=True, slots=True, kw_only=True)
class DueLoan:
    """A loan with what its policies are asked by."""

    id: int
    org_id: int
    item_home_id: int
    item_type: str
    patron_home_id: int
    patron_category: str


def loans_to_renew(
    session: Session, *, now: datetime, until: datetime, day_began: datetime, after_id: int, limit: int
) -> list[DueLoan]:
    """Open loans that are due by `until` and not late, in the order of their ids; not those that were renewed since `day_began`, nor those
    of which the journal says since then why they were not."""
    was_renewed = exists(select(1).where(_renewal.c.loan_id == _loan.c.id, _renewal.c.at >= day_began))
    was_refused = exists(
        select(1).where(
            _journal.c.item_id == _loan.c.item_id, _journal.c.act == "renewal_refused", _journal.c.at >= day_began
        )
    )
    statement = (
        select(
            _loan.c.id,
            _loan.c.org_id,
            _item.c.home_id.label("item_home_id"),
            _item.c.item_type,
            _patron.c.home_id.label("patron_home_id"),
            _patron.c.category.label("patron_category"),
        )
        .join(_item, _item.c.id == _loan.c.item_id)
        .join(_patron, _patron.c.id == _loan.c.patron_id)
        .where(_loan.c.closed_at.is_(None), _loan.c.due_at >= now, _loan.c.due_at <= until, _loan.c.id > after_id)
        .where(~was_renewed, ~was_refused)
        .order_by(_loan.c.id)
        .limit(limit)
    )
    return [DueLoan(**row._mapping) for row in session.execute(statement)]
