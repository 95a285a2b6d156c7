"""Purchasers' pages: from what readers want to an order, what comes and the invoice; what each may see and do."""

from __future__ import annotations

from io import BytesIO
from zipfile import ZipFile

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.desk import Desk
from tests.desk import desk as desk
from tests.factories import make_unit
from tests.pages import Visitor, visit
from tests.purchasing.buying import ISBN, OTHER_ISBN, Buying
from tests.purchasing.buying import buying as buying

LINE = {"isbn": ISBN, "title": "红楼梦", "price": "50", "item_type": "book", "unit1": "ZG", "count1": "2"}


@pytest.fixture
def buyer(client: FlaskClient, desk: Desk, buying: Buying) -> Visitor:
    return visit(client, desk, buying.caller)


def drafted(buyer: Visitor, **more: str) -> str:
    """The address of a new order."""
    form = {"org": "ZG", "supplier": "XHS", "fund1": "F1", "share1": "1", "share2": "1"} | more
    return buyer.send("/purchasing/orders/new", form).address


def ordered(buyer: Visitor, **line: str) -> str:
    address = drafted(buyer)
    assert buyer.send(f"{address}/lines", LINE | line).status == 303
    buyer.send(f"{address}/placement")
    return address


def test_a_wanted_title_goes_onto_a_new_order(buyer: Visitor, buying: Buying, desk: Desk) -> None:
    buying.suggest(desk.add_patron("P0002", desk.county.branch, name="欧阳无名"), isbn=ISBN, author="曹雪芹")
    page = buyer.get("/purchasing/demand")
    assert "1 人荐购" in page.text
    assert "无名" not in page.text
    choosing = buyer.get(next(link for link in page.links() if link.startswith("/purchasing/demand/order")))
    drafting = next(link for link in choosing.links() if link.startswith("/purchasing/orders/new"))
    form = buyer.get(drafting).values() | {"supplier": "XHS", "fund1": "F1"}
    chosen = buyer.open(buyer.send("/purchasing/orders/new", form))
    values = chosen.values("/purchasing/demand/order")
    assert (values["title"], values["isbn"], values["unit1"], values["count1"]) == ("红楼梦", ISBN, "ZG", "1")
    order = buyer.open(buyer.send("/purchasing/demand/order", values | {"price": "50.00"}))
    assert "1 种 1 册，¥40.00" in order.text
    assert "草稿 1 册" in buyer.get("/purchasing/demand").text


def test_a_title_is_put_aside_with_a_reason_and_taken_back(buyer: Visitor, buying: Buying, desk: Desk) -> None:
    buying.suggest(desk.add_patron("P0002"), "三体")
    page = buyer.get("/purchasing/demand")
    values = page.values("/purchasing/demand/aside")
    assert buyer.send("/purchasing/demand/aside", values | {"reason": ""}).status == 422
    told = buyer.open(buyer.send("/purchasing/demand/aside", values | {"reason": "馆藏已足"}))
    assert "都有着落了" in told.text
    aside = buyer.get("/purchasing/demand", tab="aside")
    assert "搁置： 馆藏已足" in aside.text
    buyer.send("/purchasing/demand/return", aside.values("/purchasing/demand/return"))
    assert "三体" in buyer.get("/purchasing/demand").text


def test_no_order_is_for_a_bookshop_nor_has_one_wishes(buyer: Visitor, desk: Desk) -> None:
    desk.write(lambda s: make_unit(s, "XH", "shop", desk.county.hub, name="新华书店"))
    for path in ("/purchasing/orders/new", "/purchasing/demand", "/purchasing/suggestions"):
        offered = buyer.get(path).html.xpath("//select[@name='org']/option/@value")
        assert "CG" in offered
        assert "XH" not in offered


def test_how_the_list_is_ranked_is_said_in_words(buyer: Visitor) -> None:
    text = buyer.get("/purchasing/demand").text
    assert "每位荐购或附议的读者 3 分" in text
    assert "1 加上网内已有和在订的册数" in text
    assert "3 points for each reader" in buyer.in_english().get("/purchasing/demand").text


def test_placing_receiving_and_invoicing_in_the_pages(buyer: Visitor, buying: Buying) -> None:
    address = ordered(buyer)
    assert "已订购" in buyer.get(address).text
    taken = buyer.open(buyer.send(f"{address}/receipt", {"isbn": ISBN, "barcode": "N0001"}))
    assert "已收《红楼梦》（N0001），给城关总馆" in taken.text
    more = buyer.send(f"{address}/receipt", {"isbn": OTHER_ISBN, "barcode": "N0002"})
    assert (more.status, "订单里没有" in more.text, more.values()["barcode"]) == (409, True, "N0002")
    buyer.send(f"{address}/receipt", {"isbn": ISBN, "barcode": "N0002"})
    extra = buyer.send(f"{address}/receipt", {"isbn": ISBN, "barcode": "N0003"})
    assert "比订的多来了 1 册" in extra.text
    noted = buyer.open(buyer.send(f"{address}/wrong", {"wrong_title": "三体", "wrong_copies": "2", "wrong_note": "退"}))
    assert "已记下" in noted.text
    form = buyer.get(f"{address}/invoice").values() | {"number": "FP1"}
    assert (form["price1"], form["copies1"], form["on1"]) == ("40.00", "2", "1")
    differs = buyer.send(f"{address}/invoice", form | {"price1": "38.00"})
    assert (differs.status, "发票单价 38.00 元，订购时 40.00 元" in differs.text) == (409, True)
    done = buyer.open(buyer.send(f"{address}/invoice", differs.values() | {"accept": "1"}))
    assert "发票 FP1 已登记" in done.text
    assert "¥40.00 → ¥38.00" in done.text
    assert "送错，退回： 三体 ×2" in done.text
    assert buying.money().spent_fen == 7600


