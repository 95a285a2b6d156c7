"""Readers' pages: can I have it, where, when."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert
from sqlalchemy.orm import Session

from branches.models import Closure, OpeningHours
from branches.reference import CALENDARS
from catalog.bibdata import BibData, Contributor
from catalog.description import columns, identifiers
from catalog.models import Bib, BibIdentifier
from kernel import outbox
from search.api import EXTENSION
from search.indexer import Indexer
from tests.desk import Desk
from tests.desk import desk as desk
from tests.factories import NOW
from tests.pages import Sheet, Visitor, visit
from web.pages.opac.mine import COOKIE


@pytest.fixture
def visitor(client: FlaskClient, desk: Desk) -> Visitor:
    return visit(client, desk)


def add_title(desk: Desk, title: str, **values: Any) -> int:
    data = BibData(
        format="cnmarc", title=title, contributors=(Contributor(name="刘慈欣", role="著", main=True),), **values
    )

    def add(session: Session) -> int:
        bib = Bib(**columns(data), created_at=NOW, updated_at=NOW)
        session.add(bib)
        session.flush()
        session.add_all(BibIdentifier(bib_id=bib.id, kind=kind, value=value) for kind, value in identifiers(data))
        outbox.enqueue(session, "bib", [bib.id], at=NOW)
        return int(bib.id)

    return desk.write(add)


def index(app: Flask, desk: Desk) -> None:
    Indexer(desk.database, app.extensions[EXTENSION]).work()


def hits(sheet: Sheet) -> list[str]:
    return [" ".join(hit.text_content().split()) for hit in sheet.html.xpath("//ol[contains(@class,'hits')]/li")]


# --- home ---------------------------------------------------------------------------------------------------------------


def test_the_first_page_has_one_box_and_what_is_new(visitor: Visitor) -> None:
    page = visitor.get("/")
    assert page.status == 200
    assert len(page.html.xpath("//input[@type='search']")) == 1
    assert "平凡的世界" in page.text
    assert "城关总馆" in page.text


def test_an_empty_county_says_what_to_do(client: FlaskClient) -> None:
    page = Visitor(client).get("/")
    assert "还没有书目" in page.text


# --- results ------------------------------------------------------------------------------------------------------------


def test_results_answer_whether_one_can_have_it_and_where(app: Flask, visitor: Visitor, desk: Desk) -> None:
    desk.add_item("B0002", desk.county.branch, bib_id=desk.item().bib_id)
    index(app, desk)
    page = visitor.get("/search", q="平凡的世界")
    assert "可借 2 册" in hits(page)[0]
    assert "城关总馆 1" in hits(page)[0]
    assert page.html.xpath("//ol[contains(@class,'hits')]//mark/text()") == ["平凡的世界"]


def test_results_say_how_many_of_how_many_are_here_and_where_the_nearest_is(
    app: Flask, visitor: Visitor, desk: Desk
) -> None:
    branch, bib_id = desk.county.branch, desk.item().bib_id
    for barcode in ("B0002", "B0003"):
        desk.add_item(barcode, branch, bib_id=bib_id)
    desk.check_out("B0002")
    index(app, desk)
    assert "可借 2 册 共 3 册" in hits(visitor.get("/search", q="平凡的世界"))[0]
    visitor.client.set_cookie(COOKIE, "CG")
    seen = visitor.get("/search", q="平凡的世界")
    assert "共 3 册 城关分馆 1/2 册" in hits(seen)[0]
    assert "最近" not in hits(seen)[0]
    assert seen.html.xpath("//ul[@class='places']/li[1]//*[@aria-label='我的馆']")
    desk.check_out("B0003")
    hit = hits(visitor.get("/search", q="平凡的世界"))[0]
    assert "我的馆 2 册都不在架最近 城关总馆 1/1 册" in hit


def test_a_title_that_is_out_says_when_it_is_due_back(app: Flask, visitor: Visitor, desk: Desk) -> None:
    desk.check_out()
    index(app, desk)
    hit = hits(visitor.get("/search", q="平凡的世界"))[0]
    assert "都不在架" in hit
    assert "最早 12月23日（周三）到期" in hit


def test_a_facet_narrows_and_can_be_taken_away_again(app: Flask, visitor: Visitor, desk: Desk) -> None:
    add_title(desk, "三体", language="chi", year=2008)
    add_title(desk, "The Three-Body Problem", language="eng", year=2014)
    index(app, desk)
    page = visitor.get("/search", q="刘慈欣")
    assert len(hits(page)) == 2
    narrower = next(link for link in page.links() if "lang=eng" in link)
    narrowed = visitor.get(narrower)
    assert len(hits(narrowed)) == 1
    assert narrowed.html.xpath("//aside//a[@aria-current='true']")
    chip = narrowed.html.xpath("//ul[contains(@class,'chips')]//a/@href")[0]
    assert len(hits(visitor.get(chip))) == 2


def test_a_search_is_its_address_with_sort_and_pages(app: Flask, visitor: Visitor, desk: Desk) -> None:
    for number in range(25):
        add_title(desk, f"科幻世界 {number:02d}", year=2000 + number)
    index(app, desk)
    page = visitor.get("/search", q="科幻世界", sort="year")
    assert len(hits(page)) == 20
    assert "科幻世界 24" in hits(page)[0]
    assert "第 1 页，共 2 页" in page.text
    second = visitor.get(page.html.xpath("//a[@rel='next']/@href")[0])
    assert len(hits(second)) == 5
    assert "sort=year" in second.html.xpath("//a[@rel='prev']/@href")[0]


def test_nothing_found_says_what_to_try(app: Flask, visitor: Visitor, desk: Desk) -> None:
    index(app, desk)
    page = visitor.get("/search", q="不存在的书名字")
    assert page.status == 200
    assert "没有找到" in page.text
    assert "少写几个字" in page.text


def test_filters_are_named_where_nothing_is_found(app: Flask, visitor: Visitor, desk: Desk) -> None:
    index(app, desk)
    page = visitor.get("/search", q="不存在的书名字", org="ZG", available="true", lang="chi", **{"class": "K"})
    chips = [
        "".join(chip.itertext()).strip() for chip in page.html.xpath("//ul[contains(@class,'chips')]/li/a[@title]")
    ]
    assert chips == ["城关总馆", "在架可借", "中文", "K 历史地理"]


def test_an_address_that_was_cut_or_typed_wrong_still_searches(app: Flask, visitor: Visitor, desk: Desk) -> None:
    index(app, desk)
    page = visitor.get("/search", q="平凡", page="zwei", sort="colour", year="..", utm_source="x", lang="中文")
    assert len(hits(page)) == 1


def test_a_query_that_is_too_long_is_told_so(app: Flask, visitor: Visitor, desk: Desk) -> None:
    page = visitor.get("/search", q="长" * 300)
    assert page.status == 422
    assert "最多 256 个字符" in page.text


def test_without_the_engine_a_title_is_still_found_and_that_is_said(app: Flask, visitor: Visitor) -> None:
    page = visitor.get("/search", q="平凡的世界")  # nothing was ever indexed
    assert len(hits(page)) == 1
    assert "检索服务暂时不能用" in page.text
    assert visitor.get("/search", q="刘慈欣 科幻", field="author").status == 503


def test_what_a_record_says_is_text_on_the_page(app: Flask, visitor: Visitor, desk: Desk) -> None:
    bib_id = add_title(desk, "<script>alert(1)</script>红楼", abstract='"><img src=x onerror=alert(2)>')
    index(app, desk)
    for page in (visitor.get("/search", q="红楼"), visitor.get(f"/bibs/{bib_id}"), visitor.get("/")):
        scripts = "//script[contains(., 'alert') and not(@type='application/ld+json')]"
        assert not page.html.xpath(f"{scripts} | //img")


# --- a title ------------------------------------------------------------------------------------------------------------


def test_a_title_shows_its_copies_by_library_mine_first(visitor: Visitor, desk: Desk) -> None:
    bib_id = desk.item().bib_id
    desk.add_item("B0002", desk.county.branch, bib_id=bib_id, call_number="I247/1")
    desk.add_item("B0003", desk.county.branch, bib_id=bib_id)
    desk.check_out("B0003", at="CG")
    shelves = [
        " ".join(li.text_content().split()) for li in visitor.get(f"/bibs/{bib_id}").html.xpath("//section[1]//ul/li")
    ]
    assert shelves[0].startswith("城关总馆 可借 1 册")
    assert "I247/1 在架" in shelves[1]
    assert "借出 应还 12月23日（周三）" in shelves[1]
    visitor.send("/libraries/CG")
    mine = [
        " ".join(li.text_content().split()) for li in visitor.get(f"/bibs/{bib_id}").html.xpath("//section[1]//ul/li")
    ]
    assert mine[0].startswith("城关分馆 我的馆")


def test_what_is_lost_or_withdrawn_is_not_shown_to_readers(visitor: Visitor, desk: Desk) -> None:
    bib_id = desk.item().bib_id
    desk.set_item(status="withdrawn")
    page = visitor.get(f"/bibs/{bib_id}")
    assert "B0001" not in page.text
    assert "没有馆藏" in page.text


def test_a_title_tells_what_the_record_says_and_leads_on(visitor: Visitor, desk: Desk) -> None:
    bib_id = add_title(
        desk,
        "三体",
        publisher="重庆出版社",
        year=2008,
        isbns=("9787536692930",),
        price_fen=2300,
        language="chi",
        class_number="I247.55",
        subjects=("科学幻想小说",),
    )
    page = visitor.get(f"/bibs/{bib_id}")
    for told in ("重庆出版社", "978-7-5366-9293-0", "¥23.00", "中文", "科学幻想小说"):
        assert told in page.text
    assert "/search?q=%E5%88%98%E6%85%88%E6%AC%A3&field=author" in set(page.links())
    for form in ("mrc", "xml", "json", "ris", "bib"):
        assert visitor.get(f"/api/v1/bibs/{bib_id}.{form}").status == 200
        assert f"/api/v1/bibs/{bib_id}.{form}" in set(page.links())


def test_a_title_that_does_not_exist_is_not_found(visitor: Visitor) -> None:
    assert visitor.get("/bibs/999").status == 404
    assert visitor.get("/bibs/999/marc").status == 404


# --- libraries ----------------------------------------------------------------------------------------------------------


def test_a_library_tells_its_hours_and_whether_it_is_open_now(visitor: Visitor, desk: Desk) -> None:
    def set_hours(session: Session) -> None:
        rows = [{"org_id": desk.county.hub, "weekday": day, "opens": "09:00", "closes": "17:30"} for day in range(6)]
        session.execute(insert(OpeningHours), rows)
        closed = {
            "org_id": desk.county.hub,
            "from_on": date(2026, 11, 25),
            "to_on": date(2026, 11, 25),
            "reason": "整理",
        }
        session.execute(insert(Closure), [closed])
        CALENDARS.changed(session)

    desk.write(set_hours)
    page = visitor.get("/libraries/ZG")
    assert "现在开放" in page.text
    assert "周日 不开放" in page.text
    assert "11月25日（周三） 整理" in page.text
    inherited = visitor.get("/libraries/LX")
    assert "09:00–17:30" in inherited.text
    closed = visitor.later(desk.later(days=2).now).get("/libraries/ZG")
    assert "今天闭馆：整理" in closed.text


def test_an_unknown_library_is_not_found(visitor: Visitor) -> None:
    assert visitor.get("/libraries/NIX").status == 404


@pytest.mark.parametrize("path", ["/", "/search?q=", "/libraries", "/libraries/ZG", "/login"])
def test_every_page_is_there_in_english(visitor: Visitor, path: str) -> None:
    page = visitor.in_english().get(path)
    assert page.html.get("lang") == "en"
    assert "馆点" not in page.text
