"""Logging in and out by the page."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.desk import Desk
from tests.desk import desk as desk
from tests.factories import PASSWORD, PIN
from tests.pages import Visitor, visit
from web.auth import SESSION_COOKIE


@pytest.fixture
def visitor(client: FlaskClient, desk: Desk) -> Visitor:
    desk.staffed(("hub_librarian", desk.county.hub), username="wang")
    desk.add_patron("P0002", pin=PIN)
    return visit(client, desk)


def test_staff_come_to_the_desk(visitor: Visitor) -> None:
    answer = visitor.send("/login", {"login": "wang", "secret": PASSWORD})
    assert (answer.status, answer.address) == (303, "/desk")
    cookie = visitor.client.get_cookie(SESSION_COOKIE)
    assert cookie is not None
    assert cookie.http_only
    assert cookie.same_site == "Lax"
    assert visitor.get("/desk").status == 200


def test_a_reader_comes_to_their_loans(visitor: Visitor) -> None:
    answer = visitor.send("/login", {"login": "P0002", "secret": PIN})
    assert (answer.status, answer.address) == (303, "/me")


def test_a_wrong_password_is_said_and_what_was_typed_stays(visitor: Visitor) -> None:
    answer = visitor.send("/login", {"login": "wang", "secret": "not this one at all"})
    assert answer.status == 401
    assert "账号或密码不对" in answer.text
    assert answer.html.xpath("//input[@name='login']/@value") == ["wang"]
    assert not answer.html.xpath("//input[@name='secret']/@value")
    assert visitor.client.get_cookie(SESSION_COOKIE) is None


def test_one_who_must_log_in_first_goes_on_where_they_wanted_to(visitor: Visitor) -> None:
    asked = visitor.get("/transfers", tab="way")
    assert asked.status == 302
    form = visitor.open(asked).values()
    assert form["next"] == "/transfers?tab=way"
    assert (
        visitor.send("/login", form | {"login": "wang", "secret": PASSWORD}).response.location == "/transfers?tab=way"
    )


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_nobody_is_sent_to_another_site(visitor: Visitor, target: str) -> None:
    assert visitor.send("/login", {"login": "wang", "secret": PASSWORD, "next": target}).address == "/desk"


def test_a_login_gets_a_new_cookie_and_the_old_one_is_worth_nothing(visitor: Visitor) -> None:
    visitor.send("/login", {"login": "wang", "secret": PASSWORD})
    first = visitor.client.get_cookie(SESSION_COOKIE)
    visitor.send("/login", {"login": "wang", "secret": PASSWORD})
    second = visitor.client.get_cookie(SESSION_COOKIE)
    assert first is not None
    assert second is not None
    assert first.value != second.value
    visitor.client.set_cookie(SESSION_COOKIE, first.value)
    assert visitor.get("/desk").address == "/login"


def test_after_logging_out_the_cookie_opens_nothing(visitor: Visitor) -> None:
    visitor.send("/login", {"login": "wang", "secret": PASSWORD})
    cookie = visitor.client.get_cookie(SESSION_COOKIE)
    assert cookie is not None
    answer = visitor.send("/logout")
    assert visitor.client.get_cookie(SESSION_COOKIE) is None
    assert "已退出" in visitor.open(answer).text
    visitor.client.set_cookie(SESSION_COOKIE, cookie.value)
    assert visitor.get("/desk").address == "/login"


def test_staff_change_their_own_password_and_log_in_again(client: FlaskClient, desk: Desk) -> None:
    visitor = visit(client, desk, desk.staffed(("volunteer", desk.county.point), username="li").caller)
    form = {
        "old_password": PASSWORD,
        "password": "seven sleepy wooden boats",
        "password_again": "seven sleepy wooden boats",
    }
    wrong = visitor.send("/password", form | {"password_again": "other"})
    assert wrong.status == 422
    assert "两次输入不一样" in wrong.text
    assert visitor.send("/password", form | {"old_password": "wrong"}).status == 401
    assert visitor.send("/password", form).address == "/login"
    assert visitor.get("/desk").address == "/login"
    assert visitor.send("/login", {"login": "li", "secret": form["password"]}).address == "/desk"


def test_a_weak_password_is_explained_beside_the_field(client: FlaskClient, desk: Desk) -> None:
    visitor = visit(client, desk, desk.staffed(("volunteer", desk.county.point)).caller)
    answer = visitor.send("/password", {"old_password": PASSWORD, "password": "short", "password_again": "short"})
    assert answer.status == 422
    assert "至少 15 个字符" in "".join(answer.html.xpath("//*[@id='wrong-password']//text()"))
