"""Setting up units and their hours by pages."""

from __future__ import annotations

from datetime import date

import pytest
from flask.testing import FlaskClient

from branches.reference import CALENDARS, TREE
from tests.desk import Desk
from tests.desk import desk as desk
from tests.pages import Visitor, visit


@pytest.fixture
def visitor(client: FlaskClient, desk: Desk) -> Visitor:
    return visit(client, desk, desk.staffed(("sysadmin", desk.county.network)).caller)


def test_the_tree_is_shown_set_in_by_depth(visitor: Visitor) -> None:
    page = visitor.get("/admin/units")
    rows = [(row.xpath(".//a/text()")[0], row.xpath(".//span/@class")[0]) for row in page.html.xpath("//tbody/tr")]
    assert rows[0] == ("测试县", "depth-0")
    assert ("李村书屋", "depth-3") in rows


def test_a_unit_is_made_changed_and_closed_down(visitor: Visitor) -> None:
    form = {"code": "HH", "name": "河口分馆", "kind": "branch", "parent": "ZG", "address": "河口镇 1 号"}
    assert visitor.send("/admin/units/new", form).address == "/admin/units/HH"
    edit = visitor.get("/admin/units/HH/edit").values()
    assert edit["address"] == "河口镇 1 号"
    visitor.send("/admin/units/HH/edit", edit | {"name": "河口镇分馆", "lat": "30.1", "lon": "120.2", "is_closed": "1"})
    page = visitor.get("/admin/units/HH")
    assert "河口镇分馆" in page.text
    assert "已停用" in page.text
    assert "30.1000, 120.2000" in page.text
    assert visitor.send("/admin/units/HH/edit", edit).status == 412


def test_a_code_that_is_taken_or_odd_is_refused_at_its_field(visitor: Visitor) -> None:
    form = {"code": "zg", "name": "又一个", "kind": "branch", "parent": "QX"}
    assert visitor.send("/admin/units/new", form).status == 409
    odd = visitor.send("/admin/units/new", form | {"code": "城关 1", "lat": "100"})
    assert {"wrong-code", "wrong-lat"} == {e.get("id") for e in odd.html.xpath("//p[@class='wrong']")}


def test_hours_and_closures_are_set_and_inherited(visitor: Visitor, desk: Desk) -> None:
    form = visitor.get("/admin/units/ZG/hours").values()
    assert form["whose"] == "parent"
    week = {f"{day}-0-opens": "09:00" for day in ("tue", "wed", "thu")} | {
        f"{day}-0-closes": "17:30" for day in ("tue", "wed", "thu")
    }
    closure = {"closure-0-from": "2026-12-01", "closure-0-to": "2026-12-03", "closure-0-reason": "搬家"}
    assert visitor.send("/admin/units/ZG/hours", form | week | closure | {"whose": "own"}).address == "/admin/units/ZG"
    page = visitor.get("/admin/units/ZG")
    assert "周二 09:00–17:30" in page.text
    assert "搬家" in page.text
    assert "继承自 城关总馆" in visitor.get("/admin/units/LX").text
    calendars = desk.read(CALENDARS.get)
    tree = desk.read(TREE.get)
    assert not calendars.is_open(tree.unit("LX").id, date(2026, 12, 2))
    again = visitor.get("/admin/units/ZG/hours").values()
    assert (again["tue-0-opens"], again["closure-0-reason"]) == ("09:00", "搬家")
    visitor.send("/admin/units/ZG/hours", again | {"closure-0-from": "", "closure-0-to": "", "closure-0-reason": ""})
    assert "搬家" not in visitor.get("/admin/units/ZG").text


def test_hours_that_do_not_hold_come_back_with_their_day(visitor: Visitor) -> None:
    form = visitor.get("/admin/units/ZG/hours").values() | {
        "whose": "own",
        "mon-0-opens": "18:00",
        "mon-0-closes": "09:00",
    }
    wrong = visitor.send("/admin/units/ZG/hours", form)
    assert wrong.status == 422
    assert "先后不对" in wrong.text
    assert wrong.values()["mon-0-opens"] == "18:00"
    half = visitor.send("/admin/units/ZG/hours", form | {"mon-0-closes": ""})
    assert "要一起填" in half.text


def test_who_may_only_set_hours_is_shown_only_that(client: FlaskClient, desk: Desk) -> None:
    branch = visit(client, desk, desk.staffed(("branch_librarian", desk.county.branch), username="li").caller)
    own = branch.get("/admin/units/CG")
    assert "/admin/units/CG/hours" in set(own.links())
    assert "/admin/units/CG/edit" not in set(own.links())
    assert "/admin/units/ZG/hours" not in set(branch.get("/admin/units/ZG").links())
    assert branch.get("/admin/units/ZG/hours").status == 404
    assert branch.get("/admin/units/new").status == 403
