"""A reader registered, changed, shown and searched for. Every look of staff at a person is journalled.

Who lacks the right to full names at the reader's home sees name and phone masked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypedDict

from sqlalchemy import insert, select, update

from branches import passwords
from branches.context import Context
from kernel.clock import local_day
from kernel.db import table_of
from kernel.errors import Invalid, NotFound, Stale
from kernel.i18n import Text
from patrons import hooks, queries
from patrons.families import UNBORN, is_child
from patrons.models import Patron
from patrons.privacy import Vault, mask_name, mask_phone, normalise_phone
from patrons.reference import CATEGORIES
from patrons.service.cards import check_new_number, issue_card
from patrons.service.consents import ConsentService, in_force
from patrons.service.families import check_guardian
from patrons.service.finding import find_for, name_for, require_open

MOST_FOUND = 50
_NEW = insert(table_of(Patron)).returning(table_of(Patron).c.id)  # made once: a table brings thousands


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPatron:
    """A reader to be. `home` is a unit's code, `guardian` another reader's card. `guardian_agrees`: to a child's being on record."""

    barcode: str
    name: str
    category: str
    home: str
    expires_on: date | None = None
    birth_on: date | None = None
    guardian: str | None = None
    guardian_agrees: bool = False
    phone: str | None = field(default=None, repr=False)
    pin: str | None = field(default=None, repr=False)


