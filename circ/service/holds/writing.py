"""The writes to a hold, each by the table of `circ.states` and with its row of the journal. The caller has locked what it touches."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import bindparam, delete, insert, update

from branches.context import Context
from catalog.queries import ItemRow
from catalog.service.placing import place_item
from circ import hooks
from circ.hold_rules import IdleCopy, Wish
from circ.models import Hold, ShelfMiss
from circ.notice_rules import TOLD_WHEN_OVER
from circ.queries.hold_queues import WaitingRow
from circ.queries.holds import HoldRow
from circ.service.telling import mark_hold
from circ.states import MOVES
from kernel.clock import local_day
from kernel.db import table_of
from transit.queries import open_transfer
from transit.service import TransferService

_holds, _misses = table_of(Hold), table_of(ShelfMiss)
_AFTER = {move.act: move.after for move in MOVES}
_TARGET = (
    update(_holds)
    .where(_holds.c.id == bindparam("of_hold"))
    .values(status=_AFTER["target"], copy_id=bindparam("found"), targeted_at=bindparam("targeted_at"))
)


def open_hold(
    context: Context,
    wish: Wish,
    *,
    patron_id: int,
    bib_id: int,
    pickup_id: int,
    status: str,
    copy_id: int | None = None,
    expires_on: date | None = None,
) -> int:
    """A reader's new place at the end of the queue; its id. The caller journals the act that brought it."""
    values = {
        "patron_id": patron_id,
        "bib_id": bib_id,
        "item_id": wish.item_id,
        "volume": wish.volume,
        "wants": wish.word,
        "copy_id": copy_id,
        "pickup_id": pickup_id,
        "status": status,
        "rank": int(context.now.timestamp() * 1000),
        "placed_at": context.now,
        "expires_on": expires_on,
        "to_clear": False,
    }
    hold_id: int = context.session.execute(insert(_holds).values(values).returning(_holds.c.id)).scalar_one()
    return hold_id


def move_hold(context: Context, hold_id: int, act: str, **values: Any) -> None:
    """Bring a hold to where an act leads; the caller has asked whether it may."""
    context.session.execute(update(_holds).where(_holds.c.id == hold_id).values(status=_AFTER[act], **values))


def change_hold(context: Context, hold_id: int, **values: Any) -> None:
    context.session.execute(update(_holds).where(_holds.c.id == hold_id).values(**values))


def record(context: Context, act: str, hold: HoldRow, *, org_id: int | None = None, **data: Any) -> None:
    """A row of the journal about a hold, with the copy it has, if any."""
    subjects = {"item_id": data.pop("item_id", hold.copy_id), "bib_id": hold.bib_id, "patron_id": hold.patron_id}
    context.record(act, org_id=org_id or hold.pickup_id, data={"hold": hold.id, **data}, **subjects)


def release(context: Context, hold: HoldRow, why: str, *, org_id: int | None = None) -> None:
    """Back to its place in the queue, without a copy."""
    move_hold(context, hold.id, "release", copy_id=None, targeted_at=None, ready_at=None, shelf_until=None)
    record(context, "hold_released", hold, org_id=org_id or hold.copy_location_id, why=why)


def target(context: Context, found: Sequence[tuple[WaitingRow, IdleCopy]]) -> None:
    """Each of these holds has found its copy, which is now to be fetched from where it stands."""
    if not found:
        return
    rows = [{"of_hold": row.id, "found": copy.id} for row, copy in found]
    context.session.execute(_TARGET, [one | {"targeted_at": context.now} for one in rows])
    context.record_many(
        "hold_targeted",
        [
            {
                "org_id": copy.location_id,
                "item_id": copy.id,
                "bib_id": row.bib_id,
                "patron_id": row.patron_id,
                "data": {"hold": row.id},
            }
            for row, copy in found
        ],
    )


