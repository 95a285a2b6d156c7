"""The engines under test. Every engine must answer alike."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from search.port import SearchEngine
from tests.search.library import fill, library
from tests.search.places import ENGINES, Place, make_place


@pytest.fixture(scope="session", params=ENGINES)
def engine_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def place(engine_name: str, tmp_path: Path) -> Iterator[Place]:
    """Where a new index may be made; cleared away after the test."""
    made = make_place(engine_name, tmp_path)
    yield made
    made.clear()


@pytest.fixture
def engine(place: Place) -> Iterator[SearchEngine]:
    """An engine without an index."""
    opened = place.open()
    yield opened
    opened.close()


@pytest.fixture
def other_engine(place: Place, engine: SearchEngine) -> Iterator[SearchEngine]:
    """The same index as another process has it open."""
    opened = place.open()
    yield opened
    opened.close()


@pytest.fixture
def filled(engine: SearchEngine) -> SearchEngine:
    """An engine that holds the small library."""
    fill(engine, library())
    return engine


@pytest.fixture(scope="session")
def catalogue(engine_name: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SearchEngine]:
    """The small library, filled once for all tests that only read."""
    made = make_place(engine_name, tmp_path_factory.mktemp("catalogue"))
    opened = made.open()
    fill(opened, library())
    yield opened
    opened.close()
    made.clear()