class PatronChanges(TypedDict, total=False):
    """What may change about a reader; what is absent stays, None takes away."""

    name: str
    category: str
    home: str
    expires_on: date | None
    birth_on: date | None
    guardian: str | None
    phone: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One of the same family, the name masked as rights allow."""

    barcode: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PatronView:
    """A reader as the asker may see them. `counts` is what upper rooms know of them, such as `open_loans`; `wards` the children in their
    care. `is_child`: a guardian decides for them; `must_agree`: and has not agreed yet to their being on record."""

    id: int
    barcode: str
    name: str
    category: str
    home: str
    expires_on: date | None
    birth_on: date | None
    guardian: str | None
    guardian_name: str | None
    wards: list[Person]
    is_child: bool
    must_agree: bool
    phone: str | None
    status: str
    has_pin: bool
    history: str
    erasure_asked_at: datetime | None
    erased_at: datetime | None
    blocks: list[queries.BlockRow]
    cards: list[queries.CardRow]
    counts: Mapping[str, Any]
    version: int


class PatronService:
    """Registration and profile."""

    def __init__(self, context: Context, vault: Vault) -> None:
        self._context = context
        self._session = context.session
        self._vault = vault

    @property
    def vault(self) -> Vault:
        """What opens the sealed parts of a profile."""
        return self._vault

    def register(self, new: NewPatron) -> PatronView:
        """Make a reader with a first card, in the namespace of their home."""
        return self._view(self.add(new))

    def add(self, new: NewPatron) -> int:
        """The same for many: the reader's id, without looking at what was written. What is refused is refused before anything is."""
        context = self._context
        home = context.tree.unit(new.home)
        context.caller.require_at("patron.write", home.id, context.tree, key=new.home)
        self._check_category(new.category)
        self._check_birth(new.birth_on)
        namespace_id = context.tree.namespace(home.id)
        check_new_number(self._session, namespace_id, new.barcode)
        values = {
            "name": new.name,
            "category": new.category,
            "home_id": home.id,
            "expires_on": new.expires_on,
            "birth_on": new.birth_on,
            "guardian_id": self.find_guardian(new.guardian, new.birth_on, ward_id=None),
            "pin_hash": passwords.hash_pin(new.pin) if new.pin is not None else None,
            "created_at": context.now,
            **self._phone_values(new.phone),
        }
        patron_id: int = self._session.execute(_NEW, values).scalar_one()
        issue_card(self._session, patron_id, namespace_id, new.barcode, context.now)
        context.record("patron_created", org_id=home.id, patron_id=patron_id, data={"category": new.category})
        if new.guardian_agrees:
            ConsentService(context).agree_for(patron_id)
        return patron_id

    def change(self, barcode: str, changes: PatronChanges, *, expected_version: int) -> PatronView:
        """Change a reader that nobody else changed since they were read."""
        context = self._context
        patron = find_for(context, barcode, "patron.write", lock=True)
        require_open(patron)
        values: dict[str, Any] = {
            k: v for k, v in changes.items() if k in ("name", "category", "expires_on", "birth_on")
        }
        if "category" in changes:
            self._check_category(changes["category"])
        self._check_birth(changes.get("birth_on"))
        if "home" in changes:
            home = context.tree.unit(changes["home"])
            context.caller.require_at("patron.write", home.id, context.tree, key=changes["home"])
            values["home_id"] = home.id
        if "guardian" in changes or (patron.guardian_id is not None and "birth_on" in changes):
            known = self._session.get_one(Patron, patron.id)
            card = changes["guardian"] if "guardian" in changes else self._card_of(known.guardian_id)
            born = changes.get("birth_on", known.birth_on)
            values["guardian_id"] = self.find_guardian(card, born, ward_id=patron.id)
        if "phone" in changes:
            values |= self._phone_values(changes["phone"])
        statement = update(Patron).where(Patron.id == patron.id, Patron.version == expected_version)
        changed = self._session.execute(statement.values(**values, version=Patron.version + 1).returning(Patron.id))
        if changed.first() is None:
            raise Stale()
        context.record("patron_changed", org_id=patron.home_id, patron_id=patron.id, data={"fields": sorted(changes)})
        return self._view(patron.id)

    def show(self, barcode: str) -> PatronView:
        """Open a reader's profile, which the journal remembers."""
        patron = find_for(self._context, barcode, "patron.read")
        view = self._view(patron.id)
        is_full = view.name == patron.name
        data = {"names": "full" if is_full else "masked"}
        self._context.record("person_viewed", org_id=self._context.caller.own_unit(), patron_id=patron.id, data=data)
        return view

    def show_written(self, patron_id: int) -> PatronView:
        """The profile after an act that was allowed on it; the act itself stands in the journal."""
        return self._view(patron_id)

    def show_self(self, patron_id: int) -> PatronView:
        """A reader's own profile, unmasked."""
        return self._view(patron_id, is_own=True)

    def search(self, *, phone: str | None = None, name: str | None = None) -> list[queries.FoundRow]:
        """Readers of the caller's units by phone or the beginning of the name; names come back masked."""
        context = self._context
        context.caller.require("patron.read")
        units = context.caller.units("patron.read", context.tree)
        found = queries.search_patrons(
            self._session,
            homes=None if len(units) == len(context.tree.by_id) else units,
            phone_digest=self._vault.digest(normalise_phone(phone)) if phone else None,
            name=name,
            limit=MOST_FOUND,
        )
        return [_mask(row) for row in found]

    def _view(self, patron_id: int, *, is_own: bool = False) -> PatronView:
        context = self._context
        patron = self._session.scalars(
            select(Patron).where(Patron.id == patron_id).execution_options(populate_existing=True)
        ).one()
        is_full = is_own or context.caller.may("patron.read_full", patron.home_id, context.tree)
        phone = self._vault.unseal(patron.phone_encrypted)
        guardian = queries.patron_by_id(self._session, patron.guardian_id) if patron.guardian_id else None
        today = local_day(context.now)
        young = is_child(patron.birth_on, today, has_guardian=guardian is not None)
        wards = queries.wards_of(self._session, patron.id)
        return PatronView(
            id=patron.id,
            barcode=queries.patron_by_id(self._session, patron.id).barcode,
            name=patron.name if is_full else mask_name(patron.name),
            category=patron.category,
            home=context.tree.by_id[patron.home_id].code,
            expires_on=patron.expires_on,
            birth_on=patron.birth_on if is_full else None,
            guardian=guardian.barcode if guardian else None,
            guardian_name=name_for(context, guardian) if guardian else None,
            wards=[Person(barcode=ward.barcode, name=name_for(context, ward)) for ward in wards],
            is_child=young,
            must_agree=young and in_force(self._session, patron.id, "record") is None,
            phone=phone if is_full else mask_phone(phone),
            status=patron.status,
            has_pin=patron.pin_hash is not None,
            history=patron.history,
            erasure_asked_at=patron.erasure_asked_at,
            erased_at=patron.erased_at,
            blocks=queries.blocks_of(self._session, patron.id, today),
            cards=queries.cards_of(self._session, patron.id),
            counts=self._counts(patron.id),
            version=patron.version,
        )

    def _counts(self, patron_id: int) -> dict[str, Any]:
        counts: dict[str, Any] = {name: count(self._session, patron_id) for name, count in hooks.COUNTS.items()}
        for facts in hooks.FACTS:
            counts |= facts(self._session, patron_id, local_day(self._context.now))
        return counts

    def _check_category(self, code: str) -> None:
        if code not in CATEGORIES.get(self._session):
            raise NotFound("category", code)

    def _check_birth(self, birth_on: date | None) -> None:
        if birth_on is not None and birth_on > local_day(self._context.now):
            raise Invalid("patron.birth", UNBORN, {"birth_on": [UNBORN]})

    def find_guardian(self, barcode: str | None, birth_on: date | None, *, ward_id: int | None) -> int | None:
        """The guardian's id. Raises Invalid for who cannot be one: nobody is their own, and a guardian has none."""
        if barcode is None:
            return None
        found = queries.find_patron(self._session, barcode, self._context.tree, at=self._context.caller.own_unit())
        guardian = self._session.get_one(Patron, found.id, with_for_update=True)
        is_circle = ward_id is not None and (found.id == ward_id or bool(queries.wards_of(self._session, ward_id)))
        if is_circle:
            detail = Text("监护人自己不能再有监护人。", "A guardian has no guardian of their own.")
            raise Invalid("patron.guardian", detail, {"guardian": [detail]})
        check_guardian(guardian, birth_on, local_day(self._context.now))
        return guardian.id

    def _card_of(self, patron_id: int | None) -> str | None:
        if patron_id is None:
            return None
        row = queries.patron_by_id(self._session, patron_id)
        return f"{self._context.tree.by_id[row.namespace_id].code}:{row.barcode}"

    def _phone_values(self, phone: str | None) -> dict[str, Any]:
        if phone is None:
            return {"phone_encrypted": None, "phone_digest": None}
        plain = normalise_phone(phone)
        return {"phone_encrypted": self._vault.seal(plain), "phone_digest": self._vault.digest(plain)}


def _mask(row: queries.FoundRow) -> queries.FoundRow:
    return queries.FoundRow(
        id=row.id,
        barcode=row.barcode,
        name=mask_name(row.name),
        category=row.category,
        home_id=row.home_id,
        expires_on=row.expires_on,
        status=row.status,
    )
