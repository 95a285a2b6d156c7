"""Cuts a text export into records: at an empty line, a line of asterisks or dashes, a numbered heading, or the next leader or 001.

Lines are told apart by their bytes in the encoding of the file; the characters of each record are decoded when it is read. Memory is
bounded by `MAX_RECORD`, and every line that is not empty is part of some record."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

from catalog.marc.framing import CHUNK, MAX_RECORD, Frame
from catalog.marc.sniff import BOM, utf16_of
from catalog.marc.textlines import FIELD_KINDS, Line, Lines, readable

_MARKED: Final = re.compile(r"[$＄‡ǂ▼@|\x1f]\s?[0-9A-Za-z]")


@dataclass(frozen=True, slots=True, kw_only=True)
class TextLayout:
    """How the file is made: UTF-16 in either order (else None: told record by record), and the bytes that end a line."""

    codec: str | None
    newline: bytes

    def text(self, raw: bytes) -> str:
        return (readable(raw) if self.codec is None else raw.decode(self.codec, "replace")).rstrip("\r\n")


def layout_of(head: bytes) -> TextLayout:
    codec = utf16_of(head)
    line_feed, carriage_return = (char.encode(codec or "ascii") for char in "\n\r")
    return TextLayout(codec=codec, newline=line_feed if line_feed in head else carriage_return)


def text_frames(stream: BinaryIO, offset: int, layout: TextLayout) -> Iterator[Frame]:
    """The records of a stream that stands at `offset`, each with the lines before and the parting line behind it."""
    cut = _Cut(layout)
    for at, raw in _lines(stream, offset, layout.newline):
        yield from cut.take(at, raw)
    yield from cut.finish()


class _Cut:
    """The lines read since the last record was given out."""

    def __init__(self, layout: TextLayout) -> None:
        self._layout = layout
        self._begin(0)

    def _begin(self, at: int) -> None:
        self._at = at
        self._raw: list[bytes] = []
        self._size = 0
        self._lines = Lines()
        self._tags: set[str] = set()
        self._is_numbered = False
        self._is_odd = False
        self._has_text = False

    def take(self, at: int, raw: bytes) -> Iterator[Frame]:
        text = self._layout.text(raw)
        line = self._lines.sort(text)
        if self._opens_next(line) or (line.kind == "parting" and self._tags and text.strip("*#=~-. \t")):
            yield self._frame()
            self._begin(at)
            line = self._lines.sort(text)
        if line.kind == "blank" and not self._raw:
            return
        self._add(at, raw, line, text)
        if line.kind in ("blank", "parting") and (self._tags or self._is_odd):
            yield self._frame()
            self._begin(at + len(raw))
        elif self._size > MAX_RECORD:
            yield Frame(self._at, b"".join(self._raw), [], "record.too_long")
            self._begin(at + len(raw))

    def finish(self) -> Iterator[Frame]:
        if self._tags or self._has_text:
            yield self._frame()

    def _opens_next(self, line: Line) -> bool:
        """A leader behind any numbered field, a 001 behind any but the leader; local tags may stand before both."""
        if line.kind == "leader":
            return self._is_numbered or "LDR" in self._tags
        return line.tag == "001" and self._is_numbered

    def _add(self, at: int, raw: bytes, line: Line, text: str) -> None:
        if not self._raw:
            self._at = at
        self._raw.append(raw)
        self._size += len(raw)
        self._has_text = self._has_text or line.kind in ("other", "more")
        if line.kind in FIELD_KINDS:
            self._tags.add(line.tag)
            self._is_numbered = self._is_numbered or line.tag.isdigit()
        elif line.kind == "other" and not self._tags and _MARKED.search(text):
            self._is_odd = True  # a damaged record, not the heading of the next

    def _frame(self) -> Frame:
        return Frame(self._at, b"".join(self._raw), [], None if self._tags else "record.junk")


def _lines(stream: BinaryIO, offset: int, newline: bytes) -> Iterator[tuple[int, bytes]]:
    """Each line with its end and its place; a line that never ends comes in pieces. Without the byte order mark of the file."""
    tail, width = b"", len(newline)
    while chunk := stream.read(CHUNK):
        data, start, unseen = tail + chunk, 0, max(len(tail) - width + 1, 0)
        if offset == 0 and not tail:
            start = len(BOM) if data.startswith(BOM) else 2 if data[:2] in (b"\xff\xfe", b"\xfe\xff") else 0
        while (end := _aligned(data, newline, start, unseen)) >= 0:
            yield offset + start, data[start : end + width]
            start = unseen = end + width
        tail, offset = data[start:], offset + start
        if len(tail) > MAX_RECORD:
            piece = tail[: len(tail) - len(tail) % width]
            yield offset, piece
            tail, offset = tail[len(piece) :], offset + len(piece)
    if tail:
        yield offset, tail


def _aligned(data: bytes, newline: bytes, start: int, unseen: int) -> int:
    """Where the line that begins at `start` ends, not before `unseen`: in UTF-16 half of one character and half of the next may look like
    its end."""
    end = data.find(newline, unseen)
    while end >= 0 and (end - start) % len(newline):
        end = data.find(newline, end + 1)
    return end
