"""Settlements on pages: both sides see what is to be done next, differences are settled by forms, papers and sheets say the same."""

from __future__ import annotations

import re
from io import BytesIO
from zipfile import ZipFile

import pytest
from flask.testing import FlaskClient

from purchasing.programmes import Rules
from tests.desk import Desk
from tests.desk import desk as desk
from tests.factories import make_unit, make_user
from tests.pages import Sheet, Visitor, visit
from tests.purchasing.county import ISBN, OTHER_ISBN, Shops
from tests.purchasing.county import shops as shops

INVOICE = {
    "number": "FP-1101",
    "date": "2026-11-23",
    "lines": f"{ISBN}，红楼梦，1，62.00\n{OTHER_ISBN}，三体，1，23.00",
}


@pytest.fixture
def library(client: FlaskClient, desk: Desk, shops: Shops) -> Visitor:
    shops.programme(rules=Rules(cancel_minutes=100_000))
    shops.choose(ISBN)
    return visit(client, desk, desk.staffed(("purchaser", desk.county.hub), username="cai").caller)


@pytest.fixture
def shop(app, desk: Desk, shops: Shops, library: Visitor) -> Visitor:  # type: ignore[no-untyped-def]
    return visit(app.test_client(), desk, shops.clerk)


def begin(library: Visitor, period: str = "2026-11") -> str:
    return library.send("/shop/settlements", {"shop": "XH", "period": period}).address


def next_step(sheet: Sheet) -> str:
    return " ".join(sheet.html.xpath("//section[@aria-labelledby='next-head']/p//text()"))


def test_both_sides_settle_by_forms(library: Visitor, shop: Visitor) -> None:
    address = begin(library)
    assert "请录入或上传发票明细" in next_step(shop.get(address))
    assert "处不同" in shop.open(shop.send(f"{address}/invoice", INVOICE)).html.text_content()
    waiting = shop.get(address)
    assert "还有 2 处不同，等图书馆处理" in next_step(waiting)
    assert not any(path.endswith("/lines/1") for _, path in waiting.actions())
    library.send(f"{address}/lines/1", {"resolution": "accept"})
    refused = library.send(f"{address}/lines/2", {"resolution": "refuse"})
    assert (refused.status, "不付，请写明原因" in refused.text) == (422, True)
    library.send(f"{address}/lines/2", {"resolution": "refuse", "reason": "没有选过"})
    settled = library.get(address)
    assert "请核对后确认" in next_step(settled)
    version = settled.values(f"{address}/confirmation")["version"]
    shop.send(f"{address}/confirmation", {"side": "shop", "version": version})
    assert "等对方确认" in next_step(shop.get(address))
    library.send(f"{address}/confirmation", {"side": "library", "version": version})
    assert "付款后请在下面登记" in next_step(library.get(address))
    assert "等图书馆付款" in next_step(shop.get(address))
    library.send(f"{address}/payment", {"paid_on": "2026-11-23", "reference": "电汇 12"})
    assert "全部办完" in next_step(shop.get(address))
    assert "电汇 12" in shop.get("/shop/settlements").text


def test_a_change_after_a_confirmation_is_told_to_the_side_that_gave_it(library: Visitor, shop: Visitor) -> None:
    address = begin(library)
    shop.send(f"{address}/confirmation", {"side": "shop", "version": "1"})
    told = library.open(library.send(f"{address}/gathering"))
    assert "书店已确认的，因这次改动收回" in told.html.text_content()
    assert "书店之前的确认，因为后来改过，已经收回" in shop.get(address).text
    stale = shop.send(f"{address}/confirmation", {"side": "shop", "version": "1"})
    assert (stale.status, "改过" in stale.text) == (409, True)


def test_what_differs_in_two_ways_is_settled_by_two_forms(library: Visitor, shop: Visitor, desk: Desk) -> None:
    desk.cancel(desk.check_in("NX000001", at="XH").transfer_id, force=True)
    desk.declare("withdrawn", "NX000001", at="XH", reason="缺页")
    address = begin(library)
    shop.send(f"{address}/invoice", INVOICE | {"lines": f"{ISBN}，红楼梦，1，62.00"})
    library.send(f"{address}/lines/1", {"difference": "price", "resolution": "accept"})
    assert "还有 1 处不同" in next_step(library.get(address))
    library.send(f"{address}/lines/1", {"difference": "returned", "resolution": "refuse", "reason": "缺页"})
    shown = library.get(address)
    assert "请核对后确认" in next_step(shown)
    assert "合起来：不付，付 ¥0.00" in " ".join(shown.html.text_content().split())
    assert "少付 ¥59.70" in " ".join(shown.html.text_content().split())