def collect(context: Context, hold: HoldRow, loan_id: int, *, item_id: int, org_id: int) -> None:
    """The reader has the book."""
    move_hold(
        context,
        hold.id,
        "collect",
        copy_id=item_id,
        loan_id=loan_id,
        ended_at=context.now,
        end_reason="collected",
    )
    record(context, "hold_collected", hold, org_id=org_id, item_id=item_id, loan=loan_id, was=hold.status)


def uncollect(context: Context, hold: HoldRow, item: ItemRow, *, was_ready: bool) -> None:
    """The check-out was undone: back onto the hold shelf, where the copy lay, with the day that it had; else back to its place in the
    queue."""
    move_hold(context, hold.id, "uncollect", copy_id=None, loan_id=None, ended_at=None, end_reason=None)
    if was_ready:
        move_hold(context, hold.id, "shelve", copy_id=item.id)
    else:
        change_hold(context, hold.id, targeted_at=None, ready_at=None, shelf_until=None)
    record(context, "hold_changed", hold, item_id=item.id, why="undone")


def shelve(context: Context, hold: HoldRow, item: ItemRow, days: int | None) -> None:
    """The copy lies on the hold shelf of the pickup place. What lay there already keeps its day."""
    if hold.status == "ready" and hold.copy_id == item.id:
        return
    until = last_day(context, hold.pickup_id, days)
    move_hold(context, hold.id, "shelve", copy_id=item.id, ready_at=context.now, shelf_until=until)
    data = {"until": until.isoformat()} if until else {}
    record(context, "hold_ready", hold, item_id=item.id, **data)
    mark_hold(context, hold.id)


def last_day(context: Context, pickup_id: int, days: int | None) -> Any:
    """The last day on the hold shelf: so many open days of the pickup place; None for a place that never opens, and without a limit."""
    return None if days is None else context.calendars.add_open_days(pickup_id, local_day(context.now), days)


def send(context: Context, hold: HoldRow, item: ItemRow, here_id: int) -> None:
    """The copy goes to the pickup place. One that lay on the shelf and turned up elsewhere goes back there."""
    if hold.status == "in_transit" and hold.copy_id == item.id:
        return
    move_hold(context, hold.id, "send", copy_id=item.id, ready_at=None, shelf_until=None)
    record(context, "hold_sent", hold, org_id=here_id, item_id=item.id)


def end(context: Context, hold: HoldRow, act: str, reason: str, *, journal_act: str, to_clear: bool) -> None:
    """A hold comes to nothing. Its copy stays named only as long as it may stand on the hold shelf."""
    kept = {} if to_clear else {"copy_id": None}
    move_hold(context, hold.id, act, ended_at=context.now, end_reason=reason, to_clear=to_clear, **kept)
    record(context, journal_act, hold, reason=reason)
    if reason in TOLD_WHEN_OVER:
        mark_hold(context, hold.id)
    if hold.item_id is not None:
        for tell in hooks.HOLD_OVER:
            tell(context, hold)


def free_copy(context: Context, hold: HoldRow, item: ItemRow) -> bool:
    """The copy of a hold is for nobody any more. True where it stays on the hold shelf until somebody clears it away.

    One that waits to be sent stays where it is; one on its way arrives, and the desk there hears what becomes of it.
    """
    if hold.status == "ready":
        place_item(context, item, status="available", location_id=item.location_id)
        return True
    if hold.status == "in_transit":
        transfer = open_transfer(context.session, item.id)
        if transfer is not None and transfer.status == "approved":
            TransferService(context).call_off(transfer, "hold_ended")
            place_item(context, item, status="available", location_id=item.location_id)
    return False


def forget_traces(context: Context, item_id: int) -> None:
    """Somebody has the copy in hand: it was found, and it stands on no hold shelf for a hold that is over."""
    session = context.session
    session.execute(
        update(_holds).where(_holds.c.copy_id == item_id, _holds.c.to_clear).values(to_clear=False, copy_id=None)
    )
    session.execute(delete(_misses).where(_misses.c.item_id == item_id))
