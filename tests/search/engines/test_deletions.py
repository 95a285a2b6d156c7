"""Deleted documents on Elasticsearch stay away for good, though the server itself forgets them, and cost nothing in answers."""

from __future__ import annotations

from elasticsearch import Elasticsearch

from search.port import All, SearchEngine, SearchRequest
from tests.search.library import doc, fill, written
from tests.search.places import Place, only_elasticsearch

pytestmark = only_elasticsearch


def test_a_late_write_finds_it_gone_even_when_the_server_has_forgotten(engine: SearchEngine, place: Place) -> None:
    live = fill(engine, [doc(1, title="红楼梦"), doc(2, title="呐喊")])
    with engine.session(0) as session:
        session.delete({1: 5}, live)
        session.commit()
    server, _, _ = place.search_url.rpartition("/")
    with Elasticsearch(server) as client:
        # What the server remembers of deletions goes when the index is closed, as at each restart.
        client.indices.put_settings(index=live, settings={"index.gc_deletes": "0s"})
        client.indices.flush(index=live)
        client.indices.close(index=live)
        client.indices.open(index=live, wait_for_active_shards=1)
    with engine.session(0) as session:
        assert session.index([written(1, version=4, title="红楼梦")], live) == []
        session.commit()
    assert [hit.id for hit in engine.search(SearchRequest(query=All())).hits] == [2]
    assert engine.stats().documents == 1
    assert dict(engine.versions()) == {2: 1}
