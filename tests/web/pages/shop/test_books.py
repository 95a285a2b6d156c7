"""A shop's list of books and its labels on pages: looked at first, then taken; a day's list with its sums and as a spreadsheet."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.desk import Desk
from tests.desk import desk as desk
from tests.factories import make_unit
from tests.pages import Sheet, Visitor, visit
from tests.purchasing.county import ISBN, OTHER_ISBN, Shops
from tests.purchasing.county import shops as shops

LIST = f"ISBN,书名,定价\n{ISBN},红楼梦,¥59.80\n9.787E+12,坏,1\n{OTHER_ISBN},三体,23\n"


@pytest.fixture
def clerk(client: FlaskClient, desk: Desk, shops: Shops) -> Visitor:
    return visit(client, desk, shops.clerk)


@pytest.fixture
def hub(client: FlaskClient, desk: Desk, shops: Shops) -> Visitor:
    return visit(client, desk, desk.staffed(("hub_librarian", desk.county.hub), username="hub").caller)


def look(visitor: Visitor, text: str = LIST, **more: Any) -> Sheet:
    file = (io.BytesIO(text.encode()), "list.csv")
    return visitor.send("/shop/books", {"shop": "XH", "do": "look", "how": "whole", "file": file} | more)


def take(visitor: Visitor, looked: Sheet) -> Sheet:
    form = looked.html.xpath("//form[.//input[@name='token']]")[0]
    values = {name: value for name, value in form.form_values() if name not in ("csrf_token", "key")}
    return visitor.send("/shop/books", values | {"do": "take"})


def test_a_list_is_looked_at_then_taken(clerk: Visitor) -> None:
    looked = look(clerk)
    assert "还什么都没有改" in looked.text
    assert "科学计数" in looked.text
    assert "收下这 2 种" in looked.text
    assert "文件里没有“库存”一栏" in looked.text
    assert "清单还是空的" in looked.text
    done = clerk.open(take(clerk, looked))
    assert (
        "新上 2 种，更改 0 种（定价 0 种、库存 0 种），不变 0 种，下架 0 种，没有收 1 行。" in done.html.text_content()
    )
    assert "现有 2 种" in done.text
    assert "《三体》" in clerk.get("/shop/books", q="三体").text
    assert "《红楼梦》" not in clerk.get("/shop/books", q="三体").text


def test_a_file_that_was_looked_at_belongs_to_its_shop(
    clerk: Visitor, hub: Visitor, desk: Desk, client: FlaskClient
) -> None:
    desk.write(lambda s: make_unit(s, "SB", "shop", desk.county.hub))
    looked = look(hub)
    token = looked.html.xpath("//input[@name='token']/@value")[0]
    for shop, sent in (("SB", token), ("XH", "0" * 32), ("XH", "../../x")):
        refused = hub.send("/shop/books", {"shop": shop, "do": "take", "how": "part", "token": sent})
        assert (refused.status, "请重新选择文件" in refused.text) == (422, True)


def test_adding_leaves_what_is_there_and_a_book_leaves_the_list(clerk: Visitor) -> None:
    take(clerk, look(clerk))
    added = look(clerk, "ISBN,书名,定价\n9787530209554,人生,32\n", how="part")
    assert "收下这 1 种，其余不动" in added.text
    take(clerk, added)
    assert "现有 3 种" in clerk.get("/shop/books").text
    counted = clerk.open(clerk.send("/shop/books/stock", {"shop": "XH", "isbn": ISBN, "stock": "4"}))
    assert "库存改为 4 册" in counted.html.text_content()
    assert clerk.send("/shop/books/stock", {"shop": "XH", "isbn": ISBN, "stock": "-4"}).status == 422
    clerk.send("/shop/books/removal", {"shop": "XH", "isbn": ISBN})
    assert "现有 2 种" in clerk.get("/shop/books").text
    clerk.send("/shop/books/removal", {"shop": "XH", "all": "1"})
    assert "清单还是空的" in clerk.get("/shop/books").text


def test_what_a_whole_list_takes_off_is_shown_and_nothing_is_chosen_for_the_clerk(clerk: Visitor) -> None:
    unsaid = look(clerk, how="")
    assert (unsaid.status, "请说明这是整份清单" in unsaid.text) == (422, True)
    assert not unsaid.html.xpath("//input[@name='how'][@checked]")
    take(clerk, look(clerk))
    looked = look(clerk, f"ISBN,定价\n{OTHER_ISBN},25\n")
    assert "收下这 1 种，下架 1 种" in looked.text
    shown = " ".join(looked.html.xpath("//details[@open]")[0].text_content().split())
    assert "下架：1" in shown
    assert "《红楼梦》" in shown
    assert "《三体》" not in shown


@pytest.mark.parametrize(("text", "sentence"), [("a,b\n1,2\n", "没有找到表头"), ("", "文件是空的")])
def test_what_is_no_list_is_said_so(clerk: Visitor, text: str, sentence: str) -> None:
    refused = look(clerk, text)
    assert (refused.status, sentence in refused.text) == (422, True)


def test_the_day_is_listed_with_its_sums_and_as_a_spreadsheet(clerk: Visitor, shops: Shops) -> None:
    shops.choose()
    gone = shops.choose(OTHER_ISBN, title="三体", price_fen=2300)
    shops.cancel(gone.selection.id)
    page = clerk.get("/shop/days")
    assert "合计 1 册" in page.text
    assert "59.70" in page.text
    assert "已撤销" in page.text
    assert "2 / 97" in page.text
    sheet = clerk.get("/shop/days/sheet")
    assert sheet.response.headers["Content-Disposition"].endswith("XH-2026-11-23.xlsx")
    with zipfile.ZipFile(io.BytesIO(sheet.response.data)) as book:
        cells = "".join(book.read(name).decode() for name in book.namelist() if name.endswith(".xml"))
    for shown in ("红楼梦", "NX000001", "<v>59.70</v>", "合计 1 册"):
        assert shown in cells
    assert re.findall(r'<c r="[EF]4"[^>]*><v>([0-9.]+)</v>', cells) == ["59.70", "59.70"]  # sums of both columns
    assert "没有选书" in clerk.get("/shop/days", day="2026-11-20").text


def test_the_library_gives_labels_and_says_what_it_pays(hub: Visitor) -> None:
    page = hub.get("/shop/labels")
    assert "NX000001" in page.text
    given = hub.open(hub.send("/shop/labels", {"shop": "XH", "first": "NX200001", "to": "NX200050"}))
    assert "已发给新华书店 50 张条码" in given.html.text_content()
    refused = hub.send("/shop/labels", {"shop": "XH", "first": "NX200050", "to": "NX200060"})
    assert (refused.status, "两段重叠" in refused.text) == (409, True)
    changed = hub.open(hub.send("/shop/labels/terms", {"shop": "XH", "pays_percent": "85", "before": "100"}))
    assert "付定价的 85%" in changed.html.text_content()
    assert hub.send("/shop/labels/terms", {"shop": "XH", "pays_percent": "80", "before": "100"}).status == 412
    bound = {"shop": "XH", "pays_percent": "85", "before": "85", "stock_binds": "1"}
    assert "柜台也不能选" in hub.open(hub.send("/shop/labels/terms", bound)).html.text_content()
    assert hub.get("/shop/labels").html.xpath("//input[@name='stock_binds'][@checked]")
    run = page.html.xpath("//input[@name='run']/@value")[0]
    assert hub.get("/shop/labels/print", shop="XH", run=run).response.data.startswith(b"%PDF-")
    assert hub.get("/shop/labels/print", shop="XH", run=run, **{"from": "ZZ1"}).status == 422
