"""What watchers are told: alive, ready, and how far the index is behind."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from flask.testing import FlaskClient

import migrations
from kernel.db import Database
from tests.factories import make_bib, make_county, make_settings
from web.app import create_app


def test_is_ready_with_its_database(client: FlaskClient) -> None:
    assert client.get("/healthz").get_data(as_text=True) == "ok\n"
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json) == (200, {"database": "ok", "search": "no index"})


def test_is_alive_but_not_ready_before_the_schema_is_there(data_dir: Path) -> None:
    empty = Database(f"sqlite:///{data_dir / 'empty.db'}")
    client = create_app(make_settings(data_dir, empty), empty).test_client()
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 503
    migrations.upgrade(empty)
    assert client.get("/readyz").status_code == 200
    empty.close()


def test_is_not_ready_without_its_database(data_dir: Path) -> None:
    gone = Database("postgresql+psycopg://nobody@127.0.0.1:1/none")
    client = create_app(make_settings(data_dir, gone), gone).test_client()
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json) == (503, {"database": "unavailable", "search": "no index"})
    answer = client.get("/api/v1/me", headers={"Authorization": "Bearer x"})
    assert (answer.status_code, answer.json["code"]) == (503, "database.unavailable")
    assert "Retry-After" in answer.headers
    gone.close()


def test_is_ready_without_its_search_engine_and_says_so(database: Database, data_dir: Path) -> None:
    settings = replace(make_settings(data_dir, database), search_url="http://127.0.0.1:1")
    ready = create_app(settings, database).test_client().get("/readyz")
    assert (ready.status_code, ready.json) == (200, {"database": "ok", "search": "unavailable"})


def test_counts_what_the_index_still_misses(database: Database, client: FlaskClient) -> None:
    database.run(make_county)
    database.run(lambda s: make_bib(s))
    metrics = client.get("/metrics")
    assert metrics.mimetype == "text/plain"
    assert "\ntongjie_outbox_pending 1\n" in metrics.get_data(as_text=True)
    assert "\ntongjie_notices_failed 0\n" in metrics.get_data(as_text=True)
