"""Readers find what they meant: judged queries, on every engine alike. What falls below the floor is a change for the worse."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from catalog.bibdata import BibData
from search.port import SearchEngine
from tests.relevance.judging import answer, classics, documents, judgements, mean_ndcg, ndcg
from tests.search.library import fill
from tests.search.places import ENGINES, make_place

FLOOR = 0.97


@pytest.fixture(scope="module")
def titles() -> dict[int, BibData]:
    return classics()


@pytest.fixture(scope="module", params=ENGINES)
def engine(
    request: pytest.FixtureRequest, titles: dict[int, BibData], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SearchEngine]:
    place = make_place(str(request.param), tmp_path_factory.mktemp("relevance"))
    opened = place.open()
    fill(opened, documents(titles))
    yield opened
    opened.close()
    place.clear()


def test_the_set_is_large_enough_and_every_query_wants_a_title_that_is_there(titles: dict[int, BibData]) -> None:
    judged = judgements()
    assert len(judged) >= 60
    assert len({one.query for one in judged}) == len(judged)
    assert [one.query for one in judged if not any(one.grade(data) for data in titles.values())] == []


def test_readers_find_what_they_meant(engine: SearchEngine, titles: dict[int, BibData]) -> None:
    assert mean_ndcg(engine, titles) >= FLOOR


def test_a_whole_title_an_isbn_and_a_name_with_a_title_come_first(
    engine: SearchEngine, titles: dict[int, BibData]
) -> None:
    wanted = ("红楼梦", "家", "1984", "9787020002207", "三体刘慈欣", "hongloumeng", "黑暗森林", "bronte jane eyre")
    judged = {one.query: one for one in judgements()}
    missed = [query for query in wanted if not ndcg(judged[query], titles, answer(engine, query)[:1])]
    assert missed == []
