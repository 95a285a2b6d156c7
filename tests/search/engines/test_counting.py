"""The embedded engine gives the hits while it still counts the facets."""

from __future__ import annotations

from threading import Event

import pytest

from search.engines.embedded import counting
from search.engines.embedded import engine as embedded
from search.engines.embedded.counting import Facets
from search.fields import FACETS
from search.port import All, Bucket, FacetRequest, Filter, SearchEngine, SearchRequest
from search.query import parse
from tests.search.library import doc, fill, library
from tests.search.places import only_embedded

pytestmark = only_embedded
LANGUAGES = FacetRequest("lang", "language")
ASKED = SearchRequest(query=parse("红楼梦").tree, facets=(LANGUAGES,))


def test_hits_are_given_while_facets_are_counted(filled: SearchEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    are_seen = Event()

    def count(*_asked: object) -> Facets:
        assert are_seen.wait(5)
        return {"lang": (Bucket("chi", 2),)}

    monkeypatch.setattr(embedded, "count_facets", count)
    result = filled.search(ASKED)
    assert [hit.id for hit in result.hits] == [1, 2]
    are_seen.set()
    assert result.facets == {"lang": (Bucket("chi", 2),)}


@pytest.mark.parametrize("text", ["", "红楼", "三体 OR 呐喊", "没有这本书"])
@pytest.mark.parametrize("filters", [(), (Filter("language", ("chi",)), Filter("org", ("2",)))])
def test_facets_are_the_same_whether_the_few_hits_were_known_in_time(
    filled: SearchEngine, text: str, filters: tuple[Filter, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    request = SearchRequest(
        query=parse(text).tree,
        filters=filters,
        facets=tuple(FacetRequest(facet.name, facet.field, size=facet.size) for facet in FACETS),
    )

    monkeypatch.setattr(counting, "_PATIENCE_SECONDS", 10.0)
    from_few = dict(filled.search(request).facets)
    filled.close()  # what was counted once is remembered as long as the index is open
    monkeypatch.setattr(counting.Matches, "wait", lambda _matches: None)
    assert filled.search(request).facets == from_few


@pytest.mark.parametrize(
    ("asked", "counted"),
    [
        (ASKED, (Bucket("chi", 2),)),
        (SearchRequest(query=All(), facets=(LANGUAGES,)), (Bucket("chi", 10), Bucket("eng", 1), Bucket("fre", 1))),
    ],
    ids=["words", "everything"],
)
def test_an_error_is_told_and_not_remembered(
    filled: SearchEngine, asked: SearchRequest, counted: tuple[Bucket, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_asked: object) -> Facets:
        raise OSError("the disk is gone")

    with monkeypatch.context() as broken:
        broken.setattr(embedded, "count_facets", fail)
        with pytest.raises(OSError, match="gone"):
            len(filled.search(asked).facets)
    assert filled.search(asked).facets == {"lang": counted}


@pytest.mark.parametrize("text", ["红楼梦", "红楼梦 -呐喊", "-红楼梦 红楼", "人民文学出版社 OR 红楼梦"])
@pytest.mark.parametrize("has_scattered", [False, True])
def test_a_phrase_whose_parts_stand_elsewhere_is_not_counted(
    engine: SearchEngine, text: str, has_scattered: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    scattered = [doc(60, title="红楼 楼梦", language="eng"), doc(61, title="楼梦 红楼", language="fre")]
    fill(engine, [*library(), *(scattered if has_scattered else [])])
    request = SearchRequest(query=parse(text).tree, facets=(LANGUAGES,))
    monkeypatch.setattr(counting, "_PATIENCE_SECONDS", 10.0)
    from_few = dict(engine.search(request).facets)
    engine.close()
    monkeypatch.setattr(counting.Matches, "wait", lambda _matches: None)
    assert engine.search(request).facets == from_few
    assert sum(bucket.count for bucket in from_few["lang"]) == engine.search(request).total
