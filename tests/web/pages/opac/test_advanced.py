"""The form builds what one could have typed, and leads to an address that can be kept."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from search.api import EXTENSION
from search.fields import GROUPS
from search.indexer import Indexer
from tests.desk import Desk
from tests.desk import desk as desk
from tests.factories import make_bib
from tests.pages import visit
from web.pages.opac.advanced import Row, build_query


@pytest.mark.parametrize(
    ("rows", "text", "field"),
    [
        ([], "", "any"),
        ([Row(words="三体")], "三体", "any"),
        ([Row(words="三体", group="title")], "三体", "title"),
        ([Row(words="三体"), Row(words="黑暗 森林", operator="or")], '三体 OR "黑暗 森林"', "any"),
        ([Row(words="三体"), Row(words="英文", operator="not")], "三体 NOT 英文", "any"),
        ([Row(words="", group="title"), Row(words="鲁迅", group="author", operator="not")], "鲁迅", "author"),
        (
            [Row(words="三体", group="title"), Row(words="刘 慈欣", group="author")],
            "题名:三体 责任者:刘 责任者:慈欣",
            "any",
        ),
        (
            [Row(words="三体", group="title"), Row(words="刘 慈欣", group="author", operator="not")],
            '题名:三体 NOT 责任者:"刘 慈欣"',
            "any",
        ),
        ([Row(words='"乡村 振兴"'), Row(words="经济")], '"乡村 振兴" 经济', "any"),
        (
            [Row(words='"乡村 振兴" 农业', group="title"), Row(words="经济", group="subject")],
            '题名:"乡村 振兴" 题名:农业 主题:经济',
            "any",
        ),
        ([Row(words="乡村 振兴"), Row(words="三农", operator="or")], '"乡村 振兴" OR 三农', "any"),
    ],
)
def test_rows_become_the_text_one_would_type(rows: list[Row], text: str, field: str) -> None:
    assert build_query(rows) == (text, field)


def test_the_form_leads_to_results_within_the_range(app: Flask, client: FlaskClient, desk: Desk) -> None:
    def add(session: Any) -> None:
        make_bib(session, "三体", authors="刘慈欣", year=2008)
        make_bib(session, "三体问题", authors="别人", year=1990)

    desk.write(add)
    Indexer(desk.database, app.extensions[EXTENSION]).work()
    visitor = visit(client, desk)
    sent = visitor.get("/search/advanced", go="1", words0="三体", in0="title", **{"from": "2000", "to": ""})
    assert sent.status == 302
    query = parse_qs(urlsplit(sent.response.location).query)
    assert (query["q"], query["field"], query["from"]) == (["三体"], ["title"], ["2000"])
    page = visitor.open(sent)
    assert [one.text_content() for one in page.html.xpath("//ol[contains(@class,'hits')]//h2")] == ["三体"]


def test_rows_in_different_fields_find_what_agrees_with_all_of_them(
    app: Flask, client: FlaskClient, desk: Desk
) -> None:
    def add(session: Any) -> None:
        for title, authors in (("三体", "刘慈欣"), ("三体", "别人"), ("球状闪电", "刘慈欣")):
            make_bib(session, title, authors=authors)

    desk.write(add)
    Indexer(desk.database, app.extensions[EXTENSION]).work()
    visitor = visit(client, desk)

    def found(**asked: str) -> list[str]:
        page = visitor.open(visitor.get("/search/advanced", go="1", **asked))
        return sorted(
            " ".join(hit.text_content().split()[:2]) for hit in page.html.xpath("//ol[contains(@class,'hits')]/li")
        )

    assert found(words0="三体", in0="title", words1="刘慈欣", in1="author") == ["三体 刘慈欣"]
    assert found(words0="三体", in0="title", words1="刘慈欣", in1="author", join1="not") == ["三体 别人"]
    assert found(words0="三体", in0="title", words1="刘慈欣", in1="author", join1="or") == [
        "三体 刘慈欣",
        "三体 别人",
        "球状闪电 刘慈欣",
    ]


def test_the_form_offers_every_field_and_says_what_each_box_is(client: FlaskClient, desk: Desk) -> None:
    page = visit(client, desk).get("/search/advanced", q="三体")
    assert page.html.xpath("//select[@id='in0']/option/@value") == [group.name for group in GROUPS]
    assert page.html.xpath("//input[@id='words0']/@value") == ["三体"]
    for box in page.html.xpath("//main//select | //main//input[not(@type='hidden')]"):
        name = (
            box.get("aria-label") or page.html.xpath(f"//label[@for='{box.get('id')}']") or box.xpath("ancestor::label")
        )
        assert name, box.get("name")


def test_nonsense_in_the_address_is_passed_over(client: FlaskClient, desk: Desk) -> None:
    sent = visit(client, desk).get("/search/advanced", go="1", words0="三体", in0="nonsense", join1="xor", words1="x")
    assert parse_qs(urlsplit(sent.response.location).query) == {"q": ["三体 x"]}
