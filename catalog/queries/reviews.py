"""Reads of the queue of doubtful records: what each says, the titles that it may be of, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from catalog.bibdata import BibData
from catalog.import_models import ImportBatch, ImportReview
from catalog.kept import read_description
from catalog.matching import Reason
from catalog.queries.bibs import BibRow, find_bibs, standing
from kernel.errors import NotFound

ReviewStatus = Literal["open", "merged", "kept_apart", "corrected"]
STATUSES: Final[tuple[ReviewStatus, ...]] = ("open", "merged", "kept_apart", "corrected")


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A title that the record may be of, how it stands now, and why it was thought so when the record came."""

    bib: BibRow
    score: int
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A record in the queue, or one that was decided on. `data` is None where the record cannot be read any more; `candidates` are those
    titles that are still there, best first; one that was merged meanwhile is the one it went into."""

    id: int
    import_id: int
    filename: str
    org_id: int
    source: str
    control_number: str | None
    record: int
    status: ReviewStatus
    bib_id: int | None
    created_at: datetime
    decided_at: datetime | None
    decided_by: str | None
    data: BibData | None
    candidates: tuple[Candidate, ...]


def find_review(session: Session, review_id: int) -> Review:
    """Raises NotFound."""
    found = _reviews(session, ImportReview.id == review_id, limit=1)
    if not found:
        raise NotFound("review", review_id)
    return found[0]


def list_reviews(
    session: Session,
    *,
    import_id: int | None = None,
    status: str | None = "open",
    after_id: int = 0,
    limit: int = 50,
) -> list[Review]:
    """In the order in which they came; of one import, or of all."""
    conditions: list[Any] = [ImportReview.id > after_id]
    if import_id is not None:
        conditions.append(ImportReview.batch_id == import_id)
    if status is not None:
        conditions.append(ImportReview.status == status)
    return _reviews(session, *conditions, limit=limit)


def next_open(session: Session, after_id: int, import_id: int | None = None) -> int | None:
    """The id of the next record that waits, from the first one again behind the last; None where none does."""
    r = ImportReview
    waiting = select(r.id).where(r.status == "open").order_by(r.id <= after_id, r.id).limit(1)
    if import_id is not None:
        waiting = waiting.where(r.batch_id == import_id)
    return session.scalar(waiting)


def count_open(session: Session, import_id: int | None = None) -> int:
    waiting = select(func.count()).select_from(ImportReview).where(ImportReview.status == "open")
    if import_id is not None:
        waiting = waiting.where(ImportReview.batch_id == import_id)
    return session.scalar(waiting) or 0


def _reviews(session: Session, *conditions: Any, limit: int) -> list[Review]:
    r = ImportReview
    rows = session.execute(
        select(r, ImportBatch.filename, ImportBatch.org_id)
        .join(ImportBatch, ImportBatch.id == r.batch_id)
        .where(*conditions)
        .order_by(r.id)
        .limit(limit)
    ).all()
    stands = standing(session, {int(one["bib"]) for row in rows for one in row[0].candidates})
    bibs = find_bibs(session, set(stands.values()))
    return [_review(*row, stands, bibs) for row in rows]


def _review(row: ImportReview, filename: str, org_id: int, stands: dict[int, int], bibs: dict[int, BibRow]) -> Review:
    return Review(
        id=row.id,
        import_id=row.batch_id,
        filename=filename,
        org_id=org_id,
        source=row.source,
        control_number=None if row.identity.startswith("sha256:") else row.identity,
        record=row.record,
        status=row.status,  # type: ignore[arg-type]
        bib_id=row.bib_id,
        created_at=row.created_at,
        decided_at=row.decided_at,
        decided_by=row.decided_by,
        data=read_description(row.format, row.container, row.encoding, row.raw),
        candidates=_candidates(row, stands, bibs),
    )


def _candidates(row: ImportReview, stands: dict[int, int], bibs: dict[int, BibRow]) -> tuple[Candidate, ...]:
    """Each title once, though others have been merged into it since."""
    found: dict[int, Candidate] = {}
    for one in row.candidates:
        bib = bibs.get(stands.get(int(one["bib"]), 0))
        if bib is not None and bib.id not in found:
            found[bib.id] = Candidate(bib=bib, score=one["score"], reasons=_reasons(one["reasons"]))
    return tuple(found.values())


def _reasons(kept: Sequence[Sequence[Any]]) -> tuple[Reason, ...]:
    """As `catalog.service.imports.titles` keeps them."""
    return tuple(
        Reason(criterion=criterion, agreement=agreement, points=points, ours=ours, theirs=theirs)
        for criterion, agreement, points, ours, theirs in kept
    )
