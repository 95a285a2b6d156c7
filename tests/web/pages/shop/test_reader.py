"""A reader asks for themselves whether a book can be had: every reason, the nearest copy, what is left; nothing is chosen."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from purchasing.programmes import Rules
from tests.desk import Desk
from tests.desk import desk as desk
from tests.factories import make_bib, make_item
from tests.pages import Visitor, visit
from tests.purchasing.county import ISBN, Shops, quotas
from tests.purchasing.county import shops as shops

ASKED = {"shop": "XH", "isbn": ISBN, "price": "59.70", "title": "红楼梦"}


@pytest.fixture
def reader(client: FlaskClient, desk: Desk, shops: Shops) -> Visitor:
    return visit(client, desk, desk.reading(desk.preview().patron.id).caller)


def test_a_book_that_can_be_had(reader: Visitor, shops: Shops, desk: Desk) -> None:
    shops.programme(rules=quotas(period="month", count=3))
    page = reader.send("/choose", ASKED)
    assert "可以买" in page.text
    assert "请到柜台办理" in page.text
    assert "本月还可选 3 册" in page.text
    assert desk.open_loans() == 0


def test_a_book_that_cannot_is_refused_with_reasons_and_the_nearest_copy(
    reader: Visitor, shops: Shops, desk: Desk
) -> None:
    shops.programme(rules=Rules(max_price_fen=1000, max_copies_in_network=1))
    desk.write(lambda s: make_item(s, desk.county.branch, "B7777", make_bib(s, "红楼梦", isbn=ISBN)))
    page = reader.send("/choose", ASKED)
    assert "这本不行" in page.text
    assert "超过每册 10.00 元" in page.text
    assert "最近的在城关分馆" in page.text


@pytest.mark.parametrize(
    ("isbn", "sentence"), [("123", "不是有效的 ISBN"), ("10019·2023", "统一书号"), ("", "请填写这一项")]
)
def test_what_is_no_isbn_is_said_so(reader: Visitor, isbn: str, sentence: str) -> None:
    page = reader.send("/choose", ASKED | {"isbn": isbn})
    assert page.status in (409, 422)
    assert sentence in page.text


def test_the_page_works_without_a_price_and_is_for_readers_alone(
    reader: Visitor, client: FlaskClient, desk: Desk, shops: Shops
) -> None:
    assert "填上定价再问一次" in reader.send("/choose", ASKED | {"price": ""}).text
    assert reader.get("/choose").status == 200
    assert visit(client, desk, shops.clerk).get("/choose").status == 403
