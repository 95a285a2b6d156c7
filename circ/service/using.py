"""Use in the library: a copy that was read on the spot and not lent. It names no reader and moves nothing."""

from __future__ import annotations

from branches.context import Context
from catalog.queries import ItemRow, find_item
from catalog.states import ITEM_STATUSES
from circ import sentences
from circ.commands import UseHere
from circ.handling import told_at_check_in
from circ.refusals import refuse
from circ.service.answers import Used
from kernel.errors import Refused

READABLE = ("available", "on_hold_shelf", "in_processing")  # what stands in a library can be read there


def use_here(context: Context, command: UseHere) -> Used:
    """Count one use. Raises Refused for a copy that is believed out, on its way or gone: a check-in sets that right first."""
    here = context.tree.unit(command.at)
    context.caller.require_at("loan.return", here.id, context.tree)
    if here.kind == "network":
        raise Refused([refuse("org.no_desk", org=here.name)])
    item = find_item(context.session, command.item, context.tree, at=here.id, lock=True)
    if item.status not in READABLE:
        raise Refused([refuse("item.not_used_here", status=ITEM_STATUSES[item.status].label)])
    notices = told_at_check_in(item)
    if item.location_id != here.id:
        notices.append(refuse("item.elsewhere", org=context.tree.by_id[item.location_id].name))
    return Used(
        item=item,
        at=here,
        entry_id=record_use(context, item, here.id),
        message=sentences.after_use(item, is_at_home=item.location_id == here.id),
        notices=tuple(notices),
    )


def record_use(context: Context, item: ItemRow, here_id: int) -> int:
    return context.record("used_in_house", org_id=here_id, item_id=item.id, bib_id=item.bib_id)
