"""A copy that an upper room got for one reader goes to where they collect it: a hold on this very copy, on its way at once.

It asks no rules of holds, since what was bought for a reader does not count among what they wait for."""

from __future__ import annotations

from branches.context import Context
from catalog.queries import ItemRow
from catalog.service.placing import place_item
from circ.hold_rules import Wish
from circ.service.holds.writing import open_hold
from transit.service import TransferService


def promise(context: Context, item: ItemRow, *, patron_id: int, pickup_id: int) -> int:
    """Send a copy whose row is locked, and which is to be had, from where it is to `pickup_id` for a reader; the id of the hold. The desk
    there receives it like every other book, and puts it on the hold shelf."""
    hold_id = open_hold(
        context,
        Wish(item_id=item.id),
        patron_id=patron_id,
        bib_id=item.bib_id,
        pickup_id=pickup_id,
        status="in_transit",
        copy_id=item.id,
    )
    service, from_id = TransferService(context), item.location_id
    place_item(context, item, status="in_transit", location_id=from_id)
    transfer_id = service.open(item, from_id=from_id, to_id=pickup_id, reason="hold")
    subjects = {"item_id": item.id, "bib_id": item.bib_id, "patron_id": patron_id}
    context.record("hold_sent", org_id=from_id, data={"hold": hold_id}, **subjects)
    service.dispatch(transfer_id)
    return hold_id
