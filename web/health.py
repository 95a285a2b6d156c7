"""For those who watch the service: alive, ready, and a few numbers in Prometheus' text format."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, current_app, jsonify
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

import migrations
from branches.rights import PUBLIC
from kernel import http, outbox
from kernel.clock import read_clock
from kernel.http import right
from notices.queries import states_of_channels
from search import api as search_api
from search.port import EngineUnavailable
from search.queries import KIND

page = Blueprint("health", __name__)

_SCHEMA_SEEN = "tongjie_schema_seen"


@page.route("/healthz")
@right(PUBLIC)
def alive() -> Response:
    """The process answers."""
    return Response("ok\n", mimetype="text/plain")


@page.route("/readyz")
@right(PUBLIC)
def ready() -> tuple[Response, int]:
    """The database answers and has the schema of this release; 503 otherwise. Without the search engine all but good search goes on,
    so it is told of but decides nothing.
    """
    try:
        is_ready = _database_answers()
    except (DBAPIError, PoolTimeout):
        is_ready = False
    answer = {"database": "ok" if is_ready else "unavailable", "search": _search_state()}
    return jsonify(answer), 200 if is_ready else 503


def furnish(app: Flask) -> None:
    """Nothing was seen of this database yet."""
    app.extensions[_SCHEMA_SEEN] = False


def _search_state() -> str:
    try:
        return "ok" if search_api.engine().live_generation() is not None else "no index"
    except EngineUnavailable:
        return "unavailable"


def _database_answers() -> bool:
    """The schema never goes back while this process lives, so it is looked at only until it was right once."""
    database = http.database()
    if not current_app.extensions[_SCHEMA_SEEN]:
        current_app.extensions[_SCHEMA_SEEN] = migrations.is_current(database)
    with database.glancing() as connection:
        connection.execute(text("SELECT 1"))
    return bool(current_app.extensions[_SCHEMA_SEEN])


@page.route("/metrics")
@right(PUBLIC)
def metrics() -> Response:
    """How far the index is behind the database, and the notices behind the readers. Read from the database, so every process tells the
    same."""
    lag = outbox.measure_lag(http.session(), KIND)
    age = (read_clock() - lag.oldest_at).total_seconds() if lag.oldest_at else 0.0
    ways = states_of_channels(http.session()).values()
    lines = (
        ("tongjie_outbox_pending", "Documents that the index still misses.", lag.pending),
        ("tongjie_outbox_parked", "Documents given up after too many failures.", lag.parked),
        ("tongjie_outbox_oldest_seconds", "Age of the oldest missing document.", round(max(age, 0.0), 3)),
        ("tongjie_notices_waiting", "Notices on their way out.", sum(way.waiting for way in ways)),
        ("tongjie_notices_failed", "Notices given up after too many failures.", sum(way.failed for way in ways)),
    )
    body = "".join(f"# HELP {name} {what}\n# TYPE {name} gauge\n{name} {value}\n" for name, what, value in lines)
    return Response(body, content_type="text/plain; version=0.0.4; charset=utf-8")
