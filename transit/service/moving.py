"""The acts on a transfer. Each moves it by the table of `states.py` and journals.

Where a copy is in hand (receiving, forwarding, lending), the caller places it in the same transaction.
"""

from __future__ import annotations

from typing import Any, Final, Literal

from sqlalchemy import select, update

from branches.context import Context
from catalog.queries import ItemRow, item_by_id
from catalog.service.placing import place_item
from kernel.db import table_of
from kernel.errors import DomainError, NotFound, Refusal, Refused
from kernel.i18n import Text
from kernel.writes import Insertion, write_together
from transit import hooks
from transit.models import Transfer
from transit.queries import TransferRow, lock_transfer, transfer_by_id
from transit.states import MOVES, TRANSFER_STATUSES

_transfers = table_of(Transfer)
_OPEN = Insertion(_transfers, "item_id", "bib_id", "from_id", "to_id", "reason", "status", "requested_at", "went_on")
Side = Literal["from", "to"]
EITHER_SIDE: Final[tuple[Side, ...]] = ("from", "to")


def wrong_state(status: str) -> Refused:
    message = Text("这笔调拨现在是“{status}”，不能这样办理。", "This transfer is “{status}”, so that cannot be done.")
    return Refused(
        [
            Refusal(
                "transfer.state",
                "impossible",
                message.format(status=TRANSFER_STATUSES[status]),
                None,
                {"status": status},
            )
        ]
    )