def test_the_owner_of_a_fund_agrees_on_the_page_and_the_shop_sees_no_funds(
    app,
    library: Visitor,
    shop: Visitor,
    shops: Shops,
    desk: Desk,  # type: ignore[no-untyped-def]
) -> None:
    other = desk.write(lambda s: make_unit(s, "LZ", "hub", desk.county.network, name="邻县图书馆"))
    owner = visit(app.test_client(), desk, desk.write(lambda s: make_user(s, "lin", ("purchaser", other))))
    shops.fund("F2", 100_000, org="LZ")
    shops.programme("TWO", fund="F2", rules=Rules(cancel_minutes=100_000))
    shops.choose(OTHER_ISBN, title="三体", price_fen=2300, programme="TWO")
    address = begin(library)
    shop.send(f"{address}/invoice", INVOICE | {"lines": f"{ISBN}，红楼梦，1，59.70\n{OTHER_ISBN}，三体，1，24.00"})
    assert owner.client.get(address).status_code == 404
    library.send(f"{address}/lines/2", {"resolution": "accept"})
    version = library.get(address).values(f"{address}/confirmation")["version"]
    refused = library.send(f"{address}/confirmation", {"side": "library", "version": version})
    assert (refused.status, "先要由它的单位（邻县图书馆）同意" in refused.text) == (409, True)
    assert "等您的单位同意" in owner.get("/shop/settlements").text
    assert "要由经费的单位同意" in next_step(owner.get(address))
    assert owner.send(f"{address}/agreements", owner.get(address).values(f"{address}/agreements")).status == 303
    assert "等双方确认" in next_step(owner.get(address))
    assert "等您的单位同意" not in owner.get("/shop/settlements").text
    assert not any(path.endswith("/agreements") for _, path in owner.get(address).actions())
    assert "F2" not in shop.get(address).text
    assert library.send(f"{address}/confirmation", {"side": "library", "version": version}).status == 303


def test_an_invoice_is_uploaded_and_refused_with_its_rows(library: Visitor, shop: Visitor) -> None:
    address = begin(library)
    bad = {"number": "1", "date": "2026-11-23", "file": (BytesIO("ISBN,定价\n,59.70\n".encode()), "a.csv")}
    sheet = shop.send(f"{address}/invoice", bad)
    assert (sheet.status, "第 2 行" in sheet.text) == (422, True)
    good = {"number": "1", "date": "2026-11-23", "file": (BytesIO(f"ISBN,定价\n{ISBN},59.70\n".encode()), "a.csv")}
    assert shop.send(f"{address}/invoice", good).status == 303
    assert "没有未处理的不同" in next_step(shop.get(address))
    nothing = shop.send(f"{address}/invoice", {"number": "1", "date": "2026-11-23"})
    assert (nothing.status, "请选择发票明细表" in nothing.text) == (422, True)


def test_paper_and_sheet(library: Visitor, shop: Visitor) -> None:
    address = begin(library)
    shop.send(f"{address}/invoice", INVOICE)
    library.send(f"{address}/lines/1", {"resolution": "keep"})
    library.send(f"{address}/lines/2", {"resolution": "later"})
    paper = shop.get(f"{address}/paper").text
    for word in ("新华书店", "FP-1101", "红楼梦", "¥59.70", "本期不付", "三体", "留到下期", "签字盖章"):
        assert word in paper
    response = library.client.get(f"{address}/settlement.xlsx")
    strings = ZipFile(BytesIO(response.data)).read("xl/worksheets/sheet1.xml").decode()
    assert "NX000001" in strings
    assert "合计 1 册" in strings
    assert {"定价（码洋）", "实付（实洋）"} <= set(re.findall(r"[^<>]+", strings))
    total = strings[strings.rindex("<row") :]
    assert re.findall(r"<v>([^<]+)</v>", total) == ["59.70"]  # net sums alone are totalled


def test_a_month_is_written_as_one(library: Visitor, shop: Visitor) -> None:
    wrong = library.send("/shop/settlements", {"shop": "XH", "period": "十一月"})
    assert (wrong.status, "月份请写成 2026-11" in wrong.text) == (422, True)
    address = begin(library)
    again = library.send("/shop/settlements", {"shop": "XH", "period": "2026-11"})
    assert (again.status, "已在核对" in again.text) == (409, True)
    library.send(f"{address}/discarding", {"why": "重来"})
    assert "已作废：重来" in next_step(shop.get(address))


def test_a_shop_sees_its_own_settlements_only(app, desk: Desk, library: Visitor, shop: Visitor) -> None:  # type: ignore[no-untyped-def]
    address = begin(library)
    other = desk.write(lambda s: make_unit(s, "YD", "shop", desk.county.hub, name="阅读书店"))
    stranger = visit(app.test_client(), desk, desk.write(lambda s: make_user(s, "yd", ("shop_clerk", other))))
    for path in (address, f"{address}/paper", f"{address}/settlement.xlsx"):
        assert stranger.client.get(path).status_code == 404
    assert "2026-11" not in stranger.get("/shop/settlements").text
    assert stranger.send(f"{address}/confirmation", {"side": "shop", "version": "1"}).status == 404
    assert shop.send("/shop/settlements", {"shop": "XH", "period": "2026-10"}).status == 403
