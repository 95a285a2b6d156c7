"""The counter of a bookshop by plain forms: card, book, label; every reason in words; an act sent twice is done once."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from branches.passwords import hash_pin
from kernel.clock import local_day
from patrons.models import Patron
from purchasing.programmes import Rules
from purchasing.selection_models import ShopOffer
from purchasing.service.settling import SettlementService
from purchasing.settling import read_period
from tests.desk import Desk
from tests.desk import desk as desk
from tests.factories import make_bib, make_context, make_item, make_unit
from tests.pages import Sheet, Visitor, visit
from tests.purchasing.county import ISBN, OTHER_ISBN, Shops, quotas
from tests.purchasing.county import shops as shops

LISTED = {"title": "红楼梦", "price": "59.70"}


@pytest.fixture
def clerk(client: FlaskClient, desk: Desk, shops: Shops) -> Visitor:
    return visit(client, desk, shops.clerk)


def state(sheet: Sheet) -> dict[str, str]:
    fields = sheet.html.xpath("//*[@data-part='state']/input[@name!='key']")
    return {field.get("name"): field.get("value") or "" for field in fields}


def scan(visitor: Visitor, text: str = "", before: Sheet | None = None, **more: Any) -> Sheet:
    """Scan at the counter as it stands after the scan before."""
    return visitor.send("/shop/scan", (state(before) if before else {}) | {"scan": text} | more)


def said(sheet: Sheet) -> str:
    return " ".join(" ".join(sheet.html.xpath("//*[@data-part='said']//text()")).split())


def word(sheet: Sheet) -> str:
    return "".join(sheet.html.xpath("//p[contains(@class,'big-word')]/span/text()"))


def reader(sheet: Sheet) -> str:
    return " ".join(" ".join(sheet.html.xpath("//*[@data-part='reader']//text()")).split())


def recent(sheet: Sheet) -> str:
    return " ".join(" ".join(sheet.html.xpath("//*[@data-part='recent']//text()")).split())


def with_book(clerk: Visitor, card: str = "P0001", isbn: str = ISBN, **typed: str) -> Sheet:
    """A reader and a book on the counter, with title and price as typed."""
    scanned = scan(clerk, isbn, scan(clerk, card))
    return scan(clerk, "", scanned, details="1", **(LISTED | typed))


def test_login_leads_a_clerk_to_the_counter_and_nowhere_else(clerk: Visitor) -> None:
    sheet = clerk.get("/shop")
    assert "新华书店" in sheet.text
    menu = sheet.html.xpath("//header//nav//a/@href")
    assert [
        link
        for link in menu
        if link in ("/desk", "/patrons", "/transfers", "/purchasing/programmes", "/purchasing/funds")
    ] == []
    for page in ("/desk", "/patrons", "/shop/labels", "/journal"):
        assert clerk.client.get(page).status_code == 403


def test_card_book_and_label_are_a_loan(clerk: Visitor, desk: Desk) -> None:
    card = scan(clerk, "P0001")
    assert "张**" in reader(card)
    assert "可以借" in reader(card)
    assert "张三丰" not in card.text
    unknown = scan(clerk, ISBN, card)
    assert word(unknown) == "请照书填写"
    ready = scan(clerk, "", unknown, details="1", **LISTED)
    assert word(ready) == "可以买"
    assert "你选书，我买单" in said(ready)
    lent = scan(clerk, "NX000005", ready)
    assert word(lent) == "已借出"
    assert "《红楼梦》，12月23日（周三）前归还。" in said(lent)
    assert "NX000005" in recent(lent)
    assert desk.open_loans() == 1
    assert "person_viewed" in desk.acts()
    receipt = clerk.get(lent.html.xpath("//a[@data-slip]/@href")[0])
    assert "红楼梦" in receipt.text
    assert "张" not in receipt.text


def test_enter_takes_the_next_label(clerk: Visitor) -> None:
    lent = scan(clerk, "", with_book(clerk))
    assert word(lent) == "已借出"
    assert "条码 NX000001：请贴在书上。" in said(lent)


def test_an_empty_scan_without_a_book_does_nothing(clerk: Visitor, desk: Desk) -> None:
    assert word(scan(clerk, "", scan(clerk, "P0001"))) == ""
    assert desk.open_loans() == 0


def test_the_book_may_come_before_the_card(clerk: Visitor) -> None:
    book = scan(clerk, ISBN)
    assert word(book) == "请扫读者证"
    assert word(scan(clerk, "P0001", book)) == "请照书填写"


def test_an_act_sent_twice_is_done_once(clerk: Visitor, desk: Desk) -> None:
    ready = with_book(clerk)
    first = scan(clerk, "NX000002", ready, key="k" * 32)
    again = scan(clerk, "NX000002", ready, key="k" * 32)
    assert word(first) == word(again) == "已借出"
    assert desk.open_loans() == 1


@pytest.mark.parametrize(
    ("label", "why"),
    [("NX000001", "已经贴在别的书上"), ("SB000001", "不是新华书店领的条码"), ("NX999999", "不是新华书店领的条码")],
)
def test_a_label_that_cannot_be_used_stops_the_counter(
    clerk: Visitor, shops: Shops, desk: Desk, label: str, why: str
) -> None:
    desk.write(lambda s: make_unit(s, "SB", "shop", desk.county.hub, name="书吧"))
    shops.labels("SB000001", "SB000009", "SB")
    shops.choose(OTHER_ISBN, title="三体")
    refused = scan(clerk, label, with_book(clerk))
    assert word(refused) == "不能办理"
    assert why in said(refused)
    assert refused.html.xpath("//*[@data-part='said'][@data-locks]")
    assert desk.open_loans() == 1
    assert word(scan(clerk, "", refused)) == "已借出"  # the book still lies there, and the next label is free


def test_every_reason_is_told_and_where_the_book_stands(clerk: Visitor, shops: Shops, desk: Desk) -> None:
    shops.programme(rules=Rules(max_price_fen=5000, max_copies_in_network=1, earliest_year=2025))

    def put(session: Any) -> int:
        bib = make_bib(session, "红楼梦", isbn=ISBN, year=2024)
        return make_item(session, desk.county.branch, "B7777", bib, call_number="I242.4/1")

    desk.write(put)
    refused = with_book(clerk)
    assert word(refused) == "这本不行"
    for reason in ("超过每册 50.00 元", "全网已有 1 册", "只买 2025 年以后"):
        assert reason in said(refused)
    assert "不用买，可以借： 城关分馆" in said(refused)
    assert "买下并借出" not in said(refused)
    assert word(scan(clerk, "NX000001", refused)) == "不能办理"


def test_a_book_of_another_language_is_refused_by_its_number_and_the_counter_may_correct_it(
    clerk: Visitor, shops: Shops, desk: Desk
) -> None:
    shops.programme(rules=Rules(languages=("chi",)))
    refused = with_book(clerk, isbn="9780306406157", title="A Book")
    assert word(refused) == "这本不行"
    assert "不买英语书" in said(refused)
    assert refused.html.xpath("//select[@name='lang']/option[@selected]/@value") == ["eng"]
    corrected = scan(clerk, "", refused, details="1", lang="chi", **LISTED)
    assert word(corrected) == "可以买"
    assert word(scan(clerk, "", corrected)) == "已借出"  # the correction goes along with the act
    assert desk.open_loans() == 1


def test_a_class_that_is_left_out_is_told_from_what_the_counter_copies(clerk: Visitor, shops: Shops) -> None:
    shops.programme(rules=Rules(excluded_classes=("B9",)))
    assert word(with_book(clerk, class_number="I242.4")) == "可以买"
    refused = with_book(clerk, class_number="b942．1")
    assert word(refused) == "这本不行"
    assert "“B942.1”类的书不在范围内" in said(refused)


def test_a_book_that_may_be_bought_says_where_one_could_be_borrowed(clerk: Visitor, shops: Shops, desk: Desk) -> None:
    assert "还没有" in said(with_book(clerk))
    desk.write(lambda s: make_item(s, desk.county.branch, "B7777", make_bib(s, "红楼梦", isbn=ISBN)))
    ready = with_book(clerk)
    assert word(ready) == "可以买"
    assert "城关分馆架上就有，也可以借" in said(ready)


def test_what_a_quota_leaves_is_told_with_the_card(clerk: Visitor, shops: Shops) -> None:
    shops.programme(rules=quotas(period="month", count=1))
    assert "本月还可选 1 册" in reader(scan(clerk, "P0001"))
    lent = scan(clerk, "", with_book(clerk))
    assert "本月还可选 0 册" in said(lent)
    assert "已选满" in reader(lent)


def test_a_clerk_hears_of_a_card_only_that_it_does_not_serve(clerk: Visitor, desk: Desk) -> None:
    desk.add_patron("P0002", desk.county.branch, expires_on=date(2026, 1, 1))
    sheet = scan(clerk, "P0002")
    assert "现在不能借" in reader(sheet)
    assert "过期" not in reader(sheet)


def test_an_old_number_is_refused_with_the_way_out(clerk: Visitor) -> None:
    sheet = scan(clerk, "10019·2023", scan(clerk, "P0001"))
    assert "统一书号" in said(sheet)
    assert "荐购" in said(sheet)


def test_what_is_nothing_is_said_so(clerk: Visitor) -> None:
    assert "既不是 ISBN，也不是读者证或本店的条码" in said(scan(clerk, "XYZ"))


def test_of_a_set_with_one_number_the_volume_is_asked(clerk: Visitor, desk: Desk) -> None:
    def put(session: Any) -> None:
        bib = make_bib(session, "红楼梦", isbn=ISBN)
        make_item(session, desk.county.branch, "B7001", bib, volume="上")

    desk.write(put)
    asked = scan(clerk, ISBN, scan(clerk, "P0001"))
    assert word(asked) == "是哪一册？"
    assert "红楼梦》 上" in said(asked)
    said_so = scan(clerk, "", asked, details="1", volume_said="1", title="红楼梦", volume="下")
    assert word(said_so) == "请照书填写"  # the price is still unknown
    lent = scan(clerk, "", scan(clerk, "", said_so, details="1", volume_said="1", volume="下", **LISTED))
    assert word(lent) == "已借出"


def test_a_choice_is_called_off_and_its_label_void(clerk: Visitor, desk: Desk, shops: Shops) -> None:
    lent = scan(clerk, "", with_book(clerk))
    number = lent.html.xpath("//button[@name='cancel']/@value")[0]
    gone = scan(clerk, "", lent, cancel=number, reason="书有破损")
    assert word(gone) == "已撤销"
    assert "条码 NX000001 作废" in said(gone)
    assert (desk.open_loans(), shops.money().spent_fen) == (0, 0)
    assert not gone.html.xpath("//button[@name='cancel']")
    assert word(scan(clerk, "", gone, cancel=number)) == "不能办理"


def test_a_choice_is_exchanged_although_the_quota_is_used_up(clerk: Visitor, desk: Desk, shops: Shops) -> None:
    shops.programme(rules=quotas(period="month", count=1))
    lent = scan(clerk, "", with_book(clerk))
    number = lent.html.xpath("//button[@name='exchange']/@value")[0]
    begun = scan(clerk, "", lent, exchange=number)
    assert "换掉《红楼梦》" in said(begun)
    other = scan(clerk, OTHER_ISBN, scan(clerk, "P0001", begun))
    ready = scan(clerk, "", other, details="1", title="三体", price="23")
    assert "换成这本" in said(ready)
    done = scan(clerk, "", ready)
    assert word(done) == "已借出"
    assert (desk.open_loans(), shops.money().spent_fen) == (1, 2300)


def test_an_exchange_that_was_left_is_seen_and_dropped_or_finished(clerk: Visitor, desk: Desk, shops: Shops) -> None:
    """The page is gone in the middle, as after a reload: what was begun stands above the counter until somebody sees to it."""
    lent = scan(clerk, "", with_book(clerk))
    number = lent.html.xpath("//button[@name='exchange']/@value")[0]
    scan(clerk, "", lent, exchange=number)
    again = clerk.get("/shop")
    assert "《红楼梦》换书没有办完" in again.text
    assert "12:30以前可以换成" in again.html.text_content()
    desk.add_patron("P0002")
    going_on = scan(clerk, "", again, exchange=number)
    assert "正在换《红楼梦》" in going_on.text
    other = scan(clerk, "P0002", going_on)
    assert "这是另一位读者" in said(other)
    assert not other.html.xpath("//*[@class='reader-name']")
    dropped = scan(clerk, "", other, drop=number)
    assert word(dropped) == "不换了"
    assert "换书没有办完" not in dropped.text
    assert (desk.open_loans(), shops.money().spent_fen) == (1, 5970)
    begun = scan(clerk, "", dropped, exchange=number)
    ready = scan(clerk, "", scan(clerk, OTHER_ISBN, scan(clerk, "P0001", begun)), details="1", title="三体", price="23")
    done = scan(clerk, "", ready)
    assert word(done) == "已借出"
    assert "正在换" not in done.text


def test_an_exchange_whose_time_is_over_can_only_be_dropped(client: FlaskClient, desk: Desk, shops: Shops) -> None:
    selection = shops.choose().selection
    shops.act(lambda service: service.begin_exchange(selection.id))
    late = visit(client, desk.later(hours=3), shops.clerk)
    page = late.get("/shop")
    assert "时间过了，不能再换" in page.text
    assert not page.html.xpath("//button[@name='exchange']")
    scan(late, "", page, drop=str(selection.id))
    assert "时间过了" not in late.get("/shop").text


def test_what_can_be_called_off_no_more_is_not_offered(clerk: Visitor, shops: Shops, desk: Desk) -> None:
    shops.programme(rules=Rules(cancel_minutes=10_000))
    lent = [shops.choose(isbn, title=title) for isbn, title in ((ISBN, "红楼梦"), (OTHER_ISBN, "三体"))]
    offered = lambda: clerk.get("/shop").html.xpath("//*[@data-part='recent']//button[@name='cancel']/@value")  # noqa: E731
    both = {str(one.selection.id) for one in lent}
    assert set(offered()) == both
    desk.check_in(lent[0].selection.item)
    assert set(offered()) == both - {str(lent[0].selection.id)}
    buyer = desk.staffed(("purchaser", desk.county.hub), username="cai").caller
    day = f"{local_day(desk.now):%Y-%m}"
    desk.write(lambda s: SettlementService(make_context(s, buyer, now=desk.now)).make("XH", read_period(day)))
    assert offered() == []


def test_a_librarian_lifts_what_may_be_lifted(client: FlaskClient, desk: Desk, shops: Shops) -> None:
    shops.programme(rules=Rules(max_price_fen=5000))
    hub = visit(client, desk, desk.staffed(("hub_librarian", desk.county.hub), username="hub").caller)
    refused = with_book(hub)
    assert "授权并借出" in said(refused)
    lent = scan(hub, "", refused, lift="1", override="purchase.price", why="县里要的地方志")
    assert word(lent) == "已借出"


def test_another_shops_counter_is_answered_as_absent(clerk: Visitor, desk: Desk) -> None:
    desk.write(lambda s: make_unit(s, "SB", "shop", desk.county.hub))
    assert clerk.client.get("/shop?shop=SB").status_code == 404
    assert clerk.client.get("/shop/days?shop=SB").status_code == 404
    assert clerk.client.get("/shop/books?shop=SB").status_code == 404


def test_where_the_programme_asks_for_it_the_reader_types_a_pin(clerk: Visitor, shops: Shops, desk: Desk) -> None:
    shops.programme(rules=Rules(presence="pin"))
    desk.write(lambda s: s.execute(update(Patron).values(pin_hash=hash_pin("739164"))))
    asked = with_book(clerk)
    assert word(asked) == "请读者输 PIN"
    assert word(scan(clerk, "NX000001", asked)) == "不能办理"
    wrong = scan(clerk, "", asked, prove="1", pin="000111")
    assert word(wrong) == "PIN 不对"
    ready = scan(clerk, "", wrong, prove="1", pin="739164")
    assert word(ready) == "可以买"
    assert "739164" not in ready.text
    lent = scan(clerk, "", ready)
    assert word(lent) == "已借出"
    another = scan(clerk, "", scan(clerk, OTHER_ISBN, lent), details="1", title="三体", price="42.00")
    assert word(scan(clerk, "", scan(clerk, "", another))) != "PIN 不对"
    later = clerk.later(desk.later(minutes=16).now)
    asked_again = scan(later, "", scan(later, OTHER_ISBN, lent), details="1", title="三体", price="42.00")
    assert word(asked_again) == "请读者输 PIN"
    assert word(scan(later, "", asked_again, prove="1", pin="739164")) == "可以买"
    desk.add_patron("P0002")
    assert state(scan(clerk, "P0002", lent))["proof"] == ""


def test_of_a_set_on_the_shop_s_list_the_volume_is_asked_and_the_second_is_bought(
    clerk: Visitor, desk: Desk, shops: Shops
) -> None:
    shops.programme(rules=Rules(max_copies_in_network=1))
    row = ShopOffer(shop_id=shops.shop, isbn=ISBN, title="红楼梦", author="", publisher="", price_fen=5970)
    row.year, row.class_number, row.stock, row.volumes, row.listed_at = 2024, None, None, "上、中、下", desk.now
    desk.write(lambda s: s.add(row))
    for volume in ("上", "中", "下"):
        asked = scan(clerk, ISBN, scan(clerk, "P0001"))
        assert word(asked) == "是哪一册？"
        assert {one.text for one in asked.html.xpath("//datalist[@id='v-volumes']/option")} >= {"上", "中", "下"}
        lent = scan(clerk, "", scan(clerk, "", asked, details="1", volume_said="1", title="红楼梦", volume=volume))
        assert word(lent) == "已借出"
    again = scan(
        clerk, "", scan(clerk, ISBN, scan(clerk, "P0001")), details="1", volume_said="1", title="红楼梦", volume="下"
    )
    assert "不再买" in said(again)
    vague = scan(
        clerk, "", scan(clerk, ISBN, scan(clerk, "P0001")), details="1", volume_said="1", title="红楼梦", volume=""
    )
    assert "请写明要哪一册（上、中、下）" in said(vague)
