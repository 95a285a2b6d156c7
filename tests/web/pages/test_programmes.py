"""The pages of buying: a programme set up by its form, money entered, a new book processed, and what they show to whom."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from catalog.service.callnumbers import CallNumberService, NumberAsked
from purchasing.service.programmes import LoanTerms
from tests.desk import Desk
from tests.desk import desk as desk
from tests.factories import make_context
from tests.pages import Visitor, visit
from tests.purchasing.county import Shops
from tests.purchasing.county import shops as shops

PROGRAMME = {
    "code": "KIDS", "name": "少儿选书", "org": "ZG", "starts_on": "2026-01-01", "ends_on": "2026-12-31",
    "fund0": "F1", "share0": "2", "warn_at": "80", "stop_at": "100", "readers": "network", "max_price": "８0元",
    "excluded_classes": "G624、TP", "excluded_kinds": "textbook", "visit_count": "2", "year_amount": "300",
    "age_to": "17", "loan_days": "28", "return_to": "issuing", "cancel_minutes": "60",
}  # fmt: skip
NEW = "/purchasing/programmes/new"


@pytest.fixture
def hub(client: FlaskClient, desk: Desk, shops: Shops) -> Visitor:
    return visit(client, desk, shops.as_role("hub_librarian", desk.county.hub).clerk)


def test_a_programme_is_set_up_read_and_changed(hub: Visitor) -> None:
    told = hub.open(hub.send(NEW, PROGRAMME))
    for words in (
        "少儿选书",
        "17 岁以下",
        "¥80.00",
        "每天 2 册",
        "每年 ¥300.00",
        "教材教辅",
        "G624 TP",
        "28 天",
        "只还选书的书店",
        "60 分钟内",
    ):
        assert words in told.text
    edit = "/purchasing/programmes/KIDS/edit"
    filled = hub.get(edit).values()
    assert (filled["max_price"], filled["fund0"], filled["share0"]) == ("80.00", "F1", "2")
    changed = hub.open(hub.send(edit, filled | {"max_price": "", "paused": "1"}))
    assert "暂停" in changed.text
    assert "每册最高" not in changed.text
    assert "教材教辅" in changed.text
    assert hub.get(edit).values()["max_price"] == ""
    online = hub.open(hub.send(edit, hub.get(edit).values() | {"online_pickup": "1"}))
    assert "到馆点取" in online.text
    narrowed = hub.open(hub.send(edit, hub.get(edit).values() | {"pickup_at": ["LX", "CG"], "uncollected_counts": "1"}))
    assert "只在 李村书屋、城关分馆 取" in " ".join(narrowed.html.text_content().split())
    ticked = {one.get("value") for one in hub.get(edit).html.xpath("//input[@name='pickup_at'][@checked]")}
    assert (ticked, hub.get(edit).values()["uncollected_counts"]) == ({"LX", "CG"}, "1")
    stale = hub.send(edit, filled)
    assert "别人已先修改" in stale.text


def test_what_lateness_costs_is_set_and_told_with_the_programme(hub: Visitor, shops: Shops, desk: Desk) -> None:
    late = {"late_fine": "0.2", "late_cap": "２0元", "late_days": "1", "late_days_most": "28"}
    told = hub.open(hub.send(NEW, PROGRAMME | late | {"return_to": "anywhere"}))
    for words in ("第 1 天起每天 0.20 元", "逾期费每笔最多：20.00 元", "每逾期 1 天停借 1 天，最多 28 天"):
        assert words in told.text
    edit = "/purchasing/programmes/KIDS/edit"
    filled = hub.get(edit).values()
    assert {name: filled[name] for name in late} == {
        "late_fine": "0.20", "late_cap": "20.00", "late_days": "1", "late_days_most": "28",
    }  # fmt: skip
    none = hub.open(hub.send(edit, filled | {"late_fine": "0", "late_cap": "", "late_days": "", "late_days_most": ""}))
    assert "逾期费（每天）：不收" in none.text
    assert "停借" not in none.text
    assert hub.get(edit).values()["late_fine"] == "0"
    alone = hub.send(edit, hub.get(edit).values() | {"late_days_most": "28"})
    assert "请填一天停借几天" in alone.text
    by_policies = hub.open(hub.send(edit, hub.get(edit).values() | {"late_fine": ""}))
    assert "逾期按流通政策" in "".join(by_policies.html.text_content().split())


def test_sanctions_that_the_form_cannot_say_are_told_and_stay(hub: Visitor, shops: Shops) -> None:
    bands = [{"from_day": 1, "to_day": 7, "per_day": "0.10"}, {"from_day": 8, "to_day": None, "per_day": "0.50"}]
    shops.programme("KIDS", terms=LoanTerms(late={"fine": bands, "grace_days": 3}))
    edit = "/purchasing/programmes/KIDS/edit"
    form = hub.get(edit)
    assert "late_fine" not in form.values()
    assert "第 8 天起每天 0.50 元" in form.text
    told = hub.open(hub.send(edit, form.values() | {"late_cap": "5"}))
    for words in ("第 8 天起每天 0.50 元", "宽限几天：3 天", "逾期费每笔最多：5.00 元"):
        assert words in told.text


def test_a_programme_of_many_funds_keeps_them_all(hub: Visitor, shops: Shops) -> None:
    codes = [f"T{n}" for n in range(6)]
    for code in codes:
        shops.fund(code, 10_000)
    assert "fund6" in hub.get(NEW).values()  # a line for each fund there is
    funds = {f"fund{n}": code for n, code in enumerate(codes)} | {f"share{n}": "1" for n in range(6)}
    hub.open(hub.send(NEW, PROGRAMME | funds))
    edit = "/purchasing/programmes/KIDS/edit"
    told = hub.open(hub.send(edit, hub.get(edit).values() | {"max_price": "90"}))
    assert [told.html.xpath(f"count(//a[@href='/purchasing/funds/{code}'])") for code in codes] == [1] * 6


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": ""}, "请填写这一项"),
        ({"fund0": ""}, "请指定经费"),
        ({"ends_on": "2025-01-01"}, "结束日期早于开始日期"),
        ({"age_from": "18"}, "年龄范围写反了"),
        ({"languages": "中文"}, "三个字母"),
        ({"max_price": "八十"}, "金额请写成"),
        ({"warn_at": "101"}, "1 到 100"),
        ({"fund1": "F1", "share1": "1"}, "同一笔经费写了两次"),
    ],
)
def test_what_does_not_hold_stands_beside_its_field_and_nothing_typed_is_lost(
    hub: Visitor, changes: dict[str, str], sentence: str
) -> None:
    boxes = ["pin_at_counter", "uncollected_counts"]
    page = hub.send(NEW, PROGRAMME | changes | {"box": boxes, "pin_at_counter": "1"})
    assert sentence in page.text
    assert [bool(page.html.xpath(f"//input[@name='{name}'][@checked]")) for name in boxes] == [True, False]
    assert page.values()["loan_days"] == "28"
    assert page.html.xpath("//input[@name='excluded_kinds'][@checked]/@value") == ["textbook"]
    assert hub.get("/purchasing/programmes/KIDS").status == 404


def test_a_fund_shows_every_sum(hub: Visitor, shops: Shops) -> None:
    shops.choose()
    page = hub.get("/purchasing/funds/F1")
    assert "已用 ¥59.70，共 ¥1,000.00，还剩 ¥940.30" in page.text
    first, *_, last = [[" ".join(cell.text_content().split()) for cell in row] for row in page.html.xpath("//tbody/tr")]
    assert first[1:3] == ["读者选书 《红楼梦》 选书第 1 号", "-59.70"]
    assert last[3] == "系统"
    assert [hub.get("/purchasing/funds/F1", before=odd).status for odd in ("9" * 30, "٣")] == [200, 200]
    told = hub.open(hub.send("/purchasing/funds/F1/allocations", {"amount": "500", "reason": "追加"}))
    assert "追加" in told.text
    assert "+500.00" in told.text
    refused = hub.send("/purchasing/funds/F1/allocations", {"amount": "9999", "reason": "调减", "take_back": "1"})
    assert "只剩 1440.30 元" in refused.text


def test_a_new_book_is_processed_and_the_page_says_where_it_goes(hub: Visitor, shops: Shops, desk: Desk) -> None:
    shops.choose()
    assert "NX000001" in hub.get("/purchasing/processing", tab="out").text
    desk.check_in("NX000001", at="ZG")
    assert "NX000001" in hub.get("/purchasing/processing").text
    form = hub.get("/purchasing/processing/NX000001").values()
    assert (form["home"], form["item_type"]) == ("ZG", "book")
    told = hub.open(hub.send("/purchasing/processing/NX000001", form | {"home": "LX", "call_number": "I242.4/1"}))
    assert "李村书屋" in told.text
    assert desk.transfers() == ["approved"]


def test_the_proposed_call_number_is_taken_with_one_key_and_never_twice(hub: Visitor, desk: Desk, shops: Shops) -> None:
    shops.choose(class_number="I242.4")
    desk.check_in("NX000001", at="ZG")
    form = hub.get("/purchasing/processing/NX000001").values()
    assert (form["call_number"], form["proposed"]) == ("I242.4/1", "I242.4/1")
    other = NumberAsked(bib=desk.item("B0001").bib_id, at="ZG", class_number="I242.4")
    desk.write(lambda s: CallNumberService(make_context(s, now=desk.now)).allot(other))
    again = hub.send("/purchasing/processing/NX000001", form)
    assert (again.status, "I242.4/1 刚刚给了别的书" in again.text) == (409, True)
    assert again.values()["call_number"] == "I242.4/2"
    assert hub.send("/purchasing/processing/NX000001", again.values()).status == 303
    assert desk.item("NX000001").call_number == "I242.4/2"


def test_money_is_shown_to_those_who_may_see_it(client: FlaskClient, desk: Desk, shops: Shops) -> None:
    branch = visit(client, desk, shops.as_role("branch_librarian", desk.county.branch).clerk)
    page = branch.get("/purchasing/programmes/NXS")
    assert page.status == 200
    assert "1,000.00" not in page.text
    assert branch.get("/purchasing/funds/F1").status == 404
    assert branch.get(NEW).status == 403
