"""What a reader, or staff for them, may change about a hold: call it off, suspend it, have it elsewhere; staff may move it in its queue."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from branches.context import Context
from catalog.queries import ItemRow, item_by_id
from circ import hold_rules
from circ.queries import holds as queries
from circ.queries.hold_queues import ranks_of
from circ.queries.holds import HoldRow
from circ.service.holds.reading import check_access, copies_of_hold, find_hold, place_facts, require_move, wrong_state
from circ.service.holds.targeting import target_titles
from circ.service.holds.writing import change_hold, end, free_copy, move_hold, record, release
from circ.states import KEPT, WAITING
from kernel.clock import local_day
from kernel.errors import Conflict, Invalid, Refused
from kernel.i18n import Text
from transit.queries import open_transfer

LONGEST_PAUSE_DAYS: Final = 366
RIGHT: Final = "hold.change"


def cancel(context: Context, hold_id: int) -> HoldRow:
    hold, item = _lock(context, hold_id)
    require_move(hold, "cancel")
    reason = "reader" if context.caller.kind == "patron" else "staff"
    to_clear = item is not None and free_copy(context, hold, item)
    end(context, hold, "cancel", reason, journal_act="hold_cancelled", to_clear=to_clear)
    target_titles(context, [hold.bib_id])
    return _read(context, hold_id)


def suspend(context: Context, hold_id: int, until: date) -> HoldRow:
    """A copy that was put aside already is not given back: then there is nothing to wait with."""
    hold, _item = _lock(context, hold_id)
    if hold.status not in WAITING:
        raise wrong_state(hold.status)
    today = local_day(context.now)
    if not today <= until <= today + timedelta(days=LONGEST_PAUSE_DAYS):
        detail = Text("暂停到哪天，应在今天起的一年之内。", "The last day of the pause lies within a year from today.")
        raise Invalid("hold.suspended_until", detail, {"until": [detail]})
    if hold.status == "targeted":
        release(context, hold, "suspended")
    change_hold(context, hold_id, suspended_until=until)
    record(context, "hold_changed", hold, suspended_until=until.isoformat())
    target_titles(context, [hold.bib_id])
    return _read(context, hold_id)


def resume(context: Context, hold_id: int) -> HoldRow:
    hold, _item = _lock(context, hold_id)
    if hold.status not in WAITING:
        raise wrong_state(hold.status)
    if hold.suspended_until is not None:
        change_hold(context, hold_id, suspended_until=None)
        record(context, "hold_changed", hold, suspended_until=None)
        target_titles(context, [hold.bib_id])
    return _read(context, hold_id)


def change_pickup(context: Context, hold_id: int, pickup: str) -> HoldRow:
    """A copy that lies ready or waits to be sent is fetched anew from where it is; one on its way is sent on when it arrives."""
    to = context.tree.unit(pickup)
    hold, item = _lock(context, hold_id)
    if hold.status not in (*WAITING, *KEPT):
        raise wrong_state(hold.status)
    if to.id == hold.pickup_id:
        return hold
    _check_pickup(context, hold, to.id)
    change_hold(context, hold_id, pickup_id=to.id)
    record(context, "hold_changed", hold, to=to.code)
    if hold.status == "targeted":
        release(context, hold, "pickup_changed")
    elif item is not None and hold.status in KEPT:
        _fetch_anew(context, hold, item)
    target_titles(context, [hold.bib_id])
    return _read(context, hold_id)


def _check_pickup(context: Context, hold: HoldRow, pickup_id: int) -> None:
    copies = copies_of_hold(context, hold, pickup_id=pickup_id)
    stuck = hold_rules.why_stuck(hold.wish, place_facts(context.tree.by_id[pickup_id]), copies)
    if any(reason.code == "hold.pickup_refused" for reason in stuck):
        raise Refused(stuck)


def _fetch_anew(context: Context, hold: HoldRow, item: ItemRow) -> None:
    """The copy stays this reader's: it is on the list of what is to be fetched where it is, and the scan there sends it."""
    transfer = open_transfer(context.session, item.id)
    if transfer is not None and transfer.status != "approved":
        return
    free_copy(context, hold, item)
    move_hold(context, hold.id, "release", copy_id=None, ready_at=None, shelf_until=None)
    move_hold(context, hold.id, "target", copy_id=item.id, targeted_at=context.now)


def move(context: Context, hold_id: int, position: int) -> HoldRow:
    """The ranks of the title’s queue stay what they are; who has which changes. `position` counts as the hold’s own does."""
    hold = find_hold(context, hold_id, RIGHT)
    if context.caller.kind == "patron":
        context.caller.require(RIGHT)
    ranks = ranks_of(context.session, hold.bib_id)
    order = [one for one, _rank in ranks]
    if hold_id not in order:
        raise wrong_state(hold.status)
    queue = queries.queue_of(context.session, hold_id)
    if not 1 <= position <= len(queue):
        detail = Text("位置应在 1 到 {n} 之间。", "The position lies between 1 and {n}.").format(n=len(queue))
        raise Invalid("hold.position", detail, {"position": [detail]})
    before = queue.index(hold_id) + 1
    if position == before:
        return hold
    displaced = order.index(queue[position - 1])
    order.remove(hold_id)
    order.insert(displaced, hold_id)
    last = 0
    for one, (_old, rank) in zip(order, ranks, strict=True):
        last = max(rank, last + 1)
        change_hold(context, one, rank=last)
    record(context, "hold_changed", hold, position=[before, position])
    return _read(context, hold_id)


def _lock(context: Context, hold_id: int) -> tuple[HoldRow, ItemRow | None]:
    """The hold and the copy it has, the copy's row locked first, as every act with a book in hand does."""
    session = context.session
    hold = find_hold(context, hold_id, RIGHT)
    item = item_by_id(session, hold.copy_id, lock=True) if hold.copy_id is not None else None
    locked = check_access(context, queries.lock_hold(session, hold_id), hold_id, RIGHT)
    if locked.copy_id is not None and (item is None or locked.copy_id != item.id):
        # A copy was found for it in this very moment: asked again, the caller sees it.
        changed = Text("这个预约刚刚有了变化，请再试一次。", "This hold changed just now. Please try again.")
        raise Conflict("hold.changed", changed)
    return locked, item if locked.copy_id is not None else None


def _read(context: Context, hold_id: int) -> HoldRow:
    hold = queries.hold_by_id(context.session, hold_id)
    assert hold is not None
    return hold
