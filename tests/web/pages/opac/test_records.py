"""A title's page: who has it and how far away, what is like it, and what a reader or a machine takes along."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs

import pytest
from flask import Flask
from flask.testing import FlaskClient

from branches.models import Distance
from branches.reference import TREE
from search.api import EXTENSION
from search.indexer import Indexer
from tests.desk import Desk
from tests.desk import desk as desk
from tests.factories import make_bib, make_item, make_unit
from tests.pages import Sheet, Visitor, visit

LARGEST_PAGE = 100_000


@pytest.fixture
def visitor(client: FlaskClient, desk: Desk) -> Visitor:
    return visit(client, desk)


def index(app: Flask, desk: Desk) -> None:
    Indexer(desk.database, app.extensions[EXTENSION]).work()


def add_title(desk: Desk, title: str = "三体", **values: Any) -> int:
    return desk.write(lambda s: make_bib(s, title, **{"authors": "刘慈欣"} | values))


def libraries(page: Sheet) -> list[str]:
    return [str(link) for link in page.html.xpath("//section[@aria-labelledby='where-head']//h3/a/text()")]


def json_ld(page: Sheet) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(page.html.xpath("//script[@type='application/ld+json']")[0].text)
    return found


# --- who has it ---------------------------------------------------------------------------------------------------------


def spread(desk: Desk, bib_id: int, count: int) -> None:
    """A copy at each of so many new libraries, the later ones farther from the hub."""

    def add(session: Any) -> None:
        for n in range(count):
            unit = make_unit(session, f"N{n:03d}", "point", desk.county.hub, name=f"第{n:03d}书屋")
            session.add(Distance(from_id=desk.county.hub, to_id=unit, km=n + 1))
            make_item(session, unit, f"C{n:03d}", bib_id, call_number="I247.55/7")
        session.flush()
        TREE.changed(session)

    desk.write(add)


def test_my_library_comes_first_then_the_nearer_ones_and_the_rest_is_folded_with_its_count(
    visitor: Visitor, desk: Desk
) -> None:
    bib_id = add_title(desk)
    spread(desk, bib_id, 9)
    desk.add_item("H1", desk.county.hub, bib_id=bib_id)
    visitor.send("/libraries/ZG")
    page = visitor.get(f"/bibs/{bib_id}")
    assert libraries(page) == ["城关总馆", "第000书屋", "第001书屋", "第002书屋", "第003书屋"]
    assert "约 2 公里" in page.text
    assert "其余 5 个馆，其中 5 个馆在架" in page.text
    assert "第008书屋" in page.html.xpath("string(//details/ul)")
    assert len(libraries(visitor.get(f"/bibs/{bib_id}", copies="all"))) == 10


def test_a_reader_who_chose_another_library_sees_both_first(client: FlaskClient, desk: Desk) -> None:
    bib_id = add_title(desk)
    spread(desk, bib_id, 3)
    for barcode, home in (("H1", desk.county.hub), ("B1", desk.county.branch)):
        desk.add_item(barcode, home, bib_id=bib_id)
        desk.check_out(barcode)
    reader = visit(client, desk, desk.reading(desk.add_patron("P0002", desk.county.branch)).caller)
    reader.send("/libraries/ZG")
    page = reader.get(f"/bibs/{bib_id}")
    assert libraries(page)[:3] == ["城关总馆", "城关分馆", "第000书屋"]
    assert "我的馆" in page.text
    assert "办证馆" in page.text


def test_a_title_held_everywhere_many_times_still_makes_a_small_page(visitor: Visitor, desk: Desk) -> None:
    bib_id = add_title(desk)
    spread(desk, bib_id, 120)
    for n in range(40):
        desk.add_item(f"H{n}", desk.county.hub, bib_id=bib_id)
    page = visitor.get(f"/bibs/{bib_id}")
    assert len(page.response.data) < LARGEST_PAGE
    assert "这里还有 32 册" in page.text
    assert len(json_ld(page)["offers"]) == 40


# --- what is like it ----------------------------------------------------------------------------------------------------


def test_other_editions_and_volumes_are_those_of_the_same_name_and_author(
    app: Flask, visitor: Visitor, desk: Desk
) -> None:
    bib_id = add_title(desk, year=2008)
    add_title(desk, "三體", year=2016, publisher="另一家")  # the same work in traditional characters
    add_title(desk, "三体", authors="另一个人")
    add_title(desk, "三体问题")
    index(app, desk)
    page = visitor.get(f"/bibs/{bib_id}")
    section = page.html.xpath("//section[@aria-labelledby='editions-head']")[0]
    assert [link.text for link in section.xpath(".//a")] == ["三體"]


def test_books_left_and_right_lead_along_the_shelf(visitor: Visitor, desk: Desk) -> None:
    bib_id = add_title(desk)
    desk.add_item("H1", desk.county.hub, bib_id=bib_id, call_number="I247.55/7")
    for number, title in (("I247.55/6", "左邻"), ("I247.55/10", "右舍")):
        desk.add_item(f"X{number[-2:]}", desk.county.hub, bib_id=add_title(desk, title), call_number=number)
    page = visitor.get(f"/bibs/{bib_id}")
    section = page.html.xpath("//section[@aria-labelledby='beside-head']")[0]
    spines = [" ".join(one.text_content().split()) for one in section.xpath(".//ol/li")]
    assert [spine[:2] for spine in spines] == ["左邻", "三体", "右舍"]
    board = visitor.get(next(link for link in page.links() if "/shelf?" in link))
    assert board.status == 200
    assert [one.text for one in board.html.xpath("//ol[contains(@class,'spines')]/li/a")] == ["左邻", "三体", "右舍"]
    assert board.html.xpath("//li[@aria-current='true']/a/text()") == ["三体"]


def test_the_shelf_is_walked_in_both_directions_and_from_a_number(visitor: Visitor, desk: Desk) -> None:
    for n in range(1, 46):
        desk.add_item(f"W{n}", desk.county.hub, bib_id=add_title(desk, f"第{n}本"), call_number=f"I2/{n}")
    first = visitor.get("/libraries/ZG/shelf")
    second = visitor.get(first.html.xpath("//a[contains(@rel,'next')]/@href")[0])
    assert [one.text for one in second.html.xpath("//ol[contains(@class,'spines')]/li/a")] == [
        f"第{n}本" for n in range(21, 41)
    ]
    back = visitor.get(second.html.xpath("//a[contains(@rel,'prev')]/@href")[0])
    assert back.html.xpath("//ol[contains(@class,'spines')]/li/a/text()") == first.html.xpath(
        "//ol[contains(@class,'spines')]/li/a/text()"
    )
    from_number = visitor.get("/libraries/ZG/shelf", number="I2/44")
    assert from_number.html.xpath("//ol[contains(@class,'spines')]/li/a/text()") == ["第44本", "第45本"]
    assert "没有书了" in visitor.get("/libraries/ZG/shelf", number="Z9").text


# --- what is taken along ------------------------------------------------------------------------------------------------


def test_machines_read_the_book_and_who_lends_it(visitor: Visitor, desk: Desk) -> None:
    bib_id = add_title(desk, isbn="9787536692930", year=2008, language="chi")
    desk.add_item("H1", desk.county.hub, bib_id=bib_id, call_number="I247.55/7")
    page = visitor.get(f"/bibs/{bib_id}")
    found = json_ld(page)
    assert (found["@type"], found["name"], found["isbn"]) == ("Book", "三体", ["9787536692930"])
    assert found["inLanguage"] == "zh"
    offer = found["offers"][0]
    assert offer["availability"].endswith("/InStock")
    assert offer["offeredBy"]["name"] == "城关总馆"
    assert offer["sku"] == "I247.55/7"
    open_url = parse_qs(page.html.xpath("//span[@class='Z3988']/@title")[0])
    assert open_url["rft.btitle"] == ["三体"]
    assert open_url["rft.isbn"] == ["9787536692930"]
    assert page.html.xpath("//meta[@property='og:title']/@content") == ["三体"]


def test_the_address_that_goes_out_is_the_one_the_administrator_gave(
    app: Flask, visitor: Visitor, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    bib_id = add_title(desk)
    assert visitor.get(f"/bibs/{bib_id}").html.xpath("//link[@rel='canonical']/@href") == [
        f"http://localhost/bibs/{bib_id}"
    ]
    settings = app.extensions["tongjie_settings"]
    object.__setattr__(settings, "base_url", "https://tushu.example.cn/")
    page = visitor.get(f"/bibs/{bib_id}")
    address = f"https://tushu.example.cn/bibs/{bib_id}"
    assert page.html.xpath("//link[@rel='canonical']/@href") == [address]
    assert json_ld(page)["@id"] == address
    assert page.html.xpath("//input[@id='share-address']/@value") == [address]
    assert page.html.xpath("//*[local-name()='svg'][contains(@class,'qr')]")


def test_a_reference_is_ready_to_copy(visitor: Visitor, desk: Desk) -> None:
    page = visitor.get(f"/bibs/{add_title(desk, year=2008, publisher='重庆出版社')}")
    assert page.html.xpath("string(//p[@id='cited'])") == "刘慈欣. 三体[M]. [出版地不详]: 重庆出版社, 2008."
