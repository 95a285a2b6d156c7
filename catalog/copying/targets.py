"""The catalogues that may be asked, as an administrator writes them down in a TOML file: one `[[target]]` each.

[[target]]
code = "nlc"
name = "国家图书馆"
url = "https://sru.example.cn/biblio"      # SRU, or
address = "z3950.example.cn:210/biblio"    # Z39.50: host:port/database
format = "cnmarc"                          # cnmarc or marc21
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, cast
from urllib.parse import urlsplit

from catalog.bibdata import MarcFormat
from catalog.copying.wanted import Index
from kernel.i18n import Text

Protocol = Literal["sru", "z3950"]
SruVersion = Literal["1.1", "1.2", "2.0"]
MOST: Final = 20
_LARGEST_FILE: Final = 100_000
_CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,31}")
_ADDRESS: Final = re.compile(r"([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\]):([0-9]{1,5})/(.{1,64})")
_SRU_INDEXES: Final[dict[Index, str]] = {"isbn": "bath.isbn", "title": "dc.title", "author": "dc.creator"}
_KNOWN: Final = frozenset(
    {"code", "name", "url", "address", "format", "version", "schema", "indexes", "charset", "timeout"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """`url` is the SRU base address; `host`, `port` and `database` are those of Z39.50. `indexes` are SRU's names for what is looked for;
    `charset` is how Z39.50 words a query. `timeout` in seconds is for the whole answer."""

    code: str
    name: str
    protocol: Protocol
    format: MarcFormat
    url: str = ""
    version: SruVersion = "1.1"
    schema: str = "marcxml"
    indexes: Mapping[Index, str]
    host: str = ""
    port: int = 0
    database: str = ""
    charset: str = "utf-8"
    timeout: float = 8.0


class TargetsUnusable(Exception):
    """A file of targets that cannot be used; the sentence says which entry and why."""

    def __init__(self, message: Text) -> None:
        super().__init__(message.en)
        self.message = message


def load_targets(file: Path) -> tuple[Target, ...]:
    """Those of a file, none where there is no file. Raises TargetsUnusable."""
    try:
        with file.open(encoding="utf-8") as opened:
            return read_targets(opened.read(_LARGEST_FILE))
    except FileNotFoundError:
        return ()
    except (OSError, UnicodeDecodeError) as error:
        raise TargetsUnusable(_UNREADABLE.format(error=error)) from error


def read_targets(text: str) -> tuple[Target, ...]:
    try:
        entries = tomllib.loads(text).get("target", [])
    except tomllib.TOMLDecodeError as error:
        raise TargetsUnusable(_NO_TOML.format(error=error)) from error
    if not isinstance(entries, list) or len(entries) > MOST or not all(isinstance(entry, dict) for entry in entries):
        raise TargetsUnusable(_NO_LIST.format(n=MOST))
    targets = tuple(_target(number, entry) for number, entry in enumerate(entries, 1))
    if len({target.code for target in targets}) < len(targets):
        raise TargetsUnusable(_SAME_CODE)
    return targets


def _target(number: int, entry: Mapping[str, Any]) -> Target:
    def wrong(what: str) -> TargetsUnusable:
        return TargetsUnusable(_WRONG.format(n=number, code=entry.get("code", "?"), what=what))

    unknown = sorted(set(entry) - _KNOWN)
    if unknown:
        raise wrong(unknown[0])
    for name, allowed in _CHOICES.items():
        if entry.get(name, allowed[0]) not in allowed:
            raise wrong(name)
    for name in ("code", "name"):
        if not isinstance(entry.get(name), str) or not entry[name].strip():
            raise wrong(name)
    if not _CODE.fullmatch(entry["code"]):
        raise wrong("code")
    timeout = entry.get("timeout", 8)
    if isinstance(timeout, bool) or not isinstance(timeout, int | float) or not 1 <= timeout <= 20:
        raise wrong("timeout")
    where = _sru(entry) if "url" in entry else _z3950(entry)
    if where is None or ("url" in entry) == ("address" in entry):
        raise wrong("url / address")
    return Target(
        code=entry["code"],
        name=entry["name"].strip(),
        format=cast(MarcFormat, entry.get("format", "cnmarc")),
        timeout=float(timeout),
        **where,
    )


def _sru(entry: Mapping[str, Any]) -> dict[str, Any] | None:
    url, indexes, schema = entry["url"], entry.get("indexes", {}), entry.get("schema", "marcxml")
    parts = urlsplit(url) if isinstance(url, str) else None
    if parts is None or parts.scheme not in ("http", "https") or not parts.hostname or parts.fragment:
        return None
    good = isinstance(indexes, dict) and set(indexes) <= set(_SRU_INDEXES) and isinstance(schema, str)
    if not good or not all(isinstance(name, str) and re.fullmatch(r"[\w.]+", name) for name in indexes.values()):
        return None
    return {
        "protocol": "sru",
        "url": url,
        "version": entry.get("version", "1.1"),
        "schema": schema,
        "indexes": _SRU_INDEXES | indexes,
    }


def _z3950(entry: Mapping[str, Any]) -> dict[str, Any] | None:
    found = _ADDRESS.fullmatch(str(entry.get("address", "")))
    if found is None or not 0 < int(found[2]) < 65536:
        return None
    return {
        "protocol": "z3950",
        "host": found[1].strip("[]"),
        "port": int(found[2]),
        "database": found[3],
        "charset": entry.get("charset", "utf-8"),
        "indexes": {},
    }


_CHOICES: Final[dict[str, tuple[str, ...]]] = {
    "format": ("cnmarc", "marc21"),
    "version": ("1.1", "1.2", "2.0"),
    "charset": ("utf-8", "gb18030", "big5"),
}
_UNREADABLE: Final = Text("套录目标的文件读不了：{error}", "The file of copy targets cannot be read: {error}")
_NO_TOML: Final = Text("套录目标的文件不是正确的 TOML：{error}", "The file of copy targets is no valid TOML: {error}")
_NO_LIST: Final = Text(
    "套录目标的文件里应是最多 {n} 个 [[target]]。", "The file of copy targets holds [[target]] entries, at most {n}."
)
_SAME_CODE: Final = Text("两个套录目标的 code 相同。", "Two copy targets have the same code.")
_WRONG: Final = Text(
    "套录目标第 {n} 个（{code}）的 {what} 不能用。", "In copy target {n} ({code}), {what} cannot be used."
)
