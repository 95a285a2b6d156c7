"""What the one who fetches books from the shelf says: that a copy is not where it should stand."""

from __future__ import annotations

from sqlalchemy import insert

from branches.context import Context
from catalog.queries import item_by_id
from circ.models import ShelfMiss
from circ.queries import holds as queries
from circ.queries.holds import HoldRow
from circ.service.holds.reading import wrong_state
from circ.service.holds.targeting import target_titles
from circ.service.holds.writing import release
from kernel.errors import NotFound


def note_missing(context: Context, hold_id: int) -> HoldRow:
    """The copy is asked for no more until somebody has it in hand; the hold passes on to the next copy."""
    session, caller = context.session, context.caller
    caller.require("hold.fetch")
    hold = queries.hold_by_id(session, hold_id)
    if (
        hold is None
        or hold.copy_location_id is None
        or not caller.may("hold.fetch", hold.copy_location_id, context.tree)
    ):
        raise NotFound("hold", hold_id)
    assert hold.copy_id is not None
    item = item_by_id(session, hold.copy_id, lock=True)
    locked = queries.lock_hold(session, hold_id)
    if locked is None or locked.status != "targeted" or locked.copy_id != item.id:
        raise wrong_state(locked.status if locked is not None else hold.status)
    session.execute(insert(ShelfMiss).values(item_id=item.id, org_id=item.location_id, at=context.now))
    context.record("shelf_missed", org_id=item.location_id, item_id=item.id, bib_id=item.bib_id)
    release(context, locked, "not_found")
    target_titles(context, [locked.bib_id])
    return queries.hold_by_id(session, hold_id) or locked
