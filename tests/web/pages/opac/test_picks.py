"""What is new and what is lent most: pages and feeds, in the county and at one library."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import etree

from search.api import EXTENSION
from search.indexer import Indexer
from tests.desk import Desk
from tests.desk import desk as desk
from tests.factories import NOW, make_bib, make_item
from tests.pages import Sheet, Visitor, visit

ATOM = {"a": "http://www.w3.org/2005/Atom"}
LONG_AGO = NOW - timedelta(days=700)


@pytest.fixture
def visitor(client: FlaskClient, desk: Desk) -> Visitor:
    return visit(client, desk)


def add(desk: Desk, title: str, home_id: int, barcode: str, *, at: Any = NOW, **values: Any) -> int:
    def write(session: Any) -> int:
        bib_id = make_bib(session, title, created_at=at, **values)
        make_item(session, home_id, barcode, bib_id, created_at=at)
        return bib_id

    return desk.write(write)


def listed(page: Sheet) -> list[str]:
    return [one.text for one in page.html.xpath("//ol[contains(@class,'picks')]//span[@class='strong']")]


def entries(answer: Any) -> list[str]:
    assert answer.status_code == 200
    root = etree.fromstring(answer.data)
    return [one.text for one in root.findall("a:entry/a:title", ATOM) or root.findall("channel/item/title")]


def test_new_books_are_those_that_came_within_the_time_the_latest_first(visitor: Visitor, desk: Desk) -> None:
    desk.set_item(created_at=LONG_AGO)
    add(desk, "旧书", desk.county.hub, "N0", at=LONG_AGO)
    add(desk, "新书", desk.county.hub, "N1", at=NOW - timedelta(days=3), class_number="I247")
    add(desk, "最新的书", desk.county.branch, "N2", class_number="K825")
    page = visitor.get("/new", days="30")
    assert [title for title in listed(page) if title != "平凡的世界"] == ["最新的书", "新书"]
    assert listed(visitor.get("/new", days="30", **{"class": "I"})) == ["新书"]
    assert listed(visitor.get("/new", days="30", org="CG")) == ["最新的书"]
    assert "这段时间没有" in visitor.get("/new", org="LX").text


def test_a_new_copy_of_an_old_title_is_new_at_its_library_and_not_in_the_county(visitor: Visitor, desk: Desk) -> None:
    bib_id = add(desk, "旧书", desk.county.hub, "N0", at=LONG_AGO)
    desk.add_item("N1", desk.county.branch, bib_id=bib_id)
    assert "旧书" in listed(visitor.get("/new", org="CG"))
    assert "旧书" not in listed(visitor.get("/new"))


def test_popular_books_are_counted_where_and_when_they_were_lent(visitor: Visitor, desk: Desk) -> None:
    often = add(desk, "常借", desk.county.hub, "P1")
    desk.add_item("P2", bib_id=often)
    add(desk, "只借过一次", desk.county.hub, "P3")
    for barcode in ("P1", "P2", "P3"):
        desk.check_out(barcode)
    assert listed(visitor.get("/popular")) == ["常借"]
    assert listed(visitor.get("/popular", org="ZG")) == ["常借"]
    assert listed(visitor.get("/popular", org="XC")) == []
    assert listed(visitor.later(NOW + timedelta(days=20)).get("/popular", days="7")) == []


def test_a_library_s_page_shows_what_is_new_there_and_searches_there(visitor: Visitor, desk: Desk) -> None:
    add(desk, "分馆新书", desk.county.branch, "N1")
    page = visitor.get("/libraries/CG")
    assert "分馆新书" in page.text
    form = page.html.xpath("//main//form[@role='search']")[0]
    assert form.xpath(".//input[@name='org']/@value") == ["CG"]


@pytest.mark.parametrize("form", ["atom", "rss"])
def test_a_feed_tells_of_new_titles_and_saves_who_asks_again(client: FlaskClient, desk: Desk, form: str) -> None:
    add(desk, "坏\x0b字符 <新> & 书", desk.county.branch, "N1", at=NOW)
    headers = {"X-Now": NOW.isoformat()}
    answer = client.get(f"/feeds/new.{form}?org=CG", headers=headers)
    assert entries(answer) == ["坏字符 <新> & 书"]
    again = client.get(f"/feeds/new.{form}?org=CG", headers=headers | {"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_any_search_is_a_feed_and_asking_in_vain_is_no_miss(app: Flask, client: FlaskClient, desk: Desk) -> None:
    add(desk, "三体", desk.county.hub, "N1")
    Indexer(desk.database, app.extensions[EXTENSION]).work()
    assert entries(client.get("/feeds/search.atom?q=三体&page=3")) == ["三体"]
    assert entries(client.get("/feeds/search.rss?q=没有这本书")) == []
    assert "search_missed" not in {entry.act for entry in desk.journal()}
    page = visit(client, desk).get("/search", q="三体")
    assert client.get(page.html.xpath("//link[@type='application/atom+xml']/@href")[0]).status_code == 200
