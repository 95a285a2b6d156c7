"""The web application as `tongjie serve` runs it, with or without the worker, on a free port of this machine."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kernel.db import Database

START_SECONDS = 30
PROGRAM = (sys.executable, "-m", "web.cli")


@dataclass(frozen=True, slots=True, kw_only=True)
class WebServer:
    port: int
    pid: int


def environment(database: Database, folder: Path, search_url: str = "") -> Mapping[str, str]:
    return os.environ | {
        "TONGJIE_DATA_DIR": str(folder),
        "TONGJIE_DATABASE_URL": database.url.render_as_string(hide_password=False),
        "TONGJIE_SEARCH_URL": search_url,
        "TONGJIE_RATE_LIMITS": "off",
    }


@contextmanager
def serve(
    database: Database, folder: Path, *, workers: int, search_url: str = "", has_worker: bool = False
) -> Iterator[WebServer]:
    port = _free_port()
    alone = () if has_worker else ("--no-worker",)
    command = [*PROGRAM, "serve", *alone, "--port", str(port), "--workers", str(workers)]
    with (
        (folder / "server.log").open("w") as log,
        subprocess.Popen(command, env=environment(database, folder, search_url), stdout=log, stderr=log) as process,
    ):
        try:
            _wait(port, process)
            yield WebServer(port=port, pid=process.pid)
        finally:
            process.terminate()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    """Until the server answers anything at all."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            connection.getresponse().read()
        except OSError:
            time.sleep(0.1)
        else:
            return
        finally:
            connection.close()
    raise RuntimeError("the web server did not start; see server.log in its folder")
