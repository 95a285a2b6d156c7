"""Puts fields into ISO 2709 or MARCXML. Lengths and offsets count bytes of the record's own encoding."""

from __future__ import annotations

from collections.abc import Sequence

from web.demo.generator.record import FIELD_END, RECORD_END, Field

_ENTRY_BYTES = 12
_LEADER_BYTES = 24


def iso2709(leader_start: bytes, leader_end: bytes, fields: Sequence[Field]) -> bytes:
    """`leader_start` is leader/05-11, `leader_end` leader/17-23."""
    directory: list[bytes] = []
    data: list[bytes] = []
    offset = 0
    for tag, value in fields:
        length = len(value) + 1
        directory.append(b"%s%04d%05d" % (tag, length, offset))
        data.append(value)
        offset += length
    base = _LEADER_BYTES + _ENTRY_BYTES * len(fields) + 1
    leader = _leader(leader_start, leader_end, base + offset + 1, base)
    return leader + b"".join(directory) + FIELD_END + FIELD_END.join(data) + FIELD_END + RECORD_END


def marcxml(leader_start: bytes, leader_end: bytes, fields: Sequence[Field], encoding: str) -> bytes:
    out = [f"<record><leader>{_leader(leader_start, leader_end, 0, 0).decode()}</leader>"]
    for tag, value in fields:
        text = value.decode(encoding).replace("&", "&amp;").replace("<", "&lt;")
        out.append(_control(tag, text) if tag < b"010" else _data(tag, text))
    out.append("</record>\n")
    return "".join(out).encode(encoding)


def _leader(start: bytes, end: bytes, length: int, base: int) -> bytes:
    return b"%05d%s%05d%s" % (length, start, base, end)


def _control(tag: bytes, text: str) -> str:
    return f'<controlfield tag="{tag.decode()}">{text}</controlfield>'


def _data(tag: bytes, text: str) -> str:
    subfields = "".join(f'<subfield code="{part[0]}">{part[1:]}</subfield>' for part in text[2:].split("\x1f")[1:])
    return f'<datafield tag="{tag.decode()}" ind1="{text[0]}" ind2="{text[1]}">{subfields}</datafield>'
