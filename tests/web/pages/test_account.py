"""A reader's own page."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.desk import Desk
from tests.desk import desk as desk
from tests.factories import PIN
from tests.pages import Sheet, Visitor, visit


@pytest.fixture
def patron_id(desk: Desk) -> int:
    return desk.add_patron("P0002", pin=PIN, name="王小明")


@pytest.fixture
def visitor(client: FlaskClient, desk: Desk, patron_id: int) -> Visitor:
    return visit(client, desk, desk.reading(patron_id).caller)


def lines(sheet: Sheet) -> list[str]:
    return [" ".join(li.text_content().split()) for li in sheet.html.xpath("//main//ol[contains(@class,'lines')]/li")]


def test_what_is_due_first_comes_first(visitor: Visitor, desk: Desk) -> None:
    desk.add_item("B0002")
    desk.check_out("B0002", patron="P0002")
    desk.later(days=-3).check_out("B0001", patron="P0002")
    page = visitor.get("/me")
    assert "王小明，您好" in page.text
    assert ["12月20日（周日）" in lines(page)[0], "12月23日（周三）" in lines(page)[1]] == [True, True]


def test_a_book_said_to_be_lost_or_returned_is_not_called_late(visitor: Visitor, desk: Desk) -> None:
    desk.add_item("B0002")
    for book in ("B0001", "B0002"):
        desk.check_out(book, patron="P0002")
    desk.declare("lost")
    desk.declare("claimed_returned", "B0002")
    text = visitor.later(desk.later(days=90).now).get("/me").text
    assert "已报失" in text
    assert "您说已还，正在查找" in text
    assert "逾期" not in " ".join(lines(visitor.later(desk.later(days=90).now).get("/me")))


def test_one_loan_is_renewed(visitor: Visitor, desk: Desk) -> None:
    desk.add_item("B0002")
    first = desk.later(days=-3).check_out("B0001", patron="P0002")
    desk.later(days=-2).check_out("B0002", patron="P0002")
    page = visitor.send("/me", {"loan": str(first.id)})
    assert desk.acts().count("renewed") == 1
    assert sum("已续借" in line for line in lines(page)) == 1


def test_all_are_renewed_and_each_refusal_stands_beside_its_loan(visitor: Visitor, desk: Desk) -> None:
    desk.add_item("B0002")
    desk.later(days=-3).check_out("B0001", patron="P0002")
    late = desk.later(days=-40).check_out("B0002", patron="P0002")
    page = visitor.send("/me", {"loan": "all"})
    assert "已逾期，不能续借" in lines(page)[0]
    assert "已续借" in lines(page)[1]
    assert desk.loan(late.id).renewals == 0
    assert "有 1 册已经逾期" in page.text


def test_a_renewal_sent_twice_is_done_once(visitor: Visitor, desk: Desk) -> None:
    desk.policy("renewals", 5)
    loan = desk.later(days=-3).check_out("B0001", patron="P0002")
    for _ in range(2):
        page = visitor.send("/me", {"loan": "all", "key": "0123456789abcdef"})
    assert desk.loan(loan.id).renewals == 1
    assert "已续借" in lines(page)[0]


def test_nobody_renews_what_another_has(visitor: Visitor, desk: Desk) -> None:
    loan = desk.later(days=-3).check_out("B0001", patron="P0001")
    visitor.send("/me", {"loan": str(loan.id)})
    assert desk.loan(loan.id).renewals == 0


def test_a_new_pin_needs_the_old_one_and_a_new_login(visitor: Visitor) -> None:
    form = {"old_pin": PIN, "pin": "739164", "pin_again": "739164"}
    assert "两次输入不一样" in visitor.send("/me/pin", form | {"pin_again": "1"}).text
    assert visitor.send("/me/pin", form | {"old_pin": "111112"}).status == 401
    weak = visitor.send("/me/pin", form | {"pin": "123456", "pin_again": "123456"})
    assert weak.status == 422
    assert weak.html.xpath("//*[@id='wrong-pin']")
    assert visitor.send("/me/pin", form).address == "/login"
    assert visitor.get("/me").address == "/login"
    assert visitor.send("/login", {"login": "P0002", "secret": "739164"}).address == "/me"


def test_staff_have_no_loans_page_and_readers_no_desk(client: FlaskClient, desk: Desk, patron_id: int) -> None:
    assert visit(client, desk, desk.reading(patron_id).caller).get("/desk").status == 403
    assert visit(client, desk, desk.staffed(("hub_librarian", desk.county.hub)).caller).get("/me").status == 403


def test_an_empty_account_leads_to_the_books(visitor: Visitor) -> None:
    page = visitor.get("/me")
    assert "现在没有借书" in page.text
    assert "/" in set(page.links())
