"""One ISO 2709 record: leader, directory and field bytes. Slices bytes first; characters are decoded afterwards.

A directory is believed only where it agrees with the field terminators 1E. Lengths that count characters, or bytes of another
encoding, still name the fields in order, so the terminators decide; entries that overlap or point nowhere do not."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice

from catalog.marc.framing import LEADER_BYTES, Frame
from catalog.marc.leader import check_leader
from catalog.marc.record import BadRecord
from kernel.i18n import Text

_ENTRIES = re.compile(rb"(?:[0-9A-Z]{3}[0-9]{9})+")
_TAG = re.compile(rb"[0-9A-Z]{3}")
_ENTRY_BYTES = 12
_LONGEST = 99_999
_FEW = 50  # terminators in one field's text; more are no slip


@dataclass(slots=True)
class Parsed:
    """`body` holds the fields in the order of `tags`, each closed by 1E."""

    leader: str
    tags: list[str]
    body: bytes
    repairs: list[str]


class _Layout:
    """The directory's own account of a record beside what the terminators say."""

    __slots__ = ("chunks", "count", "data", "directory", "terminated")

    def __init__(self, directory: bytes, data: bytes, terminated: bool) -> None:
        self.directory = directory
        self.data = data
        self.terminated = terminated
        self.count = len(directory) // _ENTRY_BYTES
        self.chunks = data.split(b"\x1e")[:-1]


def parse(frame: Frame) -> Parsed:
    """Raises `BadRecord` when the fields cannot be told apart."""
    raw = frame.raw
    repairs = list(frame.repairs)
    directory_end = raw.find(b"\x1e")
    if directory_end < LEADER_BYTES:
        raise BadRecord("record.leader" if frame.terminated else "record.cut")
    leader = check_leader(raw, directory_end + 1, repairs)
    directory = raw[LEADER_BYTES:directory_end]
    _check_directory(directory, frame.terminated)
    data = raw[directory_end + 1 : -1] if frame.terminated else raw[directory_end + 1 :].rstrip(b"\r\n\x00\x1a")
    closed = data.endswith(b"\x1e")
    layout = _Layout(directory, data if closed else data + b"\x1e", frame.terminated)
    if _agrees(layout):
        fields = layout.chunks
    elif closed:
        fields = _recovered(layout, repairs)
    else:  # the end is missing and the lengths do not say that it is all there
        raise BadRecord("record.cut")
    if not closed and frame.terminated:
        repairs.append("field.terminator")
    tags = [directory[at : at + 3].decode("ascii") for at in range(0, len(directory), _ENTRY_BYTES)]
    return Parsed(leader, tags, b"\x1e".join([*fields, b""]), repairs)


def control_number_of(raw: bytes) -> str | None:
    """The 001 of a record that cannot be read, if it is plain to see: for the report, never for matching."""
    directory, mark, data = raw.partition(b"\x1e")
    if not mark or directory[LEADER_BYTES : LEADER_BYTES + 3] != b"001":
        return None
    value = data.split(b"\x1e", 1)[0].split(b"\x1d", 1)[0].strip()
    return (
        value.decode("ascii")
        if value.isascii() and 0 < len(value) <= 64 and value.decode("ascii").isprintable()
        else None
    )


def _check_directory(directory: bytes, terminated: bool) -> None:
    if _ENTRIES.fullmatch(directory):
        return
    if not directory:
        raise BadRecord("record.empty" if terminated else "record.cut")
    if len(directory) % _ENTRY_BYTES:
        raise _bad(Text("长度不是12的倍数", "its length is not a multiple of 12"))
    for at in range(0, len(directory), _ENTRY_BYTES):
        tag, numbers = directory[at : at + 3], directory[at + 3 : at + _ENTRY_BYTES]
        if not _TAG.fullmatch(tag):
            name = tag.decode("ascii", "backslashreplace")
            raise BadRecord("record.tag", tag=name, name=name)
        if not numbers.isdigit():
            raise _bad(
                Text("目次项的长度或位置不是数字", "an entry's length or position is not a number"), tag.decode("ascii")
            )


def _bad(detail: Text, tag: str | None = None) -> BadRecord:
    return BadRecord("record.directory", tag=tag, detail=detail)


