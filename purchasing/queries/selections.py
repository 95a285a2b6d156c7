"""Reads of selections and of what is known of a book, as small values."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, select, text
from sqlalchemy.orm import Session

from catalog.models import Bib, BibIdentifier, Item
from catalog.states import VISIBLE
from kernel.errors import NotFound
from purchasing.budget_models import Programme
from purchasing.selection_models import Selection, ShopOffer, ShopTerms
from purchasing.terms import Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectionRow:
    """A selection with its copy and programme. Who has the book is told by its loan alone."""

    id: int
    programme_id: int
    programme: str
    programme_name: str
    shop_id: int
    bib_id: int
    item_id: int
    item: str
    loan_id: int | None
    patron_id: int | None
    isbn: str
    title: str
    price_fen: int
    cost_fen: int
    status: str
    is_online: bool
    took_stock: bool
    known: Mapping[str, Any]
    decided: Mapping[str, Any]
    made_at: datetime
    made_by: str
    ended_at: datetime | None
    end_reason: str | None
    replaces_id: int | None
    exchange_begun_at: datetime | None


_OWN: Final = [
    name for name in SelectionRow.__dataclass_fields__ if name not in ("programme", "programme_name", "item")
]
_SELECTION: Final = (
    select(
        *(getattr(Selection, name) for name in _OWN),
        Programme.code.label("programme"),
        Programme.name.label("programme_name"),
        Item.barcode.label("item"),
    )
    .join(Programme, Programme.id == Selection.programme_id)
    .join(Item, Item.id == Selection.item_id)
)
# One choice of a number at a time, so that two counters do not both believe that theirs is the only copy.
_LOCK_ISBN: Final = text("SELECT pg_advisory_xact_lock(:isbn)")


def find_selection(session: Session, selection_id: int, *, lock: bool = False) -> SelectionRow:
    """Raises NotFound. `lock` takes its row for the rest of the transaction."""
    statement = _SELECTION.where(Selection.id == selection_id)
    row = session.execute(statement.with_for_update(of=Selection) if lock else statement).first()
    if row is None:
        raise NotFound("selection", selection_id)
    return SelectionRow(**row._mapping)


def list_selections(
    session: Session,
    *,
    units: Collection[int],
    shop_id: int | None = None,
    programme_id: int | None = None,
    status: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    before: int | None = None,
    is_exchanging: bool = False,
    limit: int,
) -> list[SelectionRow]:
    """In shops among `units`, the newest first; `is_exchanging`: those alone whose exchange was begun and not finished."""
    statement = _SELECTION.where(Selection.shop_id.in_(units)).order_by(Selection.id.desc()).limit(limit)
    same = {"shop_id": shop_id, "programme_id": programme_id, "status": status}
    statement = statement.where(
        *(getattr(Selection, name) == value for name, value in same.items() if value is not None)
    )
    if since is not None:
        statement = statement.where(Selection.made_at >= since)
    if until is not None:
        statement = statement.where(Selection.made_at < until)
    if before is not None:
        statement = statement.where(Selection.id < before)
    if is_exchanging:
        statement = statement.where(Selection.exchange_begun_at.is_not(None))
    return _rows(session, statement)


def selections_where(
    session: Session, *conditions: ColumnElement[bool], newest_first: bool = True, limit: int | None = None
) -> list[SelectionRow]:
    """All for which the conditions hold."""
    order = Selection.id.desc() if newest_first else Selection.id
    return _rows(session, _SELECTION.where(*conditions).order_by(order).limit(limit))


def _rows(session: Session, statement: Select[*tuple[Any, ...]]) -> list[SelectionRow]:
    return [SelectionRow(**row._mapping) for row in session.execute(statement)]


def lock_isbn(session: Session, *isbns: str) -> None:
    """Until the transaction ends nobody else decides about these numbers, taken by rising number. SQLite has one writer anyway."""
    if session.get_bind().dialect.name == "postgresql":
        for number in sorted({int(isbn) for isbn in isbns}):
            session.execute(_LOCK_ISBN, {"isbn": number})


def lock_titles(session: Session, isbns: Collection[str], bib_ids: Collection[int]) -> None:
    """The same for these numbers and all those of these titles."""
    own = (BibIdentifier.kind == "isbn", BibIdentifier.bib_id.in_(bib_ids))
    lock_isbn(session, *isbns, *session.scalars(select(BibIdentifier.value).where(*own)))


# --- what is known of a book --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferRow:
    title: str
    author: str
    publisher: str
    year: int | None
    class_number: str | None
    price_fen: int
    stock: int | None
    volumes: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TitleRow:
    """A title of the catalogue that has this ISBN."""

    id: int
    title: str
    authors: str
    publisher: str | None
    year: int | None
    class_number: str | None
    language: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyRow:
    """A copy that readers can know of. `awaits_processing`: no library had it in its hands yet."""

    home_id: int
    location_id: int
    status: str
    call_number: str | None
    volume: str | None
    awaits_processing: bool


def offer_of(session: Session, shop_id: int, isbn: str) -> OfferRow | None:
    o = ShopOffer
    columns = [getattr(o, name) for name in OfferRow.__dataclass_fields__]
    row = session.execute(select(*columns).where(o.shop_id == shop_id, o.isbn == isbn)).first()
    return None if row is None else OfferRow(**row._mapping)


def terms_of(session: Session, shop_id: int) -> Terms:
    """What was agreed with a shop; the whole price, and no stock that binds, where nothing was."""
    agreed = select(ShopTerms.pays_percent, ShopTerms.stock_binds).where(ShopTerms.shop_id == shop_id)
    row = session.execute(agreed).first()
    return Terms() if row is None else Terms(**row._mapping)


def titles_with(session: Session, isbn: str) -> list[TitleRow]:
    """By id: volumes of a set may share a number."""
    columns = [getattr(Bib, name) for name in TitleRow.__dataclass_fields__]
    of_number = select(BibIdentifier.bib_id).where(BibIdentifier.kind == "isbn", BibIdentifier.value == isbn)
    statement = select(*columns).where(Bib.id.in_(of_number)).order_by(Bib.id)
    return [TitleRow(**row._mapping) for row in session.execute(statement)]


def copies_of(session: Session, bib_ids: Collection[int]) -> list[CopyRow]:
    """Those that count as being there, on order or being processed included."""
    columns = [getattr(Item, name) for name in CopyRow.__dataclass_fields__]
    statement = select(*columns).where(Item.bib_id.in_(bib_ids), Item.status.in_(VISIBLE))
    return [CopyRow(**row._mapping) for row in session.execute(statement)]
