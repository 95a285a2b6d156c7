"""The choices that stand behind a figure of oversight, or behind something odd."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.models import Item
from purchasing.queries.oddities import ShopHours, is_outside
from purchasing.queries.oversight import Scope
from purchasing.selection_models import Delivery, Selection

_S: Final = Selection


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """Which of the choices stand behind a figure: all that are named must fit. `hours`: made while the shop was shut. `is_missed`: said
    not to have come by post, whatever became of it."""

    shop_id: int | None = None
    class_letter: str | None = None
    isbn: str | None = None
    made_by: str | None = None
    least_fen: int | None = None
    is_cancelled: bool = False
    is_missed: bool = False
    hours: tuple[ShopHours, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceRow:
    """A choice as lists show it: whose it was stands nowhere."""

    id: int
    made_at: datetime
    title: str
    isbn: str
    class_letter: str | None
    shop_id: int
    bib_id: int
    item: str
    price_fen: int
    status: str
    made_by: str


def choices_behind(
    session: Session, scope: Scope, behind: Behind, *, before: int | None, limit: int
) -> list[ChoiceRow]:
    """The newest first."""
    same = {
        "shop_id": behind.shop_id,
        "class_letter": behind.class_letter,
        "isbn": behind.isbn,
        "made_by": behind.made_by,
    }
    own = [getattr(_S, name) for name in ChoiceRow.__dataclass_fields__ if name != "item"]
    statement = (
        select(*own, Item.barcode.label("item"))
        .join(Item, Item.id == _S.item_id)
        .where(*scope.has(), *(getattr(_S, name) == value for name, value in same.items() if value is not None))
        .order_by(_S.id.desc())
        .limit(limit)
    )
    if behind.is_missed:
        statement = statement.where(_S.id.in_(select(Delivery.selection_id).where(Delivery.missing_at.is_not(None))))
    else:
        statement = statement.where((_S.status == "cancelled") if behind.is_cancelled else (_S.status != "cancelled"))
    if behind.least_fen is not None:
        statement = statement.where(_S.price_fen >= behind.least_fen)
    if behind.hours is not None:
        statement = statement.where(~_S.is_online, is_outside(behind.hours))
    if before is not None:
        statement = statement.where(_S.id < before)
    return [ChoiceRow(**row._mapping) for row in session.execute(statement)]
