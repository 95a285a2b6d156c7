"""The look at late books: what each would cost if it came back now. It charges nothing: only a return or a renewal does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from sqlalchemy import delete, insert, select, update

from branches.context import Context, InTurns
from catalog.models import Item
from circ.ledger_models import AccruingFine
from circ.models import Loan
from circ.queries import ledger as queries
from circ.queries.ledger import EntryRow
from circ.service.ledger.lateness import LateBook, assess
from kernel.clock import local_day, start_of_day
from kernel.db import rows_changed, table_of
from patrons.models import Patron

AT_ONCE: Final = 500  # loans a turn: each turn is a transaction, and desks wait for none of them long

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
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """`last_id`: where the next turn goes on; None: there is nothing left."""

    last_id: int | None
    changed: int


def accrue_due(in_turns: InTurns) -> int:
    """How many fines changed. Run again on the same day it looks at what is new only; what is not late any more is forgotten."""
    changed, after = 0, 0
    while (turn := in_turns(partial(_take_turn, after))).last_id is not None:
        changed, after = changed + turn.changed, turn.last_id
    return changed + in_turns(_forget)


def _take_turn(after_id: int, context: Context) -> Turn:
    began = start_of_day(local_day(context.now))
    late = _LATE.where(_loan.c.due_at < began, _loan.c.id > after_id).limit(AT_ONCE)
    rows = context.session.execute(late).all()
    charges = queries.charges_of_loans(context.session, [row.id for row in rows])
    changed = sum(_accrue_one(context, row, charges.get(row.id, ())) for row in rows)
    return Turn(last_id=rows[-1].id if rows else None, changed=changed)


def _accrue_one(context: Context, row: Any, charges: Sequence[EntryRow]) -> bool:
    today = local_day(context.now)
    if row.as_of == today:
        return False
    book = LateBook(
        loan_id=row.id,
        patron_id=row.patron_id,
        org_id=row.org_id,
        due_on=local_day(row.due_at),
        item_home_id=row.home_id,
        item_type=row.item_type,
        price_fen=row.price_fen,
        patron_home_id=row.patron_home_id,
        patron_category=row.category,
    )
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
