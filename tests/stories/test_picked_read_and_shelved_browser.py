"""A book is picked in a shop, read, returned at a village point, processed at the hub, found by search at its new home, and settled with the
shop: the whole way in a real Chromium, on both databases."""

from __future__ import annotations

import re
from datetime import date

from flask import Flask
from playwright.sync_api import Page, expect

from search.api import EXTENSION
from search.indexer import Indexer
from tests.desk import Desk
from tests.desk import desk as desk
from tests.purchasing.county import ISBN, Shops
from tests.purchasing.county import shops as shops
from tests.stories.conftest import Visitors
from tests.stories.test_a_month_is_settled_browser import enter
from tests.stories.test_desk_in_the_browser import scan
from web.doctor import examine, offences

LABEL = "NX000007"


def test_from_the_shop_to_the_shelf(app: Flask, desk: Desk, shops: Shops, visitors: Visitors) -> None:
    shops.programme(starts_on=date(2000, 1, 1), ends_on=date(2099, 12, 31))
    county, index = desk.county, Indexer(desk.database, app.extensions[EXTENSION])
    for name, role, unit in (
        ("luo", "volunteer", county.point),
        ("chen", "hub_librarian", county.hub),
        ("wen", "branch_librarian", county.branch),
        ("cai", "purchaser", county.hub),
    ):
        desk.staffed((role, unit), username=name)

    clerk = enter(visitors(), desk, "clerk")
    scan(clerk, "P0001")
    expect(clerk.locator("[data-part=reader]")).to_contain_text("可以借")
    scan(clerk, ISBN)
    expect_word(clerk, "请照书填写")
    clerk.fill("#d-title", "红楼梦")
    clerk.fill("#d-price", "59.70")
    clerk.locator("[name=details]").click()
    expect_word(clerk, "可以买")
    scan(clerk, LABEL)
    expect_word(clerk, "已借出")
    assert shops.money().spent_fen == 5970

    village = enter(visitors(), desk, "luo")
    take_back(village, "请放入调拨筐 → 城关总馆")
    village.goto("/transfers")
    scan(village, LABEL)
    expect(village.get_by_role("main")).to_contain_text("已发出")

    hub = enter(visitors(), desk, "chen")
    take_back(hub, "请放到加工区")
    hub.goto("/purchasing/processing")
    hub.get_by_role("link", name="加工 《红楼梦》").click()
    hub.select_option("[name=home]", "CG")
    hub.select_option("[name=item_type]", "book")
    hub.fill("[name=call_number]", "I242.4/7")
    hub.get_by_role("button", name="加工完成").click()
    expect(hub.get_by_role("main")).to_contain_text("城关分馆")
    hub.goto("/transfers")
    scan(hub, LABEL)
    expect(hub.get_by_role("main")).to_contain_text("已发出")

    branch = enter(visitors(), desk, "wen")
    take_back(branch, "请上架")
    index.work()
    reader = visitors()
    reader.goto("/search?q=红楼梦")
    reader.get_by_role("main").get_by_role("link", name=re.compile("红楼梦")).first.click()
    holdings = reader.get_by_role("main")
    expect(holdings).to_contain_text("I242.4/7")
    expect(holdings).to_contain_text("城关分馆")

    settle(enter(visitors(), desk, "cai"), clerk)
    assert (desk.open_loans(), shops.money().spent_fen) == (0, 5970)
    assert offences(examine(desk.database, app.extensions[EXTENSION], app.config["SECRET_KEY"])) == []


def take_back(page: Page, said: str) -> None:
    page.goto("/desk")
    page.keyboard.press("F2")
    scan(page, LABEL)
    expect(page.locator("[data-part=said]")).to_contain_text(said)


def settle(purchaser: Page, clerk: Page) -> None:
    """Both sides agree that the invoice and the choices are the same, and it is paid."""
    purchaser.goto("/shop/settlements")
    purchaser.get_by_label("期间").fill("2026-11")
    purchaser.get_by_role("button", name="开始核对").click()
    expect(purchaser.locator("h1")).to_have_text("新华书店 · 2026-11")
    address = purchaser.url
    clerk.goto(address)
    clerk.get_by_label("发票号").fill("FP-1101")
    clerk.get_by_label("开票日期").fill("2026-11-23")
    clerk.get_by_label("或直接录入").fill(f"ISBN,书名,数量,定价\n{ISBN},红楼梦,1,59.70")
    clerk.get_by_role("button", name="比对发票").click()
    purchaser.reload()
    purchaser.get_by_role("button", name="代图书馆确认：1 册，¥59.70").click()
    expect(purchaser.locator("body")).to_contain_text("已确认，等对方确认")
    clerk.goto(address)
    clerk.get_by_role("button", name="代书店确认：1 册，¥59.70").click()
    expect(clerk.locator("body")).to_contain_text("双方都已确认，结算已定")
    purchaser.reload()
    purchaser.get_by_label("付款凭证号").fill("电汇 0012")
    purchaser.get_by_role("button", name="登记付款 ¥59.70").click()
    expect(purchaser.locator("section").filter(has_text="下一步")).to_contain_text("全部办完")


def expect_word(page: Page, word: str) -> None:
    expect(page.locator(".big-word")).to_have_text(word)
