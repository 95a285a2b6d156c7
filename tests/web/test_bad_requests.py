"""What is sent wrong gets a clear answer as problem details, changes nothing and never breaks the program."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from branches.models import OrgUnit
from kernel.db import Database
from tests.factories import ApiUser, make_county, make_token, make_user

UNIT = {"code": "DZ", "name": "大庄书屋", "kind": "point", "parent": "CG"}


@pytest.fixture
def admin(database: Database, client: FlaskClient) -> ApiUser:
    county = database.run(make_county)
    return ApiUser(client, database.run(lambda s: make_token(s, make_user(s, "root", ("sysadmin", county.network)))))


def _units(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(OrgUnit)) or 0


def _send(admin: ApiUser, body: bytes, **headers: str) -> Any:
    return admin.ask("POST", "/org-units", data=body, headers={"Content-Type": "application/json"} | headers)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"", 422),
        (b"null", 422),
        (b"[]", 422),
        (b'"text"', 422),
        (b'{"code":"DZ","code":"DY"}', 400),
        (b'{"code":"DZ","name":"\xff\xfe","kind":"point","parent":"CG"}', 400),
        (b"[" * 10_000 + b"]" * 10_000, 400),
        (json.dumps(UNIT | {"name": "a\x00b"}).encode(), 422),
        (json.dumps(UNIT | {"name": "\ud800"}).encode(), 422),
        (json.dumps(UNIT | {"name": None}).encode(), 422),
        (json.dumps(UNIT | {"name": 7}).encode(), 422),
        (json.dumps(UNIT | {"name": ["x"]}).encode(), 422),
        (json.dumps(UNIT | {"name": "x" * 101}).encode(), 422),
        (json.dumps(UNIT | {"kind": "palace"}).encode(), 422),
        (json.dumps(UNIT | {"code": "大庄"}).encode(), 422),
        (json.dumps(UNIT | {"code": "A\n"}).encode(), 422),
        (json.dumps(UNIT | {"closed": True}).encode(), 422),
        (json.dumps(UNIT | {"namespace": "yes"}).encode(), 422),
        (json.dumps(UNIT | {"namespace": 1}).encode(), 422),
        (json.dumps(UNIT | {"id": 5}).encode(), 422),
        (json.dumps(UNIT | {"location": {"lat": 91, "lon": 0}}).encode(), 422),
        (json.dumps(UNIT | {"location": {"lat": True, "lon": 0}}).encode(), 422),
        (json.dumps(UNIT | {"location": {"lat": 2**63, "lon": 0}}).encode(), 422),
        (b'{"code":"DZ","name":"x","kind":"point","parent":"CG","location":{"lat":NaN,"lon":0}}', 400),
        (b'{"code":"DZ","name":"x","kind":"point","parent":"CG","location":{"lat":1e999,"lon":0}}', 400),
        (json.dumps(UNIT | {"parent": "NOWHERE"}).encode(), 404),
        (json.dumps(UNIT | {"code": "ZG"}).encode(), 409),
    ],
)
def test_cannot_send_what_does_not_hold(database: Database, admin: ApiUser, body: bytes, status: int) -> None:
    before = _units(database)
    answer = _send(admin, body)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json"), answer.get_data(as_text=True)
    assert set(answer.json) >= {"type", "title", "status", "detail", "code"}
    assert _units(database) == before


def test_every_wrong_field_is_named_at_once(admin: ApiUser) -> None:
    answer = admin.post("/org-units", {"code": "", "kind": "palace", "balance": 1})
    assert set(answer.json["errors"]) == {"code", "kind", "name", "balance"}


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
def test_cannot_send_another_media_type(admin: ApiUser, kind: str) -> None:
    answer = _send(admin, json.dumps(UNIT).encode(), Content_Type=kind)
    assert (answer.status_code, answer.json["code"]) == (415, "body.media_type")


def test_cannot_send_too_much(admin: ApiUser) -> None:
    answer = _send(admin, b" " * (17 * 1024 * 1024))
    assert (answer.status_code, answer.mimetype) == (413, "application/problem+json")


@pytest.mark.parametrize(
    ("headers", "code"),
    [({"Idempotency-Key": ""}, "idempotency.key_missing"), ({"Idempotency-Key": "x" * 201}, "idempotency.key_malformed"), ({"Idempotency-Key": "é"}, "idempotency.key_malformed")],
)  # fmt: skip
def test_cannot_act_without_a_proper_key(
    database: Database, admin: ApiUser, headers: dict[str, str], code: str
) -> None:
    answer = admin.post("/org-units", UNIT, **headers)
    assert (answer.status_code, answer.json["code"]) == (400, code)
    assert _units(database) == 5


def test_a_key_of_somebody_else_does_not_match(database: Database, client: FlaskClient, admin: ApiUser) -> None:
    other = ApiUser(client, database.run(lambda s: make_token(s, make_user(s, "other", ("sysadmin", 1)))))
    assert admin.post("/org-units", UNIT, Idempotency_Key="k").status_code == 201
    answer = other.post("/org-units", UNIT | {"code": "DY"}, Idempotency_Key="k")
    assert (answer.status_code, answer.json["code"]) == (201, "DY")


def test_a_refused_key_may_be_used_again(admin: ApiUser) -> None:
    assert admin.post("/org-units", UNIT | {"parent": "NOWHERE"}, Idempotency_Key="k").status_code == 404
    assert admin.post("/org-units", UNIT, Idempotency_Key="k").status_code == 201


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_cannot_use_another_method(admin: ApiUser, method: str) -> None:
    answer = admin.ask(method, "/org-units", json={})
    assert (answer.status_code, answer.json["code"]) == (405, "http.405")


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=-1", "limit=100000", "limit=1e9", "limit=1&limit=2", "sort=name", "cursor=%00", "cursor=W10", "page=1"]
)  # fmt: skip
def test_cannot_ask_for_pages_that_are_none(admin: ApiUser, query: str) -> None:
    assert admin.ask("GET", f"/org-units?{query}").status_code == 422


@pytest.mark.parametrize(
    "path",
    ["/org-units/..%2f..", "/users/%2e%2e", "/policies/versions/0", "/policies/versions/-1", f"/policies/versions/{2**63}", "/nowhere", "/patrons/x/blocks/-1"],
)  # fmt: skip
def test_a_strange_key_is_not_found(admin: ApiUser, path: str) -> None:
    answer = admin.get(path)
    assert answer.status_code in (404, 405)
    assert answer.mimetype == "application/problem+json"


def test_answers_speak_the_language_asked_for(client: FlaskClient) -> None:
    chinese = client.get("/api/v1/me")
    english = client.get("/api/v1/me", headers={"Accept-Language": "en"})
    assert (chinese.json["detail"], english.json["detail"]) == ("请先登录。", "Please log in first.")
