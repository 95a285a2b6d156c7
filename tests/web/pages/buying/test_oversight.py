"""Oversight by page and as a sheet: figures, what is behind them, and who sees what."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from zipfile import ZipFile

import pytest
from flask.testing import FlaskClient

from purchasing.oversight import REFUSED_FOR
from purchasing.programmes import Rules
from purchasing.refusals import REFUSALS
from purchasing.service.selecting import SelectionService
from tests.desk import Desk
from tests.desk import desk as desk
from tests.factories import make_context
from tests.pages import Sheet, Visitor, visit
from tests.purchasing.county import ISBN, OTHER_ISBN, Shops
from tests.purchasing.county import shops as shops
from tests.purchasing.office import Office, line
from tests.purchasing.office import office as office
from tests.purchasing.overseeing import choose, readers

PAGE = "/purchasing/oversight"
SAID_OTHERWISE = {
    "purchase.collect", "purchase.waits", "purchase.sent",
    "purchase.isbn", "purchase.unified_number", "purchase.no_barcodes", "purchase.barcode", "purchase.window", "purchase.moved_on",
    "purchase.settled", "purchase.card", "purchase.presence", "purchase.looks", "purchase.waited_for",
    "purchase.on_its_way", "purchase.missed_often",
}  # fmt: skip


@pytest.fixture
def hub(client: FlaskClient, desk: Desk, shops: Shops) -> Visitor:
    return visit(client, desk, shops.as_role("hub_librarian", desk.county.hub).clerk)


def rows(sheet: Sheet, caption: str) -> list[str]:
    found = sheet.html.xpath(f"//table[caption='{caption}']/tbody/tr")
    return [" ".join(" ".join(cell.text_content() for cell in row).split()) for row in found]


def test_figures_are_shown_with_what_is_behind_them(hub: Visitor, shops: Shops, desk: Desk) -> None:
    choose(shops, readers(desk, 6), class_number="I247")
    page = hub.get(PAGE)
    assert page.status == 200
    assert rows(page, "按分类") == ["I 文学 6 100% ¥358.20"]
    assert rows(page, "按书店") == ["新华书店 6 100% ¥358.20"]
    assert rows(page, "各项经费")[0].startswith("购书经费充足 ¥1,000.00 ¥358.20 ¥358.20 ¥641.80")
    assert "6 人均 1.0 册" in page.text
    behind = next(link for link in page.links() if "class=I" in link)
    listed = hub.get(behind)
    assert len(rows(listed, "选书记录")) == 6
    assert not any(f"R0-{n:02}" in listed.text or "张三丰" in listed.text for n in range(1, 7))


def shown(page: Sheet) -> str:
    return str(page.html.xpath("//select[@name='programme']/option[@selected]/@value")[0])


def test_the_page_opens_on_what_was_looked_at_last_if_it_runs_else_on_what_costs_most(
    hub: Visitor, shops: Shops, desk: Desk
) -> None:
    for code, more in (("AAA", {}), ("ZZZ", {}), ("OVER", {"ends_on": date(2026, 6, 30)})):
        shops.programme(code, **more)
    shops.choose(programme="NXS")
    assert shown(hub.get(PAGE)) == "NXS"
    assert shown(hub.get(PAGE, programme="AAA")) == "AAA"
    assert shown(hub.get(PAGE)) == "AAA"
    assert shown(hub.get(PAGE, programme="OVER")) == "OVER"
    assert shown(hub.get(PAGE)) == "NXS"  # one that is over is looked at when it is asked for


def test_figures_of_days_that_are_not_over_say_as_of_when(hub: Visitor, shops: Shops) -> None:
    shops.choose()
    for span in ("2026", "2026-Q4", "2026-11"):
        assert "截至" in hub.get(PAGE, span=span).text
    assert "截至" not in hub.get(PAGE, span="2026-10").text


@pytest.mark.parametrize(("charged", "told"), [(4000, "少 ¥19.70"), (6500, "多 ¥5.30"), (5970, None)])
def test_what_settlements_changed_is_told_in_words(
    hub: Visitor, office: Office, charged: int, told: str | None
) -> None:
    office.shops.choose()
    settlement = office.make().settlement.id
    office.invoice(settlement, line(ISBN, charged))
    if told is not None:
        office.resolve(settlement, 1, "accept")
    office.both_confirm(settlement)
    page = hub.get(PAGE)
    assert ("经费实际承担" in page.text) is (told is not None)
    assert told is None or told in page.text
    assert rows(page, "各项经费")[0].split()[3] == f"¥{charged / 100:.2f}"
    assert office.offenders() == []


def test_a_month_has_no_parts_and_leads_to_its_quarter(hub: Visitor, shops: Shops, desk: Desk) -> None:
    choose(shops, readers(desk, 6), class_number="I247")
    page = hub.get(PAGE, span="2026-11")
    assert "分布只按季和年列出" in page.text
    assert rows(page, "按分类") == []
    quarter = next(link for link in page.links() if "span=2026-Q4" in link)
    assert rows(hub.get(quarter), "按分类") == ["I 文学 6 100% ¥358.20"]


def test_too_few_readers_are_not_told_apart(hub: Visitor, shops: Shops) -> None:
    shops.choose(class_number="R4")
    page = hub.get(PAGE)
    assert "读者太少，不分开列" in page.text
    assert rows(page, "按分类") == []


def test_alerts_lead_to_what_is_behind_them(hub: Visitor, shops: Shops, desk: Desk) -> None:
    for n in range(6):
        shops.cancel(shops.choose(ISBN, "P0001", title=f"反复{n}").selection.id)
    page = hub.get(PAGE)
    assert "新华书店的 6 笔选书中有 6 笔撤销（100%），换书不算。" in page.text
    behind = next(link for link in page.links() if "by=clerk" in link)
    assert len(rows(hub.get(behind), "选书记录")) == 6
    assert rows(hub.get(behind.replace("by=clerk", "by=nobody")), "选书记录") == []


def test_an_account_is_opened_while_the_book_is_out(
    hub: Visitor, shops: Shops, client: FlaskClient, desk: Desk
) -> None:
    chosen = shops.choose().selection
    there = hub.get(f"{PAGE}/choices/{chosen.id}/account")
    assert (there.status, there.address) == (303, "/patrons/P0001")
    desk.check_in(chosen.item, at="ZG")
    assert hub.get(f"{PAGE}/choices/{chosen.id}/account").status == 404
    manager = visit(client, desk, shops.as_role("manager", desk.county.hub).clerk)
    assert manager.get(f"{PAGE}/choices/{chosen.id}/account").status == 403


def test_pages_of_choices_follow_each_other(
    hub: Visitor, shops: Shops, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.pages.buying.oversight.A_PAGE", 4)
    choose(shops, readers(desk, 6))
    first = hub.get(f"{PAGE}/choices")
    following = first.html.xpath("//a[@rel='next']/@href")[0]
    assert (len(rows(first, "选书记录")), len(rows(hub.get(following), "选书记录"))) == (4, 2)


def test_the_sheet_holds_the_same_figures(hub: Visitor, shops: Shops, desk: Desk) -> None:
    choose(shops, readers(desk, 6), class_number="I247")
    answer = hub.get(f"{PAGE}/figures.xlsx").response
    assert answer.status_code == 200
    with ZipFile(BytesIO(answer.get_data())) as file:
        names = file.namelist()
        words = "".join(file.read(name).decode() for name in names if "sharedStrings" in name or "sheet1" in name)
    for word in ("按分类", "I 文学", "358.2", "选来的书再借"):
        assert word in words
    assert "P0001" not in words


def test_what_is_asked_wrongly_is_said_beside_it(hub: Visitor, shops: Shops) -> None:
    wrong = hub.get(PAGE, span="2026-11-30")
    assert wrong.status == 422
    assert "请写年、季或月" in wrong.text
    assert hub.get(PAGE, programme="NONE").status == 404


def test_money_and_alerts_are_not_for_everybody(client: FlaskClient, shops: Shops, desk: Desk) -> None:
    choose(shops, readers(desk, 6))
    clerk = visit(client, desk, shops.clerk)
    page = clerk.get(PAGE)
    assert (page.status, "¥" in page.text, "需要留意" in page.text) == (200, False, False)
    assert rows(page, "按书店") == ["新华书店 6 100%"]
    volunteer = visit(client, desk, shops.as_role("volunteer", desk.county.point).clerk)
    assert volunteer.get(PAGE).status == 403


def test_refusals_are_told_in_words(hub: Visitor, shops: Shops, desk: Desk) -> None:
    shops.programme(rules=Rules(max_price_fen=5000))
    pick = shops.pick(OTHER_ISBN, "P0001", price_fen=5900)
    desk.read(lambda s: SelectionService(make_context(s, shops.clerk)).quote(pick))
    assert rows(hub.get(PAGE), "没选成的原因") == ["超过价格上限 1"]


def test_every_reason_against_a_book_has_a_short_name() -> None:
    assert {code for code in REFUSALS if code.startswith("purchase.")} - SAID_OTHERWISE == set(REFUSED_FOR)


def test_a_county_without_programmes_is_told_so(client: FlaskClient, desk: Desk) -> None:
    page = visit(client, desk, desk.staffed(("manager", desk.county.hub)).caller).get(PAGE)
    assert (page.status, "还没有选书活动" in page.text) == (200, True)
