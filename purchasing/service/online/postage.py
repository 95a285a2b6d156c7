"""What parcels cost readers: one fee for all that a reader has posted from a shop on one day, none where it comes to enough."""

from __future__ import annotations

from sqlalchemy import update

from branches.context import Context
from circ.queries.ledger import entry_by_id
from circ.service.ledger.charging import charge
from circ.service.ledger.forgiving import take_back
from kernel.clock import bounds_of, local_day
from kernel.db import table_of
from patrons.queries import patron_by_id
from purchasing.programmes import Programme
from purchasing.queries.online import ParcelRow, parcel_of
from purchasing.queries.selections import SelectionRow
from purchasing.selection_models import Delivery

_deliveries = table_of(Delivery)
_NOTE = "选书邮费 / postage of books chosen online"


def settle_postage(context: Context, programme: Programme, selection: SelectionRow, *, may_charge: bool) -> int:
    """Make the fee of a day's parcel what it should be now that this choice joined or left it; what is charged now, in fen."""
    assert selection.patron_id is not None
    since, until = bounds_of(local_day(selection.made_at))
    rows = parcel_of(context.session, selection.patron_id, selection.shop_id, programme.id, since, until)
    due = programme.rules.online.postage_of(sum(row.price_fen for row in rows)) if rows else 0
    charged = [row for row in rows if row.postage_id is not None]
    if due and not charged and may_charge:
        return _charge(context, rows[0], selection.patron_id, due)
    if not due:
        for row in charged:
            give_back(context, row.selection_id, row.postage_id)
    return 0


def give_back(context: Context, selection_id: int, postage_id: int | None) -> None:
    """Take back the fee of a parcel that is not sent, or costs nothing any more."""
    if postage_id is None:
        return
    fee = entry_by_id(context.session, postage_id)
    assert fee is not None
    take_back(context, postage_id, org_id=fee.org_id, note=_NOTE)
    _note_fee(context, selection_id, None)


def _charge(context: Context, row: ParcelRow, patron_id: int, fen: int) -> int:
    home_id = patron_by_id(context.session, patron_id).home_id
    fee = charge(context, patron_id=patron_id, org_id=home_id, fen=fen, cause="other", note=_NOTE)
    _note_fee(context, row.selection_id, fee.id)
    return fen


def _note_fee(context: Context, selection_id: int, postage_id: int | None) -> None:
    changed = update(_deliveries).where(_deliveries.c.selection_id == selection_id).values(postage_id=postage_id)
    context.session.execute(changed)
