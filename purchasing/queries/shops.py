"""Reads of shops: the labels they were given and what is left of them, and what stands on their lists, as small values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from catalog.barcode_lists import Run
from catalog.marc.isbn import isbn13s
from catalog.models import Bib, BibIdentifier, Item
from catalog.states import VISIBLE
from kernel.db import table_of
from kernel.errors import NotFound
from purchasing.queries.selections import offer_of
from purchasing.selection_models import Selection, ShopBarcodes, ShopOffer
from purchasing.volumes import listed, split_volumes

_runs, _items, _selections, _offers = map(table_of, (ShopBarcodes, Item, Selection, ShopOffer))


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelRun:
    """A run of labels that a shop was given. `next` is the first number that may be free."""

    id: int
    shop_id: int
    run: Run
    next: int
    issued_at: datetime
    issued_by: str

    @property
    def first_barcode(self) -> str:
        return self.run.barcode(self.run.first)

    @property
    def last_barcode(self) -> str:
        return self.run.barcode(self.run.last)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferRow:
    """A book on a shop's list."""

    isbn: str
    title: str
    author: str
    publisher: str
    year: int | None
    class_number: str | None
    price_fen: int
    stock: int | None
    volumes: str
    listed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class VolumeRow:
    """A title, or a volume of it, that the catalogue has under a number."""

    title: str
    volume: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListState:
    """How many books a shop's list has, and when it last changed."""

    count: int
    listed_at: datetime | None


_OFFER: Final = select(*(_offers.c[name] for name in OfferRow.__dataclass_fields__))


# --- labels -------------------------------------------------------------------------------------------------------------


def label_runs(session: Session, shop_id: int, *, lock: bool = False) -> list[LabelRun]:
    """Of a shop, in the order in which they are used up. `lock` takes their rows for the rest of the transaction."""
    statement = select(_runs).where(_runs.c.shop_id == shop_id).order_by(_runs.c.id)
    return _label_runs(session.execute(statement.with_for_update() if lock else statement))


def find_label_run(session: Session, shop_id: int, run_id: int) -> LabelRun:
    """Raises NotFound, for another shop's too."""
    found = session.execute(select(_runs).where(_runs.c.shop_id == shop_id, _runs.c.id == run_id))
    runs = _label_runs(found)
    if not runs:
        raise NotFound("labels", run_id)
    return runs[0]


def overlapping_run(session: Session, shop_ids: Iterable[int], run: Run) -> LabelRun | None:
    """One that these shops were given and that shares a barcode with this run."""
    statement = select(_runs).where(
        _runs.c.shop_id.in_(list(shop_ids)),
        _runs.c.prefix == run.head,
        _runs.c.digits == run.digits,
        _runs.c.first_number <= run.last,
        _runs.c.last_number >= run.first,
    )
    return next(iter(_label_runs(session.execute(statement.order_by(_runs.c.id).limit(1)))), None)


def used_barcodes(session: Session, shop_id: int, namespace_id: int, barcodes: Iterable[str]) -> frozenset[str]:
    """Those on a copy of the namespace, or on a book that was chosen in this shop for any library."""
    return frozenset(session.scalars(_used(shop_id, namespace_id).where(_items.c.barcode.in_(list(barcodes)))))


def left_of_run(session: Session, labels: LabelRun, namespace_id: int) -> int:
    """How many labels of a run are on no book."""
    between = _used(labels.shop_id, namespace_id).where(
        _items.c.barcode >= labels.first_barcode,
        _items.c.barcode <= labels.last_barcode,
        func.length(_items.c.barcode) == len(labels.first_barcode),
    )
    used = {barcode for barcode in session.scalars(between) if labels.run.number_of(barcode) is not None}
    return len(labels.run) - len(used)


def _used(shop_id: int, namespace_id: int) -> Select[Any]:
    return (
        select(_items.c.barcode)
        .outerjoin(_selections, _selections.c.item_id == _items.c.id)
        .where(or_(_items.c.namespace_id == namespace_id, _selections.c.shop_id == shop_id))
    )


def _label_runs(rows: Iterable[Any]) -> list[LabelRun]:
    return [
        LabelRun(
            id=row.id,
            shop_id=row.shop_id,
            run=Run(head=row.prefix, digits=row.digits, first=row.first_number, last=row.last_number),
            next=row.next_number,
            issued_at=row.issued_at,
            issued_by=row.issued_by,
        )
        for row in rows
    ]


# --- lists --------------------------------------------------------------------------------------------------------------


def list_offers(session: Session, shop_id: int, asked: str = "", *, after: str = "", limit: int) -> list[OfferRow]:
    """By ISBN; with `asked` those of this ISBN, or with these words in title, author or publisher."""
    statement = _OFFER.where(_offers.c.shop_id == shop_id, _offers.c.isbn > after).order_by(_offers.c.isbn).limit(limit)
    numbers = isbn13s(asked)
    if numbers:
        statement = statement.where(_offers.c.isbn.in_(numbers))
    else:
        for word in asked.split()[:8]:
            statement = statement.where(
                or_(*(_offers.c[name].icontains(word, autoescape=True) for name in ("title", "author", "publisher")))
            )
    return [OfferRow(**row._mapping) for row in session.execute(statement)]


def state_of_list(session: Session, shop_id: int) -> ListState:
    statement = select(func.count(), func.max(_offers.c.listed_at)).where(_offers.c.shop_id == shop_id)
    count, listed_at = session.execute(statement).one()
    return ListState(count=count, listed_at=listed_at)


def volumes_with(session: Session, shop_id: int, isbn: str) -> list[VolumeRow]:
    """What the shop's list and the catalogue have under one number, where that is more than one thing: the titles or volumes of a set. Else
    nothing. What both have stands there once."""
    of_number = select(BibIdentifier.bib_id).where(BibIdentifier.kind == "isbn", BibIdentifier.value == isbn)
    statement = (
        select(Bib.title, Item.volume)
        .outerjoin(Item, (Item.bib_id == Bib.id) & Item.status.in_(VISIBLE))
        .where(Bib.id.in_(of_number))
        .distinct()
        .order_by(Bib.title, Item.volume)
        .limit(50)
    )
    rows = [VolumeRow(title=row.title, volume=row.volume) for row in session.execute(statement)]
    offer = offer_of(session, shop_id, isbn)
    if offer is not None and (names := split_volumes(offer.volumes)):
        title = rows[0].title if rows else offer.title
        own = [row for row in rows if row.volume and listed(names, row.volume) is None]
        return [*(VolumeRow(title=title, volume=name) for name in names), *own]
    several = len({row.title for row in rows}) > 1 or any(row.volume for row in rows)
    return rows if several else []
