"""Cuts a stream into the innermost `record` elements of MARCXML, by bytes, without believing that the whole is well formed.

So a broken record spoils only itself, several roots or none do not matter, records may sit inside an SRU or OAI answer, and no
document type is ever read: an entity bomb is a record with an unknown entity."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from catalog.marc.framing import CHUNK, MAX_RECORD, Frame

_TOKEN = re.compile(
    rb"<!--|<!\[CDATA\[|(?P<open><(?:[\w.-]{1,64}:)?record(?=[\s/>])[^<>]*>)|(?P<close></(?:[\w.-]{1,64}:)?record\s{0,64}>)"
)
_ENDS = {b"<!--": b"-->", b"<![CDATA[": b"]]>"}
_MARC = re.compile(rb"<(?:[\w.-]+:)?(?:leader|controlfield|datafield)[\s>]")
_DECLARED = re.compile(rb"""<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_UNFINISHED = 256  # a tag or comment may be split between two chunks: keep this much until more is there


def declared_encoding(head: bytes) -> str | None:
    found = _DECLARED.search(head[:1024])
    return found.group(1).decode("ascii").lower() if found else None


def spans(stream: BinaryIO, offset: int = 0) -> Iterator[Frame]:
    """The `record` elements that hold MARC, from a stream that stands at `offset`; a cut one at the end has the fault `record.cut`."""
    scan = _Scan(offset)
    while chunk := stream.read(CHUNK):
        yield from scan.feed(chunk)
    yield from scan.finish()


class _Scan:
    """What has been read but not yet given out: from `start`, where a record is open, else from the place reached (`at`)."""

    def __init__(self, offset: int) -> None:
        self.buffer = b""
        self.offset = offset
        self.start: int | None = None
        self.at = 0
        self.endless: dict[bytes, int] = {}  # up to which byte of the stream no end of a comment or section was found

    def feed(self, chunk: bytes) -> Iterator[Frame]:
        self.buffer += chunk
        yield from self._tokens(len(self.buffer) - _UNFINISHED)
        keep = self.start if self.start is not None else self.at
        if len(self.buffer) - keep > MAX_RECORD:
            yield Frame(self.offset + keep, self.buffer[keep:], [], "record.too_long")
            self.start, self.at = None, len(self.buffer)
            keep = self.at
        self.buffer = self.buffer[keep:]
        self.offset += keep
        self.at -= keep
        self.start = None if self.start is None else 0

    def finish(self) -> Iterator[Frame]:
        yield from self._tokens(len(self.buffer))
        if self.start is not None and _MARC.search(self.buffer, self.start):
            yield Frame(self.offset + self.start, self.buffer[self.start :], [], "record.cut", terminated=False)

    def _tokens(self, limit: int) -> Iterator[Frame]:
        """Go through the tags that begin before `limit`: what stands behind may be the beginning of one."""
        while (found := _TOKEN.search(self.buffer, self.at)) is not None and found.start() < limit:
            if found.lastgroup is None:
                if not self._skip(found, limit):
                    return
                continue
            self.at = found.end()
            if found.lastgroup == "close":
                yield from self._closed()
            elif not found.group().endswith(b"/>"):
                yield from self._abandoned(found.start())
                self.start = found.start()
        self.at = max(self.at, limit)

    def _skip(self, found: re.Match[bytes], limit: int) -> bool:
        """Step over a comment or CDATA section; False to wait for its end. One that never ends is no comment."""
        read = self.offset + len(self.buffer)
        if self.endless.get(found.group()) != read:
            end = self.buffer.find(_ENDS[found.group()], found.end())
            if end >= 0:
                self.at = end + 3
                return True
            self.endless[found.group()] = read
        if limit < len(self.buffer) and len(self.buffer) - found.start() <= MAX_RECORD // 4:
            self.at = found.start()
            return False
        self.at = found.end()
        return True

    def _closed(self) -> Iterator[Frame]:
        if self.start is not None and _MARC.search(self.buffer, self.start, self.at):
            yield Frame(self.offset + self.start, self.buffer[self.start : self.at], [])
        self.start = None

    def _abandoned(self, end: int) -> Iterator[Frame]:
        """A record that another one begins inside: an outer element of an answer, or MARC whose end is missing."""
        if self.start is not None and _MARC.search(self.buffer, self.start, end):
            yield Frame(self.offset + self.start, self.buffer[self.start : end], [], "record.cut", terminated=False)
