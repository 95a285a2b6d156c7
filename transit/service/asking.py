"""The writes of what a unit asks others to send: asked, approved with a copy in hand, refused, passed on. Each journals.

The caller has locked what it touches and has asked whether it may.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import insert, update

from branches.context import Context
from catalog.queries import ItemRow
from kernel.db import table_of
from transit.models import Transfer, TransferRefusal, TransferRequest
from transit.queries import TransferRow
from transit.queries.requests import Wanted

_transfers, _requests = table_of(Transfer), table_of(TransferRequest)


def write_request(context: Context, new: Wanted) -> int:
    values = {name: getattr(new, name) for name in Wanted.__dataclass_fields__}
    values |= {"asked_at": context.now, "author": context.caller.author}
    request_id: int = context.session.execute(insert(_requests).values(values).returning(_requests.c.id)).scalar_one()
    return request_id


def ask(context: Context, request_id: int, *, item_id: int, bib_id: int, from_id: int, to_id: int, reason: str) -> int:
    """Ask the unit where a copy stands to fetch and send it. The copy stays free for whoever comes first."""
    values = {
        "request_id": request_id,
        "item_id": item_id,
        "bib_id": bib_id,
        "from_id": from_id,
        "to_id": to_id,
        "reason": reason,
        "status": "requested",
        "requested_at": context.now,
        "went_on": False,
    }
    transfer_id: int = context.session.execute(
        insert(_transfers).values(values).returning(_transfers.c.id)
    ).scalar_one()
    data = {"transfer": transfer_id, "request": request_id, "from": _code(context, from_id)}
    context.record("transfer_requested", org_id=to_id, item_id=item_id, bib_id=bib_id, data=data)
    return transfer_id


def ask_elsewhere(context: Context, transfer: TransferRow, *, item_id: int, bib_id: int, from_id: int) -> None:
    """The same wish, now of another copy: of the same unit, or passed on to the next."""
    anew = {"requested_at": context.now} if from_id != transfer.from_id else {}  # since when that library is asked
    _change(context, transfer.id, item_id=item_id, bib_id=bib_id, from_id=from_id, **anew)
    data = {"transfer": transfer.id, "request": transfer.request_id, "from": _code(context, from_id)}
    if from_id != transfer.from_id:
        data["passed_on_by"] = _code(context, transfer.from_id)
    context.record("transfer_requested", org_id=transfer.to_id, item_id=item_id, bib_id=bib_id, data=data)


def approve(context: Context, transfer: TransferRow, item: ItemRow) -> None:
    """The copy is in hand and waits to be sent (待发). It may be another one than was proposed."""
    _change(context, transfer.id, item_id=item.id, bib_id=item.bib_id, status="approved")
    data = {"transfer": transfer.id, "to": _code(context, transfer.to_id), "reason": transfer.reason}
    context.record("transfer_approved", org_id=transfer.from_id, item_id=item.id, bib_id=item.bib_id, data=data)


def note_refusal(context: Context, transfer: TransferRow, reason: str) -> None:
    """The unit says no; it is not asked for this again. Whether another one is asked, the caller decides."""
    said = {"transfer_id": transfer.id, "org_id": transfer.from_id, "reason": reason}
    context.session.execute(
        insert(table_of(TransferRefusal)).values(said | {"at": context.now, "author": context.caller.author})
    )
    data = {"transfer": transfer.id, "to": _code(context, transfer.to_id), "reason": reason}
    context.record("transfer_refused", org_id=transfer.from_id, bib_id=transfer.bib_id, data=data)


def end_refused(context: Context, transfer: TransferRow, reason: str) -> None:
    """Nobody is asked any more. The copy named alone stays named; any other was never more than a proposal."""
    kept = {} if transfer.is_named else {"item_id": None}
    _change(context, transfer.id, status="refused", ended_at=context.now, cancel_reason=reason, **kept)


def mark_gone_on(context: Context, transfer_id: int) -> None:
    """Another transfer of its request takes this one's place, or the request counts one more as unfilled."""
    _change(context, transfer_id, went_on=True)


def add_unfilled(context: Context, request_id: int) -> None:
    context.session.execute(
        update(_requests).where(_requests.c.id == request_id).values(unfilled=_requests.c.unfilled + 1)
    )


def _change(context: Context, transfer_id: int, **values: Any) -> None:
    context.session.execute(update(_transfers).where(_transfers.c.id == transfer_id).values(**values))


def _code(context: Context, org_id: int) -> str:
    return context.tree.by_id[org_id].code
