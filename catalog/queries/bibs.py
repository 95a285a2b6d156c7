"""Reads of titles: the description, who holds copies of it, and the records it came from."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal, NoReturn

from sqlalchemy import ColumnElement, case, exists, func, select
from sqlalchemy.orm import Session

from catalog.bibdata import BibData, MarcFormat
from catalog.description import from_json
from catalog.import_models import ImportSource
from catalog.merging import BY_HAND, DEFAULT_PRIORITY
from catalog.models import Bib, BibRedirect, Item, SourceRecord
from catalog.states import ITEM_STATUSES, VISIBLE
from kernel.errors import Conflict, NotFound
from kernel.i18n import Text

_STOCK: Final = [name for name, status in ITEM_STATUSES.items() if status.counts]


class BibMerged(Conflict):
    """A title that was merged into another; whoever reads it is led on."""

    def __init__(self, bib_id: int, into_id: int) -> None:
        message = Text("书目 {id} 已并入书目 {into}。", "Title {id} was merged into title {into}.")
        super().__init__("bib.merged", message.format(id=bib_id, into=into_id), merged_into=into_id)
        self.into_id = into_id


@dataclass(frozen=True, slots=True, kw_only=True)
class BibRow:
    """One title with its whole description."""

    id: int
    data: BibData
    version: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyRow:
    """A copy that readers may see. A copy counts where it stands; one that is out, or on its way, where it belongs."""

    id: int
    barcode: str
    status: str
    home_id: int
    location_id: int
    item_type: str
    call_number: str | None
    shelf: str | None
    volume: str | None

    @property
    def is_available(self) -> bool:
        return self.status == "available"

    @property
    def place_id(self) -> int:
        return self.location_id if self.is_available else self.home_id


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRow:
    """A record as it came. `format` is the MARC format it was found to have; a `form` holds the description as JSON."""

    id: int
    bib_id: int
    format: MarcFormat
    container: Literal["iso2709", "marcxml", "text", "form"]
    encoding: str
    raw: bytes


_BIB = select(Bib.id, Bib.data, Bib.version, Bib.created_at, Bib.updated_at)
_COPY = select(
    Item.id,
    Item.barcode,
    Item.status,
    Item.home_id,
    Item.location_id,
    Item.item_type,
    Item.call_number,
    Item.shelf,
    Item.volume,
)
_SOURCE = select(
    SourceRecord.id,
    SourceRecord.bib_id,
    SourceRecord.format,
    SourceRecord.container,
    SourceRecord.encoding,
    SourceRecord.raw,
)


def find_bib(session: Session, bib_id: int, *, lock: bool = False) -> BibRow:
    """Raises NotFound, and BibMerged for one that went into another. `lock` takes the title's row for the rest of the transaction."""
    statement = _BIB.where(Bib.id == bib_id)
    if lock:
        statement = statement.with_for_update(of=Bib)
    row = session.execute(statement).first()
    if row is None:
        raise_where_it_went(session, bib_id)
    return _bib_row(row)


def standing(session: Session, bib_ids: Collection[int]) -> dict[int, int]:
    """The title that each of these is now: itself, or the one it was merged into; those that are gone are left out."""
    found = {bib_id: bib_id for bib_id in session.scalars(select(Bib.id).where(Bib.id.in_(bib_ids)))}
    moved = select(BibRedirect.bib_id, BibRedirect.into_id).where(BibRedirect.bib_id.in_(bib_ids))
    return found | {row.bib_id: row.into_id for row in session.execute(moved)}


def raise_where_it_went(session: Session, bib_id: int) -> NoReturn:
    """For a title that is not there: raises BibMerged with the title it went into, else NotFound."""
    into_id = session.scalar(select(BibRedirect.into_id).where(BibRedirect.bib_id == bib_id))
    if into_id is not None:
        raise BibMerged(bib_id, into_id)
    raise NotFound("bib", bib_id)


