"""A GET changes nothing but the journal, which tells who saw whose data; and which ones do is written down here."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from branches.access import Caller
from kernel.db import Base, Database
from kernel.http import COMMAND_ATTRIBUTE
from tests.desk import Desk
from tests.desk import desk as desk
from tests.factories import make_user

# By route: what the journal then says. The one of the reader's own is a file, which whoever has the PIN might carry away.
TRACES = {
    "/api/v1/patrons/<barcode>": "person_viewed",
    "/api/v1/patrons/<barcode>/account": "person_viewed",
    "/api/v1/patrons/<barcode>/loans": "person_viewed",
    "/api/v1/patrons/<barcode>/holds": "person_viewed",
    "/api/v1/patrons/<barcode>/notices": "person_viewed",
    "/api/v1/patrons/<barcode>/export": "patron_exported",
    "/api/v1/me/export": "patron_exported",
}


def reads_that_write(app: Flask) -> set[str]:
    return {
        rule.rule
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ())
        and rule.rule.startswith("/api/")
        and hasattr(app.view_functions[rule.endpoint], COMMAND_ATTRIBUTE)
    }


def rows(database: Database) -> dict[str, int]:
    with database.reading() as session:
        tables = Base.metadata.tables.values()
        return {table.name: session.scalar(select(func.count()).select_from(table)) or 0 for table in tables}


def test_these_reads_leave_a_trace_and_no_others(app: Flask) -> None:
    assert reads_that_write(app) == TRACES.keys()


@pytest.mark.parametrize(("route", "act"), TRACES.items())
def test_a_read_writes_the_journal_and_nothing_else(desk: Desk, client: FlaskClient, route: str, act: str) -> None:
    reader = Caller(kind="patron", id=desk.preview().patron.id)
    hub = desk.write(lambda s: make_user(s, "wang", ("hub_librarian", desk.county.hub)))
    who = desk.over_http(client, reader if "/me/" in route else hub)
    path = route.removeprefix("/api/v1").replace("<barcode>", "P0001")
    before = rows(desk.database)
    for _ in range(2):
        assert who.get(path).status_code == 200
    after: dict[str, Any] = rows(desk.database)
    assert {name for name, count in after.items() if count != before[name]} == {"journal"}
    assert [entry.act for entry in desk.journal()][-2:] == [act, act], "each look is a look"
