"""Reads of a title's history: what it said before, who changed it when and why, and the records it rests or rested on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.bibdata import BibData
from catalog.description import from_json
from catalog.import_models import ImportBatch
from catalog.models import Bib, BibRedirect, BibVersion, SourceRecord
from catalog.queries.bibs import SourceRow, find_bib
from kernel.errors import NotFound
from kernel.journal import JournalEntry

_Maker = tuple[str | None, str | None, int | None]  # author, cause, import


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionRow:
    """What a title said from `at` on. `author` and `cause` tell who brought this version about and why; None where nothing tells."""

    version: int
    at: datetime
    author: str | None
    cause: str | None
    batch_id: int | None
    is_current: bool
    data: BibData


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordRow:
    """A record of a title as it came: current, or one that a newer of the same source replaced."""

    id: int
    source: str
    identity: str
    container: str
    format: str
    received_at: datetime
    batch_id: int | None
    filename: str | None
    is_current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MergedRow:
    """A title that was merged into this one."""

    bib_id: int
    title: str
    merged_at: datetime


def list_versions(session: Session, bib_id: int) -> list[VersionRow]:
    """The newest first, the current one among them. Of a title that was merged, what it said before. Raises NotFound."""
    past = session.scalars(select(BibVersion).where(BibVersion.bib_id == bib_id).order_by(BibVersion.version)).all()
    bib = session.get(Bib, bib_id)
    if bib is None and not past:
        raise NotFound("bib", bib_id)
    told: list[dict[str, Any]] = [
        {"version": row.version, "at": row.since, "data": row.data, "is_current": False} for row in past
    ]
    if bib is not None:
        told.append({"version": bib.version, "at": bib.updated_at, "data": bib.data, "is_current": True})
    makers: dict[int, _Maker] = {row.version + 1: (row.author, row.cause, row.batch_id) for row in past}
    makers[1] = _maker_of_first(session, bib_id, told[0]["at"] if told[0]["version"] == 1 else None)
    rows = []
    for one in told:
        author, cause, batch_id = makers.get(one["version"], (None, None, None))
        data = from_json(one["data"])
        rows.append(VersionRow(**one | {"data": data, "author": author, "cause": cause, "batch_id": batch_id}))
    return rows[::-1]


def _maker_of_first(session: Session, bib_id: int, at: datetime | None) -> _Maker:
    """Who made the title: the journal of that moment knows."""
    if at is None:
        return None, None, None
    j = JournalEntry
    made = select(j.author, j.data).where(j.at == at, j.act == "bib_created", j.bib_id == bib_id)
    row = session.execute(made).first()
    if row is None:
        return None, None, None
    data = row.data or {}
    batch_id = data.get("batch")
    return row.author, "import" if batch_id else "apart" if "apart_from" in data else "hand", batch_id


def find_version(session: Session, bib_id: int, version: int) -> BibData:
    """What a title said in this version. Raises NotFound."""
    bib = find_bib(session, bib_id)
    if bib.version == version:
        return bib.data
    row = session.get(BibVersion, (bib_id, version))
    if row is None:
        raise NotFound("version", version)
    return from_json(row.data)


def list_records(session: Session, bib_id: int) -> list[RecordRow]:
    """The records of a title, those it now rests on first, then the newest first."""
    r, b = SourceRecord, ImportBatch
    statement = (
        select(r.id, r.source, r.identity, r.container, r.format, r.received_at, r.batch_id, b.filename, r.is_current)
        .outerjoin(b, b.id == r.batch_id)
        .where(r.bib_id == bib_id)
        .order_by(r.is_current.desc(), r.received_at.desc(), r.id.desc())
    )
    return [RecordRow(**row._mapping) for row in session.execute(statement)]


def records_of(session: Session, bib_id: int) -> list[int]:
    """The ids of all records of a title, older versions too."""
    return list(session.scalars(select(SourceRecord.id).where(SourceRecord.bib_id == bib_id).order_by(SourceRecord.id)))


def find_record(session: Session, bib_id: int, record_id: int) -> SourceRow:
    """One record of a title, byte for byte. Raises NotFound."""
    r = SourceRecord
    statement = select(r.id, r.bib_id, r.format, r.container, r.encoding, r.raw)
    row = session.execute(statement.where(r.id == record_id, r.bib_id == bib_id)).first()
    if row is None:
        raise NotFound("record", record_id)
    return SourceRow(**row._mapping)


def merged_into(session: Session, bib_id: int) -> list[MergedRow]:
    """The titles that were merged into this one, the last first."""
    d, v = BibRedirect, BibVersion
    statement = (
        select(d.bib_id, d.merged_at, v.version, v.data)
        .join(v, v.bib_id == d.bib_id)
        .where(d.into_id == bib_id)
        .order_by(d.merged_at.desc(), d.bib_id, v.version)
    )
    last = {row.bib_id: row for row in session.execute(statement)}
    return [
        MergedRow(bib_id=row.bib_id, title=from_json(row.data).title, merged_at=row.merged_at) for row in last.values()
    ]


def where_it_went(session: Session, bib_id: int) -> int | None:
    """The title that a merged one went into."""
    return session.scalar(select(BibRedirect.into_id).where(BibRedirect.bib_id == bib_id))
