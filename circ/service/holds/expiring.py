"""Ends holds whose time is over: those not filled by their last day, and those whose book was not collected from the shelf in time."""

from __future__ import annotations

from typing import Final

from branches.context import Context
from catalog.queries import item_by_id
from circ.queries import holds as queries
from circ.queries.holds import HoldRow
from circ.service.holds.targeting import target_titles
from circ.service.holds.writing import end, free_copy
from kernel.clock import local_day

AT_ONCE: Final = 500


def expire_due(context: Context) -> int:
    """How many ended. The copy of one that was not collected stays on the hold shelf until somebody has it in hand."""
    today, titles, ended = local_day(context.now), set[int](), 0
    for hold_id in queries.run_out(context.session, today, AT_ONCE):
        hold = queries.hold_by_id(context.session, hold_id)
        if hold is not None and _expire(context, hold):
            titles.add(hold.bib_id)
            ended += 1
    target_titles(context, titles)
    return ended


def _expire(context: Context, hold: HoldRow) -> bool:
    """The copy's row first, then the hold's; what changed meanwhile is left for the next turn."""
    item = item_by_id(context.session, hold.copy_id, lock=True) if hold.copy_id is not None else None
    locked = queries.lock_hold(context.session, hold.id)
    if locked is None or (locked.status, locked.copy_id, locked.shelf_until, locked.expires_on) != (
        hold.status,
        hold.copy_id,
        hold.shelf_until,
        hold.expires_on,
    ):
        return False
    to_clear = item is not None and locked.status == "ready" and free_copy(context, locked, item)
    reason = "not_collected" if locked.status == "ready" else "too_late"
    end(context, locked, "expire", reason, journal_act="hold_expired", to_clear=to_clear)
    return True
