"""A title's history by pages: versions, two side by side, an old one restored, its records, and two titles merged."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from catalog.models import Bib, SourceRecord
from catalog.service.imports.undoing import undo_next
from tests.desk import Desk
from tests.desk import desk as desk
from tests.factories import make_item
from tests.pages import Visitor, visit
from tests.web.pages.test_bibs import FORM
from tests.web.pages.test_imports import GOOD, upload, work


@pytest.fixture
def visitor(client: FlaskClient, desk: Desk) -> Visitor:
    return visit(client, desk, desk.staffed(("hub_librarian", desk.county.hub)).caller)


def make(visitor: Visitor, **values: str) -> str:
    """A title’s number, though there may be one like it."""
    made = visitor.send("/titles/new", FORM | values)
    if made.status == 409:
        made = visitor.send("/titles/new", made.values())
    return made.address.rpartition("/")[2]


def change(visitor: Visitor, bib: str, **values: str) -> None:
    edit = f"/titles/{bib}/edit"
    visitor.send(edit, visitor.get(edit).values() | values)


def test_a_title_that_never_changed_has_one_version(visitor: Visitor) -> None:
    page = visitor.get(f"/titles/{make(visitor)}/versions")
    assert "第 1 版" in page.text
    assert "现在的著录" in page.text
    assert "人工" in page.text


def test_versions_are_compared_by_sign_and_word(visitor: Visitor) -> None:
    bib = make(visitor)
    change(visitor, bib, publisher="人民文学出版社", year="2020")
    history = visitor.get(f"/titles/{bib}/versions")
    assert "改了：出版者、出版年" in " ".join(history.text.split())
    page = visitor.get(f"/titles/{bib}/versions/compare?a=2&b=1")
    said = " ".join(page.text.split())
    assert "− 去掉 重庆出版社 ＋ 加上 人民文学出版社" in said
    assert [one.text for one in page.html.xpath("//del")] == ["重庆出版社", "2008"]
    assert [one.text for one in page.html.xpath("//ins")] == ["人民文学出版社", "2020"]


def test_an_old_version_is_restored_as_a_new_one(visitor: Visitor) -> None:
    bib = make(visitor)
    change(visitor, bib, publisher="人民文学出版社")
    page = visitor.open(visitor.send(f"/titles/{bib}/versions/1", {"version": "2"}))
    assert "第 3 版" in page.text
    assert "恢复旧版本" in page.text
    assert "重庆出版社" in visitor.get(f"/bibs/{bib}").text
    assert visitor.send(f"/titles/{bib}/versions/1", {"version": "2"}).status == 412


def test_a_record_is_shown_as_it_came(visitor: Visitor, desk: Desk) -> None:
    upload(visitor, GOOD)
    work(desk)
    bib = desk.read(lambda session: session.scalars(select(Bib.id).where(Bib.title == "三体")).one())
    page = visitor.get(f"/titles/{bib}/versions")
    [link] = [one for one in page.links() if "/records/" in one]
    assert "刘慈欣著" in visitor.get(link).text
    assert "books.iso" in page.text


def test_two_titles_are_merged_and_the_old_address_leads_on(visitor: Visitor) -> None:
    one, other = make(visitor), make(visitor, publisher="人民文学出版社")
    asked = visitor.get(f"/titles/{one}/merge?into={other}")
    assert "− 去掉 重庆出版社 ＋ 加上 人民文学出版社" in " ".join(asked.text.split())
    assert "并走的一条与留下的一条的不同" in asked.text
    done = visitor.send(f"/titles/{one}/merge", {"into": other})
    assert done.address.endswith(f"/bibs/{other}")
    old = visitor.client.get(f"/bibs/{one}")
    assert (old.status_code, old.headers["Location"]) == (301, f"/bibs/{other}")
    assert "已并入另一条" in visitor.get(f"/titles/{one}/versions").text
    assert f"原编号 {one}" in visitor.get(f"/titles/{other}/versions").text


def test_whoever_merges_two_plainly_different_titles_is_warned(visitor: Visitor) -> None:
    one, other = make(visitor), make(visitor, title="养猪技术问答")
    assert "看起来是两种书" in visitor.get(f"/titles/{one}/merge?into={other}").text
    assert "看起来是两种书" not in visitor.get(f"/titles/{one}/merge?into={make(visitor)}").text


def test_a_title_is_not_merged_into_itself_or_nothing(visitor: Visitor) -> None:
    one = make(visitor)
    assert visitor.send(f"/titles/{one}/merge", {"into": one}).status == 422
    assert visitor.send(f"/titles/{one}/merge", {"into": "nowhere"}).status == 422


def test_an_import_is_undone_by_page(visitor: Visitor, desk: Desk) -> None:
    address = upload(visitor, GOOD).address
    work(desk)
    asked = visitor.get(f"{address}/undo")
    assert "撤走的书目" in asked.text
    visitor.send(f"{address}/undo", {})
    assert "正在撤销" in visitor.get(f"{address}/undo").text
    undo_next(desk.database, lambda: False)
    assert "已撤销" in visitor.get(address).text
    assert "下面是导入当时的数目" in visitor.get(address).text
    assert "撤走的书目" in visitor.get(f"{address}/undo").text


def test_a_merge_shows_beforehand_what_the_title_that_stays_will_say(visitor: Visitor, desk: Desk) -> None:
    upload(visitor, GOOD)
    work(desk)
    bib = desk.read(lambda session: session.scalars(select(Bib.id).where(Bib.title == "三体")).one())
    hand = make(visitor)
    assert "著录不变" in visitor.get(f"/titles/{bib}/merge?into={hand}").text, "what was typed stands above a source"
    without = select(Bib.id).where(Bib.id.not_in(select(SourceRecord.bib_id)))
    bare = desk.read(lambda session: session.scalars(without).first())
    said = " ".join(visitor.get(f"/titles/{bib}/merge?into={bare}").text.split())
    assert "会有这些改变" in said
    assert "− 去掉 平凡的世界 ＋ 加上 三体" in said.partition("会有这些改变")[2]


def test_a_merge_is_taken_apart_again_by_page(visitor: Visitor, desk: Desk) -> None:
    one, other = make(visitor, title="人生"), make(visitor)
    with desk.database.transaction() as session:
        make_item(session, desk.county.branch, "X1", int(one))
    visitor.send(f"/titles/{one}/merge", {"into": other})
    assert f"/titles/{other}/apart" in visitor.get(f"/titles/{other}/versions").links()
    chosen = visitor.get(f"/titles/{other}/apart").html.xpath("//input[@name='record']/@value")
    assert len(chosen) == 1
    shown = visitor.get(f"/titles/{other}/apart?record={chosen[0]}")
    assert "恢复原来的书目" in shown.text
    [copy] = shown.html.xpath("//input[@name='copy'][@checked]/@value")
    assert "X1" in shown.text
    fields = {"record": chosen[0], "copy": copy, "version": shown.html.xpath("//input[@name='version']/@value")[0]}
    done = visitor.send(f"/titles/{other}/apart", fields)
    assert done.address.endswith(f"/bibs/{one}")
    assert "恢复为单独的书目" in visitor.open(done).text
    assert "拆分书目" in visitor.get(f"/titles/{one}/versions").text
    again = visitor.send(f"/titles/{other}/apart", fields)
    assert (again.status, f"现在属于书目 {one}" in again.text) == (409, True)


def test_why_a_record_cannot_be_set_apart_is_said(visitor: Visitor) -> None:
    bib = make(visitor)
    assert "没有可以拆出的记录" in visitor.get(f"/titles/{bib}/apart").text
    assert "没有找到来源记录" in visitor.get(f"/titles/{bib}/apart?record=99999").text
    assert visitor.get(f"/titles/{bib}/apart?record=x").status == 200
