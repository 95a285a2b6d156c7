"""Takes an import back: asked for once, then done by the worker a few titles at a time, each time in one transaction with the place where
it goes on. So it may die at any moment, and two processes at once only take turns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session
from structlog import get_logger

from branches.access import SYSTEM
from branches.context import Context
from catalog.import_models import ImportBatch, ImportReview, UndoRemainder
from catalog.queries.bibs import lock_bibs
from catalog.queries.undoing import (
    corrections_of,
    count_titles,
    facts_of,
    list_remainders,
    oldest_waiting_undo,
    titles_of_batch,
)
from catalog.service.imports.taking_back import TakingBack
from catalog.undoing import Left, Undoing, count, decide_undo
from kernel.clock import read_clock
from kernel.db import Database
from kernel.errors import Conflict, NotFound
from kernel.i18n import Text

log = get_logger("catalog.imports")

TITLES_AT_ONCE: Final = 100  # a desk act waits for at most one transaction of these on SQLite
MOST_PREVIEWED: Final = 5_000
MOST_SHOWN: Final = 50

NOT_ENDED: Final = Text(
    "这次导入还没有结束，不能撤销。请等它完成后再试。",
    "This import has not ended, so it cannot be undone yet. Wait until it has, and try again.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoPlan:
    """What undoing would do, or has done. Of a very large import only the newest `looked_at` of `titles` are counted beforehand."""

    import_id: int
    status: Literal["planned", "running", "undone"]
    titles: int
    looked_at: int
    counts: dict[str, int]
    left: tuple[Left, ...]


def look_at_undo(context: Context, batch_id: int) -> UndoPlan:
    """What would be taken back and what would stay, or what was; nothing is written. Raises Conflict for an import that has not ended."""
    context.caller.require("import.run")
    batch = _found(context.session, batch_id)
    _check_ended(batch)
    return _plan(context.session, batch_id) if batch.undo_asked_at is None else _result(context.session, batch)


def _result(session: Session, batch: ImportBatch) -> UndoPlan:
    """What is done so far."""
    counts = batch.undo_counts or {}
    seen = sum(counts.get(name, 0) for name in ("titles_removed", "titles_restored", "titles_kept"))
    rows = list_remainders(session, batch.id, limit=MOST_SHOWN)
    left = [Left(code=row.code, bib_id=row.bib_id, title=row.title, barcode=row.barcode) for row in rows]
    return UndoPlan(
        import_id=batch.id,
        status="undone" if batch.status == "undone" else "running",
        titles=seen + (0 if batch.status == "undone" else count_titles(session, batch.id, before_id=batch.undo_next)),
        looked_at=seen,
        counts=counts,
        left=tuple(left),
    )


def _plan(session: Session, batch_id: int) -> UndoPlan:
    counts: Counter[str] = Counter()
    left: list[Left] = []
    looked_at, before = 0, None
    while looked_at < MOST_PREVIEWED:
        ids = titles_of_batch(session, batch_id, before_id=before, limit=TITLES_AT_ONCE)
        if not ids:
            break
        undoings = [decide_undo(facts) for facts in facts_of(session, batch_id, ids)]
        counts.update(count(undoings), copies_corrected=_count_corrections(session, batch_id, undoings))
        left += [one for undoing in undoings for one in undoing.left][: MOST_SHOWN - len(left)]
        looked_at, before = looked_at + len(ids), ids[-1]
    return UndoPlan(
        import_id=batch_id,
        status="planned",
        titles=count_titles(session, batch_id),
        looked_at=looked_at,
        counts=dict(counts),
        left=tuple(left),
    )


def _count_corrections(session: Session, batch_id: int, undoings: Sequence[Undoing]) -> int:
    """How many copies would get back what the import changed in them; those that go need nothing."""
    going = {item_id for one in undoings for item_id in one.copies}
    restored = [one.bib_id for one in undoings if one.fate == "restored"]
    return sum(row.item_id not in going for row in corrections_of(session, batch_id, restored))


def ask_for_undo(context: Context, batch_id: int) -> None:
    """From now on the worker takes this import back. Asked again, it changes nothing.

    Doubtful records that wait for a librarian are withdrawn at once, so that none becomes a title behind the worker's back.
    """
    batch = _locked(context.session, batch_id)
    context.caller.require_at("import.run", batch.org_id, context.tree, thing="import", key=batch_id)
    _check_ended(batch)
    if batch.undo_asked_at is not None:
        return
    batch.undo_asked_at = context.now
    batch.undo_author = context.caller.author
    batch.undo_counts = {}
    r = ImportReview
    context.session.execute(delete(r).where(r.batch_id == batch_id, r.status == "open"))
    context.session.flush()


def undo_next(database: Database, is_stopping: Callable[[], bool]) -> int:
    """Take back the oldest import that waits for it; how many titles were seen to."""
    with database.reading() as session:
        batch_id = oldest_waiting_undo(session)
    return 0 if batch_id is None else undo_now(database, batch_id, is_stopping=is_stopping)


def undo_now(
    database: Database,
    batch_id: int,
    *,
    is_stopping: Callable[[], bool] = lambda: False,
    clock: Callable[[], datetime] = read_clock,
) -> int:
    """Take back an import for which somebody asked, to its end or until told to stop; how many titles were seen to."""
    done = 0
    while not is_stopping():
        seen = database.run(lambda session: _take_back_some(session, batch_id, clock()))
        if seen is None:
            log.info("import.undone", batch=batch_id, titles=done)
            break
        done += seen
    return done


def _take_back_some(session: Session, batch_id: int, now: datetime) -> int | None:
    """The next few titles; None when all have been seen to."""
    batch = _locked(session, batch_id)
    if batch.undo_asked_at is None or batch.status == "undone":
        return None
    context = Context(session=session, now=now, caller=SYSTEM, channel=batch.channel)
    ids = titles_of_batch(session, batch_id, before_id=batch.undo_next, limit=TITLES_AT_ONCE)
    if not ids:
        _end(context, batch)
        return None
    lock_bibs(session, ids)
    undoings = [decide_undo(facts) for facts in facts_of(session, batch_id, ids)]
    notes = TakingBack(context, batch).take_back(undoings)
    left = [_remainder(batch_id, one) for undoing in undoings for one in undoing.left]
    if left:
        session.execute(insert(UndoRemainder), left)
    batch.undo_counts = dict(Counter(batch.undo_counts or {}) + Counter(count(undoings)) + notes)
    batch.undo_next = ids[-1]
    session.flush()
    return len(ids)


def _end(context: Context, batch: ImportBatch) -> None:
    """Nothing is left to see to."""
    batch.status = "undone"
    data = {"batch": batch.id, **(batch.undo_counts or {})}
    context.record("undone", org_id=batch.org_id, data=data | {"of": "import", "author": batch.undo_author})
    context.session.flush()


def _remainder(batch_id: int, left: Left) -> dict[str, object]:
    return {
        "batch_id": batch_id,
        "bib_id": left.bib_id,
        "code": left.code,
        "title": left.title,
        "barcode": left.barcode,
    }


def _check_ended(batch: ImportBatch) -> None:
    if batch.status in ("queued", "running"):
        raise Conflict("import.not_ended", NOT_ENDED)


def _found(session: Session, batch_id: int) -> ImportBatch:
    batch = session.get(ImportBatch, batch_id)
    if batch is None:
        raise NotFound("import", batch_id)
    return batch


def _locked(session: Session, batch_id: int) -> ImportBatch:
    batch = session.scalars(select(ImportBatch).where(ImportBatch.id == batch_id).with_for_update()).first()
    if batch is None:
        raise NotFound("import", batch_id)
    return batch
