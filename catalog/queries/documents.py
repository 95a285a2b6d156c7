"""Reads of the lists by which copies left the stock or changed their owner."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from catalog.models import Bib, Item, StockDocument, StockDocumentLine
from kernel.errors import NotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRow:
    """A list as other lists show it. `copies` counts those that were not undone."""

    id: int
    kind: str
    number: str
    org_id: int
    to_id: int | None
    reason: str
    author: str
    made_at: datetime
    copies: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LineRow:
    """A copy on a list, as it is now; `…_before` as it was, the home where the list changed it."""

    item_id: int
    barcode: str
    bib_id: int
    title: str
    call_number: str | None
    price_fen: int | None
    status: str
    owner_id: int
    status_before: str
    owner_before_id: int
    home_before_id: int | None
    undone_at: datetime | None


_d, _l = StockDocument, StockDocumentLine
_COPIES = select(func.count()).where(_l.document_id == _d.id, _l.undone_at.is_(None)).correlate(_d).scalar_subquery()
_DOCUMENT = select(
    _d.id, _d.kind, _d.number, _d.org_id, _d.to_id, _d.reason, _d.author, _d.made_at, _COPIES.label("copies")
)


def find_document(session: Session, document_id: int) -> DocumentRow:
    row = session.execute(_DOCUMENT.where(_d.id == document_id)).first()
    if row is None:
        raise NotFound("document", document_id)
    return DocumentRow(**row._mapping)


def list_documents(
    session: Session, units: Collection[int], *, before_id: int | None = None, limit: int = 50
) -> list[DocumentRow]:
    """Those that these units made or were given by, newest first."""
    statement = _DOCUMENT.where(_d.org_id.in_(units) | _d.to_id.in_(units)).order_by(_d.id.desc()).limit(limit)
    if before_id is not None:
        statement = statement.where(_d.id < before_id)
    return [DocumentRow(**row._mapping) for row in session.execute(statement)]


def lines_of(session: Session, document_id: int) -> list[LineRow]:
    """In the order of the shelf."""
    rows = session.execute(
        select(
            _l.item_id,
            Item.barcode,
            Item.bib_id,
            Bib.title,
            Item.call_number,
            Item.price_fen,
            Item.status,
            Item.owner_id,
            _l.status_before,
            _l.owner_before_id,
            _l.home_before_id,
            _l.undone_at,
        )
        .join(Item, Item.id == _l.item_id)
        .join(Bib, Bib.id == Item.bib_id)
        .where(_l.document_id == document_id)
        .order_by(Item.shelf_key, Item.barcode)
    )
    return [LineRow(**row._mapping) for row in rows]


def is_number_taken(session: Session, org_id: int, kind: str, number: str) -> bool:
    where = (_d.org_id == org_id, _d.kind == kind, _d.number == number)
    return session.scalar(select(_d.id).where(*where)) is not None


def documents_of_year(session: Session, org_id: int, kind: str, prefix: str) -> int:
    """How many lists of a unit have a number that begins so."""
    where = (_d.org_id == org_id, _d.kind == kind, _d.number.startswith(prefix, autoescape=True))
    return session.scalar(select(func.count()).select_from(_d).where(*where)) or 0


def open_withdrawal(session: Session, item_id: int) -> int | None:
    """The list by which a copy was withdrawn last, if that was not undone."""
    return session.scalar(
        select(_l.document_id)
        .join(_d, _d.id == _l.document_id)
        .where(_l.item_id == item_id, _l.undone_at.is_(None), _d.kind == "withdrawal")
        .order_by(_l.document_id.desc())
        .limit(1)
    )
