"""The engines under test. Every engine must answer alike."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from search.engines.embedded import EmbeddedEngine
from search.port import SearchEngine
from tests.search.library import fill, library


@pytest.fixture(params=["embedded"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SearchEngine]:
    """An engine without an index."""
    opened = EmbeddedEngine(tmp_path / "search")
    yield opened
    opened.close()


@pytest.fixture
def other_engine(engine: SearchEngine, tmp_path: Path) -> Iterator[SearchEngine]:
    """The same index as another process has it open."""
    opened = EmbeddedEngine(tmp_path / "search")
    yield opened
    opened.close()


@pytest.fixture
def filled(engine: SearchEngine) -> SearchEngine:
    """An engine that holds the small library."""
    fill(engine, library())
    return engine
