"""The whole catalogue is counted once a commit on the embedded engine, however often and by however many it is asked for."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from search.engines.embedded import engine as embedded
from search.engines.embedded.counting import Facets, count_facets
from search.fields import FACETS
from search.port import All, FacetRequest, SearchEngine, SearchRequest
from tests.search.library import written
from tests.search.places import only_embedded

pytestmark = only_embedded
EVERYTHING = SearchRequest(query=All(), facets=tuple(FacetRequest(f.name, f.field, size=f.size) for f in FACETS))


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """One entry for each time that facets were counted."""
    times: list[int] = []
    count = count_facets

    def note(*asked: Any) -> Facets:
        times.append(1)
        return count(*asked)

    monkeypatch.setattr(embedded, "count_facets", note)
    return times


def test_everything_is_counted_once_a_commit(filled: SearchEngine, counted: list[int]) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _n: filled.search(EVERYTHING), range(40)))
    assert len(counted) == 1
    assert all(answer == answers[0] for answer in answers)
    live = filled.live_generation()
    assert live is not None
    with filled.session(0) as session:
        session.index([written(50, title="新编", language="chi")], live)
        session.commit()
    assert filled.search(EVERYTHING).total == answers[0].total + 1
    assert filled.search(EVERYTHING).facets != answers[0].facets
    assert len(counted) == 2
