"""Runs a batch: chunk by chunk, each in a transaction of its own together with the place where the next one begins.

So a run that dies, however it dies, is taken up again behind its last chunk, and nothing is read twice or left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import BinaryIO, Final

from sqlalchemy import select, update
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import Session
from structlog import get_logger

from branches.access import SYSTEM
from branches.context import Context
from catalog.import_models import ImportBatch, ImportProblem
from catalog.marc import HoldingsProfile, NotMarc, ReadRecord, RejectedRecord, read_records
from catalog.profiles import find_profile
from catalog.service.imports.chunk import Chunk, describe, kept_aside, singly
from catalog.service.imports.item_type import ensure_default_type
from catalog.service.imports.loading import Loader
from catalog.weighing import find_weights
from kernel.clock import read_clock
from kernel.db import Database, rows_changed
from kernel.i18n import Text

log = get_logger("catalog.imports")

CHUNK: Final = 200  # a desk act waits for at most one chunk's transaction on SQLite
STALE: Final = timedelta(seconds=60)  # a running batch without progress for so long has lost its worker
COUNTERS: Final = ("created", "updated", "merged", "unchanged", "review", "rejected", "items_created", "items_updated")
_UNSTORABLE: Final = (IntegrityError, DataError, ValueError, OverflowError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a run is: records read, bytes behind them, and the size of the file."""

    read: int
    offset: int
    size: int


OnProgress = Callable[[Progress], None]


class TakenOver(Exception):
    """Another process has gone on with this batch."""


def run_next(database: Database, is_stopping: Callable[[], bool]) -> int:
    """Take the oldest waiting batch, or one whose worker died, and run it; how many records were read."""
    batch_id = database.run(_claim)
    if batch_id is None:
        return 0
    return run_now(database, batch_id, is_stopping=is_stopping)


def run_now(
    database: Database,
    batch_id: int,
    *,
    on_progress: OnProgress = lambda _progress: None,
    is_stopping: Callable[[], bool] = lambda: False,
    clock: Callable[[], datetime] = read_clock,
) -> int:
    """Run a batch that this process has claimed, to its end or until told to stop; how many records were read.

    `clock` tells when titles and copies came; whether a worker is still alive is judged by the real one.
    """
    run = ImportRun(database, batch_id, clock)
    try:
        return _run_to_its_end(run, on_progress, is_stopping)
    except TakenOver:
        log.info("import.taken_over", batch=batch_id)
        return 0


def _run_to_its_end(run: ImportRun, on_progress: OnProgress, is_stopping: Callable[[], bool]) -> int:
    try:
        return run.work(on_progress, is_stopping)
    except NotMarc as refused:
        run.refuse(refused.message)
    except FileNotFoundError:
        run.fail("import.file_gone")
    return 0


