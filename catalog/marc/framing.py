"""Cuts a stream into ISO 2709 records by the record terminator 1D, never by the lengths that leaders claim, which lie.

Memory is bounded by `MAX_RECORD`. Whatever lies between two records is skipped with a note; pieces of records are handed on to be
kept aside, so every byte of a file that could belong to a record ends in a frame."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from catalog.marc.sniff import BLANK, BOM, LEADER, START

CHUNK = 1 << 16
MAX_RECORD = 1 << 22
LEADER_BYTES = 24
_LONGEST_CLAIM = 99_999

# A record that begins inside another: its leader and two directory entries, so that no text is mistaken for one.
_INNER = re.compile(LEADER + rb"(?=(?:[0-9A-Z]{3}[0-9]{9}){2})")
_CUT_LEADER = re.compile(rb"[0-9]{5}[^0-9\x00-\x1f]|[0-9]{1,5}$")
_SEPARATORS = b"\r\n\x00\x1a"


@dataclass(slots=True)
class Frame:
    """The bytes of one record as they came. `fault` is the code of what makes it unreadable as a record, if that is known here."""

    offset: int
    raw: bytes
    repairs: list[str]
    fault: str | None = None
    terminated: bool = True


def frames(stream: BinaryIO, offset: int = 0) -> Iterator[Frame]:
    """The records of a stream that stands at `offset`, in order."""
    pieces = _Pieces(stream, offset)
    while (piece := pieces.next()) is not None:
        start, raw = piece
        if START.match(raw) and raw[:5].isdigit() and int(raw[:5]) == len(raw) and raw[-1] == 0x1D:
            yield Frame(start, raw, [])
        else:
            yield from _irregular(pieces, start, raw)


class _Pieces:
    """The stream cut behind every 1D, with a look ahead; a piece without 1D is the tail or has reached the limit."""

    def __init__(self, stream: BinaryIO, offset: int) -> None:
        self._source = _cut(stream, offset)
        self._ahead: deque[tuple[int, bytes]] = deque()

    def next(self) -> tuple[int, bytes] | None:
        return self._ahead.popleft() if self._ahead else next(self._source, None)

    def push_back(self, offset: int, raw: bytes) -> None:
        if raw:
            self._ahead.appendleft((offset, raw))

    def ahead(self, index: int) -> bytes | None:
        while len(self._ahead) <= index:
            piece = next(self._source, None)
            if piece is None:
                return None
            self._ahead.append(piece)
        return self._ahead[index][1]


def _cut(stream: BinaryIO, offset: int) -> Iterator[tuple[int, bytes]]:
    tail = b""
    while chunk := stream.read(CHUNK):
        parts = (tail + chunk).split(b"\x1d")
        tail = parts.pop()
        for part in parts:
            yield offset, part + b"\x1d"
            offset += len(part) + 1
        if len(tail) > MAX_RECORD:
            yield offset, tail
            offset += len(tail)
            tail = b""
    if tail:
        yield offset, tail


def _irregular(pieces: _Pieces, offset: int, raw: bytes) -> Iterator[Frame]:
    """A piece whose leader does not say what is there: find where the record begins and ends."""
    raw, skipped, repairs = _strip_lead(raw)
    offset += skipped
    if not raw.strip(BLANK + b"\x1d"):
        return
    terminated = raw.endswith(b"\x1d")
    if len(raw) > MAX_RECORD:
        yield Frame(offset, raw, repairs, "record.too_long")
        return
    begin = _beginning(raw)
    if begin is None:
        inner = _INNER.search(raw)
        piece = raw[: inner.start()] if inner else raw
        pieces.push_back(offset + len(piece), raw[len(piece) :])
        yield Frame(offset, piece, repairs, _fault_of(piece, terminated))
        return
    if begin:
        repairs.append("frame.junk")
        offset, raw = offset + begin, raw[begin:]
    yield _whole(pieces, offset, raw, repairs)


def _fault_of(piece: bytes, terminated: bool) -> str:
    """What a piece without a whole leader is: a torn-off beginning, a part of a record, or nothing of a record."""
    if not terminated and _CUT_LEADER.match(piece):
        return "record.cut"
    return "record.leader" if terminated or b"\x1e" in piece else "record.junk"


def _strip_lead(raw: bytes) -> tuple[bytes, int, list[str]]:
    """Without the line ends, NULs, blanks and byte order marks before a leader; blanks may be the leader itself."""
    repairs: list[str] = []
    body = raw.lstrip(_SEPARATORS)
    if len(body) < len(raw) and raw.strip(BLANK):
        repairs.append("frame.separator")
    if body.startswith(BOM):
        repairs.append("frame.bom")
        body = body[len(BOM) :].lstrip(_SEPARATORS)
    if body[:1] in (b" ", b"\t") and not START.match(body):
        body = body.lstrip(BLANK)
        repairs.append("frame.separator")
    return body, len(raw) - len(body), repairs


def _beginning(raw: bytes) -> int | None:
    """Where the leader begins: at 0, behind bytes that belong to no record, or nowhere."""
    if START.match(raw):
        return 0
    directory_end = raw.find(b"\x1e")
    if directory_end < LEADER_BYTES:
        return None
    if raw[12:17].isdigit() and int(raw[12:17]) == directory_end + 1:
        return 0
    for found in START.finditer(raw, 0, directory_end + 1):
        if (directory_end - found.start() - LEADER_BYTES) % 12 == 0:
            return found.start()
    return 0 if raw[:LEADER_BYTES].isascii() else None


def _whole(pieces: _Pieces, offset: int, raw: bytes, repairs: list[str]) -> Frame:
    claim = int(raw[:5]) if raw[:5].isdigit() else 0
    if claim == len(raw) and raw.endswith(b"\x1d"):
        return Frame(offset, raw, repairs)
    if claim > len(raw):
        joined = _joined(pieces, raw, claim)
        if joined is not None:
            return Frame(offset, joined, [*repairs, "frame.terminator_inside"])
    inner = _INNER.search(raw, raw.find(b"\x1e") + 1 or len(raw))  # a directory looks like leaders: search behind it
    if inner is not None:
        pieces.push_back(offset + inner.start(), raw[inner.start() :])
        return Frame(offset, raw[: inner.start()], [*repairs, "frame.no_terminator"], terminated=False)
    if not raw.endswith(b"\x1d"):
        return Frame(offset, raw, [*repairs, "frame.no_terminator"], terminated=False)
    return Frame(offset, raw, repairs)


def _joined(pieces: _Pieces, raw: bytes, claim: int) -> bytes | None:
    """The record with a 1D in its text, if the next pieces fill the claimed length exactly and no record begins in them."""
    length, index, parts = len(raw), 0, [raw]
    while length < min(claim, _LONGEST_CLAIM):
        piece = pieces.ahead(index)
        if piece is None or START.match(piece.lstrip(_SEPARATORS)):
            return None
        parts.append(piece)
        length += len(piece)
        index += 1
    if length != claim or not parts[-1].endswith(b"\x1d"):
        return None
    for _ in parts[1:]:
        pieces.next()
    return b"".join(parts)
