"""Cards whose time runs out: found, and made valid for longer, one or many at once. A renewal never makes a card valid for less."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from sqlalchemy import select, update

from branches.context import Context
from kernel.clock import local_day
from kernel.errors import Conflict, DomainError, Invalid
from kernel.i18n import Text
from patrons import queries
from patrons.models import Patron
from patrons.privacy import mask_name
from patrons.queries import FoundRow, PatronRow
from patrons.service.consents import note_change
from patrons.service.finding import find_for, require_open

MOST_CARDS: Final = 500
MOST_YEARS: Final = 10
MOST_SHOWN: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class RenewedCard:
    """What came of one card on the list. `before` is the last day it had, None for no end."""

    barcode: str
    result: Literal["renewed", "unchanged", "refused"]
    before: date | None = None
    code: str | None = None
    message: Text | None = None


class CardRenewalService:
    """Renewal of cards by staff, where they may change the reader."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._session = context.session

    def expiring(self, until: date, at: str | None = None) -> list[FoundRow]:
        """Readers of the caller's units whose cards are valid until a day, or were, soonest first; names masked."""
        caller, tree = self._context.caller, self._context.tree
        caller.require("patron.write")
        units = caller.units("patron.write", tree)
        if at is not None:
            unit = tree.unit(at)
            caller.require_at("patron.write", unit.id, tree, key=at)
            units &= tree.subtree(unit.id)
        rows = queries.expiring(self._session, units, until, limit=MOST_SHOWN)
        return [
            FoundRow(**{name: getattr(row, name) for name in _COLUMNS} | {"name": mask_name(row.name)}) for row in rows
        ]

    def renew(self, cards: Sequence[str], expires_on: date, *, dry_run: bool = False) -> list[RenewedCard]:
        """Make cards valid until a day. What cannot be done is said card by card; the rest is done, all of it or nothing."""
        self._context.caller.require("patron.write")
        self._check_day(expires_on)
        named = list(dict.fromkeys(card.strip() for card in cards))
        found = {card: self._find(card) for card in named}
        readers = {one.id for one in found.values() if isinstance(one, PatronRow)}
        if not dry_run:
            # One order for all, so that two lists with the same readers do not wait for each other.
            self._session.execute(
                select(Patron.id).where(Patron.id.in_(readers)).order_by(Patron.id).with_for_update()
            ).all()
            found = {card: self._find(card) if isinstance(one, PatronRow) else one for card, one in found.items()}
        done: set[int] = set()
        return [self._renew_one(card, one, expires_on, done, dry_run=dry_run) for card, one in found.items()]

    def _find(self, card: str) -> PatronRow | DomainError:
        try:
            patron = find_for(self._context, card, "patron.write")
            require_open(patron)
        except DomainError as error:
            return error
        if patron.card_status != "active":
            return Conflict("card.not_active", _NOT_ACTIVE)
        return patron

    def _renew_one(
        self, card: str, one: PatronRow | DomainError, expires_on: date, done: set[int], *, dry_run: bool
    ) -> RenewedCard:
        if isinstance(one, DomainError):
            return RenewedCard(barcode=card, result="refused", code=one.code, message=one.detail)
        if one.id in done or one.expires_on is None or one.expires_on >= expires_on:
            return RenewedCard(barcode=card, result="unchanged", before=one.expires_on)
        done.add(one.id)
        if not dry_run:
            self._session.execute(update(Patron).where(Patron.id == one.id).values(expires_on=expires_on))
            told = {"fields": ["expires_on"], "card_until": expires_on.isoformat()}
            note_change(self._context, one.id, one.home_id, told)
        return RenewedCard(barcode=card, result="renewed", before=one.expires_on)

    def _check_day(self, expires_on: date) -> None:
        today = local_day(self._context.now)
        if not today < expires_on or expires_on.year > today.year + MOST_YEARS:
            detail = Text("有效期应在明天到 {n} 年之内。", "A card is valid from tomorrow on, for at most {n} years.")
            detail = detail.format(n=MOST_YEARS)
            raise Invalid("patron.expires_on", detail, {"expires_on": [detail]})


_COLUMNS: Final = tuple(FoundRow.__dataclass_fields__)
_NOT_ACTIVE: Final = Text(
    "这张证已挂失或换新，请用现在的证号。", "This card was lost or replaced; use the present number."
)
