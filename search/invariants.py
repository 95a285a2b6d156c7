"""What must always hold of the index: it is the database once more, and nothing waits that should not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.models import Bib
from kernel.db import Database
from kernel.i18n import Text
from kernel.invariants import Invariant, sql
from kernel.outbox import MAX_ATTEMPTS, OutboxEntry
from search.indexer import KIND
from search.port import EngineUnavailable, SearchEngine


def _parked(session: Session) -> Iterable[str]:
    o = OutboxEntry
    parked = select(o.key, o.error).where(o.kind == KIND, o.version > o.done_version, o.attempts >= MAX_ATTEMPTS)
    return [f"bib {key}: {error}" for key, error in session.execute(parked.order_by(o.key))]


INVARIANTS = (
    sql(
        "search.every_title_queued",
        "每种书目都登记在索引任务中",
        "every title is known to the outbox",
        "SELECT b.id FROM bib b LEFT JOIN outbox o ON o.kind = 'bib' AND o.key = b.id WHERE o.key IS NULL",
    ),
    Invariant(
        code="search.nothing_parked",
        promise=Text("没有反复失败、被搁置的索引任务", "no title is parked after failing again and again"),
        find=_parked,
    ),
    sql(
        "search.confirmed_not_ahead",
        "已确认的索引版本不超过现有版本",
        "the index has confirmed no version that does not exist",
        "SELECT key FROM outbox WHERE kind = 'bib' AND done_version > version",
    ),
)


def index_invariants(engine: SearchEngine) -> tuple[Invariant, ...]:
    """The invariants that ask the engine too."""

    def find(session: Session) -> Iterable[str]:
        return _differences(session, engine)

    promise = Text(
        "索引与数据库一致：书目不多不少，版本相同",
        "the index agrees with the database: the same titles in the same versions",
    )
    return (Invariant(code="search.index_agrees", promise=promise, find=find),)


def _differences(session: Session, engine: SearchEngine) -> list[str]:
    """Titles on one side only, and those whose version differs; what waits in the outbox may differ. While the index is being written
    the two sides are not read at one moment, so a difference counts only when a second look at the live database shows it too.
    """
    try:
        suspects = _compare(session, engine)
        if not suspects:
            return []
        database: Database = session.info["database"]
        with database.reading() as later:
            return [line for id_, line in _compare(later, engine).items() if id_ in suspects]
    except EngineUnavailable as error:
        return [f"the engine does not answer: {error}"]


def _compare(session: Session, engine: SearchEngine) -> dict[int, str]:
    indexed = dict(engine.versions())
    titles = set(session.scalars(select(Bib.id)))
    done, waiting = _outbox(session)
    found = ((id_, _difference(id_, titles, indexed, done)) for id_ in sorted((titles | indexed.keys()) - waiting))
    return {id_: line for id_, line in found if line is not None}


def _difference(id_: int, titles: set[int], indexed: Mapping[int, int], done: Mapping[int, int]) -> str | None:
    if id_ not in titles:
        return f"bib {id_} is in the index but not in the database"
    if id_ not in indexed:
        return f"bib {id_} is in the database but not in the index"
    here, there = indexed[id_], done.get(id_, 0)
    return None if here == there else f"bib {id_} has version {here} in the index and {there} in the database"


def _outbox(session: Session) -> tuple[dict[int, int], set[int]]:
    """Confirmed versions, and the titles that wait."""
    o = OutboxEntry
    rows = session.execute(select(o.key, o.version, o.done_version).where(o.kind == KIND)).all()
    return {key: done for key, _, done in rows}, {key for key, version, done in rows if version > done}
