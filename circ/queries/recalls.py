"""Reads of what is called back: the loans that stand between a hold and a copy."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.models import Item
from circ.models import Loan
from kernel.db import table_of
from patrons.models import Patron

_loan, _item, _patron = table_of(Loan), table_of(Item), table_of(Patron)


@dataclass(frozen=True, slots=True, kw_only=True)
class LoanOfTitle:
    """An open loan of a copy of a title, and what the policies of its recall are asked with."""

    id: int
    item_id: int
    org_id: int
    checked_out_at: datetime
    due_at: datetime
    recalled_at: datetime | None
    item_type: str
    item_home_id: int
    patron_id: int
    patron_home_id: int
    patron_category: str


def loans_of_title(session: Session, bib_id: int) -> list[LoanOfTitle]:
    """What is due first comes first. What is lost, or was returned as its reader says, cannot be called back."""
    statement = (
        select(
            *(
                _loan.c[name]
                for name in ("id", "item_id", "org_id", "checked_out_at", "due_at", "recalled_at", "patron_id")
            ),
            _item.c.item_type,
            _item.c.home_id.label("item_home_id"),
            _patron.c.home_id.label("patron_home_id"),
            _patron.c.category.label("patron_category"),
        )
        .join(_item, _item.c.id == _loan.c.item_id)
        .join(_patron, _patron.c.id == _loan.c.patron_id)
        .where(_item.c.bib_id == bib_id, _loan.c.closed_at.is_(None), _loan.c.mark.is_(None))
        .order_by(_loan.c.due_at, _loan.c.id)
    )
    return [LoanOfTitle(**row._mapping) for row in session.execute(statement)]
