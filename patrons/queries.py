"""Reads of readers, as small values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from branches.tree import OrgTree
from kernel.barcodes import choose, split_barcode
from patrons.models import Card, Patron


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


_BY_CARD = select(
    Patron.id,
    Patron.name,
    Patron.category,
    Patron.home_id,
    Patron.expires_on,
    Patron.status,
    Patron.guardian_id,
    Card.barcode,
    Card.status.label("card_status"),
    Card.namespace_id,
).join(Card, Card.patron_id == Patron.id)


def find_patron(session: Session, asked: str, tree: OrgTree, *, at: int | None, lock: bool = False) -> PatronRow:
    """The reader of a card, looked up in the namespace of `at`, then network-wide; `CODE:barcode` only in that unit's namespace.

    `lock` takes the reader's row for the rest of the transaction: the first lock of every lending act.
    """
    code, barcode = split_barcode(asked)
    statement = _BY_CARD.where(Card.barcode == barcode)
    if code is not None:
        statement = statement.where(Card.namespace_id == tree.namespace(tree.unit(code).id))
    if lock:
        statement = statement.with_for_update(of=Patron)
    rows = [PatronRow(**row._mapping) for row in session.execute(statement)]
    here = tree.namespace(at) if at is not None else None
    return choose(
        rows,
        thing="patron",
        asked=asked,
        prefers=lambda row: row.namespace_id == here,
        describe=lambda row: {"barcode": row.barcode, "org": tree.by_id[row.namespace_id].code, "title": row.name[:1] + "*"},
    )
