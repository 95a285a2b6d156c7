"""A month is settled with a bookshop, each side at its own browser: the clerk hands in the invoice, the purchaser settles what differs, both
confirm, and it is paid."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from purchasing.programmes import Rules
from tests.desk import Desk
from tests.desk import desk as desk
from tests.purchasing.county import ISBN, OTHER_ISBN, Shops
from tests.purchasing.county import shops as shops
from tests.stories.conftest import Visitors, log_in


def enter(page: Page, desk: Desk, name: str) -> Page:
    """At the time of the desk, not of this machine."""
    page.set_extra_http_headers({"X-Now": desk.now.isoformat()})
    return log_in(page, name)


def test_a_month_is_settled(desk: Desk, shops: Shops, visitors: Visitors, tmp_path: Path) -> None:
    shops.programme(rules=Rules(cancel_minutes=100_000))
    shops.choose(ISBN)
    shops.choose(OTHER_ISBN, title="三体", price_fen=2300)
    desk.staffed(("purchaser", desk.county.hub), username="cai")

    purchaser = enter(visitors(), desk, "cai")
    purchaser.goto("/shop/settlements")
    purchaser.get_by_label("期间").fill("2026-11")
    purchaser.get_by_role("button", name="开始核对").click()
    expect(purchaser.locator("h1")).to_have_text("新华书店 · 2026-11")
    address = purchaser.url

    clerk = enter(visitors(), desk, "clerk")
    clerk.goto("/shop/settlements")
    clerk.locator("main").get_by_role("link", name="2026-11", exact=True).click()
    table = f"新华书店销售清单,,,\nISBN,书名,数量,定价\n{ISBN},红楼梦,1,62.00\n{OTHER_ISBN},三体,2,23.00\n合计,,3,\n"
    (tmp_path / "invoice.csv").write_bytes(table.encode("gb18030"))
    clerk.get_by_label("发票号").fill("FP-1101")
    clerk.get_by_label("开票日期").fill("2026-11-23")
    clerk.locator("#f-file").set_input_files(tmp_path / "invoice.csv")
    clerk.get_by_role("button", name="比对发票").click()
    expect(clerk.locator("body")).to_contain_text("2 处不同，请逐条处理")
    expect(clerk.locator("section").filter(has_text="下一步")).to_contain_text("等图书馆处理")

    purchaser.reload()
    differences = purchaser.locator("#differences > ol > li")
    expect(differences).to_have_count(2)
    dearer = differences.filter(has_text="价格不同")
    expect(dearer).to_contain_text("发票要（实洋） ¥62.00")
    dearer.get_by_role("button", name="按选书记录付 ¥59.70").click()
    twice = purchaser.locator("#differences > ol > li").filter(has_text="重复计算")
    twice.get_by_label("原因").fill("只选了一册")
    twice.get_by_role("button", name="不付", exact=True).click()
    purchaser.get_by_role("button", name="代图书馆确认：2 册，¥82.70").click()
    expect(purchaser.locator("body")).to_contain_text("已确认，等对方确认")

    clerk.goto(address)
    clerk.get_by_role("button", name="代书店确认：2 册，¥82.70").click()
    expect(clerk.locator("body")).to_contain_text("双方都已确认，结算已定")
    expect(clerk.get_by_role("button", name="比对发票")).to_have_count(0)

    purchaser.reload()
    purchaser.get_by_label("付款凭证号").fill("电汇 0012")
    purchaser.get_by_role("button", name="登记付款 ¥82.70").click()
    expect(purchaser.locator("section").filter(has_text="下一步")).to_contain_text("全部办完")
    with purchaser.expect_download() as download:
        purchaser.get_by_role("link", name="Excel").click()
    assert download.value.suggested_filename.startswith("settlement-XH-2026-11")
    clerk.goto(f"{address}/paper")
    expect(clerk.locator("main")).to_contain_text("只选了一册")
    assert shops.money().spent_fen == 8270
