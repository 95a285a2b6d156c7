"""A reader suggests a book, the purchaser finds it on the list of what is wanted, orders it, scans it in, enters the invoice, and the reader
sees it."""

from __future__ import annotations

from flask import Flask
from playwright.sync_api import expect

from branches.access import SYSTEM
from purchasing.queries.funds import find_fund
from purchasing.service import ordering
from purchasing.service.funds import FundService
from tests.desk import Desk
from tests.desk import desk as desk
from tests.factories import PIN, make_context
from tests.stories.conftest import Visitors, log_in
from tests.stories.one_database import database_url as database_url

ISBN = "9787536692930"


def test_from_a_suggestion_to_the_book(app: Flask, desk: Desk, visitors: Visitors) -> None:
    desk.add_patron("P0002", pin=PIN)
    desk.staffed(("purchaser", desk.county.hub), username="wang")
    supplier: ordering.SupplierFields = {"name": "新华书店", "pays_percent": 80, "delivery_days": 7}
    desk.write(lambda s: FundService(make_context(s, SYSTEM)).create("F1", "购书经费", "ZG", 100_000))
    desk.write(lambda s: ordering.create_supplier(make_context(s, SYSTEM), "XHS", supplier))

    reader = log_in(visitors(), "P0002", PIN)
    reader.goto("/suggestions/new")
    for field, text in (("title", "三体"), ("author", "刘慈欣"), ("isbn", ISBN)):
        reader.fill(f"[name={field}]", text)
    reader.get_by_role("button", name="荐购").click()
    expect(reader.locator("main")).to_contain_text("待答复")

    buyer = log_in(visitors(), "wang")
    buyer.goto("/purchasing/demand")
    expect(buyer.locator("ol.lines li")).to_have_count(1)
    expect(buyer.locator("ol.lines li")).to_contain_text("1 人荐购")
    buyer.get_by_role("link", name="加入订单 三体").click()
    buyer.get_by_role("link", name="起草订单").click()
    buyer.get_by_label("供应商").select_option(label="新华书店")
    buyer.get_by_label("经费", exact=True).select_option(label="购书经费（F1）")
    buyer.get_by_role("button", name="起草").click()
    buyer.get_by_label("定价（元）").fill("23.00")
    buyer.get_by_role("button", name="加入订单").click()
    expect(buyer.locator("main")).to_contain_text("1 种 1 册，¥18.40")
    buyer.get_by_role("button", name="订购并扣款").click()
    expect(buyer.locator("main")).to_contain_text("已订购，经费已扣")

    reader.goto("/me/suggestions")
    expect(reader.locator("main")).to_contain_text("已订购")

    buyer.get_by_role("link", name="验收到货").click()
    expect(buyer.locator("[name=isbn]")).to_be_focused()
    buyer.keyboard.type(ISBN)
    buyer.keyboard.press("Enter")  # as a scanner ends: the browser leads on to what is still empty
    expect(buyer.locator("[name=barcode]")).to_be_focused()
    buyer.keyboard.type("N0001")
    buyer.keyboard.press("Enter")
    expect(buyer.locator("main")).to_contain_text("已收《三体》（N0001），给城关总馆")

    buyer.goto(buyer.url.replace("/receipt", "/invoice"))
    buyer.get_by_label("发票号").fill("FP2026")
    buyer.get_by_role("button", name="登记").click()
    expect(buyer.locator("main")).to_contain_text("发票 FP2026 已登记")

    reader.goto("/me/suggestions")
    expect(reader.locator("main")).to_contain_text("已买到")
    reader.get_by_role("link", name="三体", exact=True).click()
    expect(reader.locator("main")).to_contain_text("加工中")
    assert desk.read(lambda s: find_fund(s, "F1")).spent_fen == 1840
