"""Digital resources and old books as readers meet them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_network

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from kernel.clock import local_day
from kernel.journal import JournalEntry
from patrons.models import Patron
from tests.desk import Desk
from tests.desk import desk as desk
from tests.factories import NOW
from tests.pages import Visitor, visit
from tests.web.pages.test_marc import started, written

BOOK = "https://books.example.org/1?a=b&c=d"


@pytest.fixture
def cataloguer(client: FlaskClient, desk: Desk) -> Visitor:
    return visit(client, desk, desk.staffed(("hub_librarian", desk.county.hub)).caller)


def made(cataloguer: Visitor, access: str = "") -> int:
    """An electronic book of one address."""
    link = f"856 40 $u{BOOK}" + (f"$9{access}" if access else "")
    form = written(started(cataloguer, "electronic"), t200="200 1# $a云上的书", t856=link)
    answer = cataloguer.send("/titles/new/marc", form)
    assert answer.status == 303, answer.text
    return int(answer.address.rpartition("/")[2])


def openings(desk: Desk) -> list[JournalEntry]:
    with desk.database.reading() as session:
        return list(session.scalars(select(JournalEntry).where(JournalEntry.act == "resource_opened")))


def as_nobody(visitor: Visitor) -> Visitor:
    visitor.client.delete_cookie("tongjie_session")
    return visitor


def test_opening_leads_to_the_address_and_is_counted_without_a_person(cataloguer: Visitor, desk: Desk) -> None:
    bib = made(cataloguer)
    reader = visit(cataloguer.client, desk, desk.reading(desk.preview().patron.id).caller)
    page = reader.get(f"/bibs/{bib}")
    assert "books.example.org" in page.text
    assert "电子资源" in page.text
    answer = reader.get(f"/bibs/{bib}/access", link="1")
    assert (answer.status, answer.response.location) == (303, BOOK)
    (entry,) = openings(desk)
    assert (entry.bib_id, entry.patron_id, entry.author) == (bib, None, "anonymous")
    staff = visit(cataloguer.client, desk, desk.staffed(("hub_librarian", desk.county.hub), username="li").caller)
    assert "打开过 1 次" in staff.get(f"/bibs/{bib}").text


def test_a_card_is_asked_for_where_the_record_says_so(cataloguer: Visitor, desk: Desk) -> None:
    bib = made(cataloguer, "card")
    nobody = as_nobody(cataloguer)
    answer = nobody.get(f"/bibs/{bib}/access", link="1")
    assert (answer.status, answer.address) == (303, "/login")
    assert openings(desk) == []
    reader = visit(cataloguer.client, desk, desk.reading(desk.preview().patron.id).caller)
    assert reader.get(f"/bibs/{bib}/access").response.location == BOOK


def test_a_card_that_has_expired_is_to_be_renewed_first(cataloguer: Visitor, desk: Desk) -> None:
    bib = made(cataloguer, "card")
    patron = desk.preview().patron.id
    reader = visit(cataloguer.client, desk, desk.reading(patron).caller)
    desk.write(lambda session: session.execute(update(Patron).values(expires_on=local_day(NOW) - timedelta(days=1))))
    refused = reader.get(f"/bibs/{bib}/access")
    assert refused.address == f"/bibs/{bib}"
    assert "已经到期" in reader.open(refused).text
    assert openings(desk) == []
    desk.write(lambda session: session.execute(update(Patron).values(expires_on=local_day(NOW))))
    assert reader.get(f"/bibs/{bib}/access").response.location == BOOK


def test_what_opens_only_inside_is_refused_elsewhere(app: Flask, cataloguer: Visitor, desk: Desk) -> None:
    bib = made(cataloguer, "inside")
    nobody = as_nobody(cataloguer)
    refused = nobody.get(f"/bibs/{bib}/access")
    assert "只能在图书馆里打开" in nobody.open(refused).text
    settings = app.extensions["tongjie_settings"]
    app.extensions["tongjie_settings"] = replace(settings, inside_networks=(ip_network("127.0.0.0/8"),))
    assert nobody.get(f"/bibs/{bib}/access").response.location == BOOK


@pytest.mark.parametrize("query", [{"link": "2"}, {"link": "0"}, {"link": "-1"}, {"link": "99999999999999999999"}])
def test_only_addresses_of_the_record_open(cataloguer: Visitor, desk: Desk, query: dict[str, str]) -> None:
    bib = made(cataloguer)
    assert cataloguer.get(f"/bibs/{bib}/access", **query).status == 404
    assert openings(desk) == []


def test_a_browser_that_looks_ahead_opens_nothing(cataloguer: Visitor, desk: Desk) -> None:
    bib = made(cataloguer)
    ahead = replace(cataloguer, headers={"Sec-Purpose": "prefetch"})
    assert ahead.get(f"/bibs/{bib}/access").address == f"/bibs/{bib}"
    cataloguer.client.head(f"/bibs/{bib}/access")
    assert openings(desk) == []


def test_an_old_book_shows_what_old_books_are_known_by(cataloguer: Visitor) -> None:
    form = written(
        started(cataloguer, "ancient"),
        t200="200 1# $a天工开物$e三卷$f(明)宋应星撰",
        t205="205 ## $a明崇祯十年刻本",
        t307="307 ## $a半叶九行二十字，白口，四周单边",
        t696="696 ## $a子部·农家类$2sbfl",
        t701="701 #0 $a宋应星$c明$4撰",
    )
    page = cataloguer.open(cataloguer.send("/titles/new/marc", form))
    for told in ("古籍", "明崇祯十年刻本", "半叶九行二十字，白口，四周单边", "子部·农家类", "(明)宋应星撰"):
        assert told in page.text


def test_the_form_says_kind_and_who_may_open(cataloguer: Visitor) -> None:
    form = {"title": "网上的书", "kind": "electronic", "url": BOOK, "access": "card"}
    made_at = cataloguer.send("/titles/new", form)
    page = cataloguer.open(made_at)
    assert "持证读者" in page.text
    edit = f"/titles/{made_at.address.rpartition('/')[2]}/edit"
    values = cataloguer.get(edit).values()
    assert (values["kind"], values["url"], values["access"]) == ("electronic", BOOK, "card")
    assert "馆内可看" in cataloguer.open(cataloguer.send(edit, values | {"access": "inside"})).text
    assert cataloguer.send("/titles/new", form | {"url": "javascript:alert(1)"}).status == 422
