"""The whole catalogue is counted once a commit, however often and by however many it is asked for."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from search.engines.elasticsearch import engine as elasticsearch
from search.engines.embedded import engine as embedded
from search.fields import FACETS
from search.port import All, FacetRequest, SearchEngine, SearchRequest
from tests.search.library import written
from tests.search.places import Place

EVERYTHING = SearchRequest(query=All(), facets=tuple(FacetRequest(f.name, f.field, size=f.size) for f in FACETS))
SOON_SECONDS = 10.0


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """One entry for each time that facets were counted."""
    times: list[int] = []
    for module, name in ((embedded, "count_facets"), (elasticsearch, "facets_body")):
        count = getattr(module, name)

        def note(*asked: Any, count: Any = count) -> Any:
            times.append(1)
            return count(*asked)

        monkeypatch.setattr(module, name, note)
    return times


def add(engine: SearchEngine) -> None:
    live = engine.live_generation()
    assert live is not None
    with engine.session(0) as session:
        session.index([written(50, title="新编", language="chi")], live)
        session.commit()


def test_everything_is_counted_once_a_commit(filled: SearchEngine, counted: list[int]) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _n: filled.search(EVERYTHING), range(40)))
    assert len(counted) == 1
    assert all(answer == answers[0] for answer in answers)
    add(filled)
    assert filled.search(EVERYTHING).total == answers[0].total + 1
    assert filled.search(EVERYTHING).facets != answers[0].facets
    assert len(counted) == 2


def test_what_another_process_commits_is_seen_soon(filled: SearchEngine, place: Place) -> None:
    before = filled.search(EVERYTHING).total
    other = place.open()
    try:
        add(other)
    finally:
        other.close()
    end = time.monotonic() + SOON_SECONDS
    while filled.search(EVERYTHING).total == before and time.monotonic() < end:
        time.sleep(0.05)
    assert filled.search(EVERYTHING).total == before + 1


def test_of_a_generation_that_takes_its_place_nothing_old_is_told(filled: SearchEngine, place: Place) -> None:
    before = filled.search(EVERYTHING).total
    assert before > 1
    with filled.session(0) as session:
        following = session.create()
        session.index([written(1, title="只此一种")], following)
        session.commit()
        session.activate(following)
    assert filled.search(EVERYTHING).total == 1
