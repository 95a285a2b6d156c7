"""Tells by its first bytes what a file is: ISO 2709, MARCXML, a text export, or what must be refused before anything is changed."""

from __future__ import annotations

import re

from catalog.marc.record import Container, NotMarc
from catalog.marc.textlines import Lines, readable
from kernel.i18n import Text

HEAD_BYTES = 1 << 16
BOM = b"\xef\xbb\xbf"
_SEEN = 16_384  # bytes of a text that must show a field
BLANK = b"\r\n\t \x00\x1a"

# A leader (five digits or blanks, a status, a base address) followed by the first directory entry or the end of an empty directory.
LEADER = rb"[0-9 ]{5}[^0-9\x00-\x1f][\x20-\x7e]{6}[0-9 ]{5}[\x20-\xff]{7}"
START = re.compile(LEADER + rb"(?=[0-9A-Z]{3}[0-9]{9}|\x1e)")
_FIRST_ENTRY = re.compile(rb"[\x20-\xff]{24}[0-9A-Z]{3}[0-9]{9}")
_MARC_ELEMENT = re.compile(rb"<(?:[\w.-]+:)?(?:leader|controlfield|datafield|record|collection)[\s/>]")
_MAGIC: tuple[tuple[bytes, Text], ...] = (
    (b"\x1f\x8b", Text("gzip压缩文件", "a gzip archive")),
    (b"PK\x03\x04", Text("ZIP压缩文件或Excel、Word文件", "a ZIP archive or an Excel or Word file")),
    (b"PK\x05\x06", Text("空的ZIP压缩文件", "an empty ZIP archive")),
    (b"Rar!", Text("RAR压缩文件", "a RAR archive")),
    (b"7z\xbc\xaf\x27\x1c", Text("7z压缩文件", "a 7z archive")),
    (b"BZh", Text("bzip2压缩文件", "a bzip2 archive")),
    (b"\xfd7zXZ", Text("xz压缩文件", "an xz archive")),
    (b"%PDF", Text("PDF文件", "a PDF file")),
    (b"\xd0\xcf\x11\xe0", Text("旧版Excel或Word文件", "an old Excel or Word file")),
    (b"SQLite format 3", Text("SQLite数据库", "an SQLite database")),
    (b"\x89PNG", Text("图片", "a picture")),
    (b"\xff\xd8\xff", Text("图片", "a picture")),
)
_UTF16 = Text("UTF-16编码的文件（请改用UTF-8）", "a file in UTF-16 (use UTF-8)")
_EXPORT = Text(
    "请在编目软件中导出为ISO 2709（.iso、.mrc）、MARCXML或MARC文本文件，解压后再上传。",
    "Export it from the cataloguing system as ISO 2709 (.iso, .mrc), MARCXML or MARC as text, unpack it and upload that.",
)


def sniff(head: bytes) -> Container:
    """The container of a file by its first `HEAD_BYTES`; raises `NotMarc` for what is no MARC at all."""
    if not head.strip(BLANK):
        raise NotMarc(Text("文件是空的，没有可导入的记录。", "The file is empty: there is nothing to import."))
    for magic, name in _MAGIC:
        if head.startswith(magic):
            raise refusal(name)
    if (codec := utf16_of(head)) is not None:
        if _is_text_export(head[:_SEEN].decode(codec, "replace").splitlines()):
            return "text"
        raise refusal(_UTF16)
    body = head.removeprefix(BOM).lstrip(BLANK)
    if body.startswith(b"<"):
        return _markup(body)
    if _looks_iso2709(body):
        return "iso2709"
    if _is_text_export([readable(line) for line in body[:_SEEN].splitlines()]):
        return "text"
    raise _not_marc(body)


def utf16_of(head: bytes) -> str | None:
    """Which UTF-16 the file is in: by its mark, or since its first letters have noughts beside them."""
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16-le" if head[0] == 0xFF else "utf-16-be"
    start = head[:6]
    if len(start) == 6 and 0 not in start[::2] and not any(start[1::2]):
        return "utf-16-le"
    return "utf-16-be" if len(start) == 6 and 0 not in start[1::2] and not any(start[::2]) else None


def _is_text_export(lines: list[str]) -> bool:
    """A field with marked subfields, beside a leader or control number, or being a title."""
    kinds = Lines()
    found = [kinds.sort(line) for line in lines]
    data = [line for line in found if line.kind == "data" and line.tag.isdigit()]
    begins = any(line.kind == "leader" or line.tag == "001" for line in found)
    return bool(data) and (begins or any(line.tag in ("200", "245") and "a" in line.body for line in data))


def refusal(name: Text) -> NotMarc:
    """The refusal of a file that is `name` and no MARC."""
    return NotMarc(
        Text(f"这不是MARC文件，而是{name.zh}。{_EXPORT.zh}", f"This is not a MARC file but {name.en}. {_EXPORT.en}")
    )


def _markup(body: bytes) -> Container:
    start = body[:2048].lower()
    if b"<!doctype html" in start or b"<html" in start:
        raise refusal(Text("网页（HTML）", "a web page (HTML)"))
    if _MARC_ELEMENT.search(body) is None and b"<record" not in body:
        whole = len(body) < HEAD_BYTES - 16
        if whole or b"<?xml" not in start:
            raise refusal(Text("不含MARC记录的XML文件", "an XML file without MARC records"))
    return "marcxml"


def _looks_iso2709(body: bytes) -> bool:
    if b"\x1e" not in body:
        return False
    return START.search(body) is not None or _FIRST_ENTRY.match(body) is not None


def _not_marc(body: bytes) -> NotMarc:
    if b"\x00" in body:
        return refusal(Text("无法识别的二进制文件", "a binary file of an unknown kind"))
    return refusal(Text("普通文本", "plain text"))
