"""The engines behind the port, and the choice between them by the setting `TONGJIE_SEARCH_URL`."""

from __future__ import annotations

from pathlib import Path

from kernel.errors import DomainError
from kernel.i18n import Text
from search.engines.embedded import EmbeddedEngine
from search.port import SearchEngine


class EngineUnknown(DomainError):
    """The setting names an engine that this release does not speak to."""


def open_engine(search_url: str, data_dir: Path) -> SearchEngine:
    """Empty: the embedded engine in the data folder; else an Elasticsearch at that address. Nothing is read, written or sent before
    the first search or session.
    """
    if not search_url:
        return EmbeddedEngine(data_dir / "search")
    # A large library, which only those who use it carry in memory.
    from search.engines.elasticsearch import ElasticsearchEngine, read_address

    try:
        return ElasticsearchEngine(read_address(search_url))
    except ValueError as error:
        raise EngineUnknown(
            "search.engine_unknown",
            Text(
                "TONGJIE_SEARCH_URL 不是 Elasticsearch 的地址。请写成 http://host:9200 或 https://用户:密码@host:9200/索引名前缀，"
                "或清空它以使用内置引擎。",
                "TONGJIE_SEARCH_URL is not the address of an Elasticsearch. Write http://host:9200 or "
                "https://user:password@host:9200/prefix, or leave it empty for the embedded engine.",
            ),
        ) from error
