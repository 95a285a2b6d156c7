"""Tells by its first bytes what a file is: ISO 2709, MARCXML, or something that must be refused before anything is changed."""

from __future__ import annotations

import re

from catalog.marc.record import Container, NotMarc
from kernel.i18n import Text

HEAD_BYTES = 1 << 16
BOM = b"\xef\xbb\xbf"
BLANK = b"\r\n\t \x00\x1a"

# A leader (five digits or blanks, a status, a base address) followed by the first directory entry or the end of an empty directory.
LEADER = rb"[0-9 ]{5}[^0-9\x00-\x1f][\x20-\x7e]{6}[0-9 ]{5}[\x20-\xff]{7}"
START = re.compile(LEADER + rb"(?=[0-9A-Z]{3}[0-9]{9}|\x1e)")
_FIRST_ENTRY = re.compile(rb"[\x20-\xff]{24}[0-9A-Z]{3}[0-9]{9}")
_MARC_ELEMENT = re.compile(rb"<(?:[\w.-]+:)?(?:leader|controlfield|datafield|record|collection)[\s/>]")
_WORKSHEET = re.compile(
    rb"^(?:=LDR|=?\s*LDR|=?[0-9]{3}[\s|].{0,60}(?:[$|@]|\xe2\x96\xbc|\xc7\x82|\xe2\x80\xa1)\s?[0-9a-z])", re.M
)

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
    (b"\xff\xfe", Text("UTF-16编码的文件（请改用UTF-8）", "a file in UTF-16 (use UTF-8)")),
    (b"\xfe\xff", Text("UTF-16编码的文件（请改用UTF-8）", "a file in UTF-16 (use UTF-8)")),
    (b"\x89PNG", Text("图片", "a picture")),
    (b"\xff\xd8\xff", Text("图片", "a picture")),
)
_EXPORT = Text(
    "请在编目软件中导出为ISO 2709（.iso、.mrc）或MARCXML文件，解压后再上传。",
    "Export it from the cataloguing system as ISO 2709 (.iso, .mrc) or MARCXML, unpack it and upload that.",
)


def sniff(head: bytes) -> Container:
    """The container of a file by its first `HEAD_BYTES`; raises `NotMarc` for what is no MARC at all."""
    if not head.strip(BLANK):
        raise NotMarc(Text("文件是空的，没有可导入的记录。", "The file is empty: there is nothing to import."))
    for magic, name in _MAGIC:
        if head.startswith(magic):
            raise refusal(name)
    body = head.removeprefix(BOM).lstrip(BLANK)
    if body.startswith(b"<"):
        return _markup(body)
    if _looks_iso2709(body):
        return "iso2709"
    raise _not_marc(body)


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
    if _WORKSHEET.search(body[:4096]):
        return refusal(Text("MARC工作单格式的文本", "MARC written out as text (a worksheet)"))
    if b"\x00" in body:
        return refusal(Text("无法识别的二进制文件", "a binary file of an unknown kind"))
    return refusal(Text("普通文本", "plain text"))
