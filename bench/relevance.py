"""How well each engine at hand answers the judged queries of tests/relevance: nDCG@10, which no machine makes better or worse."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from catalog.bibdata import BibData
from tests.relevance.judging import classics, documents, judgements, mean_ndcg
from tests.search.library import fill
from tests.search.places import ENGINES, make_place


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """`ndcg` is None where the engine is not at hand."""

    engine: str
    ndcg: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Relevance:
    queries: int
    titles: int
    figures: tuple[Figure, ...]


def measure() -> Relevance:
    titles = classics()
    figures = tuple(Figure(engine=name, ndcg=_ndcg(name, titles)) for name in ENGINES)
    return Relevance(queries=len(judgements()), titles=len(titles), figures=figures)


def _ndcg(name: str, titles: dict[int, BibData]) -> float | None:
    if name != "embedded" and not os.environ.get("TONGJIE_TEST_SEARCH_URL"):
        return None
    with TemporaryDirectory() as folder:
        place = make_place(name, Path(folder))
        engine = place.open()
        try:
            fill(engine, documents(titles))
            return mean_ndcg(engine, titles)
        finally:
            engine.close()
            place.clear()
