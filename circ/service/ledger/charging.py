"""Fees: charged by the policies, or by hand for a reason that is written down."""

from __future__ import annotations

from typing import Any

from branches.context import Context
from catalog.queries import find_item
from circ import ledger
from circ.commands import Charge
from circ.queries import ledger as queries
from circ.queries.ledger import EntryRow
from circ.service.ledger.access import find_account
from circ.service.ledger.posting import NewEntry, post
from kernel.errors import NotFound


def charge(
    context: Context,
    *,
    patron_id: int,
    org_id: int,
    fen: int,
    cause: str,
    loan_id: int | None = None,
    item_id: int | None = None,
    note: str | None = None,
    why: dict[str, Any] | None = None,
    by_rule: bool = True,
) -> EntryRow:
    """Charge a fee; credit that is there settles it at once. `why` says how it was computed, and names no book and no reader."""
    queries.lock_account(context.session, patron_id)
    new = NewEntry(
        patron_id=patron_id,
        org_id=org_id,
        kind="charge",
        fen=fen,
        cause=cause,
        loan_id=loan_id,
        item_id=item_id,
        note=note,
        why=why,
        by_rule=by_rule,
    )
    return post(context, new, ledger.plan_charge(fen, queries.open_credits(context.session, patron_id)))


def charge_by_hand(context: Context, command: Charge) -> EntryRow:
    """A fee that a member of staff decided on."""
    access = find_account(context, command.patron, "fee.charge", command.at, lock=True)
    item_id = None
    if command.item is not None:
        item = find_item(context.session, command.item, context.tree, at=access.org_id)
        item_id = item.id
        if access.units is not None and not access.units & {item.home_id, item.owner_id}:
            raise NotFound(
                "patron", command.patron
            )  # another library's reader pays here for the books of this one only
    else:
        access.require_whole(command.patron)
    return charge(
        context,
        patron_id=access.patron.id,
        org_id=access.org_id,
        fen=command.fen,
        cause=command.cause,
        item_id=item_id,
        note=command.reason,
        by_rule=False,
    )
