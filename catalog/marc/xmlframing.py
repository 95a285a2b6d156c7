"""Cuts a stream into the innermost `record` elements of MARCXML, by bytes, without believing that the whole is well formed.

So a broken record spoils only itself, several roots or none do not matter, records may sit inside an SRU or OAI answer, and no
document type is ever read: an entity bomb is a record with an unknown entity."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from catalog.marc.framing import CHUNK, MAX_RECORD, Frame

_TOKEN = re.compile(
    rb"<!--.*?-->|<!\[CDATA\[.*?\]\]>"
    rb"|(?P<open><(?:[\w.-]+:)?record(?=[\s/>])[^>]*>)|(?P<close></(?:[\w.-]+:)?record\s*>)",
    re.S,
)
_MARC = re.compile(rb"<(?:[\w.-]+:)?(?:leader|controlfield|datafield)[\s>]")
_OPEN_START = re.compile(rb"<(?:[\w.-]+:)?record(?=[\s/>])")
_DECLARED = re.compile(rb"""<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_UNFINISHED = 256  # a tag or comment may be split between two chunks: keep this much until more is there


def declared_encoding(head: bytes) -> str | None:
    found = _DECLARED.search(head[:1024])
    return found.group(1).decode("ascii").lower() if found else None


def spans(stream: BinaryIO, offset: int = 0) -> Iterator[Frame]:
    """The `record` elements that hold MARC, from a stream that stands at `offset`; a cut one at the end has the fault `record.cut`."""
    buffer, start, at = b"", None, 0
    while True:
        chunk = stream.read(CHUNK)
        buffer += chunk
        limit = len(buffer) - (_UNFINISHED if chunk else 0)
        while (found := _TOKEN.search(buffer, at)) is not None and (found.start() < limit or found.end() < len(buffer)):
            at = found.end()
            if found.lastgroup == "open" and not found.group().endswith(b"/>"):
                yield from _abandoned(buffer, start, found.start(), offset)
                start = found.start()
            elif found.lastgroup == "close" and start is not None:
                if _MARC.search(buffer, start, at):
                    yield Frame(offset + start, buffer[start:at], [])
                start = None
        at = max(at, limit)
        keep = start if start is not None else min(at, len(buffer))
        if len(buffer) - keep > MAX_RECORD:
            yield Frame(offset + keep, buffer[keep:], [], "record.too_long")
            start, keep, at = None, len(buffer), len(buffer)
        if not chunk:
            if start is not None and _MARC.search(buffer, start):
                yield Frame(offset + start, buffer[start:], [], "record.cut", terminated=False)
            return
        buffer, offset, at = buffer[keep:], offset + keep, max(0, at - keep)
        start = 0 if start is not None else None


def _abandoned(buffer: bytes, start: int | None, end: int, offset: int) -> Iterator[Frame]:
    """A record that another one begins inside: an outer element of an answer, or MARC whose end is missing."""
    if start is not None and _MARC.search(buffer, start, end):
        yield Frame(offset + start, buffer[start:end], [], "record.cut", terminated=False)
