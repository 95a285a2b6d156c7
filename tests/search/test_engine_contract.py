"""What every engine behind the port must do. The same questions, the same answers, whichever engine is asked."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.fields import AVAILABLE, GROUP_BY_NAME
from search.port import (
    All,
    And,
    EngineUnavailable,
    FacetRequest,
    Filter,
    Leaf,
    Not,
    Or,
    Query,
    SearchEngine,
    SearchRequest,
    WriterBusy,
)
from search.query import LONGEST_QUERY, parse
from tests.search.library import (
    AT_HUB,
    AT_TOWN,
    HUB,
    NETWORK,
    VILLAGE,
    IndexDoc,
    copy,
    doc,
    fill,
    library,
    write,
    written,
)

SECONDS_OF_WORK_FOR_ANY_QUERY = 2.0


def ids(engine: SearchEngine, text: str, field: str = "any", **request: Any) -> list[int]:
    result = engine.search(SearchRequest(query=parse(text, field).tree, **request))
    assert result.total == len(result.hits)
    return [hit.id for hit in result.hits]


def counts(engine: SearchEngine, facet: FacetRequest, query: Query | None = None, **request: Any) -> dict[str, int]:
    result = engine.search(SearchRequest(query=query or All(), facets=(facet,), **request))
    return {bucket.value: bucket.count for bucket in result.facets[facet.name]}


# --- finding ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "field", "expected"),
    [
        ("红楼梦", "any", {1, 2}),
        ("紅樓夢", "any", {1, 2}),
        ("楼梦研", "any", {2}),
        ("红楼 研究", "title", {2}),
        ("梦", "title", {1, 2, 12}),
        ("曹雪芹", "author", {1}),
        ("曹雪芹", "any", {1, 2}),
        ("三体 刘慈欣", "any", {3, 4}),
        ("黑暗森林", "title", {4}),
        ("科幻基石", "title", {3}),
        ("程序设计", "subject", {5}),
        ("人民文学", "publisher", {1, 2}),
        ("“红楼梦研究”", "any", {2}),
        ("红楼 -研究", "title", {1}),
        ("三体 OR 呐喊", "title", {3, 4, 11}),
        ("-红楼 -三体", "title", {5, 6, 7, 8, 9, 10, 11, 12}),
        ("harry", "any", {6}),
        ("HARRY stone", "any", {6}),
        ("philosophers", "any", {6}),
        ("philosopher", "any", {6}),
        ("philosopher's stone", "any", {6}),
        ("phil*", "title", {6}),
        ("cafe", "any", {9}),
        ("dogan oz", "author", {9}),
        ("c++", "any", {8}),
        ("python编程", "any", {5}),
        ("9787020002207", "any", {1}),
        ("7-02-000220-x", "any", {1}),
        ("978-7-02-000220-9", "isbn", {1}),
        ("97875", "isbn", {3}),
        ("B100001", "any", {1}),
        ("I247.5", "callno", {3, 4, 10}),
        ("tp312", "callno", {5, 8}),
        ("hongloumeng", "any", {1, 2}),
        ("hong lou meng", "title", {1, 2}),
        ("hlm", "any", {1, 2}),
        ("luxun", "author", {11}),
        ("lu xun nahan", "any", {11}),
        ("chongqing", "title", {7}),
        ("qianlong", "title", {10}),
        ("zhongqing", "title", set()),
        ("红楼萌", "any", set()),
        ("梦楼", "any", set()),
        ("???", "any", set()),
    ],
)
def test_finds(catalogue: SearchEngine, text: str, field: str, expected: set[int]) -> None:
    assert set(ids(catalogue, text, field)) == expected


def test_everything_is_found_without_a_query(catalogue: SearchEngine) -> None:
    assert len(ids(catalogue, "")) == 12


def test_a_phrase_does_not_reach_from_one_value_to_the_next(catalogue: SearchEngine) -> None:
    assert ids(catalogue, '"matthes 袁国忠"', "author") == []


def test_the_title_itself_comes_before_longer_ones_and_those_that_mention_it(catalogue: SearchEngine) -> None:
    assert ids(catalogue, "红楼梦")[0] == 1
    assert ids(catalogue, "梦")[0] == 12
    assert ids(catalogue, "曹雪芹") == [1, 2]


def test_the_more_borrowed_of_two_equal_titles_comes_first(engine: SearchEngine) -> None:
    fill(engine, [doc(1, title="三体"), doc(2, title="三体", loans=200), doc(3, title="三体")])
    assert ids(engine, "三体") == [2, 1, 3]


@pytest.mark.parametrize("text", ["红楼梦", ""])
def test_scores_fall_and_filters_do_not_change_them(catalogue: SearchEngine, text: str) -> None:
    tree = parse(text).tree
    plain = {hit.id: hit.score for hit in catalogue.search(SearchRequest(query=tree)).hits}
    narrowed = catalogue.search(SearchRequest(query=tree, filters=(Filter("language", ("chi",)),)))
    scores = [hit.score for hit in narrowed.hits]
    assert scores == sorted(scores, reverse=True)
    assert scores == pytest.approx([plain[hit.id] for hit in narrowed.hits])
    assert min(scores) > 0


def test_a_keyword_scores_its_boost_and_the_document_its_weight(engine: SearchEngine) -> None:
    plain = replace(doc(1), keywords={"isbn": ("1",)}, weight=0.0)
    heavy = replace(doc(2), keywords={"isbn": ("1",)}, weight=2.0)
    fill(engine, [plain, heavy])
    leaf = Leaf(group="isbn", mode="term", tokens=("1",))
    hits = engine.search(SearchRequest(query=leaf)).hits
    assert [(hit.id, hit.score) for hit in hits] == [(2, pytest.approx(20.0)), (1, pytest.approx(10.0))]


# --- narrowing, counting, sorting, paging ----------------------------------------------------------------------------


def test_filters_are_or_within_and_and_between(catalogue: SearchEngine) -> None:
    languages = Filter("language", ("eng", "fre"))
    assert set(ids(catalogue, "", filters=(languages,))) == {6, 9}
    assert set(ids(catalogue, "", filters=(languages, Filter("org", (str(HUB),))))) == {6}


@pytest.mark.parametrize(
    ("years", "expected"),
    [((1996, 1999), {1, 6, 10}), ((2020, None), {5, 12}), ((None, 1973), {2, 11}), ((3000, 3001), set())],
)
def test_years_are_inclusive_and_may_be_open(
    catalogue: SearchEngine, years: tuple[int | None, int | None], expected: set[int]
) -> None:
    assert set(ids(catalogue, "", years=years)) == expected


def test_held_in_a_subtree_and_available_in_a_subtree(catalogue: SearchEngine) -> None:
    village = str(VILLAGE)
    assert set(ids(catalogue, "", filters=(Filter("org", (village,)),))) == {1, 3, 11}
    assert set(ids(catalogue, "", filters=(Filter("available_at", (village,)),))) == {3, 11}
    assert 4 not in ids(catalogue, "", filters=(Filter("availability", (AVAILABLE,)),))


def test_a_class_filter_takes_all_below_it(catalogue: SearchEngine) -> None:
    assert set(ids(catalogue, "", filters=(Filter("class", ("I247",)),))) == {3, 4, 10}


def test_facets_count_the_matches(catalogue: SearchEngine) -> None:
    assert counts(catalogue, FacetRequest("lang", "language")) == {"chi": 10, "eng": 1, "fre": 1}
    assert counts(catalogue, FacetRequest("class", "class_top"), parse("红楼梦").tree) == {"I": 2}
    assert counts(catalogue, FacetRequest("type", "item_type")) == {"book": 10, "disc": 1}
    assert counts(catalogue, FacetRequest("org", "org")) == {str(NETWORK): 11, str(HUB): 11, "3": 6, "4": 3}


def test_years_are_counted_in_steps_newest_first(catalogue: SearchEngine) -> None:
    found = counts(catalogue, FacetRequest("year", "year"))
    assert list(found.items())[:2] == [("2020..2024", 2), ("2010..2014", 2)]
    assert sum(found.values()) == 12


def test_a_facet_leaves_its_own_filter_out_and_keeps_the_others(catalogue: SearchEngine) -> None:
    filters = (Filter("language", ("eng",)), Filter("org", (str(HUB),)))
    assert counts(catalogue, FacetRequest("lang", "language"), filters=filters) == {"chi": 10, "eng": 1}
    assert counts(catalogue, FacetRequest("class", "class_top"), filters=filters) == {"I": 1}
    assert sum(counts(catalogue, FacetRequest("year", "year"), years=(2020, 2020)).values()) == 12
    assert counts(catalogue, FacetRequest("lang", "language"), years=(2020, 2020)) == {"chi": 2}


def test_a_facet_may_count_chosen_values_only(catalogue: SearchEngine) -> None:
    both = (
        FacetRequest("a", "availability"),
        FacetRequest("b", "available_at", only=(str(VILLAGE),)),
    )
    result = catalogue.search(SearchRequest(query=All(), facets=both))
    assert [(b.value, b.count) for b in result.facets["a"]] == [(AVAILABLE, 10)]
    assert [(b.value, b.count) for b in result.facets["b"]] == [(str(VILLAGE), 2)]


def test_a_facet_holds_at_most_its_size_the_most_frequent_first(catalogue: SearchEngine) -> None:
    assert list(counts(catalogue, FacetRequest("class", "class_top", size=2)).items()) == [("I", 8), ("T", 2)]


@pytest.mark.parametrize(("sort", "first"), [("year", [12, 5, 7]), ("popular", [1, 12, 11]), ("newest", [12, 11, 10])])
def test_sorts(catalogue: SearchEngine, sort: str, first: list[int]) -> None:
    assert ids(catalogue, "", sort=sort)[:3] == first


def test_titles_stand_by_sound_and_number(engine: SearchEngine) -> None:
    titles = ["呐喊 第10册", "Anna Karenina", "白鹿原", "呐喊 第2册", "重庆方言"]
    fill(engine, [doc(i, title=title) for i, title in enumerate(titles, 1)])
    assert ids(engine, "", sort="title") == [2, 3, 5, 4, 1]


def test_pages_follow_each_other_without_gap_or_overlap(catalogue: SearchEngine) -> None:
    for sort in ("relevance", "title", "year"):
        pages = [
            [hit.id for hit in catalogue.search(SearchRequest(query=All(), sort=sort, offset=offset, limit=5)).hits]  # type: ignore[arg-type]
            for offset in (0, 5, 10)
        ]
        assert [len(page) for page in pages] == [5, 5, 2]
        assert len({id_ for page in pages for id_ in page}) == 12


def test_cannot_look_deeper_than_ten_thousand_hits() -> None:
    with pytest.raises(ValueError, match="10000"):
        SearchRequest(query=All(), offset=9_990, limit=20)


# --- headings and words ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["红楼", "honglou", "hl"])
def test_headings_begin_as_typed(catalogue: SearchEngine, typed: str) -> None:
    found = [bucket.value.split("\x1f")[1:] for bucket in catalogue.headings(typed, 10)]
    assert ["title", "红楼梦"] in found


def test_headings_stand_by_frequency(engine: SearchEngine) -> None:
    fill(engine, [doc(1, authors=("鲁迅",)), doc(2, authors=("鲁班",)), doc(3, authors=("鲁迅",))])
    assert [(b.value.split("\x1f")[2], b.count) for b in engine.headings("鲁", 10)] == [("鲁迅", 2), ("鲁班", 1)]


def test_frequencies_of_words(catalogue: SearchEngine) -> None:
    assert catalogue.frequencies(["title"], ["红楼", "python", "pyhton"]) == {"红楼": 2, "python": 1}


# --- writing ---------------------------------------------------------------------------------------------------------


def _write(engine: SearchEngine, *docs: IndexDoc, gone: dict[int, int] | None = None) -> None:
    live = engine.live_generation()
    assert live is not None
    with engine.session(0) as session:
        assert session.index([write(one) for one in docs], live) == []
        session.delete(gone or {}, live)
        session.commit()


def test_a_changed_document_replaces_the_old_one(filled: SearchEngine) -> None:
    _write(filled, doc(1, version=2, title="石头记", authors=("曹雪芹",)))
    assert ids(filled, "红楼梦") == [2]
    assert ids(filled, "石头记") == [1]
    assert filled.stats().documents == 12


def test_an_older_version_loses(filled: SearchEngine) -> None:
    _write(filled, doc(1, version=5, title="石头记"))
    _write(filled, doc(1, version=4, title="红楼梦"))
    assert ids(filled, "石头记") == [1]


def test_an_older_version_loses_within_one_batch(filled: SearchEngine) -> None:
    _write(filled, doc(1, version=5, title="石头记"), doc(1, version=4, title="金玉缘"))
    assert (ids(filled, "石头记"), ids(filled, "金玉缘")) == ([1], [])


def test_the_same_version_again_changes_nothing(filled: SearchEngine) -> None:
    _write(filled, *library())
    assert filled.stats().documents == 12
    assert set(ids(filled, "红楼梦")) == {1, 2}


def test_a_deleted_document_is_gone_and_a_late_write_does_not_revive_it(filled: SearchEngine) -> None:
    _write(filled, gone={1: 3})
    _write(filled, doc(1, version=2, title="红楼梦"))
    assert ids(filled, "红楼梦") == [2]
    _write(filled, doc(1, version=4, title="红楼梦"))
    assert set(ids(filled, "红楼梦")) == {1, 2}


def test_an_older_deletion_loses(filled: SearchEngine) -> None:
    _write(filled, doc(1, version=5, title="红楼梦"))
    _write(filled, gone={1: 4})
    assert 1 in ids(filled, "红楼梦")


def test_write_and_delete_within_one_batch(filled: SearchEngine) -> None:
    _write(filled, doc(20, version=1, title="昙花"), gone={20: 2})
    assert ids(filled, "昙花") == []


def test_what_is_not_committed_is_not_kept(filled: SearchEngine) -> None:
    live = filled.live_generation()
    assert live is not None
    with filled.session(0) as session:
        session.index([written(20, title="昙花")], live)
    assert ids(filled, "昙花") == []


def test_a_document_that_cannot_be_kept_is_refused_and_all_others_are_kept(filled: SearchEngine) -> None:
    live = filled.live_generation()
    assert live is not None
    before = ids(filled, "红楼梦")
    new, old = (write(replace(doc(id_, version=2), numbers={"year": 2**70})) for id_ in (20, 1))
    with filled.session(0) as session:
        refusals = session.index([new, old, written(22, title="昙花")], live)
        session.commit()
    assert [refusal.id for refusal in refusals] == [20, 1]
    assert all(refusal.reason for refusal in refusals)
    assert ids(filled, "昙花") == [22]
    assert 1 in before
    assert ids(filled, "红楼梦") == before


def test_versions_name_every_document(filled: SearchEngine) -> None:
    _write(filled, doc(5, version=7), gone={6: 2})
    assert list(filled.versions()) == [(i, 7 if i == 5 else 1) for i in range(1, 13) if i != 6]


def test_only_one_may_write(filled: SearchEngine) -> None:
    with filled.session(0), pytest.raises(WriterBusy), filled.session(0.1):
        pass
    with filled.session(0):
        pass


# --- generations -----------------------------------------------------------------------------------------------------


def test_cannot_search_before_there_is_an_index(engine: SearchEngine) -> None:
    assert engine.live_generation() is None
    with pytest.raises(EngineUnavailable):
        engine.search(SearchRequest(query=All()))


def test_a_new_generation_is_seen_only_when_it_is_made_the_live_one(filled: SearchEngine) -> None:
    with filled.session(0) as session:
        following = session.create()
        session.index([written(30, title="新编")], following)
        session.commit()
        assert ids(filled, "新编") == []
        assert len(ids(filled, "")) == 12
        session.activate(following)
    assert ids(filled, "") == [30]
    assert filled.live_generation() == following


def test_a_generation_may_be_dropped_unless_it_is_the_live_one(filled: SearchEngine) -> None:
    live = filled.live_generation()
    assert live is not None
    with filled.session(0) as session:
        following = session.create()
        session.drop(following)
        with pytest.raises(ValueError, match="live"):
            session.drop(live)
    assert len(ids(filled, "")) == 12


def test_searches_go_on_while_generations_change(filled: SearchEngine) -> None:
    def search_for_a_while(_n: int) -> set[int]:
        seen = set()
        until = time.monotonic() + 1.5
        while time.monotonic() < until:
            seen.add(filled.search(SearchRequest(query=All())).total)
        return seen

    with ThreadPoolExecutor(3) as pool:
        searches = [pool.submit(search_for_a_while, n) for n in range(3)]
        for _ in range(4):
            fill(filled, library())
            time.sleep(0.2)
        assert set().union(*(search.result() for search in searches)) == {12}


def test_others_see_a_commit_and_a_switch_within_a_second(filled: SearchEngine, other_engine: SearchEngine) -> None:
    def is_seen_a_second_later(text: str) -> bool:
        time.sleep(1.0)
        return bool(ids(other_engine, text))

    assert ids(other_engine, "昙花") == []
    _write(filled, doc(20, title="昙花"))
    assert is_seen_a_second_later("昙花")
    fill(filled, [doc(1, title="新编")])
    assert is_seen_a_second_later("新编")
    with filled.session(0), pytest.raises(WriterBusy), other_engine.session(0):
        pass


# --- any query -------------------------------------------------------------------------------------------------------


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.one_of(
        st.text(max_size=LONGEST_QUERY),
        st.text(alphabet="红楼梦ab*\"-|()[]:\\/.?+^~ '", max_size=LONGEST_QUERY),
        st.text(alphabet="abcdefghilmnoux ", max_size=LONGEST_QUERY),
        st.text(alphabet="0123456789X-. ", max_size=60),
    ),
    st.sampled_from(sorted(GROUP_BY_NAME)),
)
def test_any_string_is_answered_with_little_work(catalogue: SearchEngine, text: str, field: str) -> None:
    parsed = parse(text, field)
    began = time.process_time()
    for tree in (parsed.tree, parsed.relaxed):
        if tree is not None:
            catalogue.search(SearchRequest(query=tree, facets=(FacetRequest("org", "org"),)))
    assert time.process_time() - began < SECONDS_OF_WORK_FOR_ANY_QUERY


def _trees() -> st.SearchStrategy[Query]:
    words = [
        ("title", "term", "红楼"),
        ("title", "prefix", "红"),
        ("author", "term", "鲁迅"),
        ("any", "term", "梦"),
        ("class", "term", "x"),
    ]
    leaf: st.SearchStrategy[Query] = st.sampled_from(
        [Leaf(group=g, mode=m, tokens=(t,)) for g, m, t in words if g in GROUP_BY_NAME]  # type: ignore[arg-type]
    )
    return st.recursive(
        st.one_of(leaf, st.just(All())),
        lambda inner: st.one_of(
            st.lists(inner, max_size=3).map(lambda parts: Or(tuple(parts))),
            st.tuples(inner, inner).map(And),
            st.tuples(inner, inner).map(lambda pair: And((pair[0], Not(pair[1])))),
        ),
        max_leaves=6,
    )


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(_trees(), _trees())
def test_and_or_and_not_are_those_of_logic(catalogue: SearchEngine, one: Query, other: Query) -> None:
    def found(query: Query) -> set[int]:
        return {hit.id for hit in catalogue.search(SearchRequest(query=query, limit=100)).hits}

    assert found(And((one, other))) == found(one) & found(other)
    assert found(Or((one, other))) == found(one) | found(other)
    assert found(And((one, Not(other)))) == found(one) - found(other)


def test_places_of_copies_are_counted_once_for_each_title(engine: SearchEngine) -> None:
    fill(engine, [doc(1, copy(AT_HUB), copy(AT_HUB, number="2"), copy(AT_TOWN))])
    assert counts(engine, FacetRequest("org", "org")) == {"1": 1, "2": 1, "3": 1}
