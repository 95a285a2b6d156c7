"""Reads of new books that were lent before they were catalogued, as small values."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from catalog.models import Bib, Item
from circ.models import Loan
from purchasing.selection_models import Selection


@dataclass(frozen=True, slots=True, kw_only=True)
class NewBook:
    """A copy that its library has not processed yet. `due_at` is when its reader brings it back, `loans` how often it was lent."""

    barcode: str
    bib_id: int
    title: str
    authors: str
    class_number: str | None
    volume: str | None
    price_fen: int | None
    status: str
    home_id: int
    location_id: int
    item_type: str
    call_number: str | None
    selection_id: int
    chosen_at: datetime
    shop_id: int
    due_at: datetime | None
    loans: int


_LOANS: Final = select(func.count()).select_from(Loan).where(Loan.item_id == Item.id).scalar_subquery()
_DUE: Final = select(Loan.due_at).where(Loan.item_id == Item.id, Loan.closed_at.is_(None)).scalar_subquery()
_NEW: Final = (
    select(
        Item.barcode,
        Item.bib_id,
        Bib.title,
        Bib.authors,
        Bib.class_number,
        Item.volume,
        Item.price_fen,
        Item.status,
        Item.home_id,
        Item.location_id,
        Item.item_type,
        Item.call_number,
        Selection.id.label("selection_id"),
        Selection.made_at.label("chosen_at"),
        Selection.shop_id,
        _DUE.label("due_at"),
        _LOANS.label("loans"),
    )
    .join(Bib, Bib.id == Item.bib_id)
    .join(Selection, Selection.item_id == Item.id)
    .where(Item.awaits_processing)
)


def new_books(session: Session, units: Collection[int], *, in_hand: bool, limit: int) -> list[NewBook]:
    """Of these libraries: what lies with the cataloguers, or what is still on its way to them; what was chosen first comes first."""
    is_here = Item.status == "in_processing"
    statement = _NEW.where(Item.home_id.in_(units), is_here if in_hand else ~is_here)
    rows = session.execute(statement.order_by(Selection.made_at, Selection.id).limit(limit))
    return [NewBook(**row._mapping) for row in rows]


def new_book(session: Session, barcode: str, units: Collection[int]) -> NewBook | None:
    """One of these libraries' by its number."""
    row = session.execute(_NEW.where(Item.barcode == barcode, Item.home_id.in_(units)).limit(1)).first()
    return None if row is None else NewBook(**row._mapping)


def count_in_hand(session: Session, units: Collection[int]) -> int:
    statement = select(func.count()).select_from(Item)
    return (
        session.scalar(statement.where(Item.awaits_processing, Item.home_id.in_(units), Item.status == "in_processing"))
        or 0
    )


def selection_of_item(session: Session, item_id: int) -> int | None:
    return session.scalar(select(Selection.id).where(Selection.item_id == item_id))
