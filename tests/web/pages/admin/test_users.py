"""Accounts and roles by pages."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.desk import Desk
from tests.desk import desk as desk
from tests.pages import Visitor, visit

NEW = {"username": "zhao", "name": "赵敏", "password": "five tall green bottles", "role": "volunteer", "org": "LX"}


@pytest.fixture
def visitor(client: FlaskClient, desk: Desk) -> Visitor:
    return visit(client, desk, desk.staffed(("sysadmin", desk.county.network)).caller)


def test_an_account_is_made_with_a_role_and_can_log_in(visitor: Visitor) -> None:
    made = visitor.send("/admin/users/new", NEW)
    assert made.address == "/admin/users/zhao"
    assert "服务点志愿者" in visitor.open(made).text
    assert visitor.send("/login", {"login": "zhao", "secret": NEW["password"]}).address == "/desk"


def test_a_weak_password_or_a_taken_name_is_told(visitor: Visitor) -> None:
    weak = visitor.send("/admin/users/new", NEW | {"password": "short"})
    assert weak.status == 422
    assert weak.html.xpath("//*[@id='wrong-password']")
    visitor.send("/admin/users/new", NEW)
    assert visitor.send("/admin/users/new", NEW).status == 409


def test_roles_are_given_and_taken_away(visitor: Visitor) -> None:
    visitor.send("/admin/users/new", NEW)
    more = {"what": "grants", "grant": "volunteer@LX", "role": "branch_librarian", "org": "CG"}
    page = visitor.open(visitor.send("/admin/users/zhao", more))
    assert page.html.xpath("//input[@name='grant']/@value") == ["branch_librarian@CG", "volunteer@LX"]
    page = visitor.open(visitor.send("/admin/users/zhao", {"what": "grants", "grant": "branch_librarian@CG"}))
    assert page.html.xpath("//input[@name='grant']/@value") == ["branch_librarian@CG"]


def test_an_account_is_renamed_reset_and_switched_off_and_on(visitor: Visitor) -> None:
    visitor.send("/admin/users/new", NEW)
    assert "赵姑娘" in visitor.open(visitor.send("/admin/users/zhao", {"name": "赵姑娘"})).text
    assert visitor.send("/admin/users/zhao", {"what": "password", "password": "x"}).status == 422
    visitor.send("/admin/users/zhao", {"what": "password", "password": "six small yellow ducks"})
    assert "已停用" in visitor.open(visitor.send("/admin/users/zhao", {"what": "switch"})).text
    assert "在用" in visitor.open(visitor.send("/admin/users/zhao", {"what": "switch", "is_active": "1"})).text
    assert visitor.send("/login", {"login": "zhao", "secret": "six small yellow ducks"}).status == 303


def test_nobody_lifts_themselves_or_others_above_themselves(client: FlaskClient, desk: Desk) -> None:
    hub = visit(client, desk, desk.staffed(("hub_librarian", desk.county.hub), username="chen").caller)
    own = hub.get("/admin/users/chen")
    assert "这是您自己的账号" in own.text
    assert not own.html.xpath("//main//form")
    assert hub.send("/admin/users/chen", {"what": "grants", "role": "sysadmin", "org": "QX"}).status in (404, 409)
    hub.send("/admin/users/new", NEW)
    above = hub.send("/admin/users/zhao", {"what": "grants", "role": "hub_librarian", "org": "ZG"})
    assert above.status == 409
    assert "只能管理比自己低的角色" in above.text


def test_only_accounts_of_ones_units_are_listed(client: FlaskClient, desk: Desk) -> None:
    desk.staffed(("volunteer", desk.county.point), username="low")
    desk.staffed(("sysadmin", desk.county.network), username="high")
    hub = visit(client, desk, desk.staffed(("hub_librarian", desk.county.hub), username="chen").caller)
    page = hub.get("/admin/users")
    assert "low" in page.text
    assert "high" not in page.text
    assert hub.get("/admin/users/high").status == 404
