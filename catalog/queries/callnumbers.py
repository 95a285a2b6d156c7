"""Reads of book numbers: what is given and what stands on the shelf, within one shelf list."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from catalog.bibdata import BibData
from catalog.callnumbers import class_key, sequence_bounds, sequence_of_key, split
from catalog.description import from_json
from catalog.models import Bib, BookNumber, Item
from catalog.works import work_key

_GONE = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenNumber:
    """A number within a class that was given to a work. `bib_id` is the title for which it was first asked."""

    number: int
    work_key: str
    bib_id: int
    allotted_at: datetime
    allotted_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """Another title under the same call number."""

    bib_id: int
    title: str
    work_key: str


_GIVEN = select(
    BookNumber.number, BookNumber.work_key, BookNumber.bib_id, BookNumber.allotted_at, BookNumber.allotted_by
)


def number_of_work(session: Session, scope_id: int, key: str, work: str) -> GivenNumber | None:
    where = (BookNumber.scope_id == scope_id, BookNumber.class_key == key, BookNumber.work_key == work)
    row = session.execute(_GIVEN.where(*where)).first()
    return GivenNumber(**row._mapping) if row else None


def work_of_number(session: Session, scope_id: int, key: str, number: int) -> GivenNumber | None:
    where = (BookNumber.scope_id == scope_id, BookNumber.class_key == key, BookNumber.number == number)
    row = session.execute(_GIVEN.where(*where)).first()
    return GivenNumber(**row._mapping) if row else None


def highest_on_shelf(session: Session, homes: Collection[int], key: str) -> int:
    """The highest number within the class that stands on these shelves; each shelf is one look into the index."""
    low, high = sequence_bounds(key)
    found = session.scalar(
        select(func.max(Item.shelf_key)).where(Item.home_id.in_(homes), Item.shelf_key >= low, Item.shelf_key < high)
    )
    return sequence_of_key(found, key) if found else 0


def book_number_on_shelf(session: Session, homes: Collection[int], key: str, data: BibData) -> str | None:
    """The book number under which a work stands already: that of its copies, else of its other editions and volumes."""
    work = work_key(data)
    same_title = Bib.title == data.title
    if data.volume:
        same_title = or_(same_title, Bib.title.startswith(f"{data.title} ", autoescape=True))
    rows = session.execute(
        select(Bib.data, Item.call_number)
        .join(Item, Item.bib_id == Bib.id)
        .where(same_title, Item.home_id.in_(homes), Item.call_number.is_not(None), Item.status != _GONE)
        .order_by(Item.id)
        .limit(500)
    )
    for stored, call_number in rows:
        found = split(call_number)
        if found.book_number and class_key(found.class_number) == key and work_key(from_json(stored)) == work:
            return found.book_number
    return None


def titles_at(session: Session, homes: Collection[int], shelf_key: str) -> list[Neighbour]:
    """The titles with copies under exactly this call number."""
    rows = session.execute(
        select(Bib.id, Bib.title, Bib.data)
        .where(
            Bib.id.in_(
                select(Item.bib_id).where(Item.home_id.in_(homes), Item.shelf_key == shelf_key, Item.status != _GONE)
            )
        )
        .order_by(Bib.id)
        .limit(20)
    )
    return [Neighbour(bib_id=id_, title=title, work_key=work_key(from_json(data))) for id_, title, data in rows]
