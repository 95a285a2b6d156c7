"""Forms from elsewhere change nothing; pages say who may frame, run and keep them."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient

from tests.desk import Desk
from tests.desk import desk as desk
from tests.factories import PASSWORD
from tests.pages import Sheet, visit
from web.app import CODE_WORKER


def test_a_form_without_its_token_changes_nothing(client: FlaskClient, desk: Desk) -> None:
    visitor = visit(client, desk, desk.staffed(("sysadmin", desk.county.network)).caller)
    answer = Sheet(client.post("/admin/categories", data={"code": "vip", "name": "VIP", "key": "a" * 16}))
    assert answer.status == 403
    assert "页面已过期" in answer.text
    assert "VIP" not in visitor.get("/admin/categories").text


def test_a_form_from_another_site_changes_nothing_even_with_a_token(client: FlaskClient, desk: Desk) -> None:
    visitor = visit(client, desk, desk.staffed(("sysadmin", desk.county.network)).caller)
    token = visitor._token()
    form = {"code": "vip", "name": "VIP", "key": "a" * 16, "csrf_token": token}
    foreign = client.post("/admin/categories", data=form, headers={"Origin": "https://evil.example"})
    assert foreign.status_code == 403
    own = client.post("/admin/categories", data=form, headers={"Origin": "http://localhost"})
    assert own.status_code == 303


def test_the_api_takes_no_cookie(client: FlaskClient, desk: Desk) -> None:
    visit(client, desk, desk.staffed(("sysadmin", desk.county.network)).caller)
    answer = client.post(
        "/api/v1/patron-categories", json={"code": "vip", "name": "VIP"}, headers={"Idempotency-Key": "k1"}
    )
    assert answer.status_code == 401


def test_pages_run_only_our_own_scripts_and_are_not_kept(client: FlaskClient, desk: Desk) -> None:
    visitor = visit(client, desk, desk.staffed(("hub_librarian", desk.county.hub)).caller)
    answer = visitor.get("/desk")
    policy = answer.response.headers["Content-Security-Policy"]
    assert "script-src 'self' 'nonce-" in policy
    assert "unsafe" not in policy
    assert answer.response.headers["Cache-Control"] == "no-store"
    assert not answer.html.xpath("//@style | //@onclick | //@onload | //@onsubmit")
    clerk = visit(client, desk, desk.staffed(("volunteer", desk.county.point), username="zhi").caller)
    refused = clerk.get("/shop/labels")
    assert refused.status == 403
    assert "'nonce-'" not in refused.response.headers["Content-Security-Policy"]


def test_webassembly_is_compiled_by_the_reader_of_barcodes_and_nothing_else(client: FlaskClient, desk: Desk) -> None:
    """A worker obeys the policy of its own file."""
    policy = client.get(f"/static/{CODE_WORKER}").headers["Content-Security-Policy"]
    assert policy == "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'"
    for path in ("/", "/static/js/camera.js", "/static/vendor/zxing-wasm/zxing_reader.js", "/healthz"):
        assert "unsafe" not in client.get(path).headers["Content-Security-Policy"], path


def test_a_file_with_its_mark_is_kept_for_a_year(client: FlaskClient, desk: Desk) -> None:
    page = visit(client, desk).get("/")
    address = page.html.xpath("//link[@rel='stylesheet']/@href")[0]
    answer = client.get(address)
    assert answer.status_code == 200
    assert "immutable" in answer.headers["Cache-Control"]
    assert client.get(address.partition("?")[0]).headers.get("Cache-Control") != answer.headers["Cache-Control"]


def test_the_cookie_is_secure_where_the_site_is(app: Flask, client: FlaskClient, desk: Desk) -> None:
    desk.staffed(("hub_librarian", desk.county.hub), username="wang")
    settings = app.extensions["tongjie_settings"]
    app.extensions["tongjie_settings"] = settings.__class__(
        **{name: getattr(settings, name) for name in settings.__slots__} | {"base_url": "https://tongjie.example"}
    )
    answer = visit(client, desk).send("/login", {"login": "wang", "secret": PASSWORD})
    assert all(
        "Secure" in cookie for cookie in answer.response.headers.getlist("Set-Cookie") if "tongjie_session" in cookie
    )
