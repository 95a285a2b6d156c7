"""What must always hold of the index: it is the database once more, and nothing waits that should not."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.models import Bib
from catalog.queries.void import is_found
from kernel.db import Database
from kernel.i18n import Text
from kernel.invariants import Invariant, sql
from kernel.outbox import MAX_ATTEMPTS, OutboxEntry
from search.keeping import Keeping
from search.making import find_lies
from search.port import EngineUnavailable, SearchEngine
from search.queries import KIND

MOST_COMPARED = 2_000
_AT_ONCE = 500


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


def index_invariants(engine: SearchEngine, keeping: Keeping) -> tuple[Invariant, ...]:
    """The invariants that ask the engine too, and what is kept for it."""
    return (
        Invariant(
            code="search.index_agrees",
            promise=Text(
                "索引与数据库一致：书目不多不少，版本相同",
                "the index agrees with the database: the same titles in the same versions",
            ),
            find=lambda session: _differences(session, engine),
        ),
        Invariant(
            code="search.kept_true",
            promise=Text(
                "为重建索引留下的书目部分与现在做出来的一样（抽查；不一样就运行 tongjie search rebuild --anew）",
                "what is kept for building the index is what would be made now (some are compared; else run tongjie search rebuild --anew)",
            ),
            find=lambda session: _lies(session, keeping),
        ),
    )


def _lies(session: Session, keeping: Keeping) -> Iterable[str]:
    """Of a large catalogue other titles are compared each time."""
    ids = keeping.ids()
    some = ids if len(ids) <= MOST_COMPARED else random.sample(ids, MOST_COMPARED)
    for first in range(0, len(some), _AT_ONCE):
        for id_ in find_lies(session, keeping, some[first : first + _AT_ONCE]):
            yield f"bib {id_}"


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
    titles = set(session.scalars(select(Bib.id).where(is_found())))
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
