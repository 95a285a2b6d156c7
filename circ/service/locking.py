"""The order in which acts take rows: readers by rising number, copies by rising number, the copy's document in
the outbox, hold, transfer, account, approval.

Whoever learns only with a copy in hand that its reader's row is to be changed takes it without waiting; where another act has it, the
transaction is begun anew with that row taken first. So no act ever waits against the order.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import partial
from typing import Final

from sqlalchemy import Select, Table, select, union
from sqlalchemy.orm import Session

from catalog.models import Item
from circ.models import Hold, Loan
from kernel.db import Again, table_of
from patrons.models import Patron
from patrons.queries import READERS

_patrons, _items = table_of(Patron), table_of(Item)
_loans, _holds = table_of(Loan), table_of(Hold)
_RANKS: Final = {_patrons: READERS, _items: READERS + 1}


def take_reader(session: Session, patron_id: int) -> None:
    """The reader's row, for an act that may hold a copy already. Raises Again where another act has it."""
    _take(session, _patrons, patron_id)


def take_copy(session: Session, item_id: int) -> None:
    """A copy's row, for an act that may hold a hold already. Raises Again where another act has it."""
    _take(session, _items, item_id)


def lock_copies_of(session: Session, patron_ids: Collection[int]) -> None:
    """All copies that these readers have or are to get, for acts on a reader who is locked: no return of one of them goes on meanwhile."""
    lent = select(_loans.c.item_id).where(_loans.c.patron_id.in_(patron_ids), _loans.c.closed_at.is_(None))
    kept = (_holds.c.patron_id.in_(patron_ids), _holds.c.ended_at.is_(None), _holds.c.copy_id.is_not(None))
    concerned = union(lent, select(_holds.c.copy_id).where(*kept))
    session.execute(
        _rows(_items).where(_items.c.id.in_(concerned)).order_by(_items.c.id).with_for_update(key_share=True)
    ).all()


def _take(session: Session, table: Table, row_id: int) -> None:
    row = _rows(table).where(table.c.id == row_id)
    if session.scalar(row.with_for_update(key_share=True, skip_locked=True)) is None:
        raise Again((_RANKS[table], row_id), partial(_wait, row))


def _wait(row: Select[int], session: Session) -> None:
    session.execute(row.with_for_update(key_share=True)).all()


def _rows(table: Table) -> Select[int]:
    return select(table.c.id)
