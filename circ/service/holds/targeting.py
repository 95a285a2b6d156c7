"""Asks libraries to fetch what stands on their shelves for those who wait: at once for one title, and again and again for all.

Many titles cost as many statements as one: the queues, the shelves and what each library has to fetch are read together, what goes to whom
is decided, then copies and holds are locked and written together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from branches.context import Context
from catalog.queries import ItemRow, item_by_id, items_by_id
from circ.hold_rules import IdleCopy, in_order_of_fetching, next_holds
from circ.queries import hold_queues as queries
from circ.queries.hold_queues import WaitingRow
from circ.queries.holds import hold_by_id
from circ.queries.requests import waiting_to_be_sent
from circ.service.holds.reading import in_hand, queue_before
from circ.service.holds.writing import release, target
from circ.service.requests.following import follow_taken, give_up_for_hold
from kernel.clock import local_day
from transit.queries import open_transfer

AT_ONCE: Final = 200  # titles in one turn of the job; the next turn goes on


def target_due(context: Context) -> int:
    """Take back what can no longer be fetched, then fill the queues; how many holds found a copy."""
    session, today = context.session, local_day(context.now)
    in_vain = queries.targeted_in_vain(session, today, AT_ONCE)
    for hold_id in sorted(queries.take_waiting(session, in_vain, ("targeted",))):
        hold = hold_by_id(session, hold_id)
        assert hold is not None
        release(context, hold, "copy_gone")
    return target_titles(context, queries.titles_to_target(session, today, AT_ONCE))


def target_titles(context: Context, bib_ids: Collection[int]) -> int:
    """Find a copy for each who waits for one of these titles, in the order of its queue; how many found one. Waits for no lock: a copy or
    a hold that somebody else has in hand just now is passed over."""
    rows = queries.waiting_for(context.session, bib_ids, local_day(context.now))
    queued = waiting = [row for row in rows if row.status == "queued"]
    shelves, found = _read_shelves(context, {row.bib_id for row in waiting}), dict[int, int]()
    while pairs := _pair(context, waiting, shelves):
        free = queries.take_idle(context.session, [copy.id for _row, copy in pairs])
        waiting = [row for row, copy in pairs if copy.id not in free]  # for whom another copy may do
        held = [(row, copy) for row, copy in pairs if copy.id in free]
        still = queries.take_waiting(context.session, [row.id for row, _copy in held], ("queued",))
        taken = [(row, copy) for row, copy in held if row.id in still]
        target(context, taken)
        found |= {row.id: copy.id for row, copy in taken}
    if found:
        follow_taken(context, found.values())
    left = [row for row in queued if row.id not in found]
    return len(found) + (_take_from_boxes(context, left) if left else 0)


def _take_from_boxes(context: Context, waiting: Sequence[WaitingRow]) -> int:
    """Holds come before stock moves: what was fetched for another library and has not left is asked for, where nothing else will do."""
    boxed, found = waiting_to_be_sent(context.session, {row.bib_id for row in waiting}), 0
    for row in waiting if boxed else ():
        copy = next((one for item_id in boxed if (one := _in_box(context, row, item_id)) is not None), None)
        if copy is not None and queries.take_waiting(context.session, [row.id], ("queued",)):
            give_up_for_hold(context, copy.id)
            boxed.remove(copy.id)
            target(context, [(row, copy)])
            found += 1
    return found


def _in_box(context: Context, row: WaitingRow, item_id: int) -> IdleCopy | None:
    """A copy in a box, its row locked, if it would do for this hold; None where somebody has it in hand just now."""
    if not queries.take_in_transit(context.session, item_id):
        return None
    item = item_by_id(context.session, item_id)
    copy = IdleCopy(id=item_id, bib_id=item.bib_id, location_id=item.location_id)
    transfer = open_transfer(context.session, item_id)
    is_waiting = transfer is not None and transfer.status == "approved" and item.bib_id == row.bib_id
    return copy if is_waiting and _fits(context, row, item, copy) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shelves:
    """What stands idle, by title, and how many books each library is asked to fetch; both change as copies are given away."""

    idle: dict[int, list[IdleCopy]]
    items: dict[int, ItemRow]
    load: dict[int, int]


def _read_shelves(context: Context, bib_ids: Collection[int]) -> _Shelves:
    session = context.session
    copies = queries.idle_copies(session, bib_ids) if bib_ids else []
    idle: dict[int, list[IdleCopy]] = defaultdict(list)
    for copy in copies:
        idle[copy.bib_id].append(copy)
    return _Shelves(
        idle=idle,
        items=items_by_id(session, [copy.id for copy in copies]) if copies else {},
        load=queries.load_of_libraries(session) if copies else {},
    )


def _pair(context: Context, waiting: Sequence[WaitingRow], shelves: _Shelves) -> list[tuple[WaitingRow, IdleCopy]]:
    """To each in turn the copy that is best fetched, as long as there are any."""
    pairs = []
    for row in waiting:
        idle = shelves.idle[row.bib_id]
        fit = [copy for copy in idle if _fits(context, row, shelves.items[copy.id], copy)]
        order = in_order_of_fetching(row.pickup_id, fit, context.tree.distance_km, shelves.load)
        if order:
            copy = order[0]
            idle.remove(copy)
            shelves.load[copy.location_id] = shelves.load.get(copy.location_id, 0) + 1
            pairs.append((row, copy))
    return pairs


def _fits(context: Context, row: WaitingRow, item: ItemRow, copy: IdleCopy) -> bool:
    stands_at = context.tree.by_id[copy.location_id]
    if stands_at.is_closed or stands_at.kind == "network":
        return False  # nobody is there to fetch it
    return bool(next_holds(queue_before(context, [row], item), in_hand(item, copy.location_id), None))
