"""How often an act asks the database: login, idempotency key and journal included, BEGIN and COMMIT left out. SQLite
gets writes that go together one by one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event

from kernel.db import Database
from tests.desk import Desk
from tests.factories import ApiUser

LOAN = {"patron": "P0001", "item": "B0001", "at": "ZG"}


@contextmanager
def statements_of(database: Database) -> Iterator[list[str]]:
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(("BEGIN", "COMMIT")):
            asked.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(database.engine, "before_cursor_execute", note)


@pytest.fixture
def volunteer(desk: Desk, client: FlaskClient) -> ApiUser:
    """Warmed up: the process has read the reference data that it keeps."""
    user = desk.staffed(("volunteer", desk.county.point), username="wang").over_http(client)
    assert user.post("/loans", LOAN).status_code == 201
    assert user.post("/check-ins", {"item": "B0001", "at": "ZG"}).status_code == 200
    return user


def test_a_check_out_asks_at_most_eight_times(database: Database, volunteer: ApiUser) -> None:
    with statements_of(database) as asked:
        assert volunteer.post("/loans", LOAN).status_code == 201
    assert 5 < len(asked) <= (10 if database.is_sqlite else 8), "\n".join(asked)


@pytest.mark.parametrize("at", ["ZG", "LX"])
def test_a_check_in_asks_at_most_eight_times(database: Database, volunteer: ApiUser, at: str) -> None:
    """Elsewhere it opens the transfer home, which is the most a return does."""
    volunteer.post("/loans", LOAN)
    with statements_of(database) as asked:
        response = volunteer.post("/check-ins", {"item": "B0001", "at": at})
    assert response.get_json()["next"]["action"] == ("shelve" if at == "ZG" else "transfer")
    assert 5 < len(asked) <= (11 if database.is_sqlite else 8), "\n".join(asked)


def test_the_worst_cases_ask_no_more(desk: Desk, database: Database, volunteer: ApiUser) -> None:
    """Lending a book that the system believes in transit; receiving and forwarding a transfer."""
    counts = {}
    for name, path, body in (
        ("strays", "/check-ins", {"item": "B0001", "at": "LX"}),
        ("forwards", "/check-ins", {"item": "B0001", "at": "XC"}),
        ("lends on its way", "/loans", LOAN | {"at": "CG"}),
        ("returns", "/check-ins", {"item": "B0001", "at": "XC"}),
        ("receives", "/check-ins", {"item": "B0001", "at": "ZG"}),
    ):
        with statements_of(database) as asked:
            assert volunteer.post(path, body).status_code in (200, 201)
        counts[name] = len(asked)
    assert max(counts.values()) <= 13, counts


def test_the_same_answer_again_asks_hardly_anything(database: Database, volunteer: ApiUser) -> None:
    volunteer.post("/loans", LOAN, Idempotency_Key="scan-1")
    with statements_of(database) as asked:
        assert "Idempotent-Replay" in volunteer.post("/loans", LOAN, Idempotency_Key="scan-1").headers
    assert len(asked) <= 3, "\n".join(asked)
