"""From a search in vain to a book that the library buys, in the pages."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kernel import outbox
from search.api import EXTENSION
from search.indexer import Indexer
from tests.desk import Desk
from tests.desk import desk as desk
from tests.factories import NOW, make_bib
from tests.pages import Visitor, visit


@pytest.fixture
def reader(app: Flask, client: FlaskClient, desk: Desk) -> Visitor:
    Indexer(desk.database, app.extensions[EXTENSION]).work()
    return visit(client, desk, desk.reading(desk.add_patron("P0002", desk.county.branch)).caller)


def test_a_search_in_vain_leads_to_a_form_that_is_filled_already(reader: Visitor, desk: Desk) -> None:
    page = reader.get("/search", q="没有的书", field="title")
    form = reader.get(next(link for link in page.links() if link.startswith("/suggestions/new")))
    assert form.values()["title"] == "没有的书"
    told = reader.open(reader.send("/suggestions/new", {"title": "没有的书", "reason": "孩子要看"}))
    assert "没有的书" in told.text
    assert "待答复" in told.text


def test_who_asks_for_what_is_there_sees_where_and_may_say_that_it_is_another(reader: Visitor, desk: Desk) -> None:
    bib_id = desk.write(lambda s: make_bib(s, "三体", authors="刘慈欣"))
    desk.add_item("C1", desk.county.point, bib_id=bib_id)
    desk.add_item("C2", desk.county.branch, bib_id=bib_id)
    desk.check_out("C2", at="CG")
    page = reader.send("/suggestions/new", {"title": "三体", "reason": "想看"})
    assert page.status == 409
    notice = page.html.xpath("//*[@id='problem']")[0]
    said = " ".join(notice.text_content().split())
    assert "馆里可能已经有这本书" in said
    assert "《三体》 刘慈欣" in said
    assert "在架：李村书屋 1；共 1 册可借" in said
    assert notice.xpath(".//a/@href") == [f"/bibs/{bib_id}"]
    values = page.values()
    assert (values["title"], values["reason"], values["not_these"]) == ("三体", "想看", str(bib_id))
    assert "照样荐购" in page.text
    # what was shown counts; another title that is there is asked about in its turn
    other = desk.write(lambda s: make_bib(s, "活着", authors="余华", isbn="9787506365437"))
    desk.add_item("C3", desk.county.hub, bib_id=other)
    desk.check_out("C3")
    turned = reader.send("/suggestions/new", {"title": "活着", "not_these": str(bib_id)})
    assert "都不在架，可以预约" in turned.text
    assert "待答复" in reader.open(reader.send("/suggestions/new", values)).text


@pytest.mark.parametrize(
    ("query", "field", "filled"),
    [
        ("978-7-5366-9293-0", "any", {"isbn": "978-7-5366-9293-0"}),
        ("刘慈欣", "author", {"author": "刘慈欣"}),
        ("三体 9787536692930", "any", {"title": "三体 9787536692930"}),
    ],
)
def test_what_was_looked_for_goes_where_it_belongs(
    reader: Visitor, query: str, field: str, filled: dict[str, str]
) -> None:
    values = reader.get("/suggestions/new", q=query, field=field).values()
    assert {name: value for name, value in values.items() if value and name != "key"} == filled


def test_without_a_login_one_is_told_how_to_ask(app: Flask, desk: Desk, reader: Visitor) -> None:
    stranger = visit(app.test_client(), desk)
    page = stranger.get("/search", q="没有的书")
    assert "/suggestions" in list(page.links())
    assert "服务台" in stranger.get("/suggestions").text
    assert stranger.get("/suggestions/new").address == "/login"


def test_help_after_a_search_in_vain_leaves_out_words_and_fields(app: Flask, desk: Desk, reader: Visitor) -> None:
    desk.write(lambda s: outbox.enqueue(s, "bib", [make_bib(s, "Harry Potter")], at=NOW))
    Indexer(desk.database, app.extensions[EXTENSION]).work()

    def offered(**asked: str) -> dict[str, str]:
        page = reader.get("/search", q="harry poter", **asked)
        return {link.text_content(): link.get("href") for link in page.html.xpath("//main//a")}

    links = offered()
    assert "poter" not in links
    assert "Harry Potter" in reader.get(links["harry"]).text
    elsewhere = offered(field="author")
    assert "harry" not in elsewhere
    assert "不限字段，到处找「harry poter」" in elsewhere


def test_staff_answer_and_every_reader_who_wants_it_sees_the_word(app: Flask, desk: Desk, reader: Visitor) -> None:
    reader.send("/suggestions/new", {"title": "三体", "reason": "想看"})
    other = visit(app.test_client(), desk, desk.reading(desk.add_patron("P0003")).caller)
    assert "想看" not in other.get("/suggestions").html.xpath("string(//ol)").replace("人想看", "").replace(
        "我也想看", ""
    )
    assert "现在 2 人想看" in other.open(other.send("/suggestions/1/votes")).text
    librarian = visit(app.test_client(), desk, desk.staffed(("hub_librarian", desk.county.hub)).caller)
    page = librarian.get("/purchasing/suggestions")
    assert "2 人想看" in page.text
    assert "P000" not in page.text
    refused = librarian.send("/purchasing/suggestions/1/answer", {"status": "declined", "answer": ""})
    assert refused.status == 422
    librarian.send("/purchasing/suggestions/1/answer", {"status": "ordered", "answer": "下月到馆"})
    assert "没有要答复的荐购" in librarian.get("/purchasing/suggestions").text
    for visitor in (reader, other):
        assert "下月到馆" in visitor.get("/me/suggestions").text
