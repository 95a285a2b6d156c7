"""Reads of imports, as small values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.import_models import ImportBatch, ImportProblem
from catalog.recognised import Recognised
from kernel.errors import NotFound
from kernel.i18n import Text

MOST_PROBLEMS_SHOWN: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemRow:
    """A record kept aside or a copy that could not be taken (`is_record` false)."""

    id: int
    is_record: bool
    record: int
    offset: int
    control_number: str | None
    tag: str | None
    code: str
    message: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """A batch as its report tells it; `problems` are the first of them."""

    id: int
    status: str
    code: str | None
    filename: str
    format: str
    profile: str | None
    source: str
    org_id: int
    author: str
    size: int
    offset: int
    read: int
    created: int
    updated: int
    merged: int
    unchanged: int
    review: int
    rejected: int
    items_created: int
    items_updated: int
    repaired: dict[str, int]
    recognised: dict[str, int]
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    undo_asked_at: datetime | None
    undo_author: str | None
    undo_counts: dict[str, int]
    problems: tuple[ProblemRow, ...] = ()

    @property
    def rejected_name(self) -> str:
        """What a file of the records kept aside is called: they are as they came."""
        is_text = any(Recognised.named(name).container == "text" for name in self.recognised)
        return f"import-{self.id}-rejected.{'txt' if is_text else 'mrc'}"


def find_import(session: Session, import_id: int) -> ImportReport:
    """The report of a batch; raises NotFound."""
    batch = session.get(ImportBatch, import_id)
    if batch is None:
        raise NotFound("import", import_id)
    return _report(batch, tuple(list_problems(session, import_id)))


def list_imports(session: Session, *, before_id: int | None = None, limit: int = 50) -> list[ImportReport]:
    """Batches, newest first, without their problems."""
    statement = select(ImportBatch).order_by(ImportBatch.id.desc()).limit(limit)
    if before_id is not None:
        statement = statement.where(ImportBatch.id < before_id)
    return [_report(batch) for batch in session.scalars(statement)]


def list_problems(
    session: Session, import_id: int, *, after_id: int = 0, limit: int = MOST_PROBLEMS_SHOWN
) -> list[ProblemRow]:
    p = ImportProblem
    rows = session.execute(
        select(p.id, p.is_record, p.record, p.offset, p.control_number, p.tag, p.code, p.message_zh, p.message_en)
        .where(p.batch_id == import_id, p.id > after_id)
        .order_by(p.id)
        .limit(limit)
    )
    return [
        ProblemRow(
            id=row.id,
            is_record=row.is_record,
            record=row.record,
            offset=row.offset,
            control_number=row.control_number,
            tag=row.tag,
            code=row.code,
            message=Text(row.message_zh, row.message_en),
        )
        for row in rows
    ]


def rejected_bytes(session: Session, import_id: int) -> Iterator[bytes]:
    """The records kept aside, byte for byte, in the order of the file."""
    statement = select(ImportProblem.raw).where(ImportProblem.batch_id == import_id, ImportProblem.is_record)
    for raw in session.scalars(statement.order_by(ImportProblem.id).execution_options(yield_per=100)):
        if raw is not None:
            yield raw


def _report(batch: ImportBatch, problems: tuple[ProblemRow, ...] = ()) -> ImportReport:
    return ImportReport(
        id=batch.id,
        status=batch.status,
        code=batch.code,
        filename=batch.filename,
        format=batch.format,
        profile=batch.profile,
        source=batch.source,
        org_id=batch.org_id,
        author=batch.author,
        size=batch.size,
        offset=batch.next_offset,
        read=batch.read,
        created=batch.created,
        updated=batch.updated,
        merged=batch.merged,
        unchanged=batch.unchanged,
        review=batch.review,
        rejected=batch.rejected,
        items_created=batch.items_created,
        items_updated=batch.items_updated,
        repaired=batch.repaired,
        recognised=batch.recognised,
        created_at=batch.created_at,
        started_at=batch.started_at,
        finished_at=batch.finished_at,
        undo_asked_at=batch.undo_asked_at,
        undo_author=batch.undo_author,
        undo_counts=batch.undo_counts or {},
        problems=problems,
    )
