"""Reads of readers, as small values."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, bindparam, or_, select
from sqlalchemy.orm import Session

from branches.tree import OrgTree
from kernel.barcodes import choose, split_barcode
from kernel.db import Again, table_of
from kernel.journal import JournalEntry
from kernel.statements import Statement
from patrons.families import ADULT_AGE, born_by
from patrons.models import Block, Card, Patron
from patrons.privacy import mask_name


@dataclass(frozen=True, slots=True, kw_only=True)
class PatronRow:
    """A reader as circulation needs them, found by a card."""

    id: int
    name: str
    category: str
    home_id: int
    expires_on: date | None
    status: str
    guardian_id: int | None
    barcode: str
    card_status: str
    namespace_id: int


# The hot path: columns of tables and statements made once, so that a scan pays for no mapping and no compiling.
_patron, _card = table_of(Patron), table_of(Card)
_ROW = select(
    _patron.c.id,
    _patron.c.name,
    _patron.c.category,
    _patron.c.home_id,
    _patron.c.expires_on,
    _patron.c.status,
    _patron.c.guardian_id,
    _card.c.barcode,
    _card.c.status.label("card_status"),
    _card.c.namespace_id,
).join(_card, _card.c.patron_id == _patron.c.id)
_BY_CARD = _ROW.where(_card.c.barcode == bindparam("barcode"))
_BY_ID = (
    _ROW.where(_patron.c.id == bindparam("patron")).order_by(_card.c.status != "active", _card.c.id.desc()).limit(1)
)
READERS: Final = 0  # their rank in the order of locks (circ/service/locking.py)
_TAKEN = select(_card.c.id).where(
    _card.c.namespace_id == bindparam("namespace"), _card.c.barcode == bindparam("barcode")
)
_IN_NAMESPACE = _card.c.namespace_id == bindparam("namespace")
_ROW_LOCK: Final[dict[str, Any]] = {"of": _patron, "key_share": True}
# By whether the row is locked, and whether a namespace is named.
_FIND: Final = {
    (False, False): Statement(_BY_CARD),
    (False, True): Statement(_BY_CARD.where(_IN_NAMESPACE)),
    (True, False): Statement(_BY_CARD.order_by(_patron.c.id).with_for_update(**_ROW_LOCK)),
    (True, True): Statement(_BY_CARD.where(_IN_NAMESPACE).order_by(_patron.c.id).with_for_update(**_ROW_LOCK)),
}
_PATRON, _LOCKED_PATRON = Statement(_BY_ID), Statement(_BY_ID.with_for_update(**_ROW_LOCK))


def in_care_of(guardian_id: int, today: date) -> tuple[ColumnElement[bool], ...]:
    """That a reader is a child whom a guardian answers for: whoever has grown up or left is nobody's ward, whatever stands on record."""
    young = or_(Patron.birth_on.is_(None), Patron.birth_on > born_by(ADULT_AGE, today))
    return (Patron.guardian_id == guardian_id, Patron.status == "active", young)


def home_of(session: Session, patron_id: int | None) -> int | None:
    return session.scalar(select(Patron.home_id).where(Patron.id == patron_id))


def born_on(session: Session, patron_id: int) -> date | None:
    return session.scalar(select(Patron.birth_on).where(Patron.id == patron_id))


def find_patron(session: Session, asked: str, tree: OrgTree, *, at: int | None, lock: bool = False) -> PatronRow:
    """The reader of a card, looked up in the namespace of `at`, then network-wide; `CODE:barcode` only in that unit's namespace.

    `lock` takes the reader's row for the rest of the transaction: the first lock of every lending act. Raises Again where the card became
    another account's while that row was waited for.
    """
    code, barcode = split_barcode(asked)
    values = {"barcode": barcode, "namespace": tree.namespace(tree.unit(code).id) if code is not None else None}
    rows = [PatronRow(**row) for row in _FIND[lock, code is not None].all(session, values)]
    if lock and any(row.status != "active" for row in rows):
        now_found = _FIND[False, code is not None].all(session, values)
        require_locked({row.id for row in rows}, {row["id"] for row in now_found})
    here = tree.namespace(at) if at is not None else None
    return choose(
        rows,
        thing="patron",
        asked=asked,
        prefers=lambda row: row.namespace_id == here,
        describe=lambda row: {
            "barcode": row.barcode,
            "org": tree.by_id[row.namespace_id].code,
            "title": mask_name(row.name),
        },
    )


def require_locked(locked: Collection[int], present: Collection[int]) -> None:
    """`present` are the readers of the cards asked for once `locked` is held. Raises Again where a card became another account's while it
    was waited for: that account may come before those held, so none is kept, and what begins anew finds it at once."""
    for stays in set(present).difference(locked):
        raise Again((READERS, stays), _wait_no_more)


def _wait_no_more(_session: Session) -> None:
    """The merge is over."""


def patron_by_id(session: Session, patron_id: int, *, lock: bool = False) -> PatronRow:
    """The reader and their present card; a reader whose only card is lost is shown with that one."""
    return PatronRow(**(_LOCKED_PATRON if lock else _PATRON).one(session, {"patron": patron_id}))


def lock_patrons(session: Session, patron_ids: Collection[int]) -> None:
    """Take the rows of several readers, in the order of their numbers, so that two acts on some of them do not wait for each other."""
    rows = select(Patron.id).where(Patron.id.in_(patron_ids)).order_by(Patron.id)
    session.execute(rows.with_for_update(key_share=True)).all()


