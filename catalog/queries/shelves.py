"""Reads of the shelf: which titles stand left and right of a place, in the order of call numbers at one library."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from catalog.models import Bib, Item
from catalog.states import VISIBLE

Way = Literal["before", "after"]
_COPIES_LOOKED_AT: Final = 8  # for each title wanted: several copies of one stand side by side
_STANDING: Final = (
    select(
        Item.id.label("item_id"),
        Item.bib_id,
        Bib.title,
        Bib.authors,
        Item.call_number,
        Item.shelf_key,
        (Item.status == "available").label("is_available"),
    )
    .join(Bib, Bib.id == Item.bib_id)
    .where(Item.shelf_key.is_not(None), Item.status.in_(VISIBLE))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Between two books: behind everything that has a lesser key, or the same key and a lower copy number."""

    shelf_key: str
    item_id: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A title on the shelf by one of its copies. `is_available`: whether one of the copies that stand together can be had now."""

    item_id: int
    bib_id: int
    title: str
    authors: str
    call_number: str
    shelf_key: str
    is_available: bool


def place_of(session: Session, item_id: int) -> Place | None:
    key = session.scalar(select(Item.shelf_key).where(Item.id == item_id))
    return None if key is None else Place(shelf_key=key, item_id=item_id)


def titles_beside(
    session: Session, home_id: int, place: Place, way: Way, limit: int, *, but: int | None = None
) -> list[Standing]:
    """The next titles from a place on, in the order of the shelf whichever the way; `but` leaves one title out."""
    here, there = tuple_(Item.shelf_key, Item.id), tuple_(place.shelf_key, place.item_id)
    is_after = way == "after"
    order = (Item.shelf_key, Item.id) if is_after else (Item.shelf_key.desc(), Item.id.desc())
    statement = _STANDING.where(Item.home_id == home_id, here > there if is_after else here < there)
    if but is not None:
        statement = statement.where(Item.bib_id != but)
    rows = session.execute(statement.order_by(*order).limit(limit * _COPIES_LOOKED_AT)).all()
    found = _each_once(rows)[:limit]
    return found if is_after else found[::-1]


def _each_once(rows: Sequence[Any]) -> list[Standing]:
    """Copies of one title that stand together as one place, that of the copy reached last."""
    found: dict[int, Standing] = {}
    for row in rows:
        values = dict(row._mapping)
        values["is_available"] = bool(values["is_available"]) or (
            row.bib_id in found and found[row.bib_id].is_available
        )
        found[row.bib_id] = Standing(**values)
    return list(found.values())
