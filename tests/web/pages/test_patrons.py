"""Readers by pages: found, registered, changed, blocked; masked as rights allow, every look noted."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.desk import Desk, refusals_of
from tests.desk import desk as desk
from tests.pages import Visitor, visit

NEW = {"barcode": "P0009", "name": "李小红", "category": "adult", "home": "CG", "phone": "13812345678", "pin": "482913"}


@pytest.fixture
def visitor(client: FlaskClient, desk: Desk) -> Visitor:
    return visit(client, desk, desk.staffed(("hub_librarian", desk.county.hub)).caller)


def test_a_card_opens_its_reader(visitor: Visitor) -> None:
    assert visitor.send("/patrons", {"q": " P0001 "}).address == "/patrons/P0001"


def test_a_name_lists_masked_readers_and_a_phone_finds_one(visitor: Visitor) -> None:
    visitor.send("/patrons/new", NEW)
    named = visitor.send("/patrons", {"q": "李"})
    assert "李**" in named.text
    assert "李小红" not in named.text
    assert "P0009" in visitor.send("/patrons", {"q": "138-1234-5678"}).text


def test_nobody_found_says_what_to_try(visitor: Visitor) -> None:
    assert "没有找到读者" in visitor.send("/patrons", {"q": "查无此人"}).text


def test_a_reader_is_registered_and_may_borrow(visitor: Visitor, desk: Desk) -> None:
    answer = visitor.send("/patrons/new", NEW)
    assert answer.address == "/patrons/P0009"
    shown = visitor.open(answer)
    assert "李小红" in shown.text
    assert "已办证" in shown.text
    desk.check_out(patron="P0009")


def test_a_form_with_errors_comes_back_with_all_of_them_and_what_was_typed(visitor: Visitor) -> None:
    answer = visitor.send("/patrons/new", NEW | {"name": "", "category": "duke", "expires_on": "soon"})
    assert answer.status == 422
    assert {e.get("id") for e in answer.html.xpath("//p[@class='wrong']")} == {
        "wrong-name",
        "wrong-category",
        "wrong-expires_on",
    }
    assert answer.values()["barcode"] == "P0009"
    weak = visitor.send("/patrons/new", NEW | {"pin": "111111"})
    assert "不能全同或连号" in weak.text
    taken = visitor.send("/patrons/new", NEW | {"barcode": "P0001"})
    assert taken.status == 409
    assert "已被使用" in taken.text


def test_a_registration_sent_twice_makes_one_reader(visitor: Visitor, desk: Desk) -> None:
    for _ in range(2):
        assert visitor.send("/patrons/new", NEW | {"key": "0123456789abcdef"}).address == "/patrons/P0009"
    assert desk.acts().count("patron_created") == 1


def test_going_back_and_sending_something_else_is_another_act(visitor: Visitor, desk: Desk) -> None:
    visitor.send("/patrons/new", NEW | {"key": "0123456789abcdef"})
    other = visitor.send("/patrons/new", NEW | {"key": "0123456789abcdef", "barcode": "P0010"})
    assert other.address == "/patrons/P0010"
    assert desk.acts().count("patron_created") == 2


def test_a_look_at_a_reader_is_noted(visitor: Visitor, desk: Desk) -> None:
    visitor.get("/patrons/P0001")
    assert desk.acts() == ["person_viewed"]


def test_a_branch_sees_masked_names_and_keeps_what_it_does_not_see(client: FlaskClient, desk: Desk) -> None:
    hub = visit(client, desk, desk.staffed(("hub_librarian", desk.county.hub)).caller)
    hub.send("/patrons/new", NEW)
    branch = visit(client, desk, desk.staffed(("branch_librarian", desk.county.branch), username="li").caller)
    page = branch.get("/patrons/P0009")
    assert "李**" in page.text
    assert "138****5678" in page.text
    form = branch.get("/patrons/P0009/edit").values()
    assert "birth_on" not in form
    assert form["name"] == ""
    assert branch.send("/patrons/P0009/edit", form | {"category": "child"}).address == "/patrons/P0009"
    hub = visit(client, desk, desk.staffed(("hub_librarian", desk.county.hub), username="chen").caller)
    page = hub.get("/patrons/P0009")
    assert "李小红" in page.text
    assert "13812345678" in page.text
    assert "少儿" in page.text


def test_a_change_of_a_reader_whom_somebody_else_changed_is_not_lost_silently(visitor: Visitor) -> None:
    form = visitor.get("/patrons/P0001/edit").values()
    assert visitor.send("/patrons/P0001/edit", form | {"name": "张无忌"}).status == 303
    late = visitor.send("/patrons/P0001/edit", form | {"name": "张翠山"})
    assert late.status == 412
    assert "别人已先修改" in late.text
    assert "张无忌" in visitor.get("/patrons/P0001").text


def test_a_reader_is_blocked_and_unblocked(visitor: Visitor, desk: Desk) -> None:
    assert visitor.send("/patrons/P0001/blocks", {"reason": ""}).status == 422
    visitor.send("/patrons/P0001/blocks", {"reason": "图书破损未赔"})
    page = visitor.get("/patrons/P0001")
    assert "图书破损未赔" in page.text
    assert refusals_of(desk.check_out) == ["patron.blocked"]
    lift = next(action for _, action in page.actions() if action.endswith("/lift"))
    visitor.send(lift)
    desk.check_out()


def test_a_lost_card_stops_and_a_new_one_works(visitor: Visitor, desk: Desk) -> None:
    assert visitor.send("/patrons/P0001/cards", {"reason": "damaged"}).status == 422
    visitor.send("/patrons/P0001/cards", {"reason": "lost"})
    assert refusals_of(desk.check_out) == ["card.lost"]
    assert visitor.send("/patrons/P0001/cards", {"reason": "lost", "new_barcode": "P0077"}).address == "/patrons/P0077"
    desk.check_out(patron="P0077")


def test_a_loan_is_renewed_at_the_desk_or_its_refusal_shown(visitor: Visitor, desk: Desk) -> None:
    loan = desk.later(days=-3).check_out()
    assert "改为" in visitor.open(visitor.send(f"/patrons/P0001/renewals/{loan.id}")).text
    refused = visitor.send(f"/patrons/P0001/renewals/{loan.id}")
    assert refused.status == 409
    assert "达到上限" in refused.text


def test_a_reader_of_another_unit_is_not_found(client: FlaskClient, desk: Desk) -> None:
    desk.add_patron("P0005", desk.county.hub)
    branch = visit(client, desk, desk.staffed(("branch_librarian", desk.county.branch)).caller)
    for path in ("/patrons/P0005", "/patrons/P0005/edit", "/patrons/nobody"):
        assert branch.get(path).status == 404
    assert branch.send("/patrons/P0005/pin", {"pin": "739164"}).status == 404


def test_no_address_holds_a_phone_or_a_name(visitor: Visitor) -> None:
    visitor.send("/patrons/new", NEW)
    answer = visitor.send("/patrons", {"q": "13812345678"})
    assert "13812345678" not in " ".join(answer.links())
    assert "李" not in " ".join(answer.links())
