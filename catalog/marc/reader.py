"""Reads a file of MARC records one by one: ISO 2709, MARCXML or a text export, CNMARC or MARC21, in whatever encoding each record has.

Every record of the file comes out once, read or rejected with its bytes; nothing is raised for a bad record. No database here."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from itertools import chain
from typing import BinaryIO, NamedTuple

from catalog.bibdata import MarcFormat
from catalog.marc import encodings, iso2709, marctext, marcxml
from catalog.marc.faults import rejection
from catalog.marc.fields import build_fields
from catalog.marc.formats import belies, check_bibliographic, check_control_numbers, guess_format
from catalog.marc.framing import MAX_RECORD, Frame, frames
from catalog.marc.record import (
    BadRecord,
    Container,
    FormatChoice,
    MarcRecord,
    ReadRecord,
    RejectedRecord,
)
from catalog.marc.sniff import HEAD_BYTES, refusal, sniff
from catalog.marc.textframing import layout_of, text_frames
from catalog.marc.xmlframing import declared_encoding, spans
from kernel.i18n import Text

Result = ReadRecord | RejectedRecord
_NO_RECORD = Text("不含MARC记录的文件", "a file without MARC records")


def read_records(
    stream: BinaryIO, format: FormatChoice = "auto", *, start_at: int = 0, first_number: int = 1
) -> Iterator[Result]:
    """The records of a seekable stream. Raises `NotMarc` at once for a file that is no MARC.

    `start_at` and `first_number` take up again behind a record read earlier (`end`, `number + 1`)."""
    stream.seek(0)
    head = stream.read(HEAD_BYTES)
    container = sniff(head)
    stream.seek(start_at)
    results = _read(stream, container, format, start_at, first_number, head)
    if start_at:
        return results
    first = next(results, None)
    if first is None:
        raise refusal(_NO_RECORD)
    return chain([first], results)


def read_one(raw: bytes, container: Container, format: FormatChoice = "auto", *, declared: str | None = None) -> Result:
    """A record that was stored as it came, read again; `declared` is the encoding that was found for MARCXML or text."""
    frame = Frame(0, raw, [])
    if container == "iso2709":
        frame = next(frames(BytesIO(raw)), frame)
    return _result(frame, container, format, 1, declared)


def _read(
    stream: BinaryIO, container: Container, choice: FormatChoice, offset: int, number: int, head: bytes
) -> Iterator[Result]:
    declared = _declared(head, container)
    for frame in _frames(stream, container, offset, head):
        yield _result(frame, container, choice, number, declared)
        number += 1


def _frames(stream: BinaryIO, container: Container, offset: int, head: bytes) -> Iterator[Frame]:
    if container == "text":
        return text_frames(stream, offset, layout_of(head))
    return frames(stream, offset) if container == "iso2709" else spans(stream, offset)


def _declared(head: bytes, container: Container) -> str | None:
    """The encoding of the whole file, where it tells it."""
    return layout_of(head).codec if container == "text" else declared_encoding(head)


def _result(frame: Frame, container: Container, choice: FormatChoice, number: int, declared: str | None) -> Result:
    try:
        if frame.fault is not None:
            raise BadRecord(frame.fault, limit=MAX_RECORD)
        return _checked(frame, container, number, *_decoded(frame, container, choice, declared))
    except BadRecord as bad:
        return RejectedRecord(
            number=number,
            offset=frame.offset,
            raw=frame.raw,
            container=container,
            code=bad.code,
            message=rejection(bad.code, **bad.values),
            control_number=_control_number(frame.raw, container, declared),
            tag=bad.tag,
        )


def _control_number(raw: bytes, container: Container, declared: str | None) -> str | None:
    if container == "text":
        return marctext.control_number_of(raw, declared)
    return iso2709.control_number_of(raw) if container == "iso2709" else None


def read_authorities(stream: BinaryIO) -> Iterator[MarcRecord | None]:
    """The records of a file of authority records, whatever they are about; None for one that cannot be read. `NotMarc` as above."""
    stream.seek(0)
    head = stream.read(HEAD_BYTES)
    container = sniff(head)
    declared = _declared(head, container)
    stream.seek(0)
    for frame in _frames(stream, container, 0, head):
        try:
            if frame.fault is not None:
                raise BadRecord(frame.fault, limit=MAX_RECORD)
            yield _decoded(frame, container, "auto", declared).record
        except BadRecord:
            yield None


class _Decoded(NamedTuple):
    kind: MarcFormat
    encoding: str
    record: MarcRecord
    repairs: list[str]


def _decoded(frame: Frame, container: Container, choice: FormatChoice, declared: str | None) -> _Decoded:
    if container == "iso2709":
        return _iso2709(frame, choice)
    if container == "marcxml":
        return _marcxml(frame, choice, declared)
    text = marctext.parse(frame.raw, choice, declared)
    return _Decoded(text.kind, text.encoding, text.record, [*frame.repairs, *text.repairs])


def _iso2709(frame: Frame, choice: FormatChoice) -> _Decoded:
    parsed = iso2709.parse(frame)
    kind = guess_format(parsed.tags, choice)
    decoded = encodings.decode(parsed.body, kind, parsed.tags)
    repairs = parsed.repairs
    repairs.extend(decoded.repairs)
    record = MarcRecord(parsed.leader, build_fields(parsed.tags, decoded.text, repairs))
    return _Decoded(kind, decoded.encoding, record, repairs)


def _marcxml(frame: Frame, choice: FormatChoice, declared: str | None) -> _Decoded:
    text, encoding, notes = marcxml.decode_span(frame.raw, declared)
    repairs = [*frame.repairs, *notes]
    record = marcxml.parse(text, repairs)
    kind = guess_format([field.tag for field in record.fields], choice)
    return _Decoded(kind, encoding, record, repairs)


def _checked(
    frame: Frame,
    container: Container,
    number: int,
    kind: MarcFormat,
    encoding: str,
    record: MarcRecord,
    repairs: list[str],
) -> ReadRecord:
    check_bibliographic(record, kind)
    check_control_numbers(record)
    if container == "iso2709" and belies(record, kind, encoding):
        repairs.append("encoding.declared")
    if "encoding.replaced" in repairs:  # the replacement characters are ours
        repairs = [repair for repair in repairs if repair != "text.replacement"]
    return ReadRecord(
        number=number,
        offset=frame.offset,
        raw=frame.raw,
        container=container,
        encoding=encoding,
        format=kind,
        record=record,
        repairs=tuple(dict.fromkeys(repairs)) if repairs else (),
    )
