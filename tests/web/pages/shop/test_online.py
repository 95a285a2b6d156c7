"""A reader browses the shops' lists and chooses a book; the shop sends it; the reader says that it came. Without a script."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from branches.models import OrgUnit
from kernel.journal import JournalEntry
from purchasing.programmes import Online, Rules
from purchasing.selection_models import Selection, ShopOffer
from tests.desk import Desk
from tests.desk import desk as desk
from tests.factories import make_bib, make_unit, make_user
from tests.pages import Visitor, visit
from tests.purchasing.county import ISBN, OTHER_ISBN, Shops
from tests.purchasing.county import shops as shops

BOOK = f"/choose/books/XH/{ISBN}"
POSTED = {"how": "post", "name": "李小雨", "phone": "13800005678", "address": "东街 5 号"}


@pytest.fixture
def reader(client: FlaskClient, desk: Desk, shops: Shops) -> Visitor:
    shops.programme(rules=Rules(online=Online(pickup=True, post=True, postage_fen=500)))
    for isbn, title, fen in ((ISBN, "红楼梦", 5970), (OTHER_ISBN, "三体", 4200)):
        add_offer(desk, shops.shop, isbn, title, fen)
    return visit(client, desk, desk.reading(desk.preview().patron.id).caller)


def add_offer(desk: Desk, shop: int, isbn: str, title: str, fen: int) -> None:
    row = ShopOffer(shop_id=shop, isbn=isbn, title=title, author="", publisher="", price_fen=fen, stock=1)
    row.year, row.class_number, row.listed_at = 2024, None, desk.now
    desk.write(lambda s: s.add(row))


def status(desk: Desk) -> list[str]:
    return list(desk.read(lambda s: s.scalars(select(Selection.status).order_by(Selection.id)).all()))


def test_lists_are_searched_by_words_and_price(reader: Visitor) -> None:
    assert "《红楼梦》" in reader.get("/choose/list").text
    page = reader.get("/choose/list?q=三体&up_to=50")
    assert "《三体》" in page.text
    assert "《红楼梦》" not in page.text
    assert "没有找到" in reader.get("/choose/list?q=%25").text


def test_a_book_that_two_shops_have_is_one_entry_with_both_to_choose_from(
    reader: Visitor, desk: Desk, shops: Shops
) -> None:
    other = desk.write(lambda s: make_unit(s, "YD", "shop", desk.county.hub, name="悦读书店"))
    add_offer(desk, other, ISBN, "红楼梦", 5500)
    page = reader.get("/choose/list")
    assert [one.text for one in page.html.xpath("//main//h2")] == ["《红楼梦》", "《三体》"]
    entry = page.html.xpath("//main//li[h2='《红楼梦》']")[0]
    said = " ".join(entry.text_content().split())
    assert said.index("在悦读书店选 《红楼梦》 ¥55.00 有 1 册") < said.index("在新华书店选 《红楼梦》 ¥59.70")
    assert entry.xpath(".//a/@href") == [f"/choose/books/YD/{ISBN}", BOOK]
    chosen = reader.get(BOOK)
    assert chosen.html.xpath("//section[h2='别的书店也有']//a/@href") == [f"/choose/books/YD/{ISBN}"]
    assert "别的书店也有" not in reader.get(f"/choose/books/XH/{OTHER_ISBN}").text
    # the one that has none left leads to the other
    desk.write(lambda s: s.execute(update(ShopOffer).where(ShopOffer.shop_id == shops.shop).values(stock=0)))
    assert reader.get(BOOK).html.xpath("//section[h2='别的书店也有']//a/@href") == [f"/choose/books/YD/{ISBN}"]


def test_the_ways_a_book_comes_are_those_of_the_programme_in_words(reader: Visitor, desk: Desk, shops: Shops) -> None:
    ways = lambda: [one.text for one in reader.get(BOOK).html.xpath("//select[@name='how']/option") if one.get("value")]  # noqa: E731
    assert {"到城关分馆取", "到李村书屋取", "邮寄给我"} <= set(ways())
    assert not any(desk.read(lambda s: s.get(OrgUnit, shops.shop).name) in one for one in ways())  # type: ignore[union-attr]
    assert "邮费 5.00 元" in reader.get(BOOK).text
    shops.programme(rules=Rules(online=Online(pickup=True, pickup_at=("LX",))))
    assert ways() == ["到李村书屋取"]
    shops.programme(rules=Rules(online=Online(post=True)))
    assert ways() == ["邮寄给我"]


def test_where_it_can_be_borrowed_instead_is_said_with_about_a_day(reader: Visitor, desk: Desk) -> None:
    desk.add_item("B0002", bib_id=desk.write(lambda s: make_bib(s, "红楼梦", isbn=ISBN)))
    told = " ".join(reader.get(BOOK).html.text_content().split())
    assert "最近的在城关总馆，现在就能借。" in told
    assert "预约后送到城关分馆： 大约11月30日（周一）到（估计，不保证）。" in told.replace("：大约", "： 大约")


def test_a_posted_book_from_the_list_to_the_loan(
    reader: Visitor, client: FlaskClient, desk: Desk, shops: Shops
) -> None:
    assert "可以选" in reader.get(BOOK).text
    reader.send(BOOK, POSTED)
    assert status(desk) == ["ordered"]
    clerk = visit(client, desk, shops.clerk)
    assert "东街 5 号" in clerk.get("/shop/sending").text
    assert "东街 5 号" in clerk.get("/shop/sending/1/slip").text
    seen = desk.read(lambda s: s.scalars(select(JournalEntry.data).where(JournalEntry.act == "person_viewed")).all())
    assert {"what": "address"} in seen
    clerk.send("/shop/sending/1/dispatch", {"shop": "XH", "item_barcode": "NX000001", "tracking": "SF1"})
    assert status(desk) == ["sent"]
    assert "没有要发的书" in clerk.get("/shop/sending").text
    reader = visit(client, desk, desk.reading(desk.preview().patron.id).caller)
    assert "SF1" in reader.get("/me/new-books").text
    reader.send("/me/new-books/1/receipt", {})
    assert status(desk) == ["lent"]


def test_a_reader_calls_off_what_is_not_sent(reader: Visitor, desk: Desk) -> None:
    reader.send(BOOK, {"how": "CG"})
    reader.send("/me/new-books/1/cancellation", {})
    assert status(desk) == ["cancelled"]


def test_the_shops_day_tells_that_a_reader_chose_it(
    reader: Visitor, client: FlaskClient, desk: Desk, shops: Shops
) -> None:
    reader.open(reader.send(BOOK, POSTED))
    day = visit(client, desk, shops.clerk).get("/shop/days")
    assert [cell.text for cell in day.html.xpath("//tbody/tr/td[last()]")] == ["读者"]


def test_an_address_is_needed_to_post(reader: Visitor, desk: Desk) -> None:
    assert reader.send(BOOK, {"how": "post"}).status == 422
    assert status(desk) == []


def test_a_shop_says_that_there_is_none(reader: Visitor, client: FlaskClient, desk: Desk, shops: Shops) -> None:
    reader.send(BOOK, {"how": "CG"})
    visit(client, desk, shops.clerk).send("/shop/sending/1/shortage", {"shop": "XH"})
    assert status(desk) == ["cancelled"]
    page = visit(client, desk, desk.reading(desk.preview().patron.id).caller).get(BOOK)
    assert "没有这本书了" in page.text


def test_what_may_not_be_chosen_has_no_form_unless_for_a_child(reader: Visitor, desk: Desk, shops: Shops) -> None:
    shops.programme(rules=Rules(max_price_fen=1000, online=Online(pickup=True)))
    page = reader.get(BOOK)
    assert "这本现在不能选" in page.text
    assert not page.html.xpath("//select[@name='how']")
    mine = desk.preview().patron.id
    desk.add_patron("P0009", guardian_id=mine)
    assert reader.get(BOOK).html.xpath("//select[@name='how']")


def test_a_parcel_that_did_not_arrive_is_sent_again_or_given_up(
    reader: Visitor, client: FlaskClient, desk: Desk, shops: Shops
) -> None:
    hub = desk.write(lambda s: make_user(s, "hub", ("hub_librarian", desk.county.hub), ("purchaser", desk.county.hub)))
    me = desk.reading(desk.preview().patron.id).caller
    later = desk.later(days=4).now
    reader.send(BOOK, POSTED)
    clerk = visit(client, desk, shops.clerk)
    clerk.send("/shop/sending/1/dispatch", {"shop": "XH", "tracking": "SF1"})
    assert "/shop/sending/1/non-arrival" not in [address for _, address in clerk.get("/shop/sending").actions()]
    early = visit(client, desk, me).get("/me/new-books")
    assert "/me/new-books/1/non-arrival" not in [address for _, address in early.actions()]
    mine = visit(client, desk, me).later(later)
    assert "/me/new-books/1/non-arrival" in [address for _, address in mine.get("/me/new-books").actions()]
    mine.send("/me/new-books/1/non-arrival", {})
    assert status(desk) == ["missing"]
    assert "说没有收到" in mine.get("/me/new-books").text
    clerk = visit(client, desk, shops.clerk).later(later)
    assert "再寄一本，或者撤销" in clerk.get("/shop/sending").text
    clerk.send("/shop/sending/1/dispatch", {"shop": "XH", "tracking": "SF2"})
    assert status(desk) == ["sent"]
    library = visit(client, desk, hub).later(later)
    assert "/shop/sending/1/non-arrival" in [address for _, address in library.get("/shop/sending?shop=XH").actions()]
    visit(client, desk, me).later(later).send("/me/new-books/1/receipt", {})
    assert status(desk) == ["lent"]
    clerk = visit(client, desk, shops.clerk).later(later)
    assert "已借给读者" not in clerk.get("/shop/sending").text
    library = visit(client, desk, hub).later(later)
    assert "已借给读者" in library.get("/shop/sending?shop=XH").text
    library.send("/shop/sending/1/non-arrival", {"shop": "XH"})
    assert status(desk) == ["missing"]
    clerk = visit(client, desk, shops.clerk).later(later)
    clerk.send("/shop/sending/1/loss", {"shop": "XH"})
    assert status(desk) == ["cancelled"]


def test_beyond_the_limit_a_reader_is_sent_to_a_librarian(
    reader: Visitor, client: FlaskClient, desk: Desk, shops: Shops
) -> None:
    shops.programme(rules=Rules(online=Online(post=True, missed_per_year=0)))
    me, later = desk.reading(desk.preview().patron.id).caller, desk.later(days=4).now
    reader.send(BOOK, POSTED)
    visit(client, desk, shops.clerk).send("/shop/sending/1/dispatch", {"shop": "XH", "tracking": "SF1"})
    mine = visit(client, desk, me).later(later)
    page = mine.get("/me/new-books")
    assert "/me/new-books/1/non-arrival" not in [address for _, address in page.actions()]
    assert "由馆员核实办理" in page.text
    assert "由馆员核实办理" in mine.send("/me/new-books/1/non-arrival", {}).text
    assert status(desk) == ["sent"]


def test_of_a_set_the_reader_says_which_volume_and_the_shop_reads_it(
    reader: Visitor, client: FlaskClient, desk: Desk, shops: Shops
) -> None:
    shops.programme(rules=Rules(max_copies_in_network=1, online=Online(pickup=True)))
    desk.write(lambda s: s.execute(update(ShopOffer).where(ShopOffer.isbn == ISBN).values(volumes="上、下", stock=9)))
    page = reader.get(BOOK)
    assert [one.text for one in page.html.xpath("//select[@name='volume']/option")] == ["请选择", "上", "下"]
    assert not page.html.xpath("//select[@name='how']")
    assert "请写明要哪一册（上、下）" in reader.send(BOOK, {"how": "CG"}).text
    assert "《红楼梦》 上" in reader.get(f"{BOOK}?volume=上").text
    for volume in ("上", "下"):
        reader.send(BOOK, {"how": "CG", "volume": volume})
    assert status(desk) == ["ordered", "ordered"]
    assert "不再买" in reader.send(BOOK, {"how": "CG", "volume": "下"}).text
    assert "《红楼梦》 下" in reader.get("/me/new-books").text
    clerk = visit(client, desk, shops.clerk)
    assert "《红楼梦》 下" in clerk.get("/shop/sending").text
    assert "《红楼梦》 下" in clerk.get("/shop/sending/2/slip").text
