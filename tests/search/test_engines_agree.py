"""The same titles in both engines, the same questions to both: totals, order, scores and counts must not tell which one was asked.

Titles, authors and classes are made up from few words, so that every question has many answers and many ties.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.fields import AVAILABLE, FACETS, GROUP_BY_NAME, SORTS
from search.port import (
    All,
    And,
    FacetRequest,
    Filter,
    Hit,
    Leaf,
    Not,
    Or,
    Query,
    SearchEngine,
    SearchRequest,
    SearchResult,
)
from search.query import LONGEST_QUERY, parse
from tests.search.library import AT_HUB, AT_TOWN, AT_VILLAGE, HUB, TOWN, IndexDoc, copy, doc, fill, library
from tests.search.places import make_place

MADE_UP = 400
EVERYTHING = 1_000
# Lucene and tantivy add single-precision numbers in another order.
ROUNDING = 1e-4

FIRST = [
    "红楼",
    "三体",
    "平凡",
    "世界",
    "历史",
    "中国",
    "程序",
    "数据",
    "重庆",
    "音乐",
    "Python",
    "history",
    "the",
    "C++",
    "梦",
]
LAST = ["研究", "梦", "的世界", "入门", "与实践", "史", "方言", "design", "第3版", "选集", "", ""]
PEOPLE = ["曹雪芹", "刘慈欣", "鲁迅", "路遥", "J. K. Rowling", "Eric Matthes", "余秋雨", "钱锺书"]
CLASSES = ["I242.4", "I247.5", "I247.55", "TP312PY", "TP311.1", "K20", "H172.3", "J6", None]


def made_up() -> list[IndexDoc]:
    dice = Random(20261128)
    return [_title(dice, id_) for id_ in range(100, 100 + MADE_UP)]


def _title(dice: Random, id_: int) -> IndexDoc:
    places = dice.sample([AT_HUB, AT_TOWN, AT_VILLAGE], dice.randrange(4))
    copies = [
        copy(place, free=dice.random() < 0.6, type_=dice.choice(["book", "book", "disc"]), number=f"{id_}{n}")
        for n, place in enumerate(places)
    ]
    return doc(
        id_,
        *copies,
        loans=dice.choice([0, 0, 0, 3, 40]),
        added=f"20{dice.randrange(10, 26)}-05-01",
        title=dice.choice(FIRST) + dice.choice(["", " "]) + dice.choice(LAST),
        subtitle=dice.choice([None, None, "从入门到实践", "a history"]),
        authors=tuple(dice.sample(PEOPLE, dice.randrange(3))),
        publisher=dice.choice(["人民文学出版社", "重庆出版社", None]),
        year=dice.choice([None, *range(1990, 2025)]),
        class_number=dice.choice(CLASSES),
        language=dice.choice(["chi", "chi", "eng", None]),
        subjects=tuple(dice.sample(["章回小说", "科学幻想小说", "程序设计", "Chinese history"], dice.randrange(3))),
        abstract=dice.choice([None, "考证曹雪芹的生平", "a history of the world"]),
    )


Pair = tuple[SearchEngine, SearchEngine]


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """Both engines, freshly filled: a replaced document would count in the statistics of one for longer than in the other's."""
    places = [make_place(name, tmp_path_factory.mktemp(name)) for name in ("embedded", "elasticsearch")]
    embedded, elasticsearch = (place.open() for place in places)
    for engine in (embedded, elasticsearch):
        fill(engine, [*library(), *made_up()])
    yield embedded, elasticsearch
    for engine, place in zip((embedded, elasticsearch), places, strict=True):
        engine.close()
        place.clear()


pytestmark = pytest.mark.elasticsearch


def ask(both: Pair, query: Query, **request: Any) -> tuple[SearchResult, SearchResult]:
    asked = SearchRequest(query=query, limit=EVERYTHING, **request)
    one, other = (engine.search(asked) for engine in both)
    return one, other