def find_bibs(session: Session, bib_ids: Collection[int]) -> dict[int, BibRow]:
    """Those of these titles that there are."""
    return {row.id: _bib_row(row) for row in session.execute(_BIB.where(Bib.id.in_(bib_ids)))}


def lock_bibs(session: Session, bib_ids: Collection[int]) -> list[BibRow]:
    """These titles, their rows taken for the rest of the transaction, by rising id."""
    rows = session.execute(_BIB.where(Bib.id.in_(bib_ids)).order_by(Bib.id).with_for_update(of=Bib))
    return [_bib_row(row) for row in rows]


def bib_exists(session: Session, bib_id: int) -> bool:
    return session.scalar(select(Bib.id).where(Bib.id == bib_id)) is not None


def visible_copies(session: Session, bib_id: int) -> list[CopyRow]:
    """In the order in which they were registered."""
    return visible_copies_of(session, [bib_id]).get(bib_id, [])


def visible_copies_of(session: Session, bib_ids: Collection[int]) -> dict[int, list[CopyRow]]:
    """The same of several titles, by title; those without are left out."""
    statement = _COPY.add_columns(Item.bib_id).where(Item.bib_id.in_(bib_ids), Item.status.in_(VISIBLE))
    found: dict[int, list[CopyRow]] = {}
    for row in session.execute(statement.order_by(Item.id)):
        values = dict(row._mapping)
        found.setdefault(values.pop("bib_id"), []).append(CopyRow(**values))
    return found


def current_sources(session: Session, bib_ids: Collection[int]) -> dict[int, list[SourceRow]]:
    """The records each title now rests on, in the order in which they are heard (`catalog.merging`)."""
    r = SourceRecord
    statement = _SOURCE.outerjoin(ImportSource, ImportSource.code == r.source).where(
        r.bib_id.in_(bib_ids), r.is_current
    )
    is_by_hand = r.source.in_(BY_HAND)
    in_order = statement.order_by(
        case((is_by_hand, 0), else_=1),
        func.coalesce(ImportSource.priority, DEFAULT_PRIORITY).desc(),
        case((is_by_hand, -r.id), else_=r.id),
    )
    found: dict[int, list[SourceRow]] = {}
    for row in session.execute(in_order):
        found.setdefault(row.bib_id, []).append(SourceRow(**row._mapping))
    return found


def bib_of_source(session: Session, source: str, identity: str) -> int | None:
    """The title that a record of a source belongs to."""
    s = SourceRecord
    return session.scalar(select(s.bib_id).where(s.source == source, s.identity == identity, s.is_current))


def bibs_after(session: Session, last_id: int, limit: int, held_by: Collection[int] | None = None) -> list[BibRow]:
    """The next titles by id; `held_by`: only those with a copy that counts as stock and belongs to one of these units."""
    statement = _BIB.where(Bib.id > last_id, *_held(held_by)).order_by(Bib.id).limit(limit)
    return [_bib_row(row) for row in session.execute(statement)]


def count_bibs(session: Session, held_by: Collection[int] | None = None) -> int:
    return session.scalar(select(func.count()).select_from(Bib).where(*_held(held_by))) or 0


def _held(by: Collection[int] | None) -> list[ColumnElement[bool]]:
    if by is None:
        return []
    return [exists().where(Item.bib_id == Bib.id, Item.home_id.in_(by), Item.status.in_(_STOCK))]


def _bib_row(row: Any) -> BibRow:
    return BibRow(**{**row._mapping, "data": from_json(row.data)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """The copies of a title that one unit has, and how many of them can be had now."""

    org_id: int
    copies: tuple[CopyRow, ...]

    @property
    def total(self) -> int:
        return len(self.copies)

    @property
    def available(self) -> int:
        return sum(copy.is_available for copy in self.copies)


def group_by_place(copies: Iterable[CopyRow]) -> list[Holding]:
    by_place: dict[int, list[CopyRow]] = {}
    for copy in copies:
        by_place.setdefault(copy.place_id, []).append(copy)
    return [Holding(org_id=org_id, copies=tuple(found)) for org_id, found in by_place.items()]
