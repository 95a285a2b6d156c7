"""One writer at a time on Elasticsearch: who dies is replaced, and who slept through it finds out and does no harm."""

from __future__ import annotations

import pytest

from search.engines.elasticsearch import lease
from search.port import EngineUnavailable, IndexSession, SearchEngine, WriterBusy
from tests.search.library import doc, fill, written
from tests.search.places import only_elasticsearch

pytestmark = only_elasticsearch


@pytest.fixture
def asleep(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody renews in time."""
    monkeypatch.setattr(lease, "RENEWED_SECONDS", 600.0)
    monkeypatch.setattr(lease, "LAPSES_SECONDS", 0.3)


def test_who_renews_keeps_the_right(
    engine: SearchEngine, other_engine: SearchEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lease, "RENEWED_SECONDS", 0.05)
    monkeypatch.setattr(lease, "LAPSES_SECONDS", 1.0)
    with engine.session(0), pytest.raises(WriterBusy), other_engine.session(2.0):
        pass


def test_who_sleeps_is_replaced_and_told(engine: SearchEngine, other_engine: SearchEngine, asleep: None) -> None:
    live = fill(engine, [doc(1, version=1)])
    with engine.session(0) as sleeper:
        with other_engine.session(5.0) as heir:
            heir.index([written(1, version=3)], live)
            heir.commit()
        _write_blindly(sleeper, live)
        following = sleeper.create()
        with pytest.raises(EngineUnavailable, match="another process"):
            sleeper.activate(following)
        with pytest.raises(EngineUnavailable, match="another process"):
            sleeper.commit()
    assert engine.live_generation() == live
    assert dict(other_engine.versions()) == {1: 3}


def _write_blindly(sleeper: IndexSession, live: str) -> None:
    """It does not know yet; the server knows that its version is old."""
    assert sleeper.index([written(1, version=2)], live) == []


def test_the_right_is_free_at_once_when_it_is_given_back(
    engine: SearchEngine, other_engine: SearchEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lease, "LAPSES_SECONDS", 600.0)
    with engine.session(0):
        pass
    with other_engine.session(0):
        pass