def test_the_form_sent_twice_takes_the_money_once(buyer: Visitor, buying: Buying) -> None:
    address = drafted(buyer)
    buyer.send(f"{address}/lines", LINE)
    for _ in range(2):
        assert buyer.send(f"{address}/placement", {"key": "0123456789abcdef"}).status == 303
    assert buying.money().spent_fen == 8000


def test_an_order_that_the_fund_cannot_pay_says_so_and_stays_a_draft(buyer: Visitor, buying: Buying) -> None:
    address = drafted(buyer)
    buyer.send(f"{address}/lines", LINE | {"price": "900", "count1": "2"})
    refused = buyer.send(f"{address}/placement")
    assert (refused.status, "只剩 1000.00 元" in refused.text, "草稿" in refused.text) == (409, True, True)


def test_a_title_and_an_order_are_called_off_with_a_reason(buyer: Visitor, buying: Buying) -> None:
    address = ordered(buyer)
    assert buyer.send(f"{address}/cancellation", {"reason": ""}).status == 422
    told = buyer.open(buyer.send(f"{address}/cancellation", {"line": "1", "reason": "缺货"}))
    assert "已取消" in told.text
    assert "缺货" in told.text
    assert buying.money().spent_fen == 0


def test_above_the_limit_the_page_says_who_is_waited_for(
    app: Flask, buyer: Visitor, buying: Buying, desk: Desk
) -> None:
    desk.policy("order_limit", "50.00")
    address = ordered(buyer)
    page = buyer.get(address)
    assert "等另一个人批准" in page.text or "退回修改" in page.text
    assert f"{address}/approval" not in {action for _, action in page.actions()}
    hub = visit(app.test_client(), desk, buying.as_role("hub_librarian").caller)
    assert "待批 1" in hub.get("/purchasing/orders").text
    assert (
        "已批准并订购" in hub.open(hub.send(f"{address}/approval", hub.get(address).values(f"{address}/approval"))).text
    )
    assert buying.money().spent_fen == 8000
    assert f"{address}/approved-total" not in {action for _, action in buyer.get(address).actions()}
    assert hub.send(f"{address}/approved-total", {"total": "80.00"}).status == 422
    assert hub.send(f"{address}/approved-total", {"total": ""}).status == 422
    assert "到 ¥90.00" in hub.open(hub.send(f"{address}/approved-total", {"total": "90"})).text


def test_an_order_is_printed_and_written_as_a_sheet(buyer: Visitor) -> None:
    address = ordered(buyer, unit2="CG", count2="1")
    paper = buyer.get(f"{address}/paper").text
    assert "城关总馆 2；城关分馆 1" in paper
    assert "合计 3 册, ¥120.00" in paper
    answer = buyer.get(f"{address}/order.xlsx").response
    strings = ZipFile(BytesIO(answer.data)).read("xl/worksheets/sheet1.xml").decode()
    assert answer.mimetype.endswith("spreadsheetml.sheet")
    assert "<v>120.00</v>" in strings
    assert buyer.get("/purchasing/demand.xlsx").status == 200


def test_suppliers_are_entered_and_changed(buyer: Visitor) -> None:
    form = {"code": "DD", "name": "当当", "pays_percent": "75", "delivery_days": "3", "contact": ""}
    assert "已登记「当当」" in buyer.open(buyer.send("/purchasing/suppliers", form)).text
    wrong = buyer.send("/purchasing/suppliers", form | {"code": "D2", "pays_percent": "101"})
    assert wrong.status == 422
    changed = buyer.open(buyer.send("/purchasing/suppliers/DD", form | {"pays_percent": "70"}))
    assert "付定价的 70%" in changed.text
    assert "已停止" in changed.text


@pytest.mark.parametrize(("role", "sees", "orders"), [("branch_librarian", True, False), ("volunteer", False, False)])
def test_no_page_shows_what_its_user_may_not_do(
    app: Flask, buyer: Visitor, buying: Buying, desk: Desk, role: str, sees: bool, orders: bool
) -> None:
    address = ordered(buyer)
    buying.suggest(desk.add_patron("P0002", desk.county.branch), "三体")
    other = visit(app.test_client(), desk, buying.as_role(role, desk.county.branch).caller)
    page = other.get("/purchasing/demand")
    assert page.status == (200 if sees else 403)
    assert ("加入订单" in page.text) is orders
    assert other.get(address).status == (404 if sees else 403)
    assert other.get(f"{address}/order.xlsx").status == (404 if sees else 403)
