"""Reads of titles and copies, as small values."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from branches.tree import OrgTree
from catalog.models import Bib, Item
from kernel.barcodes import choose, split_barcode


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemRow:
    """A copy and the title it is of."""

    id: int
    bib_id: int
    namespace_id: int
    barcode: str
    owner_id: int
    home_id: int
    location_id: int
    item_type: str
    status: str
    call_number: str | None
    volume: str | None
    price_fen: int | None
    version: int
    title: str
    authors: str


_ROW = select(
    Item.id,
    Item.bib_id,
    Item.namespace_id,
    Item.barcode,
    Item.owner_id,
    Item.home_id,
    Item.location_id,
    Item.item_type,
    Item.status,
    Item.call_number,
    Item.volume,
    Item.price_fen,
    Item.version,
    Bib.title,
    Bib.authors,
).join(Bib, Bib.id == Item.bib_id)


def find_item(session: Session, asked: str, tree: OrgTree, *, at: int | None, lock: bool = False) -> ItemRow:
    """The copy of a barcode, looked up in the namespace of `at`, then network-wide; `CODE:barcode` only in that unit's namespace.

    `lock` takes the copy's row for the rest of the transaction.
    """
    code, barcode = split_barcode(asked)
    statement = _ROW.where(Item.barcode == barcode)
    if code is not None:
        statement = statement.where(Item.namespace_id == tree.namespace(tree.unit(code).id))
    if lock:
        statement = statement.with_for_update(of=Item)
    rows = [ItemRow(**row._mapping) for row in session.execute(statement)]
    here = tree.namespace(at) if at is not None else None
    return choose(
        rows,
        thing="item",
        asked=asked,
        prefers=lambda row: row.namespace_id == here,
        describe=lambda row: {"barcode": row.barcode, "org": tree.by_id[row.namespace_id].code, "title": row.title},
    )


def item_by_id(session: Session, item_id: int, *, lock: bool = False) -> ItemRow:
    statement = _ROW.where(Item.id == item_id)
    if lock:
        statement = statement.with_for_update(of=Item)
    return ItemRow(**session.execute(statement).one()._mapping)


def barcodes_of(session: Session, item_ids: Collection[int]) -> dict[int, str]:
    """The barcodes of these copies."""
    return dict(session.execute(select(Item.id, Item.barcode).where(Item.id.in_(item_ids))).tuples().all())
