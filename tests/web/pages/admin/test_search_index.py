"""The page and routes of the search index: its state, what the engine would not take, and trying that again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kernel import outbox
from kernel.db import Database
from search.api import EXTENSION
from search.indexer import Indexer
from search.queries import KIND
from tests.desk import Desk
from tests.desk import desk as desk
from tests.factories import NOW, ApiUser, make_bib, make_settings
from tests.pages import Visitor, visit
from web.app import create_app

REASON = "TypeError: <nonsense>"


@pytest.fixture
def administrator(client: FlaskClient, desk: Desk) -> Visitor:
    return visit(client, desk, desk.staffed(("sysadmin", desk.county.network)).caller)


def park(desk: Desk, title: str) -> int:
    def work(session: Any) -> int:
        bib = make_bib(session, title)
        outbox.enqueue(session, KIND, [bib], at=NOW)
        for _ in range(outbox.MAX_ATTEMPTS):
            outbox.record_failure(session, KIND, bib, REASON)
        return bib

    return desk.write(work)


def test_says_that_all_is_well(app: Flask, desk: Desk, administrator: Visitor) -> None:
    Indexer(desk.database, app.extensions[EXTENSION]).work()
    text = administrator.get("/admin/search").text
    assert "与数据库一致" in text
    assert "全部再试" not in text


def test_names_what_was_given_up_with_the_reason_and_tries_it_again(
    app: Flask, desk: Desk, administrator: Visitor
) -> None:
    Indexer(desk.database, app.extensions[EXTENSION]).work()
    park(desk, "坏书")
    page = administrator.get("/admin/search")
    assert "坏书" in page.text
    assert REASON in page.text
    assert "重新排上 1 种" in administrator.open(administrator.send("/admin/search/retry", {})).text
    Indexer(desk.database, app.extensions[EXTENSION]).work()
    assert "与数据库一致" in administrator.get("/admin/search").text


def test_says_that_the_engine_is_gone(database: Database, data_dir: Path, desk: Desk) -> None:
    settings = replace(make_settings(data_dir, database), search_url="http://127.0.0.1:1")
    client = create_app(settings, database).test_client()
    visitor = visit(client, desk, desk.staffed(("sysadmin", desk.county.network)).caller)
    text = visitor.get("/admin/search").text
    assert "借还照常" in text
    assert "127.0.0.1" in text


def test_is_a_matter_of_the_administrator(client: FlaskClient, desk: Desk) -> None:
    visitor = visit(client, desk, desk.staffed(("hub_librarian", desk.county.network)).caller)
    assert visitor.get("/admin/search").status == 403
    assert visitor.send("/admin/search/retry", {}).status == 403
    assert "/admin/search" not in set(visitor.get("/admin").links())


def test_the_api_tells_and_does_the_same(app: Flask, client: FlaskClient, desk: Desk) -> None:
    Indexer(desk.database, app.extensions[EXTENSION]).work()
    bib = park(desk, "坏书")
    user = desk.staffed(("sysadmin", desk.county.network)).over_http(client)
    state = user.get("/search/index").get_json()
    assert (state["pending"], state["parked"], state["trouble"]) == (1, 1, None)
    (failing,) = state["failing"]
    assert (failing["id"], failing["title"], failing["reason"], failing["parked"]) == (bib, "坏书", REASON, True)
    assert user.post("/search/index/retries").get_json() == {"queued": 1}
    assert user.get("/search/index").get_json()["parked"] == 0
    assert ApiUser(client).get("/search/index").status_code == 401
