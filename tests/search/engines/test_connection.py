"""A server that is gone, frozen, too old or none at all: said soon and clearly, and nobody waits long."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from kernel.db import Database
from search.engines import open_engine
from search.engines.elasticsearch import connection
from search.port import All, EngineUnavailable, EngineUnfit, SearchEngine, SearchRequest
from tests.factories import make_settings
from web.config_check import Line, check_settings


@contextmanager
def answering(
    body: dict[str, Any], status: int = 200, seen: list[str | None] | None = None, port: int = 0
) -> Iterator[str]:
    """A server that says the same to everybody."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if seen is not None:
                seen.append(self.headers["Authorization"])
            text = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_arguments: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", port), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{server.server_port}"
        server.shutdown()


@contextmanager
def frozen() -> Iterator[str]:
    """Takes connections and never says a word, as a process does that was stopped."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(64)
        yield f"127.0.0.1:{listener.getsockname()[1]}"


@contextmanager
def opened(url: str) -> Iterator[SearchEngine]:
    engine = open_engine(url, Path())
    yield engine
    engine.close()


def elasticsearch(number: str) -> dict[str, Any]:
    return {"name": "n", "cluster_name": "c", "version": {"number": number}, "tagline": "You Know, for Search"}


def test_a_server_of_another_major_version_is_refused_in_both_languages() -> None:
    with answering(elasticsearch("8.19.1")) as host, opened(f"http://{host}") as engine:
        with pytest.raises(EngineUnfit) as caught:
            engine.check()
        assert "8.19.1" in caught.value.detail.zh
        assert "speaks to Elasticsearch 9 only" in caught.value.detail.en
        with pytest.raises(EngineUnavailable, match=r"8\.19\.1"):
            engine.search(SearchRequest(query=All()))


def test_a_server_of_this_major_version_is_taken() -> None:
    with answering(elasticsearch("9.0.0")) as host, opened(f"http://{host}") as engine:
        engine.check()


@pytest.mark.parametrize("body", [{}, {"version": "9.1"}, {"version": {"number": "9.1.0"}}])
def test_what_is_no_elasticsearch_is_refused(body: dict[str, Any]) -> None:
    with answering(body) as host, opened(f"http://{host}") as engine, pytest.raises(EngineUnfit):
        engine.check()


def test_the_login_is_sent_and_asked_for_where_it_lacks() -> None:
    seen: list[str | None] = []
    with answering(elasticsearch("9.1.0"), seen=seen) as host, opened(f"http://tongjie:word@{host}") as engine:
        engine.check()
    assert seen == ["Basic dG9uZ2ppZTp3b3Jk"]
    refusal = {"error": {"type": "security_exception"}}
    with (
        answering(refusal, 401) as host,
        opened(f"http://{host}") as engine,
        pytest.raises(EngineUnfit, match="refuses the login"),
    ):
        engine.check()


class Door:
    """Stands between the circuit and the server, and counts who is let through."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.tries = 0
        ask_server = connection.Connection._opened

        def count(asked: connection.Connection, seconds: float) -> Any:
            self.tries += 1
            return ask_server(asked, seconds)

        monkeypatch.setattr(connection.Connection, "_opened", count)


@pytest.fixture
def door(monkeypatch: pytest.MonkeyPatch) -> Door:
    """Who was turned away once is not let through again while the test goes on."""
    monkeypatch.setattr(connection, "REST_SECONDS", 600.0)
    return Door(monkeypatch)


def test_a_server_that_is_gone_is_asked_once(door: Door) -> None:
    with opened("http://127.0.0.1:1") as engine:
        for _ in range(100):
            with pytest.raises(EngineUnavailable):
                engine.search(SearchRequest(query=All()))
    assert door.tries == 1


def test_a_frozen_server_holds_each_caller_once_and_then_nobody(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "SEARCH_SECONDS", 0.2)

    def ask(_n: int) -> None:
        with pytest.raises(EngineUnavailable):
            engine.search(SearchRequest(query=All()))

    with frozen() as host, opened(f"http://{host}") as engine, ThreadPoolExecutor(8) as pool:
        list(pool.map(ask, range(8)))
        tries = door.tries
        assert 1 <= tries <= 8
        list(pool.map(ask, range(200)))
        assert door.tries == tries


def test_it_is_found_again_when_it_is_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "REST_SECONDS", 0.0)
    with answering(elasticsearch("9.1.0")) as host:
        pass
    with opened(f"http://{host}") as engine:
        with pytest.raises(EngineUnavailable):
            engine.check()
        with answering(elasticsearch("9.1.0"), port=int(host.split(":")[1])):
            engine.check()


def lines(database: Database, data_dir: Path, url: str) -> list[Line]:
    settings = replace(make_settings(data_dir, database), search_url=url)
    return [line for line in check_settings(settings) if "search" in line.text.en.lower()]


def test_config_check_says_what_is_wrong(database: Database, data_dir: Path) -> None:
    (gone,) = lines(database, data_dir, "http://user:secret@127.0.0.1:1")
    assert (gone.is_good, gone.is_usable) == (False, True)
    assert "secret" not in gone.text.en
    with answering(elasticsearch("8.19.1")) as host:
        (old,) = lines(database, data_dir, f"http://{host}")
    assert not old.is_usable
    (embedded,) = lines(database, data_dir, "")
    assert embedded.is_good
