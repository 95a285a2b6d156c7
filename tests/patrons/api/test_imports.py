"""Readers from a table over HTTP."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from kernel.db import Database
from patrons.models import Patron
from patrons.tables import LARGEST_FILE
from tests.factories import ApiUser, make_county, make_token, make_user

TABLE = "barcode,name,category,home,office\nP1,张三,adult,CG,x\nP2,李四,成人,城关分馆,y\n"


@pytest.fixture
def hub(database: Database, client: FlaskClient) -> ApiUser:
    county = database.run(make_county)
    return ApiUser(client, database.run(lambda s: make_token(s, make_user(s, "li", ("hub_librarian", county.hub)))))


def send(user: ApiUser, body: bytes | str, *, headers: dict[str, str] | None = None, **form: str) -> Any:
    data = form | {"file": (BytesIO(body.encode() if isinstance(body, str) else body), "readers.csv")}
    options = {"headers": headers} if headers else {}
    return user.ask("POST", "/patrons/imports", data=data, content_type="multipart/form-data", **options)


def readers(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count(Patron.id))) or 0


def test_a_dry_run_tells_what_the_deed_then_does(hub: ApiUser, database: Database) -> None:
    dry = send(hub, TABLE, dry_run="true")
    assert (dry.status_code, readers(database)) == (200, 0)
    done = send(hub, TABLE)
    counts = {"rows": 2, "created": 2, "updated": 0, "unchanged": 0, "differs": 0, "refused": 0}
    assert done.json == counts | {"written": True, "ignored_columns": ["office"], "items": []}
    assert dry.json == done.json | {"written": False}
    assert readers(database) == 2
    assert (hub.get("/patrons/P2").json or {})["name"] == "李四"


def test_a_repeated_key_registers_once(hub: ApiUser, database: Database) -> None:
    first = send(hub, TABLE, headers={"Idempotency_Key": "k1"})
    second = send(hub, TABLE, headers={"Idempotency_Key": "k1"})
    assert (second.json, second.headers["Idempotent-Replay"], readers(database)) == (first.json, "true", 2)
    assert send(hub, TABLE + "P3,x,adult,CG,\n", headers={"Idempotency_Key": "k1"}).status_code == 422


def test_refused_rows_say_why_in_the_asker_s_language(hub: ApiUser, database: Database) -> None:
    answer = send(hub, TABLE + "P3,,adult,XX,\n")
    assert (answer.status_code, answer.json["written"], readers(database)) == (200, False, 0)
    (line,) = answer.json["items"]
    assert (line["line"], line["barcode"], line["result"], line["fields"]) == (4, "P3", "refused", [])
    assert line["reasons"] == [
        "There is no name.",
        "There is no home “XX”; give its code or full name.",
    ]
    assert send(hub, TABLE + "P3,,adult,XX,\n", take_good="true").json["created"] == 2
    assert readers(database) == 2


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"\x00\x01", 422, "patron_import.unreadable"),
        (b"", 422, "patron_import.empty"),
        (b"a,b\n1,2", 422, "patron_import.columns"),
        (b"x" * (LARGEST_FILE + 200_000), 413, None),
    ],
)
def test_what_is_no_table_is_answered_with_a_sentence(hub: ApiUser, body: bytes, status: int, code: str | None) -> None:
    answer = send(hub, body)
    assert answer.status_code == status
    assert code is None or answer.json["code"] == code


def test_a_form_without_a_file_or_with_odd_fields_is_refused(hub: ApiUser) -> None:
    answer = hub.ask("POST", "/patrons/imports", data={"dry_run": "true"}, content_type="multipart/form-data")
    assert (answer.json or {})["code"] == "patron_import.no_file"
    assert send(hub, TABLE, dry_run="perhaps").status_code == 422
    assert send(hub, TABLE, org="ZG").status_code == 422
