"""Search over HTTP: open to everyone, never a 500, and what cannot be asked says so."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from marshmallow import RAISE

from kernel import outbox
from kernel.db import Database
from search.api import EXTENSION
from search.indexer import Indexer
from search.queries import KIND
from search.schemas import FacetValueSchema, HitSchema
from tests.conftest import Furnished
from tests.factories import NOW, ApiUser, make_bib, make_county, make_item, make_settings
from tests.search.places import Place


@pytest.fixture
def reader(furnished: Furnished, database: Database, place: Place) -> ApiUser:
    """Someone without a login, and two titles to find."""

    def work(session: Any) -> None:
        county = make_county(session)
        one = make_bib(session, "<b>红楼梦</b>", authors="曹雪芹", year=1996, language="chi", class_number="I242.4")
        other = make_bib(session, "呐喊", authors="鲁迅")
        make_item(session, county.point, "B1", one)
        outbox.enqueue(session, KIND, [one, other], at=NOW)

    database.run(work)
    settings = replace(make_settings(place.data_dir, database), search_url=place.search_url)
    app = furnished(settings, database)
    engine = app.extensions[EXTENSION]
    Indexer(database, engine).work()
    return ApiUser(app.test_client())


def test_answers_in_the_shape_of_the_contract(reader: ApiUser) -> None:
    answer = reader.get("/search", q="红楼梦", org="CG", available="true", year="1990..2000", sort="year", size="5")
    assert answer.status_code == 200
    body = answer.get_json()
    assert body.keys() == {"total", "hits", "facets", "suggestion", "partial", "ignored", "took_ms", "degraded"}
    (hit,) = body["hits"]
    assert hit["holdings"] == [{"org": "LX", "name": "李村书屋", "total": 1, "available": 1}]
    assert hit["near"] is None
    assert hit["highlight"] == {"title": "&lt;b&gt;<mark>红楼梦</mark>&lt;/b&gt;"}
    assert (hit["title"], hit["class"], hit["year"]) == ("<b>红楼梦</b>", "I242.4", 1996)
    assert body["facets"]["lang"] == [{"value": "chi", "label": "Chinese", "count": 1}]
    assert body["facets"].keys() == {"org", "class", "lang", "type", "year", "availability"}


def test_counts_the_facets_that_are_asked_for(reader: ApiUser) -> None:
    every = reader.get("/search", q="红楼梦").get_json()["facets"]
    assert reader.get("/search", q="红楼梦", facets="year, lang,lang").get_json()["facets"] == {
        "lang": every["lang"],
        "year": every["year"],
    }
    assert reader.get("/search", facets="org").get_json()["facets"].keys() == {"org"}  # of the whole catalogue too
    assert reader.get("/search", facets="").get_json()["facets"] == {}
    answer = reader.get("/search", facets="year,colour")
    assert answer.status_code == 422
    assert "org, availability, class" in str(answer.get_json())


def test_says_what_is_near(reader: ApiUser) -> None:
    (hit,) = reader.get("/search", q="红楼梦", near="CG").get_json()["hits"]
    assert hit["near"] == {
        "org": "CG",
        "here": {"total": 0, "available": 0},
        "below": {"total": 1, "available": 1},
        "nearest": {"org": "LX", "name": "李村书屋", "total": 1, "available": 1},
        "km": None,
    }
    assert reader.get("/search", q="红楼梦", near="none").status_code == 404


def test_what_is_handed_out_ready_made_is_what_the_schema_says(reader: ApiUser) -> None:
    body = reader.get("/search", q="红楼梦", near="CG").get_json()
    for hit in body["hits"]:
        assert HitSchema(unknown=RAISE).load(hit).keys() == HitSchema().fields.keys()
    for values in body["facets"].values():
        for value in values:
            assert FacetValueSchema(unknown=RAISE).load(value).keys() == FacetValueSchema().fields.keys()


def test_labels_follow_the_language_asked_for(reader: ApiUser) -> None:
    answer = reader.ask("GET", "/search", headers={"Accept-Language": "zh"})
    assert answer.get_json()["facets"]["lang"][0]["label"] == "中文"


def test_suggests_while_typing(reader: ApiUser) -> None:
    answer = reader.get("/search/suggest", q="naha")
    assert answer.get_json() == {"items": [{"text": "呐喊", "kind": "title"}]}


@pytest.mark.parametrize(
    "query",
    [
        {"page": "0"},
        {"page": "-1"},
        {"page": "1000000000"},
        {"size": "100000"},
        {"size": "0"},
        {"size": "x"},
        {"page": "501", "size": "20"},
        {"sort": "title; DROP TABLE bib"},
        {"field": "barcode"},
        {"year": "2020-2021"},
        {"year": ".."},
        {"year": "10000"},
        {"year": "12345678"},
        {"lang": "chinese!"},
        {"class": "文学"},
        {"type": "no such/type"},
        {"available": "perhaps"},
        {"filter": "x"},
        {"q": "a\x00b"},
        {"lang": ",".join(["chi"] * 21)},
    ],
)
def test_what_cannot_be_asked_says_so(reader: ApiUser, query: dict[str, str]) -> None:
    answer = reader.get("/search", **query)
    assert answer.status_code == 422
    assert answer.mimetype == "application/problem+json"
    assert answer.get_json()["errors"]


def test_a_parameter_is_given_once(reader: ApiUser) -> None:
    assert reader.ask("GET", "/search?q=a&q=b").status_code == 422


def test_a_query_that_is_too_long_has_its_own_code(reader: ApiUser) -> None:
    for path in ("/search", "/search/suggest"):
        answer = reader.get(path, q="长" * 257)
        assert (answer.status_code, answer.get_json()["code"]) == (422, "search.too_long")


def test_an_unknown_unit_is_not_found(reader: ApiUser) -> None:
    answer = reader.get("/search", org="NOWHERE")
    assert (answer.status_code, answer.get_json()["code"]) == (404, "org.not_found")


def test_several_values_of_a_filter_mean_any_of_them(reader: ApiUser) -> None:
    assert reader.get("/search", lang="chi,eng").get_json()["total"] == 1
    assert reader.get("/search", **{"class": "i24,T"}).get_json()["total"] == 1


def test_the_description_of_the_api_names_every_parameter(reader: ApiUser) -> None:
    paths = reader.get("/openapi.json").get_json()["paths"]
    named = {parameter["name"] for parameter in paths["/api/v1/search"]["get"]["parameters"]}
    filters = {"org", "available", "lang", "class", "type", "subject", "audience", "near", "year"}
    assert named == {"q", "field", *filters, "facets", "sort", "page", "size"}


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text(max_size=300), st.sampled_from(["any", "title", "author", "subject", "isbn", "publisher", "callno"]))
def test_any_string_is_answered(reader: ApiUser, text: str, field: str) -> None:
    answer = reader.get("/search", q=text.encode("utf-8", "replace").decode(), field=field)
    assert answer.status_code in (200, 422)
    assert not answer.get_json().get("degraded")  # the engine itself took it
