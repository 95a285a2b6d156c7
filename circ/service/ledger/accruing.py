"""The daily look at late books: what each would cost if it came back now. It charges nothing: a fine is fixed when the book is back."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import delete, insert, select, update

from branches.context import Context
from catalog.models import Item
from circ.ledger_models import AccruingFine
from circ.models import Loan
from circ.queries import ledger as queries
from circ.service.ledger.lateness import LateBook, assess
from kernel.clock import local_day, start_of_day
from kernel.db import rows_changed, table_of
from patrons.models import Patron

AT_ONCE: Final = 500

_loan, _item, _patron, _accruing = table_of(Loan), table_of(Item), table_of(Patron), table_of(AccruingFine)
_LATE = (
    select(
        _loan.c.id,
        _loan.c.patron_id,
        _loan.c.org_id,
        _loan.c.due_at,
        _item.c.home_id,
        _item.c.item_type,
        _item.c.price_fen,
        _patron.c.home_id.label("patron_home_id"),
        _patron.c.category,
        _accruing.c.amount_fen,
        _accruing.c.as_of,
    )
    .join(_item, _item.c.id == _loan.c.item_id)
    .join(_patron, _patron.c.id == _loan.c.patron_id)
    .outerjoin(_accruing, _accruing.c.loan_id == _loan.c.id)
    .where(_loan.c.closed_at.is_(None), _loan.c.mark.is_(None))
    .order_by(_loan.c.id)
    .limit(AT_ONCE)
)


def accrue(context: Context) -> int:
    """How many fines changed. Run again on the same day it changes nothing; what is not late any more is forgotten."""
    changed, after_id, began = 0, 0, start_of_day(local_day(context.now))
    while True:
        rows = context.session.execute(_LATE.where(_loan.c.due_at < began, _loan.c.id > after_id)).all()
        changed += sum(_accrue_one(context, row) for row in rows)
        if len(rows) < AT_ONCE:
            return changed + _forget(context)
        after_id = rows[-1].id


def _accrue_one(context: Context, row: Any) -> bool:
    today = local_day(context.now)
    if row.as_of == today:
        return False
    book = LateBook(
        loan_id=row.id,
        patron_id=row.patron_id,
        lent_at_id=row.org_id,
        due_on=local_day(row.due_at),
        home_id=row.home_id,
        item_type=row.item_type,
        price_fen=row.price_fen,
        patron_home_id=row.patron_home_id,
        category=row.category,
    )
    charges = queries.charges_of_loan(context.session, row.id)
    found = assess(context, book, today, row.org_id, charges)
    if found.fine.fen == 0 or found.terms.suspension is not None:
        return False
    values = {"amount_fen": found.fine.fen, "late_days": found.late.days, "as_of": today}
    if row.as_of is None:
        context.session.execute(insert(_accruing).values(loan_id=row.id, patron_id=row.patron_id, **values))
    else:
        context.session.execute(update(_accruing).where(_accruing.c.loan_id == row.id).values(**values))
    return bool(row.amount_fen != found.fine.fen)


def _forget(context: Context) -> int:
    """Rows that today's look did not renew: their books are no longer late, or cost nothing any more."""
    stale = delete(_accruing).where(_accruing.c.as_of != local_day(context.now))
    return rows_changed(context.session.execute(stale))
