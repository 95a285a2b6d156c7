"""What readers may choose from online: each book once, with the shops that have it, and about when one would come."""

from __future__ import annotations

from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from branches.models import OrgUnit
from branches.reference import TREE
from purchasing.programmes import Quota, Rules
from purchasing.service.online import Listed
from tests.circ.test_statements import statements_of
from tests.desk import Desk
from tests.desk import desk as desk
from tests.factories import make_unit
from tests.purchasing.books import isbns
from tests.purchasing.county import ISBN, OTHER_ISBN
from tests.purchasing.county import shops as shops
from tests.purchasing.online import OPEN, Choices
from tests.purchasing.online import online as online

THIRD, *BOOKS = isbns(12)


@pytest.fixture
def other(online: Choices, desk: Desk) -> int:
    """A second shop."""
    return desk.write(lambda s: make_unit(s, "YD", "shop", desk.county.hub, name="悦读书店"))


def told(books: list[Listed]) -> list[tuple[str, list[tuple[str, int, int | None]]]]:
    return [(book.title, [(one.shop.code, one.price_fen, one.stock) for one in book.shops]) for book in books]


# --- each book once -----------------------------------------------------------------------------------------------------


def test_a_book_that_several_shops_have_is_told_once_as_the_newest_list_has_it(online: Choices, other: int) -> None:
    online.offer(ISBN, "红楼梦（校注本）", 5500, None, shop=other, days_ago=3)
    online.offer(THIRD, "围城", 3900, shop=other, days_ago=2)
    assert told(online.browse()) == [
        ("红楼梦", [("YD", 5500, None), ("XH", 5970, 2)]),
        ("三体", [("XH", 4200, 2)]),
        ("围城", [("YD", 3900, 2)]),
    ]
    # words that one list alone has find the book at every shop
    assert told(online.browse("校注")) == told(online.browse())[:1]


def test_a_page_is_so_many_books_however_many_shops_have_each(online: Choices, other: int) -> None:
    online.offer(ISBN, "红楼梦", 5500, shop=other)
    online.offer(OTHER_ISBN, "三体", 4300, shop=other)
    assert [[book.isbn for book in online.browse(skip=n, limit=1)] for n in range(3)] == [[ISBN], [OTHER_ISBN], []]


def test_who_has_none_asks_more_or_is_closed_is_left_out(online: Choices, desk: Desk, other: int) -> None:
    online.offer(ISBN, "红楼梦", 5500, 0, shop=other)
    online.offer(OTHER_ISBN, "三体", 4100, shop=other)
    assert told(online.browse("红楼梦")) == [("红楼梦", [("XH", 5970, 2)])]
    assert told(online.browse(up_to_fen=4150)) == [("三体", [("YD", 4100, 2)])]
    desk.write(lambda s: close(s, other))
    assert told(online.browse("三体")) == [("三体", [("XH", 4200, 2)])]


def close(session: Session, unit: int) -> None:
    session.get_one(OrgUnit, unit).is_closed = True
    TREE.changed(session)


# --- about when it would be there -----------------------------------------------------------------------------------------


def comes(online: Choices, isbn: str, *, days: int, pickup: str = "CG") -> None:
    """Chosen today, and so many days later on the hold shelf."""
    online.offer(isbn, isbn, 1000)
    row = online.order(isbn, pickup=pickup).selection
    online.dispatch(row.id)
    assert online.desk.later(days=days).check_in(row.item.split(":")[-1], at=pickup).action == "hold_shelf"


def day(online: Choices, desk: Desk, code: str = "XH") -> tuple[date, str] | None:
    """What is said of a book of that shop four weeks from now."""
    book = online.at(desk.later(days=28)).browse("红楼梦")[0]
    arrival = next(one.arrival for one in book.shops if one.shop.code == code)
    return None if arrival is None else (arrival.day, arrival.place.code)


def test_the_day_is_told_by_what_the_shop_lately_sent_there(online: Choices, desk: Desk, other: int) -> None:
    online.offer(ISBN, "红楼梦", 5500, shop=other)
    many(online)
    for isbn, days in zip(BOOKS, (6, 4, 5), strict=False):
        assert day(online, desk) is None
        comes(online, isbn, days=days)
    assert day(online, desk) == (date(2026, 12, 26), "CG")  # five days from 21 December
    assert day(online, desk, "YD") is None
    assert [one.shop.code for one in online.at(desk.later(days=28)).browse("红楼梦")[0].shops] == ["XH", "YD"]


def test_where_too_few_came_there_those_that_came_anywhere_tell(online: Choices, desk: Desk) -> None:
    many(online)
    for isbn in BOOKS[:5]:
        comes(online, isbn, days=3, pickup="ZG")
    assert day(online, desk) == (date(2026, 12, 24), "CG")


def test_no_day_is_told_of_a_place_where_nothing_is_handed_out(online: Choices, desk: Desk) -> None:
    many(online)
    for isbn in BOOKS[:3]:
        comes(online, isbn, days=3)
    assert day(online, desk) is not None
    online.rules(pickup_at=("ZG",))
    assert day(online, desk) == (date(2026, 12, 24), "CG")  # within the hub
    online.rules(pickup_at=("LX",))
    assert day(online, desk) is None
    online.rules(pickup=False)
    assert day(online, desk) is None


def many(online: Choices) -> None:
    """The reader may choose more than three a month."""
    online.shops.programme(rules=Rules(online=OPEN, per_patron=(Quota(period="month", count=20),)))


# --- how it is asked ------------------------------------------------------------------------------------------------------


def test_a_page_of_many_books_takes_as_many_statements_as_one(online: Choices, desk: Desk, other: int) -> None:
    online.browse()
    with statements_of(desk.database) as one:
        online.browse("红楼梦")
    for isbn in BOOKS:
        online.offer(isbn, isbn, 1000)
        online.offer(isbn, isbn, 1100, shop=other)
    with statements_of(desk.database) as all_of_them:
        assert len(online.browse(limit=30)) == len(BOOKS) + 2
    assert len(all_of_them) == len(one) <= 9, "\n".join(all_of_them)


def test_over_http_each_book_once_page_by_page(online: Choices, desk: Desk, other: int, client: FlaskClient) -> None:
    online.offer(ISBN, "红楼梦", 5500, None, shop=other)
    reader = desk.over_http(client, online.reader())
    first = reader.get("/offers", limit=1).get_json()
    assert first["items"] == [
        {
            "isbn": ISBN,
            "title": "红楼梦",
            "author": "",
            "publisher": "",
            "year": 2024,
            "shops": [
                {"shop": "YD", "name": "悦读书店", "price": "55.00", "stock": None, "volumes": [], "arrival": None},
                {"shop": "XH", "name": "新华书店", "price": "59.70", "stock": 2, "volumes": [], "arrival": None},
            ],
        }
    ]
    rest = reader.get("/offers", limit=1, cursor=first["next"]).get_json()
    assert ([one["title"] for one in rest["items"]], rest["next"]) == (["三体"], None)
    assert reader.get("/offers", q="三体", up_to="41.00").get_json()["items"] == []
    assert reader.get(f"/offers/{ISBN}").get_json() == first["items"][0]
    assert reader.get(f"/offers/{THIRD}").status_code == 404
    assert desk.over_http(client, online.shops.clerk).get("/offers").status_code == 403
