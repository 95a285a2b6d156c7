"""Reads of copies: found by barcode or id, with the title they are of."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from branches.tree import OrgTree
from catalog.models import Bib, Item
from kernel.barcodes import choose, split_barcode
from kernel.db import table_of
from kernel.statements import Statement


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
    is_damaged: bool
    check_out_note: str | None
    check_in_note: str | None
    accessories: str | None
    title: str
    authors: str
    acquired_on: date | None = None
    awaits_processing: bool = False


# The hot path: columns of tables and statements made once, so that a scan pays for no mapping and no compiling.
_item, _bib = table_of(Item), table_of(Bib)
_ROW = select(
    _item.c.id,
    _item.c.bib_id,
    _item.c.namespace_id,
    _item.c.barcode,
    _item.c.owner_id,
    _item.c.home_id,
    _item.c.location_id,
    _item.c.item_type,
    _item.c.status,
    _item.c.call_number,
    _item.c.volume,
    _item.c.price_fen,
    _item.c.version,
    _item.c.is_damaged,
    _item.c.check_out_note,
    _item.c.check_in_note,
    _item.c.accessories,
    _bib.c.title,
    _bib.c.authors,
    _item.c.acquired_on,
    _item.c.awaits_processing,
).join(_bib, _bib.c.id == _item.c.bib_id)
_BY_BARCODE = _ROW.where(_item.c.barcode == bindparam("barcode"))
_BY_ID = _ROW.where(_item.c.id == bindparam("item"))
_IN_NAMESPACE = _item.c.namespace_id == bindparam("namespace")
_ROW_LOCK: Final[dict[str, Any]] = {"of": _item, "key_share": True}
# By whether the row is locked, and whether a namespace is named.
_FIND: Final = {
    (False, False): Statement(_BY_BARCODE),
    (False, True): Statement(_BY_BARCODE.where(_IN_NAMESPACE)),
    (True, False): Statement(_BY_BARCODE.with_for_update(**_ROW_LOCK)),
    (True, True): Statement(_BY_BARCODE.where(_IN_NAMESPACE).with_for_update(**_ROW_LOCK)),
}
_COPY, _LOCKED_COPY = Statement(_BY_ID), Statement(_BY_ID.with_for_update(**_ROW_LOCK))


def find_item(session: Session, asked: str, tree: OrgTree, *, at: int | None, lock: bool = False) -> ItemRow:
    """The copy of a barcode, looked up in the namespace of `at`, then network-wide; `CODE:barcode` only in that unit's namespace.

    `lock` takes the copy's row for the rest of the transaction.
    """
    code, barcode = split_barcode(asked)
    values = {"barcode": barcode, "namespace": tree.namespace(tree.unit(code).id) if code is not None else None}
    rows = [ItemRow(**row) for row in _FIND[lock, code is not None].all(session, values)]
    here = tree.namespace(at) if at is not None else None
    return choose(
        rows,
        thing="item",
        asked=asked,
        prefers=lambda row: row.namespace_id == here,
        describe=lambda row: {"barcode": row.barcode, "org": tree.by_id[row.namespace_id].code, "title": row.title},
    )


def item_by_id(session: Session, item_id: int, *, lock: bool = False) -> ItemRow:
    return ItemRow(**(_LOCKED_COPY if lock else _COPY).one(session, {"item": item_id}))


def items_by_id(session: Session, item_ids: Collection[int]) -> dict[int, ItemRow]:
    """Those of these copies that there are, in one statement."""
    rows = session.execute(_ROW.where(_item.c.id.in_(item_ids)))
    return {row.id: ItemRow(**row._mapping) for row in rows}


def barcodes_of(session: Session, item_ids: Collection[int]) -> dict[int, str]:
    """The barcodes of these copies."""
    rows = session.execute(select(Item.id, Item.barcode).where(Item.id.in_(item_ids)))
    return {row.id: row.barcode for row in rows}


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemDetails:
    """All that the catalogue knows of a copy."""

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
    shelf: str | None
    volume: str | None
    price_fen: int | None
    acquired_on: date | None
    note: str | None
    is_damaged: bool
    check_out_note: str | None
    check_in_note: str | None
    accessories: str | None
    version: int
    created_at: datetime
    title: str


_DETAILS = select(*(_item.c[name] for name in ItemDetails.__dataclass_fields__ if name != "title"), _bib.c.title).join(
    _bib, _bib.c.id == _item.c.bib_id
)


def item_details(session: Session, item_id: int) -> ItemDetails:
    return ItemDetails(**session.execute(_DETAILS.where(_item.c.id == item_id)).one()._mapping)


def newest_type(session: Session, bib_id: int) -> str | None:
    """The item type of the copy of a title that was registered last."""
    return session.scalar(
        select(_item.c.item_type).where(_item.c.bib_id == bib_id).order_by(_item.c.id.desc()).limit(1)
    )


def taken_barcodes(session: Session, namespace_id: int, barcodes: Collection[str]) -> dict[str, str]:
    """Those of these barcodes that were ever given in a namespace, with the title of their copy."""
    rows = session.execute(
        select(_item.c.barcode, _bib.c.title)
        .join(_bib, _bib.c.id == _item.c.bib_id)
        .where(_item.c.namespace_id == namespace_id, _item.c.barcode.in_(barcodes))
    )
    return {row.barcode: row.title for row in rows}


def is_barcode_taken(session: Session, namespace_id: int, barcode: str) -> bool:
    """Whether a barcode was ever given to a copy of a namespace; then it is no other copy's for ever."""
    taken = select(_item.c.id).where(_item.c.namespace_id == namespace_id, _item.c.barcode == barcode)
    return session.scalar(taken) is not None
