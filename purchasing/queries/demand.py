"""Reads of what readers ask for, as askings, and of what there is of a title. Nobody's name is read."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final, TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from catalog.bibdata import BibData
from catalog.description import identifiers
from catalog.marc.isbn import isbn13s
from catalog.models import Bib, BibIdentifier, Item
from catalog.states import HOLDABLE, ITEM_STATUSES
from circ.models import Hold
from circ.queries.hold_queues import is_active
from circ.states import WAITING
from kernel.clock import local_day
from kernel.journal import WANTED, JournalEntry
from purchasing.demand import Aside, Asking, Supply, Wanted, asks_for_title, is_unmet, is_wish, name_key
from purchasing.demand_models import DemandAside
from purchasing.models import Suggestion, SuggestionVote
from purchasing.order_models import OrderCopy, OrderLine
from purchasing.selection_models import ShopOffer

T = TypeVar("T")

MOST_READ: Final = 10_000  # rows of the journal that are looked at, the newest first
_AT_ONCE: Final = 500
_HELD: Final = tuple(name for name, one in ITEM_STATUSES.items() if one.counts and one.visible)


# --- who asks -----------------------------------------------------------------------------------------------------------


def suggested(session: Session, units: Collection[int]) -> list[Asking]:
    """What readers suggested to these units and nobody answered yet, each counted by its votes."""
    s, v = Suggestion, SuggestionVote
    statement = (
        select(
            s.id,
            s.title,
            s.author,
            s.publisher,
            s.isbn,
            func.count().label("votes"),
            func.max(v.created_at).label("at"),
        )
        .join(v, v.suggestion_id == s.id)
        .where(s.status == "open", s.org_id.in_(units))
        .group_by(s.id)
    )
    return [
        Asking(
            source="suggestions",
            title=row.title,
            author=row.author,
            publisher=row.publisher,
            isbn=row.isbn,
            count=row.votes,
            last_at=row.at,
            about=(row.id,),
        )
        for row in session.execute(statement)
    ]


def unmet(session: Session, units: Collection[int], per_copy: int | None, today: date) -> list[Asking]:
    """Titles for which readers wait at these units, where the network has too few copies for all who wait in it."""
    h = Hold
    here = (
        select(h.bib_id, func.count().label("waiting"), func.max(h.placed_at).label("at"))
        .where(h.status.in_(WAITING), h.pickup_id.in_(units), *is_active(today))
        .group_by(h.bib_id)
    )
    rows = {row.bib_id: row for row in session.execute(here)}
    askings: list[Asking] = []
    for ids in _batches(sorted(rows)):
        everywhere = _count(session, h.bib_id, ids, h.status.in_(WAITING), *is_active(today))
        copies = _count(session, Item.bib_id, ids, Item.status.in_(HOLDABLE))
        for bib in _bibs(session, ids):
            if is_unmet(everywhere.get(bib.id, 0), copies.get(bib.id, 0), per_copy):
                askings.append(_held_up(bib, rows[bib.id]))
    return askings


def _held_up(bib: Any, row: Any) -> Asking:
    return Asking(
        source="holds",
        title=bib.title,
        author=bib.authors,
        publisher=bib.publisher or "",
        year=bib.year,
        isbn=bib.isbn,
        bib_id=bib.id,
        count=row.waiting,
        last_at=row.at,
    )


def refused_and_missed(
    session: Session, units: Collection[int], codes: Collection[str], since: datetime
) -> list[Asking]:
    """Books that shops refused to readers of these units, and titles searched for in vain in one of these units, by its code, or in the
    whole network. What a shop refuses on one day counts once, and so does a search: nobody makes a title wanted by asking it all day."""
    j = JournalEntry
    statement = (
        select(j.act, j.at, j.org_id, j.data)
        .where(WANTED, j.at >= since)
        .order_by(j.at.desc(), j.id.desc())
        .limit(MOST_READ)
    )
    seen: dict[tuple[Any, ...], Asking] = {}
    for row in session.execute(statement):
        found = _refused(row, units) if row.act == "selection_refused" else _missed(row, codes)
        if found is not None:
            key, asking = found
            seen.setdefault((*key, local_day(row.at)), asking)
    return list(seen.values())


def _refused(row: Any, units: Collection[int]) -> tuple[tuple[Any, ...], Asking] | None:
    data = row.data or {}
    isbn = next(iter(isbn13s(str(data.get("isbn") or ""))), None)
    title = str(data.get("title") or "")
    if row.org_id not in units or not (isbn or title) or not is_wish(data.get("codes") or ()):
        return None
    asking = Asking(source="refused", title=title, isbn=isbn, count=1, last_at=row.at)
    return ("refused", data.get("shop"), isbn or name_key(title)), asking


def _missed(row: Any, codes: Collection[str]) -> tuple[tuple[Any, ...], Asking] | None:
    data = row.data or {}
    words, org = str(data.get("q") or ""), data.get("org")
    if (org is not None and org not in codes) or not asks_for_title(words, data.get("field")):
        return None
    isbns = isbn13s(words) if not any(character.isalpha() for character in words.upper().replace("X", "")) else ()
    isbn = isbns[0] if len(isbns) == 1 else None
    asking = Asking(source="missed", title="" if isbn else words[:300], isbn=isbn, count=1, last_at=row.at)
    return ("missed", isbn or name_key(words)), asking


# --- what there is ------------------------------------------------------------------------------------------------------


def supply_of(session: Session, wanted: Sequence[Wanted]) -> dict[str, Supply]:
    """By the key of each title."""
    found: dict[str, Supply] = {}
    for some in _batches(wanted):
        titles = _titles_of(session, some)
        all_bibs = sorted({id_ for ids in titles.values() for id_ in ids})
        copies = _count(session, Item.bib_id, all_bibs, Item.status.in_(_HELD))
        prices = _offers(session, [one.isbn for one in some if one.isbn])
        paid = _paid(session, all_bibs)
        ordered = _ordered(session, some, all_bibs)
        for one in some:
            bibs = titles[one.key]
            offer = prices.get(one.isbn or "") or next((paid[id_] for id_ in bibs if id_ in paid), (None, None))
            coming = _unique(ordered, one, bibs)
            found[one.key] = Supply(
                copies=sum(copies.get(id_, 0) for id_ in bibs),
                on_order=sum(count for status, count in coming if status == "ordered"),
                in_draft=sum(count for status, count in coming if status == "planned"),
                price_fen=offer[0],
                price_from=offer[1],
                bib_id=bibs[0] if bibs else None,
            )
    return found


def _titles_of(session: Session, wanted: Sequence[Wanted]) -> dict[str, list[int]]:
    """The records of each title: those a hold names, those that bear its ISBN, else its name, and are by nobody else."""
    isbns = {one.isbn for one in wanted if one.isbn}
    keys = {one.key: _match_keys(one) for one in wanted if not one.isbn}
    values = isbns | {key for some in keys.values() for key in some}
    i = BibIdentifier
    by_value: dict[str, set[int]] = {}
    for value, bib_id in session.execute(select(i.value, i.bib_id).where(i.value.in_(values))):
        by_value.setdefault(value, set()).add(bib_id)
    named = {bib.id: bib for bib in _bibs(session, {id_ for ids in by_value.values() for id_ in ids})}
    return {one.key: _own_titles(one, by_value, keys.get(one.key, ()), named) for one in wanted}


def _own_titles(
    one: Wanted, by_value: Mapping[str, set[int]], keys: Iterable[str], named: Mapping[int, Any]
) -> list[int]:
    found = set(one.bib_ids) | by_value.get(one.isbn or "", set())
    for id_ in {id_ for key in keys for id_ in by_value.get(key, ())}:
        bib = named[id_]
        same_name = name_key(bib.title) == name_key(one.title)
        if same_name and (not one.author or not bib.authors or name_key(one.author) in name_key(bib.authors)):
            found.add(id_)
    return sorted(found)


def _match_keys(one: Wanted) -> tuple[str, ...]:
    described = BibData(format="cnmarc", title=one.title)
    return tuple(value for kind, value in identifiers(described) if kind == "key")


def _offers(session: Session, isbns: Collection[str]) -> dict[str, tuple[int | None, str | None]]:
    """The lowest price on the lists of shops."""
    o = ShopOffer
    statement = select(o.isbn, func.min(o.price_fen)).where(o.isbn.in_(isbns)).group_by(o.isbn)
    return {isbn: (fen, "shop") for isbn, fen in session.execute(statement)}


def _paid(session: Session, bib_ids: Collection[int]) -> dict[int, tuple[int | None, str | None]]:
    """What the copy that came last cost."""
    latest = (
        select(func.max(Item.id))
        .where(Item.bib_id.in_(bib_ids), Item.price_fen.is_not(None), Item.price_fen > 0)
        .group_by(Item.bib_id)
    )
    rows = session.execute(select(Item.bib_id, Item.price_fen).where(Item.id.in_(latest)))
    return {bib_id: (fen, "copy") for bib_id, fen in rows}


def _ordered(session: Session, wanted: Sequence[Wanted], bib_ids: Collection[int]) -> list[Any]:
    """Copies that were ordered, or are to be, by line: (line, key, title, status, how many)."""
    line, copy = OrderLine, OrderCopy
    keys = {key for one in wanted for key in one.keys}
    statement = (
        select(line.id, line.key, line.bib_id, copy.status, func.count().label("copies"))
        .join(copy, copy.line_id == line.id)
        .where(copy.status.in_(("planned", "ordered")), line.key.in_(keys) | line.bib_id.in_(bib_ids))
        .group_by(line.id, line.key, line.bib_id, copy.status)
    )
    return list(session.execute(statement))


def _unique(ordered: Iterable[Any], one: Wanted, bibs: Collection[int]) -> list[tuple[str, int]]:
    return [(row.status, row.copies) for row in ordered if row.key in one.keys or row.bib_id in bibs]


def _count(session: Session, column: Any, ids: Collection[int], *conditions: Any) -> dict[int, int]:
    statement = select(column, func.count()).where(column.in_(ids), *conditions).group_by(column)
    return {row[0]: row[1] for row in session.execute(statement)}


def _batches(some: Sequence[T]) -> Iterator[Sequence[T]]:
    return (some[start : start + _AT_ONCE] for start in range(0, len(some), _AT_ONCE))


def _bibs(session: Session, ids: Collection[int]) -> Iterator[Any]:
    statement = select(Bib.id, Bib.title, Bib.authors, Bib.publisher, Bib.year, Bib.isbn).where(Bib.id.in_(ids))
    yield from session.execute(statement)


# --- what was put aside -------------------------------------------------------------------------------------------------


def asides_of(session: Session, org_id: int) -> dict[str, Aside]:
    columns = (getattr(DemandAside, name) for name in Aside.__dataclass_fields__)
    rows = session.execute(select(*columns).where(DemandAside.org_id == org_id))
    return {row.key: Aside(**row._mapping) for row in rows}
