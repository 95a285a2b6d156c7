"""Titles near a title: other editions and volumes of the work, and its series. None while the engine is gone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from catalog.bibdata import BibData
from search.analysis.tokens import squeezed
from search.port import And, EngineUnavailable, Leaf, Query, SearchEngine, SearchRequest
from search.queries import hit_rows, holdings_of
from search.query import LONGEST_QUERY, parse

_NUMBERING: Final = re.compile(r"\s*(?:[;；/(（\[]|[,，.．]\s*(?:第|v|no)).*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class RelatedTitle:
    id: int
    title: str
    authors: str
    publisher: str | None
    year: int | None
    total: int
    available: int


def editions_of(session: Session, engine: SearchEngine, bib_id: int, data: BibData, limit: int) -> list[RelatedTitle]:
    """Titles of the same name by the same first author, however both are spelled; the newest first."""
    title = squeezed(data.title)
    if not title:
        return []
    parts: list[Query] = [Leaf(group="title_whole", mode="term", tokens=(title,))]
    author = next((one.name for one in sorted(data.contributors, key=lambda one: not one.main)), None)
    if author is not None and squeezed(author):
        parts.append(Leaf(group="author_whole", mode="term", tokens=(squeezed(author),)))
    found = _found(session, engine, And(tuple(parts)), bib_id, limit)
    return sorted(found, key=lambda one: (-(one.year or 0), one.id))


def same_series(session: Session, engine: SearchEngine, bib_id: int, name: str, limit: int) -> list[RelatedTitle]:
    """Titles whose description has the series' name word for word."""
    plain = series_name(name)
    if not plain or len(plain) + 2 > LONGEST_QUERY:
        return []
    return _found(session, engine, parse(f'"{plain}"', "title").tree, bib_id, limit)


def series_name(written: str) -> str:
    """A series without its number and its editor: what other records call it too."""
    return _NUMBERING.sub("", written).replace('"', " ").strip()


def _found(session: Session, engine: SearchEngine, query: Query, bib_id: int, limit: int) -> list[RelatedTitle]:
    try:
        result = engine.search(SearchRequest(query=query, limit=limit + 1))
    except EngineUnavailable:
        return []
    return _rows(session, [hit.id for hit in result.hits if hit.id != bib_id][:limit])


def _rows(session: Session, ids: Sequence[int]) -> list[RelatedTitle]:
    if not ids:
        return []
    rows, holdings = hit_rows(session, ids), holdings_of(session, ids)
    return [
        RelatedTitle(
            id=row.id,
            title=row.title,
            authors=row.authors,
            publisher=row.publisher,
            year=row.year,
            total=sum(held.total for held in holdings.get(row.id, ())),
            available=sum(held.available for held in holdings.get(row.id, ())),
        )
        for row in (rows[id_] for id_ in ids if id_ in rows)
    ]
