"""MARC out: ISO 2709 and MARCXML. What came as ISO 2709 and was kept goes out byte for byte; this writes everything else."""

from __future__ import annotations

import re
from typing import Literal
from xml.sax.saxutils import escape, quoteattr

from catalog.bibdata import MarcFormat
from catalog.marc import gb18030
from catalog.marc.marcxml import ILLEGAL
from catalog.marc.record import Field, MarcRecord
from kernel.i18n import Text

IsoEncoding = Literal["utf-8", "gb18030"]
NAMESPACE = "http://www.loc.gov/MARC21/slim"
_LONGEST_RECORD, _LONGEST_FIELD = 99_999, 9_999
_DELIMITERS = re.compile("[\x1d-\x1f]")
_ASCII_TAG = re.compile(r"[0-9A-Z]{3}")


class TooLong(Exception):
    """ISO 2709 cannot say how long this record or field is; wrong lengths are never written."""

    def __init__(self, length: int, tag: str | None) -> None:
        super().__init__(length, tag)
        self.message = (
            Text(
                "{tag}字段有{length}字节，超过ISO 2709每个字段9999字节的上限。请改用MARCXML导出。",
                "Field {tag} has {length} bytes, more than the 9,999 that ISO 2709 allows. Export it as MARCXML.",
            ).format(tag=tag, length=length)
            if tag
            else Text(
                "记录有{length}字节，超过ISO 2709每条记录99999字节的上限。请改用MARCXML导出。",
                "The record has {length} bytes, more than the 99,999 that ISO 2709 allows. Export it as MARCXML.",
            ).format(length=length)
        )


def to_iso2709(record: MarcRecord, format: MarcFormat, encoding: IsoEncoding = "utf-8") -> bytes:
    """The record with a true directory; leader/09 says UTF-8 in MARC21. Raises `TooLong`."""
    directory, data, position = [], [], 0
    for field in record.fields:
        body = _encoded(_iso_text(field), encoding) + b"\x1e"
        if len(body) > _LONGEST_FIELD:
            raise TooLong(len(body), field.tag)
        directory.append(b"%s%04d%05d" % (_tag(field), len(body), position))
        data.append(body)
        position += len(body)
    base = 24 + 12 * len(directory) + 1
    length = base + position + 1
    if length > _LONGEST_RECORD:
        raise TooLong(length, None)
    leader = _leader(record, format, encoding, length, base)
    return b"".join([leader, *directory, b"\x1e", *data, b"\x1d"])


def to_marcxml(record: MarcRecord, *, declaration: bool = True) -> bytes:
    """A `record` element, in UTF-8. Text is escaped, what XML forbids is left out."""
    lines = [f"  <leader>{_xml(_plain_leader(record))}</leader>"]
    for field in record.fields:
        tag = quoteattr(field.tag)
        if field.tag[:2] == "00":
            lines.append(f"  <controlfield tag={tag}>{_xml(field.value)}</controlfield>")
            continue
        ind1, ind2 = (quoteattr(mark) for mark in (field.indicators[:1] or " ", field.indicators[1:2] or " "))
        lines.append(f"  <datafield tag={tag} ind1={ind1} ind2={ind2}>")
        lines += [f"    <subfield code={quoteattr(code)}>{_xml(text)}</subfield>" for code, text in field.subfields]
        lines.append("  </datafield>")
    head = '<?xml version="1.0" encoding="UTF-8"?>\n' if declaration else ""
    body = "\n".join(lines)
    return f'{head}<record xmlns="{NAMESPACE}">\n{body}\n</record>\n'.encode()


def _iso_text(field: Field) -> str:
    if field.tag[:2] == "00":
        return _DELIMITERS.sub(" ", field.value)
    parts = [f"\x1f{(code or 'a')[0]}{_DELIMITERS.sub(' ', text)}" for code, text in field.subfields]
    return field.indicators.ljust(2)[:2] + "".join(parts)


def _encoded(text: str, encoding: IsoEncoding) -> bytes:
    return gb18030.encode(text) if encoding == "gb18030" else text.encode()


def _tag(field: Field) -> bytes:
    return field.tag.encode("ascii") if _ASCII_TAG.fullmatch(field.tag) else b"999"


def _leader(record: MarcRecord, format: MarcFormat, encoding: IsoEncoding, length: int, base: int) -> bytes:
    middle = _plain_leader(record)
    charset = ("a" if encoding == "utf-8" else " ") if format == "marc21" else middle[9]
    tail = "4500" if format == "marc21" else "450 "
    return f"{length:05d}{middle[5:9]}{charset}22{base:05d}{middle[17:20]}{tail}".encode("ascii", "replace")


def _plain_leader(record: MarcRecord) -> str:
    return record.leader.ljust(24)[:24]


def _xml(text: str) -> str:
    return escape(ILLEGAL.sub("", text))
