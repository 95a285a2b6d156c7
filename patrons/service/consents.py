"""What was agreed to: given once, withdrawn at any time, never deleted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from branches.context import Context
from kernel.clock import local_day
from kernel.db import rows_changed
from kernel.errors import Conflict, Invalid
from kernel.i18n import Text
from patrons.families import is_child
from patrons.models import Consent, Patron
from patrons.service.finding import find_for, require_open

Subject = Literal["record", "history"]
GivenBy = Literal["reader", "guardian"]


class ConsentService:
    """What staff note of the paper that a reader or a guardian signed."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def note(self, barcode: str) -> int:
        """The guardian of a child has agreed to its being on record."""
        patron = find_for(self._context, barcode, "patron.write", lock=True)
        require_open(patron)
        self.agree_for(patron.id)
        return patron.id

    def agree_for(self, patron_id: int) -> None:
        """The same for a reader who was just registered. Who is 14 or more needs nobody's consent."""
        child = self._context.session.get_one(Patron, patron_id)
        today = local_day(self._context.now)
        if not is_child(child.birth_on, today, has_guardian=child.guardian_id is not None):
            raise Invalid("consent.own", NOT_A_CHILD, {"guardian_agrees": [NOT_A_CHILD]})
        if agree(self._context, patron_id, "record", "guardian"):
            note_change(self._context, patron_id, child.home_id, {"consent": "record", "by": "guardian"})

    def note_withdrawal(self, barcode: str) -> int:
        """The guardian of a child has taken that back at a desk."""
        patron = find_for(self._context, barcode, "patron.write", lock=True)
        require_open(patron)
        take_back_record(self._context, patron.id)
        return patron.id


_NONE_STANDS = Text("没有监护人的同意可以收回。", "No consent of a guardian stands that could be taken back.")
NOT_A_CHILD = Text(
    "14 岁及以上的读者由本人决定，不需要监护人同意。",
    "A reader of 14 or more decides for themselves; no guardian has to agree.",
)


def take_back_record(context: Context, patron_id: int) -> None:
    """A guardian agrees no more to a child's being on record: then what is known of the child is to be erased, within the fifteen days that
    the library has for it, once the books are back. Raises Conflict where no such consent stands. The child's row is locked."""
    known = in_force(context.session, patron_id, "record")
    if known is None or known.given_by != "guardian":
        raise Conflict("consent.none", _NONE_STANDS)
    withdraw(context, patron_id, "record")
    asked = update(Patron).where(Patron.id == patron_id, Patron.erasure_asked_at.is_(None))
    context.session.execute(asked.values(erasure_asked_at=context.now))
    home_id = context.session.get_one(Patron, patron_id).home_id
    note_change(context, patron_id, home_id, {"consent": "withdrawn", "by": "guardian"})


def note_change(context: Context, patron_id: int, home_id: int, data: Mapping[str, object]) -> None:
    """A change of a reader counts up their version and stands in the journal."""
    context.session.execute(update(Patron).where(Patron.id == patron_id).values(version=Patron.version + 1))
    context.record("patron_changed", org_id=home_id, patron_id=patron_id, data=data)


def in_force(session: Session, patron_id: int, subject: Subject) -> Consent | None:
    mine = (Consent.patron_id == patron_id, Consent.subject == subject, Consent.withdrawn_at.is_(None))
    return session.scalar(select(Consent).where(*mine))


def agree(context: Context, patron_id: int, subject: Subject, given_by: GivenBy) -> bool:
    """Note a consent; False where the same stands already. The caller has locked the reader's row or acts once."""
    known = in_force(context.session, patron_id, subject)
    if known is not None and known.given_by == given_by:
        return False
    if known is not None:
        withdraw(context, patron_id, subject)
    values = {
        "patron_id": patron_id,
        "subject": subject,
        "given_by": given_by,
        "given_at": context.now,
        "channel": context.channel,
    }
    context.session.execute(insert(Consent).values(values))
    if subject == "record":
        _ask_for_erasure_no_more(context, patron_id)
    return True


def _ask_for_erasure_no_more(context: Context, patron_id: int) -> None:
    """A guardian who agrees again takes back what the withdrawal asked for; an erasure that was asked for otherwise is still to be done."""
    ended = select(Consent.withdrawn_at).where(Consent.patron_id == patron_id, Consent.subject == "record")
    mine = update(Patron).where(Patron.id == patron_id, Patron.erasure_asked_at.in_(ended))
    context.session.execute(mine.values(erasure_asked_at=None))


def withdraw(context: Context, patron_id: int, subject: Subject | None = None) -> bool:
    """End a consent, or all of a reader's; False where none stood."""
    mine = update(Consent).where(Consent.patron_id == patron_id, Consent.withdrawn_at.is_(None))
    if subject is not None:
        mine = mine.where(Consent.subject == subject)
    return rows_changed(context.session.execute(mine.values(withdrawn_at=context.now))) > 0