@dataclass(frozen=True, slots=True, kw_only=True)
class CardRow:
    barcode: str
    status: str
    issued_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockRow:
    """A block that has not ended; one whose last day is past stands in the list no more."""

    id: int
    org_id: int
    scope: str
    reason: str
    except_own_items: bool
    until: date | None
    created_at: datetime
    created_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundRow:
    """One line of a search for readers."""

    id: int
    barcode: str
    name: str
    category: str
    home_id: int
    expires_on: date | None
    status: str


def cards_of(session: Session, patron_id: int) -> list[CardRow]:
    """All cards a reader ever had, the newest first."""
    statement = select(Card.barcode, Card.status, Card.issued_at).where(Card.patron_id == patron_id)
    return [CardRow(**row._mapping) for row in session.execute(statement.order_by(Card.id.desc()))]


def wards_of(session: Session, patron_id: int) -> list[PatronRow]:
    """The readers whose guardian somebody is, each with their present card, by name."""
    mine = select(_patron.c.id).where(_patron.c.guardian_id == patron_id).order_by(_patron.c.name, _patron.c.id)
    return [patron_by_id(session, ward_id) for ward_id in session.scalars(mine)]


def has_expired(session: Session, patron_id: int, today: date) -> bool:
    """Whether a reader's right to borrow has run out."""
    expired = select(Patron.id).where(Patron.id == patron_id, Patron.expires_on < today)
    return session.scalar(expired) is not None


def blocks_of(session: Session, patron_id: int, today: date) -> list[BlockRow]:
    b = Block
    statement = select(*(getattr(b, name) for name in BlockRow.__dataclass_fields__)).where(
        b.patron_id == patron_id, b.ended_at.is_(None), or_(b.until.is_(None), b.until >= today)
    )
    return [BlockRow(**row._mapping) for row in session.execute(statement.order_by(b.id))]


def card_exists(session: Session, namespace_id: int, barcode: str) -> bool:
    """Whether a number was ever given out in a namespace; then it is nobody else's for ever."""
    return session.scalar(_TAKEN, {"namespace": namespace_id, "barcode": barcode}) is not None


def search_patrons(
    session: Session,
    *,
    homes: Collection[int] | None,
    phone_digest: str | None,
    name: str | None,
    limit: int,
) -> list[FoundRow]:
    """Readers with this phone and with names that begin so; `homes` None: of all units."""
    statement = _FOUND.order_by(Patron.name, Patron.id).limit(limit)
    if homes is not None:
        statement = statement.where(Patron.home_id.in_(homes))
    if phone_digest is not None:
        statement = statement.where(Patron.phone_digest == phone_digest)
    if name is not None:
        statement = statement.where(Patron.name.startswith(name, autoescape=True))
    return [FoundRow(**row._mapping) for row in session.execute(statement)]


def expiring(session: Session, homes: Collection[int], until: date, *, limit: int) -> list[FoundRow]:
    """Readers of these units whose cards are valid until a day or less, soonest first."""
    open_ = (Patron.home_id.in_(homes), Patron.status == "active", Patron.expires_on <= until)
    statement = _FOUND.where(*open_).order_by(Patron.expires_on, Patron.id).limit(limit)
    return [FoundRow(**row._mapping) for row in session.execute(statement)]


_NEWEST_CARD = (
    select(Card.barcode)
    .where(Card.patron_id == Patron.id)
    .order_by(Card.status != "active", Card.id.desc())
    .limit(1)
    .scalar_subquery()
)
_FOUND = select(
    Patron.id,
    _NEWEST_CARD.label("barcode"),
    Patron.name,
    Patron.category,
    Patron.home_id,
    Patron.expires_on,
    Patron.status,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """That a member of staff looked at a reader: when, at which unit, by which way, and at what (`profile`, `card`, `loans` …)."""

    at: datetime
    org_id: int | None
    channel: str
    what: str


def looks_at(session: Session, patron_id: int, *, limit: int = 100) -> list[Look]:
    """Who looked at a reader, as far as the reader may know, the newest first; exports count as looks."""
    j = JournalEntry
    people = select(Patron.id).where(or_(Patron.id == patron_id, Patron.merged_into_id == patron_id))
    told = (j.patron_id.in_(people), j.act.in_(("person_viewed", "patron_exported")), ~j.author.like("patron%"))
    rows = session.execute(
        select(j.at, j.org_id, j.channel, j.act, j.data).where(*told).order_by(j.id.desc()).limit(limit)
    )
    return [
        Look(
            at=row.at,
            org_id=row.org_id,
            channel=row.channel,
            what="export" if row.act == "patron_exported" else str((row.data or {}).get("what", "profile")),
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginCandidate:
    """A reader who may log in with a card number."""

    patron_id: int
    pin_hash: str | None


def login_candidates(session: Session, asked: str, tree: OrgTree) -> list[LoginCandidate]:
    """The readers whose active card has this number: more than one where merged networks collide."""
    code, barcode = split_barcode(asked)
    statement = (
        select(Patron.id.label("patron_id"), Patron.pin_hash)
        .join(Card, Card.patron_id == Patron.id)
        .where(Card.barcode == barcode, Card.status == "active", Patron.status == "active")
        .order_by(Patron.id)
    )
    if code is not None:
        unit = tree.by_code.get(code)
        if unit is None:
            return []
        statement = statement.where(Card.namespace_id == tree.namespace(unit.id))
    return [LoginCandidate(**row._mapping) for row in session.execute(statement)]


def barcodes_of(session: Session, patron_ids: Collection[int]) -> dict[int, str]:
    """The present card numbers of these readers."""
    rows = session.execute(select(Patron.id, _NEWEST_CARD).where(Patron.id.in_(patron_ids)))
    return {patron_id: barcode for patron_id, barcode in rows if barcode is not None}
