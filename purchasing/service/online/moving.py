"""The steps by which a choice made online moves on: its rows taken in order, its status, what is forgotten with it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from sqlalchemy import delete, update

from branches.context import Context
from catalog.queries import ItemRow, item_by_id
from circ.queries import loan_by_id
from kernel.db import table_of
from kernel.errors import Conflict, NotFound
from kernel.i18n import Text
from patrons.queries import patron_by_id
from patrons.service.families import acts_for
from purchasing.queries.funds import programme_by_id
from purchasing.queries.selections import SelectionRow, find_selection, lock_isbn
from purchasing.selection_models import DeliveryAddress, Selection
from purchasing.service.selecting.making import Making
from purchasing.states import SELECTION_STATUSES

_selections, _addresses = table_of(Selection), table_of(DeliveryAddress)
_WRONG: Final = Text("这一笔{now}，不能这样办理。", "This choice is {now}; that cannot be done.")


class Moving(Making):
    """What dispatching, receiving and calling off have in common. What is written names no reader but where it is forgotten in time."""

    def __init__(self, context: Context) -> None:
        super().__init__(replace(context, caller=context.caller.unnamed()))
        self._asked = context

    def take(self, selection_id: int, *, with_number: bool = False) -> tuple[SelectionRow, ItemRow]:
        """The choice as it stands; its reader, its number where that is asked for, its copy and itself taken in this order."""
        found = find_selection(self._session, selection_id)
        patron_id = self.reader_of(found)
        if patron_id is not None:
            patron_by_id(self._session, patron_id, lock=True)
        if with_number:
            lock_isbn(self._session, found.isbn)
        item = item_by_id(self._session, found.item_id, lock=True)
        return find_selection(self._session, selection_id, lock=True), item

    def reader_of(self, selection: SelectionRow) -> int | None:
        if selection.loan_id is None:
            return selection.patron_id
        loan = loan_by_id(self._session, selection.loan_id)
        return loan.patron_id if loan is not None and loan.closed_at is None else None

    def require(self, selection: SelectionRow, *statuses: str) -> None:
        if selection.status not in statuses or not selection.is_online:
            label = SELECTION_STATUSES[selection.status].label
            raise Conflict("selection.state", _WRONG.format(now=label))

    def move(self, selection_id: int, status: str, **values: Any) -> None:
        changed = update(_selections).where(_selections.c.id == selection_id).values(status=status, **values)
        self._session.execute(changed)

    def forget_address(self, selection_id: int) -> None:
        """It served its purpose."""
        self._session.execute(delete(_addresses).where(_addresses.c.selection_id == selection_id))

    def require_receiver(self, selection: SelectionRow) -> None:
        """The reader and who acts for them, their own library, and that of the programme. For others there is no such choice."""
        context = self._context
        patron_id = selection.patron_id or self.reader_of(selection)
        if context.caller.kind == "patron":
            may = acts_for(self._asked, patron_id)
        else:
            context.caller.require("loan.read")  # held at units; any desk may lend anywhere
            units = [self._home_of(patron_id), programme_by_id(self._session, selection.programme_id).org_id]
            may = any(unit is not None and context.caller.may("loan.read", unit, context.tree) for unit in units)
        if not may:
            raise NotFound("selection", selection.id)

    def _home_of(self, patron_id: int | None) -> int | None:
        return patron_by_id(self._session, patron_id).home_id if patron_id is not None else None
