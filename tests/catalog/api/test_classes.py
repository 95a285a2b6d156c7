"""Classes over HTTP: offered while one is typed, by the county's own names where it has any."""

from __future__ import annotations

import pytest

from catalog.service.classes import ClassService
from kernel.db import Database
from tests.factories import ApiUser, make_context


def test_a_number_or_words_offer_classes_with_what_holds_them(anyone: ApiUser) -> None:
    (first, *_) = anyone.get("/classes", q="I246").get_json()["items"]
    assert first == {
        "code": "I246",
        "label": "fiction 1919–1949",
        "path": ["Literature", "Chinese literature", "fiction"],
    }
    assert [one["code"] for one in anyone.get("/classes", q="小说", limit=2).get_json()["items"]] == ["I24", "I242"]
    assert anyone.get("/classes", q="没有的类").get_json() == {"items": []}


def test_the_county_s_own_names_are_offered(database: Database, anyone: ApiUser) -> None:
    with database.transaction() as session:
        ClassService(make_context(session)).load("TS972.1,川菜,TS972")
    assert anyone.get("/classes", q="川菜").get_json()["items"][0]["code"] == "TS972.1"


@pytest.mark.parametrize("query", [{}, {"q": ""}, {"q": "字" * 65}, {"q": "I", "limit": 0}])
def test_a_question_that_does_not_hold_is_refused(anyone: ApiUser, query: dict[str, object]) -> None:
    assert anyone.get("/classes", **query).status_code == 422
