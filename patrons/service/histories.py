"""The reader's choice of what is remembered of returned books. Keeping it needs a consent of its own, a child's the guardian's."""

from __future__ import annotations

from sqlalchemy import update

from branches.context import Context
from kernel.clock import local_day
from kernel.errors import Conflict, Invalid
from kernel.i18n import Text
from patrons.families import is_child
from patrons.histories import Choice
from patrons.models import Patron
from patrons.service.consents import GivenBy, agree, note_change, withdraw
from patrons.service.families import find_ward
from patrons.service.finding import find_for, require_open

NEEDS_GUARDIAN = Text(
    "未满 14 岁的读者要由监护人同意，才能一直保留借阅记录。",
    "For a reader under 14 the guardian has to agree before the history is kept.",
)
NEEDS_CONSENT = Text("一直保留借阅记录，要先表示同意。", "To keep the history, the reader has to agree to it.")


class HistoryService:
    """Choosing: by the reader, by the guardian of a child, or at the desk for a reader who stands there."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def choose(self, choice: Choice, *, agrees: bool = False) -> None:
        """The choice of the reader who asks; a stricter one takes effect with the next run of the job."""
        self._choose(self._context.caller.id, choice, "reader" if agrees else None)

    def choose_for_ward(self, card: str, choice: Choice, *, agrees: bool = False) -> None:
        """A guardian's choice for a child under 14; from then on it is the child's own."""
        ward = find_ward(self._context, card)
        if not self._is_child(self._context.session.get_one(Patron, ward.id)):
            own = Text("14 岁及以上由本人决定。", "From 14 on the choice is one's own.")
            raise Conflict("history.own", own)
        self._choose(ward.id, choice, "guardian" if agrees else None)

    def choose_at_desk(self, barcode: str, choice: Choice, *, agreed_by: GivenBy | None = None) -> int:
        """What a reader at the desk wants; `agreed_by` is who signed that the history be kept."""
        patron = find_for(self._context, barcode, "patron.write", lock=True)
        require_open(patron)
        self._choose(patron.id, choice, agreed_by)
        return patron.id

    def _choose(self, patron_id: int, choice: Choice, agreed_by: GivenBy | None) -> None:
        patron = self._context.session.get_one(Patron, patron_id, with_for_update=True)
        if choice == "keep":
            self._agree(patron, agreed_by)
        else:
            withdraw(self._context, patron_id, "history")
        if choice == patron.history:
            return
        values = {"history": choice, "history_chosen_at": self._context.now}
        self._context.session.execute(update(Patron).where(Patron.id == patron_id).values(values))
        note_change(self._context, patron_id, patron.home_id, {"fields": ["history"], "history": choice})

    def _agree(self, patron: Patron, agreed_by: GivenBy | None) -> None:
        if agreed_by is None:
            raise Invalid("history.consent", NEEDS_CONSENT, {"agrees": [NEEDS_CONSENT]})
        if self._is_child(patron) != (agreed_by == "guardian"):
            wrong = (
                NEEDS_GUARDIAN
                if agreed_by == "reader"
                else Text("14 岁及以上由本人同意。", "From 14 on readers agree for themselves.")
            )
            raise Invalid("history.guardian", wrong, {"agrees": [wrong]})
        agree(self._context, patron.id, "history", agreed_by)

    def _is_child(self, patron: Patron) -> bool:
        today = local_day(self._context.now)
        return is_child(patron.birth_on, today, has_guardian=patron.guardian_id is not None)