def assert_alike(both: Pair, query: Query, **request: Any) -> SearchResult:
    one, other = ask(both, query, **request)
    assert one.total == other.total
    assert one.facets == other.facets
    if request.get("sort", "relevance") == "relevance":
        assert [hit.score for hit in one.hits] == pytest.approx([hit.score for hit in other.hits], rel=ROUNDING)
        assert ties(one.hits) == ties(other.hits)
    else:
        assert one.hits == other.hits
    return one


def ties(hits: tuple[Hit, ...]) -> list[set[int]]:
    """The ids in their order, those whose scores differ by no more than rounding in one set."""
    ranks, last = [], None
    for hit in hits:
        if last is None or hit.score < last * (1 - ROUNDING):
            last = hit.score
        ranks.append((last, hit.id))
    return [{id_ for _, id_ in tied} for _, tied in groupby(ranks, key=lambda rank: rank[0])]


ALL_FACETS = tuple(FacetRequest(facet.name, facet.field, size=facet.size) for facet in FACETS)

QUERY_CLASSES = [
    ("", "any"),
    ("梦", "any"),
    ("红楼", "any"),
    ("红楼梦", "title"),
    ("平凡的世界", "any"),
    ("三体 刘慈欣", "any"),
    ("刘慈欣三体", "any"),
    ("“平凡的世界”", "title"),
    ("红楼 -研究", "title"),
    ("-红楼", "any"),
    ("三体 OR 历史 OR python", "any"),
    ("(红楼 OR 三体) -研究", "any"),
    ("（红楼梦 或 平凡的世界） 非 研究", "title"),
    ("题名:(history OR python) -(鲁迅 OR 路遥)", "any"),
    ("三体 OR (红楼 -研究) OR (-世界 历史)", "any"),
    ("世界 (第3版)", "title"),
    ("history", "any"),
    ("hist*", "title"),
    ("the history", "any"),
    ("c++", "any"),
    ("hongloumeng", "any"),
    ("hlm", "any"),
    ("lu yao", "author"),
    ("chongqing fangyan", "title"),
    ("9787020002207", "any"),
    ("978", "isbn"),
    ("I247", "callno"),
    ("TP31", "callno"),
    ("程序设计", "subject"),
    ("人民文学", "publisher"),
    ("完全没有的东西", "any"),
    ("???", "any"),
]


@pytest.mark.parametrize(("text", "field"), QUERY_CLASSES)
def test_every_class_of_query(both: Pair, text: str, field: str) -> None:
    parsed = parse(text, field)
    for tree in (parsed.tree, parsed.relaxed):
        if tree is not None:
            assert_alike(both, tree, facets=ALL_FACETS)


def test_the_questions_have_answers(both: Pair) -> None:
    totals = [both[0].search(SearchRequest(query=parse(text, field).tree)).total for text, field in QUERY_CLASSES]
    assert sum(total > 0 for total in totals) >= len(QUERY_CLASSES) - 4
    assert len(set(totals)) > 12


@pytest.mark.parametrize("sort", [order.name for order in SORTS])
def test_every_sort(both: Pair, sort: str) -> None:
    for text in ("", "世界", "history"):
        assert_alike(both, parse(text).tree, sort=sort)


FILTERS = [
    Filter("language", ("chi",)),
    Filter("language", ("chi", "eng")),
    Filter("org", (str(TOWN),)),
    Filter("available_at", (str(HUB),)),
    Filter("availability", (AVAILABLE,)),
    Filter("class", ("I24", "TP")),
    Filter("item_type", ("disc",)),
    Filter("class_top", ("I",)),
]


@pytest.mark.parametrize("years", [None, (2000, 2010), (None, 1999), (2020, None)])
@pytest.mark.parametrize("text", ["", "世界"])
def test_every_filter_alone_and_with_another(both: Pair, text: str, years: Any) -> None:
    tree = parse(text).tree
    for i, wanted in enumerate(FILTERS):
        assert_alike(both, tree, filters=(wanted,), years=years, facets=ALL_FACETS)
        other = FILTERS[i - 1]
        if other.field != wanted.field:
            assert_alike(both, tree, filters=(wanted, other), years=years, facets=ALL_FACETS)


