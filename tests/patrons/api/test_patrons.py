"""Readers over HTTP."""

from __future__ import annotations

import json
from hashlib import sha256

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from kernel.db import Base, Database
from kernel.idempotency import IdempotencyKey
from tests.factories import ApiUser, make_county, make_token, make_user

NEW = {"barcode": "P1", "name": "张三丰", "category": "adult", "home": "CG", "phone": "13812345678", "pin": "482913"}


@pytest.fixture
def hub(database: Database, client: FlaskClient) -> ApiUser:
    county = database.run(make_county)
    token = database.run(lambda s: make_token(s, make_user(s, "li", ("hub_librarian", county.hub))))
    return ApiUser(client, token)


def test_can_register_and_read_a_reader(hub: ApiUser) -> None:
    made = hub.post("/patrons", NEW)
    assert made.status_code == 201
    read = hub.get("/patrons/P1")
    assert read.json == made.json
    assert {k: read.json[k] for k in ("barcode", "name", "home", "status", "has_pin", "blocks", "open_loans")} == {
        "barcode": "P1", "name": "张三丰", "home": "CG", "status": "active", "has_pin": True, "blocks": [], "open_loans": 0
    }  # fmt: skip
    assert "pin" not in read.json


def test_a_repeated_key_registers_once(hub: ApiUser) -> None:
    first = hub.post("/patrons", NEW, Idempotency_Key="k1")
    second = hub.post("/patrons", NEW, Idempotency_Key="k1")
    assert (second.status_code, second.json) == (201, first.json)
    assert second.headers["Idempotent-Replay"] == "true"
    other = hub.post("/patrons", NEW | {"barcode": "P2"}, Idempotency_Key="k1")
    assert (other.status_code, other.json["code"]) == (422, "idempotency.key_reused")
    again = hub.post("/patrons", NEW)
    assert (again.status_code, again.json["code"]) == (409, "patron.barcode_taken")


def test_no_table_keeps_a_phone_or_says_twice_who_a_reader_is(hub: ApiUser, database: Database) -> None:
    hub.post("/patrons", NEW)
    with database.reading() as session:
        kept = {t.name: str(session.execute(select(t)).all()) for t in Base.metadata.sorted_tables}
    assert [name for name, rows in kept.items() if NEW["phone"] in rows] == []
    assert [name for name, rows in kept.items() if NEW["name"] in rows] == ["patron"]


def test_what_was_asked_is_digested_under_a_secret(hub: ApiUser, database: Database) -> None:
    """Else the digest of a registration would tell its PIN to whoever tries a million of them."""
    body = json.dumps(NEW)
    hub.ask("POST", "/patrons", data=body, content_type="application/json")
    with database.reading() as session:
        (digest,) = session.scalars(select(IdempotencyKey.digest))
    assert digest != sha256(f"POST /api/v1/patrons?\n{body}".encode()).hexdigest()


def test_a_change_needs_the_version_it_was_made_from(hub: ApiUser) -> None:
    etag = hub.post("/patrons", NEW).headers["ETag"]
    assert hub.patch("/patrons/P1", {"name": "李四"}).status_code == 428
    changed = hub.patch("/patrons/P1", {"name": "李四", "phone": None}, If_Match=etag)
    assert (changed.status_code, changed.json["name"], changed.json["phone"]) == (200, "李四", None)
    assert hub.patch("/patrons/P1", {"name": "王五"}, If_Match=etag).status_code == 412
    assert hub.patch("/patrons/P1", {"name": "王五"}, If_Match=changed.headers["ETag"]).status_code == 200


def test_can_replace_a_lost_card(hub: ApiUser) -> None:
    hub.post("/patrons", NEW)
    assert hub.post("/patrons/P1/loss").json["cards"][0]["status"] == "lost"
    answer = hub.post("/patrons/P1/cards", {"barcode": "P2", "reason": "lost"})
    assert (answer.status_code, answer.json["barcode"]) == (201, "P2")
    assert [(c["barcode"], c["status"]) for c in answer.json["cards"]] == [("P2", "active"), ("P1", "lost")]


def test_can_block_and_unblock(hub: ApiUser) -> None:
    hub.post("/patrons", NEW)
    made = hub.post("/patrons/P1/blocks", {"reason": "押金未交", "until": "2026-12-31", "scope": "network"})
    assert made.status_code == 201
    assert hub.get("/patrons/P1").json["blocks"] == [made.json]
    assert hub.delete(f"/patrons/P1/blocks/{made.json['id']}").status_code == 204
    assert hub.get("/patrons/P1").json["blocks"] == []
    gone = hub.delete(f"/patrons/P1/blocks/{made.json['id']}")
    assert (gone.status_code, gone.json["code"]) == (404, "block.not_found")


def test_finds_a_reader_by_phone_without_putting_it_into_an_address(hub: ApiUser) -> None:
    hub.post("/patrons", NEW)
    found = hub.post("/patrons/search", {"phone": "138-1234-5678"})
    assert [(one["barcode"], one["name"]) for one in found.json["items"]] == [("P1", "张**")]
    assert hub.post("/patrons/search", {}).status_code == 422


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"name": None}, 422),
        ({"name": 5}, 422),
        ({"name": ""}, 422),
        ({"name": "a\x00b"}, 422),
        ({"balance": "0.00"}, 422),
        ({"status": "closed"}, 422),
        ({"expires_on": "2026-02-30"}, 422),
        ({"expires_on": "0000-00-00"}, 422),
        ({"expires_on": "10000-01-01"}, 422),
        ({"barcode": "x" * 65}, 422),
        ({"category": "alien"}, 404),
        ({"home": "NOWHERE"}, 404),
        ({"home": "QX"}, 404),
    ],
)
def test_cannot_register_what_does_not_hold(hub: ApiUser, change: dict[str, object], status: int) -> None:
    answer = hub.post("/patrons", NEW | change)
    assert answer.status_code == status, answer.json
    assert hub.get("/patrons/P1").status_code == 404


def test_categories_are_listed_and_made_by_administrators(
    database: Database, client: FlaskClient, hub: ApiUser
) -> None:
    assert hub.post("/patron-categories", {"code": "senior", "name": "老年"}).status_code == 403
    with database.transaction() as session:
        root = make_user(session, "root", ("sysadmin", 1))
        token = make_token(session, root)
    admin = ApiUser(client, token)
    assert admin.post("/patron-categories", {"code": "senior", "name": "老年"}).status_code == 201
    assert admin.patch("/patron-categories/senior", {"name": "长者"}).status_code == 200
    assert {"code": "senior", "name": "长者"} in hub.get("/patron-categories").json["items"]
