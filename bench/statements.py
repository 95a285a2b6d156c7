"""How many statements an act sends to the database: round trips other than BEGIN and COMMIT, login included."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import event

from bench.client import Request
from kernel.db import Database
from web.app import create_app
from web.settings import Settings


def application(database: Database, folder: Path) -> FlaskClient:
    """The application in this process."""
    settings = Settings(
        data_dir=folder,
        database_url=database.url.render_as_string(hide_password=False),
        search_url="",
        secret_key="a secret for one run",
        base_url="",
        test_clock=False,
        rate_limits=False,
        max_upload_mb=16,
    )
    return create_app(settings, database).test_client()


def count(database: Database, client: FlaskClient, request: Request) -> int:
    with _counting(database) as sent:
        answer = client.open(request.path, method=request.method, data=request.body, headers=dict(request.headers))
    if answer.status_code >= 300:
        raise RuntimeError(answer.get_data(as_text=True))
    return len(sent)


@contextmanager
def _counting(database: Database) -> Iterator[list[str]]:
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(("BEGIN", "COMMIT")):
            sent.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(database.engine, "before_cursor_execute", note)
