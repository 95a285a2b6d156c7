"""The acts on holds, one file a subject. `HoldService` is the one door for every channel. Services never commit.

Rows are locked in one order: reader, title, copy, hold, then the document in the outbox. Where a copy is sought for a hold, or a hold for
a copy in hand, no lock is waited for: what somebody else has in hand just now is passed over, and `target_due` finds what was missed.
"""

from __future__ import annotations

from datetime import date

from branches.context import Context
from circ.commands import PlaceHold
from circ.queries.holds import HoldRow
from circ.service.holds.changing import cancel, change_pickup, move, resume, suspend
from circ.service.holds.expiring import expire_due
from circ.service.holds.fetching import note_missing
from circ.service.holds.placing import place
from circ.service.holds.reading import find_hold
from circ.service.holds.recalling import recall
from circ.service.holds.targeting import target_due

__all__ = ["HoldService"]


class HoldService:
    """What a reader, or a desk for them, does about a book to wait for."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def place(self, command: PlaceHold) -> HoldRow:
        """Wait for a title, a volume or a copy. Raises Refused with every reason; a copy on a shelf is asked for at once."""
        return place(self._context, command)

    def find(self, hold_id: int) -> HoldRow:
        """A hold of the reader who asks, or one that staff may see; NotFound for any other."""
        return find_hold(self._context, hold_id, "hold.read")

    def cancel(self, hold_id: int) -> HoldRow:
        """Call a hold off. A copy that was put aside is free for the next."""
        return cancel(self._context, hold_id)

    def change_pickup(self, hold_id: int, pickup: str) -> HoldRow:
        """Have the book handed out elsewhere."""
        return change_pickup(self._context, hold_id, pickup)

    def suspend(self, hold_id: int, until: date) -> HoldRow:
        """Keep the place in the queue, and let others go before up to and including a day."""
        return suspend(self._context, hold_id, until)

    def resume(self, hold_id: int) -> HoldRow:
        return resume(self._context, hold_id)

    def move(self, hold_id: int, position: int) -> HoldRow:
        """Give a hold another place in the queue of its title."""
        return move(self._context, hold_id, position)

    def note_missing(self, hold_id: int) -> HoldRow:
        """The copy to be fetched is not where it should stand: the hold passes on to the next copy."""
        return note_missing(self._context, hold_id)

    def recall(self, hold_id: int) -> HoldRow:
        """Call a lent copy back for a hold: the loan that comes back soonest is due earlier. Raises Refused where nothing is gained."""
        return recall(self._context, hold_id)

    def target_due(self) -> int:
        """Ask libraries to fetch what stands on their shelves for those who wait. May run at any time."""
        return target_due(self._context)

    def expire_due(self) -> int:
        """End the holds whose time is over. May run at any time."""
        return expire_due(self._context)
