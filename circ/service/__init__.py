"""The acts of circulation, one file an act. `CirculationService` is the one door for every channel. Services never commit.

Rows are locked in one order: reader, copy, then the document in the outbox.
"""

from __future__ import annotations

from branches.context import Context
from circ.commands import CheckIn, CheckInMany, CheckOut, Renew, SetStatus, UseHere
from circ.service.answers import Declared, Lent, Returned, ReturnLine, Undone, Used
from circ.service.lending import check_out, preview_check_out
from circ.service.renewing import renew
from circ.service.returning import check_in, receive_transfer
from circ.service.returning_many import check_in_many
from circ.service.status import set_status
from circ.service.undoing import undo
from circ.service.using import use_here

__all__ = ["CirculationService", "Declared", "Lent", "ReturnLine", "Returned", "Undone", "Used"]


class CirculationService:
    """What a desk, a machine or a reader does with a book."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def check_out(self, command: CheckOut) -> Lent:
        """Lend a copy to a reader. Raises Refused with every reason; NotFound for an unknown card, copy or unit."""
        return check_out(self._context, command)

    def preview_check_out(self, command: CheckOut) -> Lent:
        """What `check_out` would say, without writing."""
        return preview_check_out(self._context, command)

    def renew(self, command: Renew) -> Lent:
        """Move a loan's due date on. A reader may renew their own loans, staff where they hold the right."""
        return renew(self._context, command)

    def check_in(self, command: CheckIn) -> Returned:
        """Take a copy in, whoever had it, and say what to do with the book in hand."""
        return check_in(self._context, command)

    def check_in_many(self, command: CheckInMany) -> list[ReturnLine]:
        """Take many copies in, each by itself; a line that cannot be done costs no other."""
        return check_in_many(self._context, command)

    def use_here(self, command: UseHere) -> Used:
        """Count that a copy was read in the library."""
        return use_here(self._context, command)

    def undo(self, entry_id: int) -> Undone:
        """Take back an act of the last minutes, named by its row in the journal, where nothing has happened to the copy since."""
        return undo(self._context, entry_id)

    def set_status(self, command: SetStatus) -> Declared:
        """Say what a copy is: missing, found, damaged, at the mender's, withdrawn; lost or claimed to be returned while it is out."""
        return set_status(self._context, command)

    def receive_transfer(self, transfer_id: int) -> Returned:
        """Receive a transfer where it was going: a check-in of its copy there."""
        return receive_transfer(self._context, transfer_id)
