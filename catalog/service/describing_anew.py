"""The titles of a source described anew, since another priority counts for what comes, not for what is there: asked for once, then done by
the worker a few titles at a time, each time in one transaction with the place where it goes on. So it may die at any moment."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import Session, aliased
from structlog import get_logger

from branches.access import SYSTEM
from branches.context import Context
from catalog.import_models import ImportSource
from catalog.merging import DEFAULT_PRIORITY
from catalog.models import SourceRecord
from catalog.service.redescribing import Cause, redescribe
from kernel import outbox
from kernel.clock import read_clock
from kernel.db import Database
from kernel.errors import Conflict, DomainError, NotFound
from kernel.i18n import Text

log = get_logger("catalog.sources")

NOT_SET_UP: Final = Text(
    "来源 {code} 还没有设置优先级，按 {priority} 算，没有可照着重新著录的。请先设置它的优先级，再重新著录。",
    "The source {code} has no priority of its own yet and counts as {priority}, so there is none to follow. Set its priority first, "
    "then describe its titles anew.",
)
TITLES_AT_ONCE: Final = 100  # a desk act waits for at most one transaction of these on SQLite


def ask_to_describe_anew(context: Context, code: str) -> None:
    """From now on the worker goes through the titles that this source shares with others, from the first one: asked while it is at it, it
    begins again, by the priority of now. Raises Conflict for a source that was not set up, NotFound for one that nothing came from."""
    context.caller.require("import.run")
    source = _locked(context.session, code)
    if source is None:
        raise _no_such_source(context.session, code)
    source.redescribe_asked_at, source.redescribe_author = context.now, context.caller.author
    source.redescribe_next, source.redescribe_seen, source.redescribe_changed = 0, 0, 0
    context.session.flush()


def _no_such_source(session: Session, code: str) -> DomainError:
    """A source whose records are here has the middle priority until it is set up: then there is nothing to follow."""
    if session.scalar(select(exists().where(SourceRecord.source == code))):
        return Conflict("source.not_set_up", NOT_SET_UP.format(code=code, priority=DEFAULT_PRIORITY))
    return NotFound("source", code)


def count_left(session: Session, code: str, after_id: int = 0) -> int:
    """How many titles of the source have records of others too, behind `after_id`: those that a priority may change."""
    found = select(SourceRecord.bib_id).where(*_shared(code), SourceRecord.bib_id > after_id).distinct().subquery()
    return session.scalar(select(func.count()).select_from(found)) or 0


def has_shared_titles(session: Session, code: str) -> bool:
    """Whether there is any title that its priority may change."""
    return bool(session.scalar(select(exists().where(*_shared(code)))))


def describe_anew_next(database: Database, is_stopping: Callable[[], bool]) -> int:
    """Go on with the source for which somebody asked first; how many titles were seen to."""
    s = ImportSource
    waiting = select(s.code).where(s.redescribe_asked_at.is_not(None)).order_by(s.redescribe_asked_at, s.code).limit(1)
    with database.reading() as session:
        code = session.scalar(waiting)
    return 0 if code is None else describe_anew_now(database, code, is_stopping=is_stopping)


def describe_anew_now(
    database: Database,
    code: str,
    *,
    is_stopping: Callable[[], bool] = lambda: False,
    clock: Callable[[], datetime] = read_clock,
    channel: str = "web",
) -> int:
    """Go through the titles of a source for which somebody asked, to the end or until told to stop; how many were seen to."""
    done = 0
    while not is_stopping():
        seen = database.run(lambda session: _describe_some(session, code, clock(), channel))
        if seen is None:
            log.info("source.described_anew", source=code, titles=done)
            break
        done += seen
    return done


def _describe_some(session: Session, code: str, now: datetime, channel: str) -> int | None:
    """The next few titles; None when all have been seen to."""
    source = _locked(session, code)
    if source is None or source.redescribe_asked_at is None:
        return None
    context = Context(session=session, now=now, caller=SYSTEM, channel=channel)
    ids = list(session.scalars(_titles_after(code, source.redescribe_next or 0)))
    if not ids:
        _end(context, source)
        return None
    cause = Cause(
        kind="source",
        author=source.redescribe_author or SYSTEM.author,
        channel=context.channel,
        org_id=None,
        details={"source": code, "priority": source.priority},
    )
    changed = redescribe(context, ids, cause)
    outbox.enqueue(session, "bib", sorted(changed), at=now)
    source.redescribe_seen += len(ids)
    source.redescribe_changed += len(changed)
    source.redescribe_next = ids[-1]
    session.flush()
    return len(ids)


def _end(context: Context, source: ImportSource) -> None:
    """Nothing is left to see to; the counts stay, for whoever asks what came of it."""
    told = {"what": "import_source", "source": source.code, "priority": source.priority}
    counts = {"titles_seen": source.redescribe_seen, "titles_changed": source.redescribe_changed}
    context.record("settings_changed", data=told | counts | {"author": source.redescribe_author})
    source.redescribe_asked_at = None
    context.session.flush()


def _titles_after(code: str, after_id: int) -> Select[int]:
    shared = select(SourceRecord.bib_id).where(*_shared(code), SourceRecord.bib_id > after_id).distinct()
    return shared.order_by(SourceRecord.bib_id).limit(TITLES_AT_ONCE)


def _shared(code: str) -> tuple[ColumnElement[bool], ...]:
    """A current record of the source whose title rests on another current record too."""
    other = aliased(SourceRecord)
    is_beside = exists().where(other.bib_id == SourceRecord.bib_id, other.id != SourceRecord.id, other.is_current)
    return SourceRecord.source == code, SourceRecord.is_current.is_(True), is_beside


def _locked(session: Session, code: str) -> ImportSource | None:
    return session.scalars(select(ImportSource).where(ImportSource.code == code).with_for_update()).first()