def test_a_facet_of_chosen_values(both: Pair) -> None:
    only = FacetRequest("here", "available_at", only=(str(TOWN), "no such place"))
    assert_alike(both, All(), facets=(only,), filters=(Filter("available_at", (str(HUB),)),))


def test_pages(both: Pair) -> None:
    for sort in ("newest", "title"):
        for offset in (0, 90, 400, 500):
            one, other = (
                engine.search(SearchRequest(query=All(), sort=sort, offset=offset, limit=30))  # type: ignore[arg-type]
                for engine in both
            )
            assert one.hits == other.hits


@pytest.mark.parametrize("typed", ["红", "hongl", "h", "刘", "的", "p", "不在", "红楼\x1f", ".*", "[a-z]", '"'])
def test_headings(both: Pair, typed: str) -> None:
    one, other = (list(engine.headings(typed, 400)) for engine in both)
    assert one == other


def test_frequencies(both: Pair) -> None:
    for fields in (("title",), ("title", "author", "subject"), ("heading",)):
        words = ["红楼", "世界", "python", "pyhton", "history", "鲁迅", "c++", ".*", "", "a" * 64]
        one, other = (engine.frequencies(fields, words) for engine in both)
        assert one == other


def test_versions_and_size(both: Pair) -> None:
    one, other = (list(engine.versions()) for engine in both)
    assert one == other
    assert len(one) == both[0].stats().documents == both[1].stats().documents == MADE_UP + 12


ANY_TEXT = st.one_of(
    st.text(max_size=LONGEST_QUERY),
    st.lists(
        st.sampled_from(
            [
                *FIRST,
                *LAST,
                *PEOPLE,
                "OR",
                "-",
                '"',
                "*",
                "NOT",
                "“",
                "hong",
                "lou",
                "hlm",
                "97870",
                "(",
                ")",
                "-(",
                "或",
                "非",
            ]
        ),
        max_size=16,
    ).map(" ".join),
    st.text(alphabet="红楼梦ab*\"-|()[]:\\/.?+^~ 'ORND", max_size=80),
    st.text(alphabet="0123456789X-. ", max_size=40),
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(ANY_TEXT, st.sampled_from(sorted(GROUP_BY_NAME)))
def test_any_string(both: Pair, text: str, field: str) -> None:
    parsed = parse(text, field)
    for tree in (parsed.tree, parsed.relaxed):
        if tree is not None:
            assert_alike(both, tree, facets=ALL_FACETS)


def _leaves() -> st.SearchStrategy[Query]:
    words = [
        ("title", "红楼"),
        ("title", "python"),
        ("any", "世界"),
        ("author", "鲁迅"),
        ("isbn", "core978"),
        ("callno", "i247.5"),
    ]
    return st.builds(
        lambda word, mode, boost: Leaf(group=word[0], mode=mode, tokens=(word[1],), boost=boost),
        st.sampled_from(words),
        st.sampled_from(["term", "prefix"]),
        st.sampled_from([0.3, 1.0, 5.0]),
    )


def _trees() -> st.SearchStrategy[Query]:
    return st.recursive(
        st.one_of(_leaves(), st.just(All())),
        lambda inner: st.one_of(
            st.lists(inner, max_size=3).map(lambda parts: Or(tuple(parts))),
            st.tuples(inner, inner).map(lambda pair: And(pair)),
            st.tuples(inner, inner).map(lambda pair: And((pair[0], Not(pair[1])))),
        ),
        max_leaves=8,
    )


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(_trees(), st.lists(st.sampled_from(FILTERS), max_size=2, unique_by=lambda wanted: wanted.field))
def test_any_tree(both: Pair, tree: Query, filters: list[Filter]) -> None:
    assert_alike(both, tree, filters=tuple(filters), facets=ALL_FACETS)
