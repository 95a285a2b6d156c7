"""Cards and PINs. A number once given out stays with its reader for ever; at most one card of a reader is active."""

from __future__ import annotations

from datetime import datetime
from typing import Final, Literal

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from branches import passwords
from branches.context import Context
from branches.service import logins
from kernel.db import rows_changed, table_of
from kernel.errors import Conflict, Invalid
from kernel.i18n import Text
from patrons import hooks
from patrons.models import Card, Patron
from patrons.numbers import TAKEN, card_number_problem
from patrons.queries import card_exists
from patrons.service.finding import find_for, require_open

Reason = Literal["lost", "damaged", "replaced", "found"]
_NEW: Final = insert(table_of(Card))
REASONS: Final[tuple[Reason, ...]] = ("lost", "damaged", "replaced", "found")


class CardService:
    """New cards, lost cards, PINs."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._session = context.session

    def replace(self, barcode: str, new_barcode: str, reason: Reason) -> int:
        """Give a reader a new card; the old one works no more, and no login goes on where it is lost. A lost card of theirs that was
        found may be the new one; with the reason `found` it must be."""
        patron = find_for(self._context, barcode, "patron.write", lock=True)
        require_open(patron)
        namespace_id = self._context.tree.namespace(patron.home_id)
        known = self._own_card(patron.id, namespace_id, new_barcode)
        _check_wish(known, reason)
        self._end_active(patron.id, "lost" if reason == "lost" else "ended")
        if reason == "lost":
            logins.revoke_all(self._session, "patron", patron.id)
        if known is not None:
            self._session.execute(update(Card).where(Card.id == known.id).values(status="active"))
        else:
            check_new_number(self._session, namespace_id, new_barcode)
            issue_card(self._session, patron.id, namespace_id, new_barcode, self._context.now)
        self._note(patron.id, patron.home_id, {"card": "issued", "reason": reason})
        return patron.id

    def report_lost(self, barcode: str) -> int:
        """The card is lost and stops working at once, also where the reader is logged in with it."""
        patron = find_for(self._context, barcode, "patron.write", lock=True)
        require_open(patron)
        if not self._end_active(patron.id, "lost"):
            detail = Text(
                "这位读者没有在用的证，不必再挂失。", "This reader has no card in use; there is nothing to report."
            )
            raise Conflict("card.none_active", detail)
        logins.revoke_all(self._session, "patron", patron.id)
        self._note(patron.id, patron.home_id, {"card": "lost"})
        return patron.id

    def set_pin(self, barcode: str, pin: str) -> int:
        """Set a reader's PIN at the desk; every login made with the old one ends, and the reader hears of it."""
        context = self._context
        patron = find_for(context, barcode, "patron.write", lock=True)
        at_id = context.caller.own_unit() or patron.home_id
        self._store_pin(patron.id, pin)
        self._note(patron.id, patron.home_id, {"fields": ["pin"], "at": context.tree.by_id[at_id].code})
        for tells in hooks.PIN_SET:
            tells(context, patron.id, at_id)
        return patron.id

    def set_own_pin(self, pin: str) -> None:
        """A reader's own PIN, once the adapter has had the old one checked and throttled."""
        patron = self._session.get_one(Patron, self._context.caller.id)
        self._store_pin(patron.id, pin)
        self._note(patron.id, patron.home_id, {"fields": ["pin"]})

    def _store_pin(self, patron_id: int, pin: str) -> None:
        hashed = passwords.hash_pin(pin)
        self._session.execute(update(Patron).where(Patron.id == patron_id).values(pin_hash=hashed))
        logins.revoke_all(self._session, "patron", patron_id)

    def _end_active(self, patron_id: int, status: str) -> bool:
        active = update(Card).where(Card.patron_id == patron_id, Card.status == "active")
        return rows_changed(self._session.execute(active.values(status=status))) > 0

    def _own_card(self, patron_id: int, namespace_id: int, barcode: str) -> Card | None:
        own = (Card.patron_id == patron_id, Card.namespace_id == namespace_id, Card.barcode == barcode)
        return self._session.scalar(select(Card).where(*own))

    def _note(self, patron_id: int, home_id: int, data: dict[str, object]) -> None:
        self._session.execute(update(Patron).where(Patron.id == patron_id).values(version=Patron.version + 1))
        self._context.record("patron_changed", org_id=home_id, patron_id=patron_id, data=data)


def _check_wish(known: Card | None, reason: Reason) -> None:
    """What was typed as the new number must fit the reason."""
    if known is not None and known.status == "active":
        detail = Text("这就是现在在用的证。请扫新证。", "This is the card in use. Scan the new one.")
        raise Conflict("card.same", detail)
    if reason == "found" and (known is None or known.status != "lost"):
        detail = Text("这不是这位读者挂失的证。", "This is not a card that the reader lost.")
        raise Conflict("card.not_lost", detail)


def check_new_number(session: Session, namespace_id: int, barcode: str) -> None:
    """Refuse a number that cannot be looked up or was ever given out in the namespace."""
    if problem := card_number_problem(barcode):
        raise Invalid("patron.barcode", problem, {"barcode": [problem]})
    if card_exists(session, namespace_id, barcode):
        raise Conflict("patron.barcode_taken", TAKEN.format(b=barcode))


def issue_card(session: Session, patron_id: int, namespace_id: int, barcode: str, now: datetime) -> None:
    values = {"patron_id": patron_id, "namespace_id": namespace_id, "barcode": barcode, "issued_at": now}
    session.execute(_NEW, values)
