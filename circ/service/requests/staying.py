"""What a copy is once a unit has what it asked for: it belongs there, for good or up to a day. Its owner stays the same."""

from __future__ import annotations

from typing import Final

from sqlalchemy import delete, insert, select, update

from branches.context import Context
from catalog.models import Item
from catalog.queries import ItemRow, item_by_id
from catalog.service.placing import move_home
from kernel.clock import local_day
from kernel.db import table_of
from transit.models import ItemStay
from transit.queries import TransferRow
from transit.queries.requests import StayRow, stay_of, stays_run_out

AT_ONCE: Final = 500
_stays, _items = table_of(ItemStay), table_of(Item)


def settle_arrival(context: Context, item: ItemRow, transfer: TransferRow) -> ItemRow:
    """The copy of a request has arrived. From now on its home is here, so that no later return sends it away; the copy as it is now."""
    if transfer.request_id is None:
        return item
    stay = stay_of(context.session, item.id)
    if stay is not None and stay.is_over:
        _forget(context, item.id)
        stay = None
    if stay is not None:
        _move_on(context, stay, transfer)
    elif transfer.keep_until is not None and item.home_id != transfer.to_id:
        kept = {"org_id": transfer.to_id, "home_id": item.home_id, "until": transfer.keep_until, "is_over": False}
        context.session.execute(insert(_stays).values(item_id=item.id, **kept))
    move_home(context, item, transfer.to_id, org_id=transfer.to_id)
    return item_by_id(context.session, item.id)


def _move_on(context: Context, stay: StayRow, transfer: TransferRow) -> None:
    """A copy that was only kept for a time goes to the next unit: it goes back to the same home, and no later than was promised."""
    if transfer.to_id == stay.home_id:
        _forget(context, stay.item_id)
        return
    until = min(stay.until, transfer.keep_until or stay.until)
    changed = update(_stays).where(_stays.c.item_id == stay.item_id).values(org_id=transfer.to_id, until=until)
    context.session.execute(changed)


def end_stays(context: Context) -> int:
    """Copies whose time is over belong to their old home again; those that have left are forgotten. How many came to their end."""
    over = stays_run_out(context.session, local_day(context.now), AT_ONCE)
    for item_id in over:
        _end(context, item_id)
    left = select(_items.c.id).where(_items.c.id == _stays.c.item_id, _items.c.location_id != _stays.c.org_id).exists()
    context.session.execute(delete(_stays).where(_stays.c.is_over, left))
    return len(over)


def _end(context: Context, item_id: int) -> None:
    item = item_by_id(context.session, item_id, lock=True)
    stay = stay_of(context.session, item_id)
    if stay is None or stay.is_over:
        return
    if item.home_id == stay.org_id:  # else somebody gave it another home meanwhile, and that stands
        move_home(context, item, stay.home_id, org_id=stay.org_id)
    context.session.execute(update(_stays).where(_stays.c.item_id == item_id).values(is_over=True))


def _forget(context: Context, item_id: int) -> None:
    context.session.execute(delete(_stays).where(_stays.c.item_id == item_id))
