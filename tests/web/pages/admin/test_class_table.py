"""The county's own table of classes by page: looked at first, then loaded as it was looked at."""

from __future__ import annotations

import io

import pytest
from flask.testing import FlaskClient

from tests.desk import Desk
from tests.desk import desk as desk
from tests.pages import Sheet, Visitor, visit

PAGE = "/admin/classes"
TABLE = "分类号,类名,上位类\nTS972,做饭,\nX99,本县专题,Z\nL7,错,L\n"


@pytest.fixture
def visitor(client: FlaskClient, desk: Desk) -> Visitor:
    return visit(client, desk, desk.staffed(("sysadmin", desk.county.network)).caller)


def looked_at(visitor: Visitor, body: bytes) -> Sheet:
    return visitor.send(PAGE, {"do": "look", "file": (io.BytesIO(body), "classes.csv")})


def loaded(visitor: Visitor, page: Sheet) -> Sheet:
    return visitor.send(PAGE, {"do": "load", "table": page.html.xpath("//input[@name='table']/@value")[0]})


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_table_is_looked_at_and_then_loaded(visitor: Visitor, encoding: str) -> None:
    page = looked_at(visitor, TABLE.encode(encoding))
    assert page.status == 200
    for told in ("烹饪", "做饭", "本县专题", "第 4 行"):
        assert told in page.text
    assert "还没有装入" in visitor.get(PAGE).text  # looking keeps nothing
    assert "已装入 2 个类" in visitor.open(loaded(visitor, page)).text
    again = looked_at(visitor, TABLE.encode(encoding))
    assert "和现在的一样" in again.text


def test_the_county_s_names_stand_where_classes_are_chosen(visitor: Visitor) -> None:
    loaded(visitor, looked_at(visitor, "I,文艺,\nI247.5,长篇故事,".encode()))
    assert "文艺" in visitor.get("/search/advanced").text
    names = visitor.get("/api/v1/classes", q="I247.5").response.get_json()["items"]
    assert names[0]["label"] == "长篇故事"


@pytest.mark.parametrize("body", [b"", b"\x00\x01\x02", "分类号,类名".encode(), b"not a table"])
def test_what_is_no_table_says_so_beside_the_file(visitor: Visitor, body: bytes) -> None:
    page = looked_at(visitor, body)
    assert page.status == 422
    assert page.html.xpath("//*[@id='wrong-file']")


@pytest.mark.parametrize("table", ["", "x", "!!!!", "eJwDAAAAAAE="])
def test_a_table_that_was_not_looked_at_here_is_not_loaded(visitor: Visitor, table: str) -> None:
    assert visitor.send(PAGE, {"do": "load", "table": table}).status == 422


def test_only_who_may_change_settings_sees_it(client: FlaskClient, desk: Desk) -> None:
    librarian = visit(client, desk, desk.staffed(("hub_librarian", desk.county.hub)).caller)
    assert librarian.get(PAGE).status == 403
    assert looked_at(librarian, TABLE.encode()).status == 403
