"""The one door to what units ask each other to send; the acts are in `requests`, one file a subject. Services never commit.

Rows are locked in one order: copy, transfer, then the document in the outbox. Where a copy is sought, no lock is waited for: what somebody
else has in hand just now is passed over, and `follow_due` finds what was missed.
"""

from __future__ import annotations

from collections.abc import Sequence

from branches.context import Context
from circ.commands import AskForCopies
from circ.service.requests.answering import Answered, approve, refuse_asked, take_in_hand
from circ.service.requests.asking import ask
from circ.service.requests.following import follow_due
from circ.service.requests.staying import end_stays
from circ.service.status import lose_on_the_way
from transit.queries import TransferRow

__all__ = ["Answered", "RequestService"]


class RequestService:
    """What a unit does that wants copies of others, and what those do that are asked."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def ask(self, command: AskForCopies) -> list[TransferRow]:
        """Ask the nearest libraries that can help: one transfer for each copy. Raises Refused where none can."""
        return ask(self._context, command)

    def approve(self, transfer_id: int, items: Sequence[str] = ()) -> Answered:
        """The copies are in hand; without `items`, the one that was proposed. A copy that a reader waits for goes to the reader."""
        return approve(self._context, transfer_id, items)

    def take_in_hand(self, item: str, at: str) -> Answered:
        """A copy that was fetched at a unit is scanned: it goes to the request it fits."""
        return take_in_hand(self._context, item, at)

    def refuse(self, transfer_id: int, reason: str, *, pass_on: bool = True, rest: bool = False) -> list[TransferRow]:
        """Say no, and let the next library be asked; `rest`: to all that the same request still asks of this one."""
        return refuse_asked(self._context, transfer_id, reason, pass_on=pass_on, rest=rest)

    def give_up(self, transfer_id: int, reason: str) -> TransferRow:
        """What was sent has not arrived: the copy is missing, until a scan anywhere finds it."""
        return lose_on_the_way(self._context, transfer_id, reason)

    def follow_due(self) -> int:
        """Pass on requests whose copy is not to be had any more, and end those that come too late. May run at any time."""
        return follow_due(self._context)

    def end_stays(self) -> int:
        """Give copies back their home when the time for which a unit kept them is over. May run at any time."""
        return end_stays(self._context)
