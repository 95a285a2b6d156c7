"""Families: a guardian acts for a child as the child might itself. Who is nobody's guardian is answered as if there were no such card."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, select, update

from branches.context import Context
from kernel.clock import local_day
from kernel.errors import Conflict, Invalid, NotFound
from kernel.i18n import Text
from patrons.families import ADULT_AGE, CONSENT_AGE, born_by, is_child, is_grown_up
from patrons.models import Consent, Patron
from patrons.queries import PatronRow, find_patron, in_care_of, patron_by_id
from patrons.service.consents import NOT_A_CHILD, agree, in_force, note_change, take_back_record, withdraw

BATCH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Ward:
    """A child of the guardian who asks. `must_agree`: it is under 14, and the guardian has not agreed to its being on record."""

    id: int
    barcode: str
    name: str
    is_child: bool
    must_agree: bool


def acts_for(context: Context, patron_id: int | None) -> bool:
    """Whether the reader who asks may act for a reader: for themselves, and for a child in their care."""
    caller = context.caller
    if caller.kind != "patron" or patron_id is None:
        return False
    if patron_id == caller.id:
        return True
    mine = select(Patron.id).where(Patron.id == patron_id, *_in_care(context))
    return context.session.scalar(mine) is not None


def find_ward(context: Context, barcode: str) -> PatronRow:
    """A child in the care of the reader who asks, by any card it ever had."""
    try:
        ward = find_patron(context.session, barcode, context.tree, at=None)
    except Conflict as ambiguous:  # whose else the number is concerns no reader
        raise NotFound("patron", barcode) from ambiguous
    if ward.id == context.caller.id or not acts_for(context, ward.id):
        raise NotFound("patron", barcode)
    return ward


class FamilyService:
    """What a guardian does, and what time does to a family."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._session = context.session

    def wards(self) -> list[Ward]:
        """The children of the reader who asks, by name."""
        today = local_day(self._context.now)
        statement = select(Patron).where(*_in_care(self._context)).order_by(Patron.name, Patron.id)
        return [self._ward(row, today) for row in self._session.scalars(statement)]

    def consent(self, barcode: str) -> None:
        """The guardian who asks agrees to a child's being on record."""
        ward = find_ward(self._context, barcode)
        child = self._session.get_one(Patron, ward.id)
        if not is_child(child.birth_on, local_day(self._context.now), has_guardian=True):
            raise Conflict("consent.own", NOT_A_CHILD)
        if agree(self._context, ward.id, "record", "guardian"):
            note_change(self._context, ward.id, ward.home_id, {"consent": "record", "by": "guardian"})

    def take_back_consent(self, barcode: str) -> None:
        """The guardian who asks agrees no more: what is known of the child is to be erased."""
        ward = find_ward(self._context, barcode)
        self._session.execute(select(Patron.id).where(Patron.id == ward.id).with_for_update(key_share=True))
        take_back_record(self._context, ward.id)

    def let_go(self) -> int:
        """Those who have grown up leave their families, and what a guardian agreed to ends at 14, the kept history with it.

        May run at any time; returns how many people it concerned.
        """
        return self._end_wardships() + self._end_consents()

    def _end_wardships(self) -> int:
        grown = select(Patron.id, Patron.home_id).where(
            Patron.guardian_id.is_not(None), Patron.birth_on <= born_by(ADULT_AGE, local_day(self._context.now))
        )
        rows = self._session.execute(grown.order_by(Patron.id).limit(BATCH).with_for_update()).all()
        for row in rows:
            self._session.execute(update(Patron).where(Patron.id == row.id).values(guardian_id=None))
            note_change(self._context, row.id, row.home_id, {"fields": ["guardian"], "why": "grown_up"})
        return len(rows)

    def _end_consents(self) -> int:
        """A young person of 14 is asked anew: until then the history is kept no longer than by default."""
        young = (
            select(Patron.id, Patron.home_id, Patron.history)
            .join(Consent, Consent.patron_id == Patron.id)
            .where(
                Consent.withdrawn_at.is_(None),
                Consent.given_by == "guardian",
                Patron.birth_on <= born_by(CONSENT_AGE, local_day(self._context.now)),
            )
        )
        rows = self._session.execute(young.order_by(Patron.id).limit(BATCH).with_for_update(of=Patron)).all()
        kept = {row.id: row for row in rows}
        for row in kept.values():
            withdraw(self._context, row.id)
            if row.history == "keep":
                values = {"history": "days", "history_chosen_at": self._context.now}
                self._session.execute(update(Patron).where(Patron.id == row.id).values(values))
            note_change(self._context, row.id, row.home_id, {"consent": "ended", "why": "of_age"})
        return len(kept)

    def _ward(self, row: Patron, today: date) -> Ward:
        young = is_child(row.birth_on, today, has_guardian=True)
        agreed = young and in_force(self._session, row.id, "record") is not None
        barcode = patron_by_id(self._session, row.id).barcode
        return Ward(id=row.id, barcode=barcode, name=row.name, is_child=young, must_agree=young and not agreed)


def check_guardian(guardian: Patron, birth_on: date | None, today: date) -> None:
    """Refuse who cannot be a guardian, and a ward who needs none. Raises Invalid."""
    problem = None
    if guardian.status != "active":
        problem = Text("监护人的证已注销。", "The guardian’s card is closed.")
    elif guardian.guardian_id is not None:
        problem = Text("监护人自己不能再有监护人。", "A guardian has no guardian of their own.")
    elif guardian.birth_on is not None and not is_grown_up(guardian.birth_on, today):
        problem = Text("监护人须年满 18 岁。", "A guardian is at least 18 years old.")
    elif is_grown_up(birth_on, today):
        problem = Text("已满 18 岁的读者不再设监护人。", "A reader of 18 or more has no guardian.")
    if problem is not None:
        raise Invalid("patron.guardian", problem, {"guardian": [problem]})


def _in_care(context: Context) -> tuple[ColumnElement[bool], ...]:
    return in_care_of(context.caller.id, local_day(context.now))
