"""Where an index under test lies: a folder, or names of its own on the Elasticsearch that `TONGJIE_TEST_SEARCH_URL` names."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest
from elasticsearch import Elasticsearch

from search.engines import open_engine
from search.port import SearchEngine
from tests.conftest import missing

ENGINES = ("embedded", "elasticsearch")

only_embedded = pytest.mark.parametrize("engine_name", ["embedded"], indirect=True)
only_elasticsearch = pytest.mark.parametrize("engine_name", ["elasticsearch"], indirect=True)


@dataclass(frozen=True)
class Place:
    """`search_url` and `data_dir` as the settings would have them."""

    search_url: str
    data_dir: Path

    def open(self) -> SearchEngine:
        return open_engine(self.search_url, self.data_dir)

    def clear(self) -> None:
        """Lose the whole index, as a disk or an administrator may."""
        if not self.search_url:
            shutil.rmtree(self.data_dir / "search", ignore_errors=True)
            return
        server, _, prefix = self.search_url.rpartition("/")
        with Elasticsearch(server, request_timeout=30) as client:
            names = client.options(ignore_status=404).indices.get_alias(index=f"{prefix}-*").body
            if names:
                client.indices.delete(index=",".join(names))


def make_place(engine_name: str, folder: Path) -> Place:
    return Place("" if engine_name == "embedded" else f"{search_server()}/t{uuid4().hex[:12]}", folder)


def search_server() -> str:
    """The server's own address; a failure in CI and a skip elsewhere when there is none."""
    server = os.environ.get("TONGJIE_TEST_SEARCH_URL", "")
    if not server:
        missing("no Elasticsearch to test with: TONGJIE_TEST_SEARCH_URL is not set", "elasticsearch")
    return server.rstrip("/")
