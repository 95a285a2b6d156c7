"""Titles entered and changed by hand."""

from __future__ import annotations

from io import BytesIO

import pytest
from flask.testing import FlaskClient

from tests.desk import Desk
from tests.desk import desk as desk
from tests.pages import Sheet, Visitor, visit
from tests.web.pages.test_imports import record

FORM = {
    "title": "三体",
    "authors": "刘慈欣著",
    "publisher": "重庆出版社",
    "year": "2008",
    "isbn": "978-7-5366-9293-0",
    "class_number": "I247.55",
    "language": "chi",
    "subjects": "科学幻想小说；长篇小说",
    "price": "23",
}


@pytest.fixture
def visitor(client: FlaskClient, desk: Desk) -> Visitor:
    return visit(client, desk, desk.staffed(("hub_librarian", desk.county.hub)).caller)


def test_a_title_is_made_from_a_form(visitor: Visitor) -> None:
    made = visitor.open(visitor.send("/titles/new", FORM))
    for told in ("三体", "刘慈欣", "重庆出版社", "978-7-5366-9293-0", "¥23.00", "长篇小说"):
        assert told in made.text
    assert any(link.startswith("/items/new/") for link in made.links())


def test_a_title_that_is_here_already_is_shown_before_the_form_makes_it_again(visitor: Visitor) -> None:
    first = visitor.send("/titles/new", FORM).address.rpartition("/")[2]
    for other in ({"title": "三体：地球往事"}, {"isbn": "", "title": "《三體》"}):
        again = visitor.send("/titles/new", FORM | other)
        assert again.status == 409
        assert f"/bibs/{first}" in list(again.links())
        assert again.values()["title"] == other["title"]
        assert again.values()["not_these"] == first
    other = visitor.send("/titles/new", FORM | {"title": "三体：地球往事", "not_these": first}).address.rpartition("/")[
        2
    ]
    unseen = visitor.send("/titles/new", FORM | {"not_these": first})  # what was made since was not looked at
    assert (unseen.status, f"/bibs/{other}" in list(unseen.links())) == (409, True)
    wrong = visitor.send("/titles/new", FORM | {"year": "soon"})
    assert f"/bibs/{first}" not in list(wrong.links())


def test_a_record_of_a_title_that_is_here_already_is_asked_about(visitor: Visitor) -> None:
    first = visitor.send("/titles/new", FORM | {"isbn": ""}).address.rpartition("/")[2]

    def send(**more: str) -> Sheet:
        file = (BytesIO(record("R1", "三体", "B0300")), "one.mrc")
        return visitor.send("/titles/new", {"record": file} | more, content_type="multipart/form-data")

    again = send()
    assert again.status == 409
    assert f"/bibs/{first}" in list(again.links())
    assert again.html.xpath("//form[.//input[@name='record']]//input[@name='not_these']/@value") == [first]
    assert send(not_these=first).status == 303


def test_what_does_not_hold_is_told_at_its_field(visitor: Visitor) -> None:
    assert visitor.send("/titles/new", FORM | {"title": ""}).html.xpath("//*[@id='wrong-title']")
    wrong = visitor.send("/titles/new", FORM | {"year": "soon", "price": "cheap"})
    assert {e.get("id") for e in wrong.html.xpath("//p[@class='wrong']")} == {"wrong-year", "wrong-price"}
    assert wrong.values()["title"] == "三体"
    isbn = visitor.send("/titles/new", FORM | {"isbn": "978-7-5366-9293-1"})
    assert isbn.status == 422
    assert isbn.html.xpath("//*[@id='wrong-isbn']")


def test_a_change_touches_only_what_was_changed(visitor: Visitor) -> None:
    made = visitor.send("/titles/new", FORM)
    edit = f"/titles/{made.address.rpartition('/')[2]}/edit"
    form = visitor.get(edit).values()
    assert form["authors"] == "刘慈欣著"
    assert form["subjects"] == "科学幻想小说；长篇小说"
    page = visitor.open(visitor.send(edit, form | {"publisher": "", "year": "2009"}))
    assert "重庆出版社" not in page.text
    assert "2009" in page.text
    assert "刘慈欣 著" in page.text
    assert visitor.send(edit, form | {"title": "另一本"}).status == 412


def test_a_form_sent_untouched_changes_nothing(visitor: Visitor, desk: Desk) -> None:
    edit = f"/titles/{visitor.send('/titles/new', FORM).address.rpartition('/')[2]}/edit"
    before = desk.acts()
    visitor.send(edit, visitor.get(edit).values())
    assert desk.acts() == before


def test_one_record_is_taken_as_it_came(visitor: Visitor) -> None:
    raw = record("R1", "球状闪电", "B0300")
    answer = visitor.send("/titles/new", {"record": (BytesIO(raw), "one.mrc")}, content_type="multipart/form-data")
    page = visitor.open(answer)
    assert "球状闪电" in page.text
    bib_id = answer.address.rpartition("/")[2]
    assert visitor.get(f"/api/v1/bibs/{bib_id}.mrc").response.get_data() == raw
    assert "球状闪电" in visitor.get(f"/bibs/{bib_id}/marc").text


def test_what_is_no_record_is_refused(visitor: Visitor) -> None:
    answer = visitor.send("/titles/new", {"record": (BytesIO(b"hello"), "x.mrc")}, content_type="multipart/form-data")
    assert answer.status == 422
