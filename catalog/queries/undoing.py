"""Facts about the titles of an import, as `catalog.undoing` judges them: a page of titles in a handful of statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from catalog.import_models import ImportBatch, UndoRemainder
from catalog.models import Bib, BibRedirect, Item, SourceRecord
from catalog.queries.hanging import hung_on
from catalog.undoing import CopyFacts, TitleFacts
from kernel.journal import JournalEntry

# Their rows go with the title, or are asked about on their own.
OWN_TABLES: Final = frozenset(
    {"bib_identifier", "source_record", "bib_version", "item", "bib_redirect", "import_review"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RemainderRow:
    """What an undone import left standing."""

    id: int
    code: str
    bib_id: int
    title: str
    barcode: str | None


def titles_of_batch(session: Session, batch_id: int, *, before_id: int | None, limit: int) -> list[int]:
    """The titles that rest on a record of the import, by falling id."""
    r = SourceRecord
    statement = select(r.bib_id).distinct().where(r.batch_id == batch_id).order_by(r.bib_id.desc()).limit(limit)
    return list(session.scalars(statement if before_id is None else statement.where(r.bib_id < before_id)))


def facts_of(session: Session, batch_id: int, bib_ids: Collection[int]) -> list[TitleFacts]:
    """What is to be known of these titles, by falling id."""
    titles = {row.id: row.title for row in session.execute(select(Bib.id, Bib.title).where(Bib.id.in_(bib_ids)))}
    records = _records_of(session, bib_ids)
    copies, others = _copies_of(session, batch_id, bib_ids)
    merged = set(session.scalars(select(BibRedirect.into_id).where(BibRedirect.into_id.in_(bib_ids))))
    hung = hung_on(session, "bib", bib_ids, but=OWN_TABLES)
    return [
        TitleFacts(
            id=bib_id,
            title=titles[bib_id],
            was_merged=bib_id in merged,
            hangs=bib_id in hung,
            other_copies=others[bib_id],
            copies=tuple(copies[bib_id]),
            **_told_by(records[bib_id], batch_id),
        )
        for bib_id in sorted(titles, reverse=True)
    ]


def _records_of(session: Session, bib_ids: Collection[int]) -> Mapping[int, Sequence[Any]]:
    r = SourceRecord
    columns = (r.id, r.bib_id, r.source, r.identity, r.batch_id, r.is_current)
    found: dict[int, list[Any]] = defaultdict(list)
    for row in session.execute(select(*columns).where(r.bib_id.in_(bib_ids))):
        found[row.bib_id].append(row)
    return found


def _told_by(records: Sequence[Any], batch_id: int) -> dict[str, bool]:
    """Whether somebody changed the title by hand after the import, whether a later import did, and whether anything else describes it."""
    ours = [row for row in records if row.batch_id == batch_id]
    first = min((row.id for row in ours), default=0)
    names = {(row.source, row.identity) for row in ours}
    others = [row for row in records if row.batch_id != batch_id]
    return {
        "has_other_records": any(row.is_current or (row.source, row.identity) in names for row in others),
        "is_changed_by_hand": any(row.batch_id is None and row.is_current and row.id > first for row in others),
        "is_imported_again": any((row.source, row.identity) in names and row.id > first for row in others),
    }


def _copies_of(
    session: Session, batch_id: int, bib_ids: Collection[int]
) -> tuple[Mapping[int, list[CopyFacts]], Mapping[int, int]]:
    """The copies that came with the import, by title, and how many others each title has."""
    rows = session.execute(
        select(Item.id, Item.bib_id, Item.barcode).where(Item.bib_id.in_(bib_ids)).order_by(Item.id)
    ).all()
    ids = [row.id for row in rows]
    came, touched = _told_by_journal(session, batch_id, ids)
    hung = hung_on(session, "item", came)
    copies: dict[int, list[CopyFacts]] = defaultdict(list)
    others: dict[int, int] = defaultdict(int)
    for row in rows:
        if row.id in came:
            copies[row.bib_id].append(
                CopyFacts(id=row.id, barcode=row.barcode, has_history=row.id in touched, hangs=row.id in hung)
            )
        else:
            others[row.bib_id] += 1
    return copies, others


def _told_by_journal(session: Session, batch_id: int, item_ids: Sequence[int]) -> tuple[set[int], set[int]]:
    """Of these copies those that the import registered, and those to which anything else was done."""
    came, touched = set[int](), set[int]()
    j = JournalEntry
    for start in range(0, len(item_ids), 500):
        part = item_ids[start : start + 500]
        for item_id, act, data in session.execute(select(j.item_id, j.act, j.data).where(j.item_id.in_(part))):
            if item_id is None:
                continue
            if (data or {}).get("batch") != batch_id and not _was_set_apart(data):
                touched.add(item_id)
            elif act == "item_created":
                came.add(item_id)
    return came, touched


def _was_set_apart(data: Mapping[str, Any] | None) -> bool:
    """Whether a copy only followed its record to the title that it is of: that is no use anybody made of it."""
    return bool((data or {}).get("apart"))


def corrections_of(session: Session, batch_id: int, bib_ids: Collection[int]) -> list[Any]:
    """The copies of these titles whose call number or price the import changed and nothing has changed since, as the journal told it."""
    j = JournalEntry
    item_ids = select(Item.id).where(Item.bib_id.in_(bib_ids))
    rows = session.execute(
        select(j.item_id, j.bib_id, j.org_id, j.data)
        .where(j.item_id.in_(item_ids), j.act == "item_changed")
        .order_by(j.id)
    )
    last = {row.item_id: row for row in rows}
    return [row for row in last.values() if (row.data or {}).get("batch") == batch_id and "before" in (row.data or {})]


def list_remainders(session: Session, batch_id: int, *, after_id: int = 0, limit: int = 200) -> list[RemainderRow]:
    u = UndoRemainder
    statement = select(u.id, u.code, u.bib_id, u.title, u.barcode).where(u.batch_id == batch_id, u.id > after_id)
    return [RemainderRow(**row._mapping) for row in session.execute(statement.order_by(u.id).limit(limit))]


def count_titles(session: Session, batch_id: int, *, before_id: int | None = None) -> int:
    """How many titles rest on a record of the import; `before_id`: those of a smaller id."""
    r = SourceRecord
    statement = select(func.count(r.bib_id.distinct())).where(r.batch_id == batch_id)
    return session.scalar(statement if before_id is None else statement.where(r.bib_id < before_id)) or 0


def oldest_waiting_undo(session: Session) -> int | None:
    """The oldest import that somebody asked to take back and that is not yet taken back whole."""
    b = ImportBatch
    waiting = select(b.id).where(b.undo_asked_at.is_not(None), b.status != "undone").order_by(b.undo_asked_at, b.id)
    return session.scalar(waiting.limit(1))
