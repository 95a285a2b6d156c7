"""Reads for search: the facts of titles for the index, the rows of hits for a page, and the little that is found without an engine."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, ColumnElement, Row, Select, and_, bindparam, case, exists, func, or_, select
from sqlalchemy.orm import Session

from branches.tree import OrgTree
from catalog.bibdata import BibData
from catalog.description import from_json
from catalog.headings import heading_key
from catalog.models import Bib, BibIdentifier, Item
from catalog.queries.headings import other_names
from catalog.queries.void import is_found
from catalog.states import VISIBLE
from circ.models import Loan
from kernel.clock import local_day
from kernel.db import one_of, table_of
from kernel.outbox import OutboxEntry, Pending
from search.copies import Copy, Holdings
from search.documents import Title

_AVAILABLE = "available"


def place_of(item: Any) -> ColumnElement[int]:
    """Where a copy (the model, or the columns of its table) counts: where it stands; one that is out, or on its way, where it belongs."""
    return case((item.status == _AVAILABLE, item.location_id), else_=item.home_id)


PLACE = place_of(Item)

_DESCRIPTION = select(
    Bib.id,
    Bib.title,
    Bib.authors,
    Bib.publisher,
    Bib.year,
    Bib.isbn,
    Bib.class_number,
    Bib.language,
    Bib.data,
    Bib.created_at,
)
KIND = "bib"  # what the outbox calls a document of the index
_bib, _item, _loan, _entry = table_of(Bib), table_of(Item), table_of(Loan), table_of(OutboxEntry)
_VERSIONS = (
    select(_bib.c.id, func.coalesce(_entry.c.version, 0), _entry.c.changed_at)
    .outerjoin(_entry, and_(_entry.c.kind == KIND, _entry.c.key == _bib.c.id))
    .where(is_found())
    .order_by(_bib.c.id)
)
_COPIES = (
    select(_item.c.bib_id, place_of(_item.c), _item.c.status, _item.c.item_type, _item.c.barcode, _item.c.call_number)
    .where(one_of(_item.c.status, VISIBLE))
    .order_by(_item.c.bib_id, _item.c.id)
)
_LOANS = select(_item.c.bib_id, func.count()).join(_loan, _loan.c.item_id == _item.c.id).group_by(_item.c.bib_id)


@dataclass(frozen=True, slots=True)
class Facts:
    """What the database holds of one title apart from its copies, the description not looked into yet."""

    row: Row[Any]
    other_names: tuple[str, ...] = ()
    other_subjects: tuple[str, ...] = ()


class HitRow(NamedTuple):
    id: int
    title: str
    authors: str
    publisher: str | None
    year: int | None
    isbn: str | None
    class_number: str | None


class Holding(NamedTuple):
    """How many copies of a title a unit holds itself, and how many of them can be had now."""

    org_id: int
    total: int
    available: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowing:
    """The filters of a search as columns can answer them."""

    orgs: frozenset[int] | None = None
    available: bool = False
    languages: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    item_types: tuple[str, ...] = ()
    years: tuple[int | None, int | None] | None = None


# --- for the index ---------------------------------------------------------------------------------------------------


def titles_after(session: Session, last: int, limit: int) -> list[Pending]:
    """The titles above this id that readers may find, by rising id, with the versions the outbox has of them, to be asked before their
    state is read; 0 where it has none."""
    return [Pending(*row) for row in session.execute(_VERSIONS.where(_bib.c.id > last).limit(limit))]


def titles_among(session: Session, ids: Collection[int]) -> list[Pending]:
    """The same for those of these titles that are there."""
    return [Pending(*row) for row in session.execute(_VERSIONS.where(_bib.c.id.in_(ids)))]


def count_bibs(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Bib).where(is_found())) or 0


def load_facts(session: Session, ids: Collection[int]) -> list[Facts]:
    """The facts of these titles in a constant number of statements; a title that is gone, or that no reader is to find, is left out."""
    rows = session.execute(_DESCRIPTION.where(Bib.id.in_(ids), is_found()).order_by(Bib.id)).all()
    people = {row.id: _people(row) for row in rows}
    subjects = {row.id: [one for one in _listed(row.data, "subjects") if isinstance(one, str)] for row in rows}
    called = other_names(session, {name for named in (people, subjects) for names in named.values() for name in names})
    return [
        Facts(
            row,
            other_names=_called(called, people[row.id]),
            other_subjects=_called(called, subjects[row.id]),
        )
        for row in rows
    ]


def load_holdings(session: Session, ids: Collection[int], tree: OrgTree) -> dict[int, Holdings]:
    """What the copies of these titles add to the index, in two statements; a title that never had any is left out."""
    copies, loans = _copies(session, ids, tree), _loan_counts(session, ids)
    return {id_: Holdings(copies.get(id_, ()), loans.get(id_, 0)) for id_ in copies.keys() | loans.keys()}


def _people(row: Row[Any]) -> list[str]:
    """The names of a description that may not hold what it should: the builder of the document says so, not this."""
    named = [one.get("name") for one in _listed(row.data, "contributors") if isinstance(one, dict)]
    return [name for name in named if isinstance(name, str)]


def _listed(data: Any, name: str) -> list[Any]:
    value = data.get(name) if isinstance(data, dict) else None
    return value if isinstance(value, list) else []


def _called(called: Mapping[str, tuple[str, ...]], names: Iterable[str]) -> tuple[str, ...]:
    if not called:
        return ()
    return tuple(dict.fromkeys(other for name in names for other in called.get(heading_key(name), ())))


def read_title(facts: Facts) -> Title:
    """The title as the index wants it; raises TypeError or ValueError for a description that cannot be read."""
    return Title(
        id=facts.row.id,
        data=_bib_data(facts.row),
        other_names=facts.other_names,
        other_subjects=facts.other_subjects,
        added_on=local_day(facts.row.created_at),
    )


def _bib_data(row: Row[Any]) -> BibData:
    """The whole description; what it lacks is taken from the columns that lists show."""
    columns = {
        "format": "cnmarc",
        "title": row.title,
        "publisher": row.publisher,
        "year": row.year,
        "isbns": [row.isbn] if row.isbn else [],
        "class_number": row.class_number,
        "language": row.language,
        "contributors": [{"name": row.authors, "main": True}] if row.authors else [],
    }
    return from_json(columns | row.data)


def _copies(session: Session, ids: Collection[int], tree: OrgTree) -> dict[int, list[Copy]]:
    copies: dict[int, list[Copy]] = {}
    for bib_id, place, status, *rest in session.execute(_COPIES.where(_of_these(ids))):
        copies.setdefault(bib_id, []).append(Copy(tree.path(place), status == _AVAILABLE, *rest))
    return copies


def _loan_counts(session: Session, ids: Collection[int]) -> dict[int, int]:
    return dict(session.execute(_LOANS.where(_of_these(ids))).all())


def _of_these(ids: Collection[int]) -> ColumnElement[bool]:
    """Of a copy: it is one of these titles. Where they are nearly all between two ids, as in a rebuild, a thousand need not be named; what
    lies between besides costs nothing and nobody asks for it."""
    if ids and max(ids) - min(ids) < 2 * len(ids):
        return _item.c.bib_id.between(min(ids), max(ids))
    return _item.c.bib_id.in_(ids)


# --- for a page ------------------------------------------------------------------------------------------------------


_IDS: BindParameter[int] = bindparam("ids", expanding=True)
_HITS = select(*(_bib.c[name] for name in HitRow._fields)).where(_bib.c.id.in_(_IDS))
_PLACE = place_of(_item.c)
_HOLDINGS = (
    select(_item.c.bib_id, _PLACE, func.count(), func.sum(case((_item.c.status == _AVAILABLE, 1), else_=0)))
    .where(_item.c.bib_id.in_(_IDS), _item.c.status.in_(VISIBLE))
    .group_by(_item.c.bib_id, _PLACE)
    .order_by(_item.c.bib_id, _PLACE)
)


def hit_rows(session: Session, ids: Sequence[int]) -> dict[int, HitRow]:
    return {row.id: row for row in map(HitRow._make, session.execute(_HITS, {"ids": ids}))}


def holdings_of(session: Session, ids: Sequence[int]) -> dict[int, list[Holding]]:
    """The holdings of each title, as they are this moment."""
    found: dict[int, list[Holding]] = {}
    for bib_id, place, total, free in session.execute(_HOLDINGS, {"ids": ids}):
        found.setdefault(bib_id, []).append(Holding(place, total, int(free)))
    return found


# --- without an engine -----------------------------------------------------------------------------------------------


def find_by_isbn(session: Session, isbn13: str, narrowing: Narrowing, page: tuple[int, int]) -> tuple[int, list[int]]:
    having = select(BibIdentifier.bib_id).where(BibIdentifier.kind == "isbn", BibIdentifier.value == isbn13)
    return _page(session, select(Bib.id).where(Bib.id.in_(having)), narrowing, page)


def find_by_barcode(
    session: Session, barcode: str, narrowing: Narrowing, page: tuple[int, int]
) -> tuple[int, list[int]]:
    having = select(Item.bib_id).where(Item.barcode == barcode, Item.status.in_(VISIBLE))
    return _page(session, select(Bib.id).where(Bib.id.in_(having)), narrowing, page)


def find_by_title_start(
    session: Session, start: str, narrowing: Narrowing, page: tuple[int, int]
) -> tuple[int, list[int]]:
    return _page(session, select(Bib.id).where(Bib.title.startswith(start, autoescape=True)), narrowing, page)


def _page(session: Session, found: Select[Any], narrowing: Narrowing, page: tuple[int, int]) -> tuple[int, list[int]]:
    """Total, and the ids of one page (offset, limit) by title."""
    narrowed = found.where(is_found(), *_conditions(narrowing))
    total = session.scalar(select(func.count()).select_from(narrowed.subquery())) or 0
    offset, limit = page
    return total, list(session.scalars(narrowed.order_by(Bib.title, Bib.id).offset(offset).limit(limit)))


def _conditions(narrowing: Narrowing) -> Iterable[ColumnElement[bool]]:
    if narrowing.languages:
        yield Bib.language.in_(narrowing.languages)
    if narrowing.classes:
        yield or_(*(Bib.class_number.startswith(prefix, autoescape=True) for prefix in narrowing.classes))
    if narrowing.years is not None:
        first, last = narrowing.years
        yield Bib.year.between(-(10**6) if first is None else first, 10**6 if last is None else last)
    copies = list(_copy_conditions(narrowing))
    if copies:
        yield exists().where(Item.bib_id == Bib.id, Item.status.in_(VISIBLE), *copies)


def _copy_conditions(narrowing: Narrowing) -> Iterable[ColumnElement[bool]]:
    if narrowing.orgs is not None:
        yield PLACE.in_(narrowing.orgs)
    if narrowing.available:
        yield Item.status == _AVAILABLE
    if narrowing.item_types:
        yield Item.item_type.in_(narrowing.item_types)
