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
    """Empty: the embedded engine in the data folder. Nothing is read or written before the first search
    or session.
    """
    if search_url:
        raise EngineUnknown(
            "search.engine_unknown",
            Text(
                "本版本只支持内置检索引擎。请清空 TONGJIE_SEARCH_URL（现为 {url}）。",
                "This release has the embedded search engine only. Leave TONGJIE_SEARCH_URL empty (it is {url}).",
            ).format(url=search_url),
        )
    return EmbeddedEngine(data_dir / "search")
