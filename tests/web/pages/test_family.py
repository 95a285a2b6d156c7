"""A guardian's pages: the children, what each has at home, renewing and holds for them."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from branches.access import Caller
from tests.desk import Desk
from tests.desk import desk as desk
from tests.factories import day
from tests.pages import Visitor, visit


@pytest.fixture
def parent(client: FlaskClient, desk: Desk) -> Visitor:
    parent_id = desk.preview().patron.id
    desk.add_patron("C1", name="李小明", guardian_id=parent_id, birth_on=day("2016-05-01"), category="child")
    desk.add_patron("X1", name="别人家的")
    return visit(client, desk, Caller(kind="patron", id=parent_id))


def test_the_family_is_a_click_away_and_shows_what_is_due(parent: Visitor, desk: Desk) -> None:
    desk.check_out(patron="C1")
    assert "/me/family" in parent.get("/me").links()
    page = parent.get("/me/family")
    assert "李小明" in page.text
    assert "在借 1 册" in page.text
    assert "待您同意" in page.text
    assert "/me/family/C1" in page.links()


def test_a_guardian_agrees_once_and_is_asked_no_more(parent: Visitor) -> None:
    assert "需要监护人同意" in parent.get("/me/family/C1").text
    shown = parent.open(parent.send("/me/family/C1/consent"))
    assert "已记下您的同意" in shown.text
    assert "需要监护人同意" not in shown.text


def test_a_guardian_takes_the_consent_back_and_hears_what_follows(parent: Visitor) -> None:
    parent.send("/me/family/C1/consent")
    shown = parent.open(parent.send("/me/family/C1/consent/end"))
    assert "15 天内删除孩子的资料" in shown.text
    assert "需要监护人同意" in shown.text
    assert parent.send("/me/family/C1/consent/end").status == 409


def test_a_guardian_renews_the_child_s_books(parent: Visitor, desk: Desk) -> None:
    lent = desk.check_out(patron="C1")
    answer = parent.later(desk.later(days=5).now).send("/me/family/C1", {"loan": "all"})
    assert "已续借" in answer.text
    assert desk.loan(lent.id).renewals == 1
    assert "达到上限" in parent.later(desk.later(days=6).now).send("/me/family/C1", {"loan": str(lent.id)}).text


def test_a_guardian_places_and_calls_off_a_hold_and_stays_on_the_child_s_page(parent: Visitor, desk: Desk) -> None:
    bib = desk.item().bib_id
    form = parent.get(f"/bibs/{bib}/hold")
    assert "我自己" in form.text
    placed = parent.send(f"/bibs/{bib}/hold", form.values() | {"ward": "C1", "pickup": "CG"})
    assert placed.address == "/me/family/C1"
    page = parent.open(placed)
    assert "预约 1 个" in page.text
    [action] = [address for _method, address in page.actions() if address.endswith("/cancellation")]
    assert parent.send(action, page.values(action)).address == "/me/family/C1"
    refused = parent.send(action, page.values(action) | {"key": "0123456789abcdef"})
    assert refused.status == 409
    assert "李小明" in refused.text


@pytest.mark.parametrize("address", ["/me/family/X1", "/me/family/P0001", "/me/family/NOBODY"])
def test_nobody_else_s_page_is_shown(parent: Visitor, address: str) -> None:
    assert parent.get(address).status == 404
    assert parent.send(address, {"loan": "all"}).status == 404
    assert parent.send(f"{address}/consent").status == 404


def test_who_has_no_children_is_told_how_to_have_them_noted(client: FlaskClient, desk: Desk) -> None:
    reader = visit(client, desk, Caller(kind="patron", id=desk.preview().patron.id))
    assert "/me/family" not in reader.get("/me").links()
    assert "还没有登记家人" in reader.get("/me/family").text
