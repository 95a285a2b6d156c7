"""Where a copy is and what it is at the moment: the one function through which its status and location change; and where it belongs."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import bindparam, or_, select, update

from branches.context import Context
from catalog.models import Item
from catalog.queries import ItemRow
from catalog.states import ITEM_STATUSES
from kernel import outbox
from kernel.db import table_of
from kernel.writes import Write, write_together

_table = table_of(Item)
_PLACE = (
    update(_table)
    .where(_table.c.id == bindparam("placed_item"))
    .values(status=bindparam("new_status"), location_id=bindparam("new_location"))
)


def place_item(context: Context, item: ItemRow, *, status: str, location_id: int) -> None:
    """Set status and location of a copy whose row the caller has locked, and let the index know.

    A status that cannot follow the present one is a slip of the caller (ValueError), not of a person: the rules decide before.
    The index is told of every change, not only of those that empty or fill a unit: two acts on two copies at once would each see the
    other's copy still in, unless each locked the title and counted, which costs more than the one statement it saves.
    """
    writes = placement(context, item, status=status, location_id=location_id)
    if writes:
        write_together(context.session, *writes)


def placement(context: Context, item: ItemRow, *, status: str, location_id: int) -> Sequence[Write]:
    """What `place_item` writes, for an act that writes it together with something else; nothing for a copy that is so already."""
    if status != item.status and status not in ITEM_STATUSES[item.status].moves:
        raise ValueError(f"an item that is {item.status} does not become {status}")
    if (status, location_id) == (item.status, item.location_id):
        return ()
    values = {"placed_item": item.id, "new_status": status, "new_location": location_id}
    return (Write(_PLACE, values), outbox.change(context.session, "bib", item.bib_id, at=context.now))


def move_home(context: Context, item: ItemRow, home_id: int, *, org_id: int) -> None:
    """From now on a copy, whose row the caller has locked, belongs elsewhere when idle; its owner stays. `org_id` is where it was said."""
    if home_id == item.home_id:
        return
    changed = update(_table).where(_table.c.id == item.id).values(home_id=home_id, version=_table.c.version + 1)
    context.session.execute(changed)
    codes = context.tree.by_id
    data = {"changes": {"home": [codes[item.home_id].code, codes[home_id].code]}}
    context.record("item_changed", org_id=org_id, item_id=item.id, bib_id=item.bib_id, data=data)
    outbox.enqueue(context.session, "bib", [item.bib_id], at=context.now)


def reindex_units(context: Context, units: Collection[int]) -> None:
    """Let the index know of every title with a copy at these units, because it files titles under a unit and all above it."""
    where = or_(_table.c.home_id.in_(units), _table.c.location_id.in_(units))
    bib_ids = context.session.scalars(select(_table.c.bib_id).where(where).distinct())
    outbox.enqueue(context.session, "bib", list(bib_ids), at=context.now)