def _agrees(layout: _Layout) -> bool:
    """Whether the entries name the chunks between terminators, in order, with true lengths: almost always."""
    if len(layout.chunks) != layout.count:
        return False
    directory, position = layout.directory, 0
    for index, chunk in enumerate(layout.chunks):
        at = index * _ENTRY_BYTES + 3
        length = len(chunk) + 1
        if int(directory[at : at + 9]) != length * 100_000 + position:
            return False
        position += length
    return True


def _recovered(layout: _Layout, repairs: list[str]) -> list[bytes]:
    entries = [
        (int(layout.directory[at + 7 : at + 12]), int(layout.directory[at + 3 : at + 7]))
        for at in range(0, len(layout.directory), _ENTRY_BYTES)
    ]
    by_position = _by_position(entries, layout, repairs)
    if by_position is not None:
        return by_position
    complete = len(layout.chunks) == len(entries)
    if complete and len(layout.data) > _LONGEST:
        repairs.append("record.oversize")
        return layout.chunks
    _refuse_overlap(entries, layout.terminated)
    if complete and (_contiguous(entries) or [start for start, _ in entries] == _true_starts(layout.chunks)):
        repairs.append("directory.lengths")
        return layout.chunks
    near = len(layout.chunks) <= 2 * len(entries) + _FEW
    aligned = _aligned(entries, layout.chunks, repairs) if near and _contiguous(entries) else None
    if aligned is not None:
        repairs.append("directory.lengths")
        return aligned
    if not layout.terminated:
        raise BadRecord("record.cut")
    if any(start + length > len(layout.data) for start, length in entries):
        raise _bad(Text("有目次项指向记录之外", "an entry points past the end of the record"))
    raise _bad(Text("目次项与字段分隔符不符", "the entries do not agree with the field terminators"))


def _by_position(entries: list[tuple[int, int]], layout: _Layout, repairs: list[str]) -> list[bytes] | None:
    """The fields where every entry fits the terminators on both sides, in whatever order; None if one does not."""
    data, fields, named = layout.data, [], 0
    for start, length in entries:
        end = start + length
        if length == 0 or end > len(data) or data[end - 1] != 0x1E or (start and data[start - 1] != 0x1E):
            return None
        fields.append(data[start : end - 1])
        named += length
    if len({start for start, _ in entries}) != len(entries) or named > len(data):
        return None
    if named < len(data):
        repairs.append("directory.orphan")
    if any(b"\x1e" in field for field in fields):
        repairs.append("field.terminator")
        fields = [field.replace(b"\x1e", b"") for field in fields]
    return fields


def _refuse_overlap(entries: list[tuple[int, int]], terminated: bool) -> None:
    end = 0
    for start, length in sorted(entries):
        if start < end:
            raise _bad(Text("目次项互相重叠", "entries overlap")) if terminated else BadRecord("record.cut")
        end = start + length


def _contiguous(entries: list[tuple[int, int]]) -> bool:
    position = 0
    for start, length in entries:
        if start != position:
            return False
        position += length
    return True


def _aligned(entries: list[tuple[int, int]], chunks: list[bytes], repairs: list[str]) -> list[bytes] | None:
    """The fields where the record has more terminators than entries: each entry takes the next chunks it can mean.

    A length cannot lie about plain ASCII, and counts no more than the bytes of other text. A chunk that fits no entry is a field the
    directory does not name; chunks that fill an entry together are one field with a terminator in its text."""
    fields, at, notes = [], 0, set()
    for _, length in entries:
        while (taken := _chunks_of(length, chunks, at)) == 0 and at < len(chunks):
            notes.add("directory.orphan")
            at += 1
        if not taken:
            return None
        if taken > 1:
            notes.add("field.terminator")
        fields.append(b"".join(chunks[at : at + taken]))
        at += taken
    repairs.extend(sorted(notes | ({"directory.orphan"} if at < len(chunks) else set())))
    return fields


def _chunks_of(length: int, chunks: list[bytes], at: int) -> int:
    """How many chunks from `at` on one entry of `length` means; 0 when it cannot mean the first."""
    total, ascii_only = 0, True
    for taken, chunk in enumerate(islice(chunks, at, at + _FEW), 1):
        total += len(chunk) + 1
        ascii_only = ascii_only and chunk.isascii()
        if total == length or (total > length and not ascii_only):
            return taken
        if total > length:
            return 0
    return 0


def _true_starts(chunks: list[bytes]) -> list[int]:
    starts, position = [], 0
    for chunk in chunks:
        starts.append(position)
        position += len(chunk) + 1
    return starts