class TransferService:
    """Opening, sending, receiving, forwarding and cancelling transfers."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._session = context.session

    def open(self, item: ItemRow, *, from_id: int, to_id: int, reason: str) -> int:
        """Begin a transfer (待发) of a copy whose row is locked; the database refuses a second open one."""
        values: dict[str, Any] = {
            "item_id": item.id,
            "bib_id": item.bib_id,
            "from_id": from_id,
            "to_id": to_id,
            "reason": reason,
            "status": "approved",
            "requested_at": self._context.now,
            "went_on": False,
        }
        transfer_id: int = write_together(self._session, _OPEN.of(values))
        data = {"transfer": transfer_id, "to": self._code(to_id), "reason": reason}
        self._context.record("transfer_approved", org_id=from_id, item_id=item.id, bib_id=item.bib_id, data=data)
        return transfer_id

    def receive(self, transfer: TransferRow) -> None:
        """The copy has arrived; the caller has it in hand and places it."""
        # No earlier than it began, though it may have begun on a machine whose clock is ahead of ours.
        received_at = max(self._context.now, transfer.requested_at)
        self._move(transfer, "receipt", {"received_at": received_at, "ended_at": received_at})
        self._record("transfer_received", transfer, transfer.to_id)

    def forward(self, transfer: TransferRow, here_id: int) -> None:
        """The copy turned up elsewhere: the same transfer goes on from here and waits to be sent again."""
        if (transfer.from_id, transfer.status) == (here_id, "approved"):
            return
        self._session.execute(
            update(Transfer)
            .where(Transfer.id == transfer.id)
            .values(from_id=here_id, status="approved", dispatched_at=None)
        )
        data = {
            "transfer": transfer.id,
            "to": self._code(transfer.to_id),
            "forwarded_from": self._code(transfer.from_id),
        }
        self._context.record(
            "transfer_approved", org_id=here_id, item_id=transfer.item_id, bib_id=transfer.bib_id, data=data
        )

    def end_by_loan(self, transfer: TransferRow, here_id: int) -> None:
        """The copy was lent on its way: the book in hand is the truth."""
        self._end(transfer, "lent")
        self._record("transfer_cancelled", transfer, here_id, reason="lent")

    def call_off(self, transfer: TransferRow, reason: str) -> None:
        """What it was for is over; the caller has the copy's row locked and places it."""
        self._end(transfer, reason)
        self._record("transfer_cancelled", transfer, transfer.from_id, reason=reason)

    def lose(self, transfer: TransferRow, org_id: int) -> None:
        """The copy did not arrive and cannot be found; the caller has its row locked and places it."""
        self._move(transfer, "loss", {"ended_at": self._context.now})
        self._record("transfer_cancelled", transfer, org_id, reason="missing")

    def dispatch(self, transfer_id: int) -> TransferRow:
        """The copy leaves (在途)."""
        transfer, _item = self._lock(transfer_id, "transfer.send", ("from",))
        self._move(transfer, "dispatch", {"dispatched_at": self._context.now})
        self._record("transfer_dispatched", transfer, transfer.from_id)
        return self._read(transfer_id)

    def cancel(self, transfer_id: int, reason: str, *, force: bool = False) -> TransferRow:
        """Call a transfer off, from either side. One on its way only by `force`: the copy never left or came back, and is where it was."""
        transfer, item = self._lock(transfer_id, "transfer.cancel", EITHER_SIDE)
        if transfer.status == "dispatched" and not force:
            raise wrong_state(transfer.status)
        unseen = {"item_id": None} if transfer.status == "requested" and not transfer.is_named else {}
        ended = {"ended_at": self._context.now, "cancel_reason": reason}
        self._move(transfer, "cancellation", ended | unseen)
        self._record("transfer_cancelled", transfer, transfer.from_id, reason=reason)
        if transfer.status == "requested":
            return self._read(transfer_id)  # nothing had happened to the copy
        place_item(self._context, item, status="available", location_id=item.location_id)
        for tell in hooks.CANCELLED:
            tell(self._context, transfer)
        return self._read(transfer_id)

    def _lock(self, transfer_id: int, right: str, sides: tuple[Side, ...]) -> tuple[TransferRow, ItemRow]:
        """The transfer, its copy's row locked first, as every lending act does; 404 for one outside the units of the right."""
        self._context.caller.require(right)
        item_id = self._session.scalar(select(Transfer.item_id).where(Transfer.id == transfer_id))
        if item_id is None:
            raise self._ended_or_unknown(transfer_id, right, sides)
        item = item_by_id(self._session, item_id, lock=True)
        transfer = lock_transfer(self._session, transfer_id)
        if transfer is None or not self._may(transfer, right, sides):
            raise NotFound("transfer", transfer_id)
        if transfer.item_id != item_id:
            raise wrong_state(transfer.status)  # somebody answered while this act waited for the copy
        return transfer, item

    def _ended_or_unknown(self, transfer_id: int, right: str, sides: tuple[Side, ...]) -> DomainError:
        """Only one that was refused names no copy."""
        transfer = transfer_by_id(self._session, transfer_id)
        if transfer is None or not self._may(transfer, right, sides):
            return NotFound("transfer", transfer_id)
        return wrong_state(transfer.status)

    def _may(self, transfer: TransferRow, right: str, sides: tuple[Side, ...]) -> bool:
        units = {"from": transfer.from_id, "to": transfer.to_id}
        return any(self._context.caller.may(right, units[side], self._context.tree) for side in sides)

    def _read(self, transfer_id: int) -> TransferRow:
        transfer = transfer_by_id(self._session, transfer_id)
        if transfer is None:
            raise NotFound("transfer", transfer_id)
        return transfer

    def _move(self, transfer: TransferRow, act: str, values: dict[str, Any]) -> None:
        move = next(move for move in MOVES if move.act == act)
        if transfer.status not in move.before:
            raise wrong_state(transfer.status)
        self._session.execute(update(Transfer).where(Transfer.id == transfer.id).values(status=move.after, **values))

    def _end(self, transfer: TransferRow, reason: str) -> None:
        self._move(transfer, "cancellation", {"ended_at": self._context.now, "cancel_reason": reason})

    def _record(self, act: str, transfer: TransferRow, org_id: int, **data: Any) -> None:
        subjects = {"item_id": transfer.item_id, "bib_id": transfer.bib_id}
        self._context.record(act, org_id=org_id, data={"transfer": transfer.id, **data}, **subjects)

    def _code(self, org_id: int) -> str:
        return self._context.tree.by_id[org_id].code