class ImportRun:
    """One process's work on one batch."""

    def __init__(self, database: Database, batch_id: int, clock: Callable[[], datetime] = read_clock) -> None:
        self._database = database
        self._clock = clock
        self._batch_id = batch_id
        with database.reading() as session:
            batch = session.get_one(ImportBatch, batch_id)
            self._profile: HoldingsProfile | None = find_profile(session, batch.profile)
            self._weights = find_weights(session, batch.profile)
            self._default_type = self._profile.default_item_type if self._profile else None
            self._other_library = self._profile.other_library if self._profile else None
            self._format = batch.format
            self._path = Path(batch.path)
            self._is_upload = batch.is_upload
            self._size = batch.size
            self._next_record, self._next_offset = batch.next_record, batch.next_offset

    def work(self, on_progress: OnProgress, is_stopping: Callable[[], bool]) -> int:
        done = 0
        with closing(self._path.open("rb")) as stream:
            for chunk in self._chunks(stream):
                self._take(chunk)
                done += chunk.size
                on_progress(Progress(read=self._next_record, offset=self._next_offset, size=self._size))
                if is_stopping():
                    return done
        self._database.run(lambda session: _finish(session, self._batch_id, "done", None))
        self.forget_upload()
        log.info("import.done", batch=self._batch_id, records=done)
        return done

    def refuse(self, message: Text) -> None:
        """The file is no MARC: say in the report what it is instead."""
        self._database.run(lambda session: _refuse(session, self._batch_id, message))
        self.forget_upload()
        log.info("import.refused", batch=self._batch_id)

    def fail(self, code: str) -> None:
        self._database.run(lambda session: _finish(session, self._batch_id, "failed", code))
        log.warning(code, batch=self._batch_id)

    def forget_upload(self) -> None:
        """Delete the copy that an upload left in the data folder: what it held is in the database now, or is of no use."""
        if self._is_upload:
            self._path.unlink(missing_ok=True)

    def _chunks(self, stream: BinaryIO) -> Iterator[Chunk]:
        """The records behind the last chunk, described outside the transaction."""
        results: Iterator[ReadRecord | RejectedRecord] = read_records(
            stream,
            self._format,  # type: ignore[arg-type]
            start_at=self._next_offset,
            first_number=self._next_record + 1,
        )
        while batch := list(islice(results, CHUNK)):
            yield describe(batch, self._profile)

    def _take(self, chunk: Chunk) -> None:
        """Load a chunk. One that the database will not have is loaded record by record, so that only the record to blame is left out:
        a batch never stops, or starts again for ever, at one record. (It may also be that somebody used a barcode meanwhile.)"""
        try:
            self._commit(chunk)
        except _UNSTORABLE as error:
            log.warning(
                "import.chunk_split", batch=self._batch_id, record=self._next_record + 1, error=type(error).__name__
            )
            for single in singly(chunk):
                self._take_single(single)

    def _take_single(self, chunk: Chunk) -> None:
        try:
            self._commit(chunk)
        except _UNSTORABLE as error:
            log.error("import.not_stored", batch=self._batch_id, record=chunk.next_record, error=type(error).__name__)
            self._commit(kept_aside(chunk))

    def _commit(self, chunk: Chunk) -> None:
        self._database.run(lambda session: self._load(session, chunk))
        self._next_record, self._next_offset = chunk.next_record, chunk.next_offset

    def _load(self, session: Session, chunk: Chunk) -> None:
        """Load a chunk and move the batch on, unless another process already has."""
        batch = session.scalars(select(ImportBatch).where(ImportBatch.id == self._batch_id).with_for_update()).one()
        if batch.next_record != self._next_record or batch.status != "running":
            raise TakenOver
        # The command line and the worker own the database; the batch names who asked.
        context = Context(session=session, now=self._clock(), caller=SYSTEM, channel=batch.channel)
        default_type = self._default_type or ensure_default_type(context)
        loader = Loader(context, batch, default_type, self._weights, self._other_library)
        outcomes = loader.load(chunk)
        batch.read += chunk.size
        for name in COUNTERS:
            setattr(batch, name, getattr(batch, name) + outcomes[name])
        batch.repaired = dict(Counter(batch.repaired) + chunk.repairs + loader.notes)
        batch.recognised = dict(Counter(batch.recognised) + chunk.recognised)
        batch.next_record, batch.next_offset = chunk.next_record, chunk.next_offset
        batch.progress_at = read_clock()
        session.flush()


def _claim(session: Session) -> int | None:
    now = read_clock()
    waiting = (ImportBatch.status == "queued") | (
        (ImportBatch.status == "running") & (ImportBatch.progress_at < now - STALE)
    )
    batch = session.scalars(
        select(ImportBatch).where(waiting).order_by(ImportBatch.id).limit(1).with_for_update(skip_locked=True)
    ).first()
    if batch is None:
        return None
    batch.status = "running"
    batch.progress_at = now
    batch.started_at = batch.started_at or now
    session.flush()
    return batch.id


def _refuse(session: Session, batch_id: int, message: Text) -> None:
    problem = ImportProblem(
        batch_id=batch_id,
        is_record=False,
        record=0,
        offset=0,
        code=NotMarc.code,
        message_zh=message.zh,
        message_en=message.en,
    )
    session.add(problem)
    _finish(session, batch_id, "failed", NotMarc.code)


def _finish(session: Session, batch_id: int, status: str, code: str | None) -> None:
    """End a batch, once: another process may have gone on with it and ended it meanwhile (raises TakenOver)."""
    now = read_clock()
    is_mine = (ImportBatch.id == batch_id, ImportBatch.status == "running")
    ended = update(ImportBatch).where(*is_mine).values(status=status, code=code, finished_at=now)
    if not rows_changed(session.execute(ended)):
        raise TakenOver
    batch = session.get_one(ImportBatch, batch_id)
    context = Context(session=session, now=now, caller=SYSTEM, channel=batch.channel)
    data = {"batch": batch_id, "status": status, "read": batch.read, "rejected": batch.rejected}
    context.record("import_run", org_id=batch.org_id, data=data)
