"""What is to be known of a title before records are set apart from it: its records, what was merged into it, and its copies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.apart import Gone, Kept
from catalog.bibdata import BibData
from catalog.import_models import ImportBatch, ImportSource
from catalog.kept import read_description
from catalog.marc import HoldingsProfile, ReadRecord, bib_data, read_holdings, read_one
from catalog.models import BibRedirect, Item, SourceRecord
from catalog.profiles import find_profile
from kernel.journal import JournalEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """A copy of the title: the import that registered it, and the titles that it belonged to before."""

    id: int
    barcode: str
    home_id: int
    status: str
    call_number: str | None
    volume: str | None
    batch_id: int | None = None
    came_from: frozenset[int] = frozenset()


def kept_records(session: Session, bib_id: int) -> list[Kept]:
    """All records of a title, older versions too, read."""
    r, s, b = SourceRecord, ImportSource, ImportBatch
    statement = (
        select(r, s.priority, b.profile)
        .outerjoin(s, s.code == r.source)
        .outerjoin(b, b.id == r.batch_id)
        .where(r.bib_id == bib_id)
        .order_by(r.id)
    )
    rows = session.execute(statement).all()
    profiles = {code: find_profile(session, code) for code in {row.profile for row in rows}}
    return [_kept(row.SourceRecord, row.priority, profiles[row.profile]) for row in rows]


def _kept(row: SourceRecord, priority: int | None, profile: HoldingsProfile | None) -> Kept:
    data, barcodes = _read(row, profile)
    return Kept(
        id=row.id,
        source=row.source,
        identity=row.identity,
        batch_id=row.batch_id,
        is_current=row.is_current,
        priority=priority,
        data=data,
        barcodes=barcodes,
    )


def _read(row: SourceRecord, profile: HoldingsProfile | None) -> tuple[BibData | None, frozenset[str]]:
    if row.container == "form":
        return read_description(row.format, row.container, row.encoding, row.raw), frozenset()
    read = read_one(row.raw, row.container, row.format, declared=row.encoding)  # type: ignore[arg-type]
    if not isinstance(read, ReadRecord):
        return None, frozenset()
    holdings = read_holdings(read.record, profile)
    return bib_data(read), frozenset(copy.barcode for copy in holdings if copy.barcode)


def gone_into(session: Session, bib_id: int) -> list[Gone]:
    """The titles that were merged into this one, those that went first before the others."""
    d, j = BibRedirect, JournalEntry
    rows = session.execute(
        select(d.bib_id, j.data)
        .join(j, (j.at == d.merged_at) & (j.act == "bib_merged"))
        .where(d.into_id == bib_id)
        .order_by(j.id)
    )
    return [
        Gone(bib_id=row.bib_id, records=frozenset(row.data.get("records", ())))
        for row in rows
        if row.data["from"] == row.bib_id
    ]


def copies_of(session: Session, bib_id: int) -> list[Copy]:
    """All copies of a title, withdrawn ones too, in the order in which they were registered."""
    i = Item
    rows = session.execute(
        select(i.id, i.barcode, i.home_id, i.status, i.call_number, i.volume).where(i.bib_id == bib_id).order_by(i.id)
    ).all()
    told = _told(session, [row.id for row in rows])
    return [Copy(**row._mapping, **told.get(row.id, {})) for row in rows]


def _told(session: Session, item_ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """What the journal tells of where copies came from."""
    j = JournalEntry
    found: dict[int, dict[str, Any]] = {}
    for start in range(0, len(item_ids), 500):
        part = item_ids[start : start + 500]
        acts = j.item_id.in_(part) & j.act.in_(("item_created", "item_changed"))
        for item_id, act, data in session.execute(select(j.item_id, j.act, j.data).where(acts).order_by(j.id)):
            told = found.setdefault(int(item_id or 0), {})
            if act == "item_created":
                told["batch_id"] = (data or {}).get("batch")
            elif moved := _title_left(data):
                told["came_from"] = told.get("came_from", frozenset()) | {moved}
    return found


def _title_left(data: dict[str, Any] | None) -> int | None:
    """The title that a copy was moved away from, where that is what changed."""
    changes = (data or {}).get("changes")
    moved = changes.get("bib") if isinstance(changes, dict) else None
    return int(moved[0]) if isinstance(moved, list) else None


def record_stands_at(session: Session, record_id: int) -> int | None:
    """The title that a record belongs to."""
    return session.scalar(select(SourceRecord.bib_id).where(SourceRecord.id == record_id))
