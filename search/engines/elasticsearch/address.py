"""Where an Elasticsearch stands, and what the indices of this installation are called there: read from the setting. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import unquote, urlsplit

DEFAULT_PREFIX = "tongjie"
_PORTS: dict[str, int] = {"http": 9200, "https": 443}
_PREFIX = re.compile(r"[a-z0-9][a-z0-9_-]{0,60}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """`prefix` begins the name of each index, so that several installations can share a server. `login` is never shown."""

    scheme: Literal["http", "https"]
    host: str
    port: int
    prefix: str = DEFAULT_PREFIX
    login: tuple[str, str] | None = field(default=None, repr=False)

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}"


def read_address(url: str) -> Address:
    """`http://host:9200`, `https://user:password@host:9200/prefix`; raises ValueError for anything else."""
    parts = urlsplit(url)
    if parts.scheme not in _PORTS or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("not the address of an Elasticsearch")
    prefix = parts.path.strip("/") or DEFAULT_PREFIX
    if not _PREFIX.fullmatch(prefix):
        raise ValueError("index names begin with small letters and digits")
    return Address(
        scheme="https" if parts.scheme == "https" else "http",
        host=parts.hostname,
        port=parts.port or _PORTS[parts.scheme],
        prefix=prefix,
        login=(unquote(parts.username), unquote(parts.password or "")) if parts.username else None,
    )
