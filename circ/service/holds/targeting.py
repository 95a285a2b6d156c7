"""Asks libraries to fetch what stands on their shelves for those who wait: at once for one title, and again and again for all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from branches.context import Context
from catalog.queries import ItemRow, items_by_id
from circ.hold_rules import IdleCopy, in_order_of_fetching, next_holds
from circ.queries import holds as queries
from circ.queries.holds import WaitingRow
from circ.service.holds.reading import in_hand, queue_before
from circ.service.holds.writing import move_hold, record, release
from kernel.clock import local_day

AT_ONCE: Final = 200  # titles in one turn of the job; the next turn goes on


def target_due(context: Context) -> int:
    """Take back what can no longer be fetched, then fill the queues; how many holds found a copy."""
    today = local_day(context.now)
    for hold_id in queries.targeted_in_vain(context.session, today, AT_ONCE):
        if queries.take_waiting(context.session, hold_id, ("targeted",)):
            hold = queries.hold_by_id(context.session, hold_id)
            assert hold is not None
            release(context, hold, "copy_gone")
    return sum(target_title(context, bib_id) for bib_id in queries.titles_to_target(context.session, today, AT_ONCE))


def target_title(context: Context, bib_id: int) -> int:
    """Find a copy for each who waits for a title, in the order of the queue; how many found one. Waits for no lock."""
    session = context.session
    rows = [row for row in queries.waiting_for(session, bib_id, local_day(context.now)) if row.status == "queued"]
    idle = queries.idle_copies(session, bib_id) if rows else []
    load = queries.load_of_libraries(session) if idle else {}
    items = items_by_id(session, [copy.id for copy in idle]) if idle else {}
    found = 0
    for row in rows:
        if not idle:
            break
        copy = _take(context, row, idle, items, load)
        if copy is not None:
            idle.remove(copy)
            load[copy.location_id] = load.get(copy.location_id, 0) + 1
            found += 1
    return found


def _take(
    context: Context, row: WaitingRow, idle: Sequence[IdleCopy], items: dict[int, ItemRow], load: dict[int, int]
) -> IdleCopy | None:
    """The first copy, in the order of fetching, that is really free; the hold now waits for it to be fetched."""
    tree, session = context.tree, context.session
    fit = [copy for copy in idle if _fits(context, row, items[copy.id], copy)]
    for copy in in_order_of_fetching(row.pickup_id, fit, tree.distance_km, load):
        if not queries.take_idle(session, copy.id):
            continue
        if not queries.take_waiting(session, row.id, ("queued",)):
            return None
        move_hold(context, row.id, "target", copy_id=copy.id, targeted_at=context.now)
        hold = queries.hold_by_id(session, row.id)
        assert hold is not None
        record(context, "hold_targeted", hold, org_id=copy.location_id)
        return copy
    return None


def _fits(context: Context, row: WaitingRow, item: ItemRow, copy: IdleCopy) -> bool:
    stands_at = context.tree.by_id[copy.location_id]
    if stands_at.is_closed or stands_at.kind == "network":
        return False  # nobody is there to fetch it
    return bool(next_holds(queue_before(context, [row], item), in_hand(item, copy.location_id), None))
