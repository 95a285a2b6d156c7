"""Which characters the bytes of a record are: by strict trial and by what the result looks like, never by what the record claims.

Leader/09 and 100$a/26-29 both lie too often to be believed. What no trial reads cleanly is not guessed: the record is kept aside."""

from __future__ import annotations

import re
from dataclasses import dataclass

from catalog.bibdata import MarcFormat
from catalog.marc import gb18030, marc8
from catalog.marc.record import BadRecord

_ASCII = frozenset(map(chr, range(0x80)))
_ASCII_BYTES = bytes(range(0x80))
_COMMON = (
    gb18030.LEVEL_ONE
    | frozenset(bytes(byte for trail in range(0xA1, 0xFF) for byte in (0xA1, trail)).decode("gb2312", "ignore"))
    | frozenset(map(chr, range(0xFF01, 0xFF5F)))
)
_ODD_IN_CHINESE = re.compile("[\u0370-\u04ff\u2500-\u257f\u3041-\u30ff\u3105-\u3129\ue000-\uf8ff]")
_HAN_RUN = re.compile("[\u4e00-\u9fff]{2,}")
_UTF8_SEQUENCE = re.compile(rb"[\xc3-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_HIGH_RUN = re.compile(rb"[\x80-\xff]+")
_BARE_MARK = re.compile(rb"[\xe0-\xfe](?![\x41-\x7a\xa0-\xfe\x1b])")
_CYRILLIC = ("cp1251", "cp866", "koi8-r")
_RUSSIAN = frozenset(map(chr, range(0x410, 0x450))) | frozenset("Ёё«»№—–„“”…°§·\xa0")
_FREQUENT_RUSSIAN = frozenset("оеаинтсрвлк")
_NAMES = {"cp1251": "windows-1251"}
_CP1252_AS_UTF8 = re.compile("[\xc2-\xf4][\x80-\xbf\u0152-\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    text: str
    encoding: str
    repairs: tuple[str, ...] = ()


def decode(body: bytes, kind: MarcFormat, tags: list[str]) -> Decoded:
    """The text of a record's fields, each still closed by 1E. Raises `BadRecord` naming the first field that cannot be read."""
    try:
        text = body.decode()
    except UnicodeDecodeError as error:
        found = _not_utf8(body, kind)
        if found is None:
            raise _unreadable(body, tags, error.start) from error
        return found
    if body.isascii():
        if b"\x1b" in body and marc8.DESIGNATION.search(body):
            return _marc8(body)
        return Decoded(text=text, encoding="ascii")
    return Decoded(text=text, encoding="utf-8", repairs=("encoding.double",) if _was_read_wrongly(text) else ())


def looks_chinese(text: str) -> bool:
    """Whether a GB18030 reading makes sense: mostly common characters, which other encodings read as GB18030 do not give."""
    seen = set(text[:600]) - _ASCII or set(text) - _ASCII
    return bool(seen) and len(seen & _COMMON) >= 0.5 * len(seen)


def _not_utf8(body: bytes, kind: MarcFormat) -> Decoded | None:
    if b"\x1b" in body and marc8.DESIGNATION.search(body):
        return _marc8(body)
    chinese = _gb18030(body)
    if chinese is not None and looks_chinese(chinese.text):
        return _big5(body, chinese.text) or chinese
    found = _cyrillic(body)
    if found is None and _mostly_utf8(body):
        return _field_by_field(body)
    found = found or _big5(body, body.decode("gb18030", "replace"))
    if found is None and not _in_words(body):
        return _clean_marc8(body) if kind == "marc21" else None
    return found or chinese or _field_by_field(body)


def _gb18030(body: bytes) -> Decoded | None:
    try:
        return Decoded(text=gb18030.decode(body), encoding="gb18030")
    except UnicodeDecodeError:
        return None


def _mostly_utf8(body: bytes) -> bool:
    """Whether the high bytes are UTF-8 but for a few broken ones; by chance no other encoding comes near."""
    good = sum(map(len, _UTF8_SEQUENCE.findall(body)))
    return good >= 0.6 * len(body.translate(None, _ASCII_BYTES))


def _field_by_field(body: bytes) -> Decoded | None:
    """One record from two systems: holdings in GB18030 behind a description in UTF-8. Sound only where each field is plainly one."""
    texts = []
    for field in body.split(b"\x1e"):
        try:
            texts.append(field.decode())
        except UnicodeDecodeError:
            chinese = _gb18030(field)
            if chinese is None or not looks_chinese(chinese.text) or _mostly_utf8(field):
                return None
            texts.append(chinese.text)
    return Decoded(text="\x1e".join(texts), encoding="utf-8", repairs=("encoding.mixed",))


def _big5(body: bytes, as_gb: str) -> Decoded | None:
    """Big5, whose commonest characters look like kana, Greek and private use when read as GB18030."""
    high = [char for char in as_gb if char > "\x7f"]
    if 10 * (len(_ODD_IN_CHINESE.findall(as_gb)) + as_gb.count("\ufffd")) < len(high):
        return None
    try:
        text = body.decode("cp950")
    except UnicodeDecodeError:
        return None
    codes = [char.encode("cp950") for char in text if char > "\x7f"]
    runs = _HAN_RUN.findall(text)
    if len(runs) < 2 or sum(code < b"\xc6\x7f" for code in codes) < 0.9 * len(codes):
        return None
    return Decoded(text=text, encoding="big5", repairs=("encoding.big5",))


def _cyrillic(body: bytes) -> Decoded | None:
    """Russian in one of three code pages: nearly all high bytes are letters, and the frequent letters are frequent."""
    if not _in_words(body):
        return None
    best, best_share = None, 0.35
    for codec in _CYRILLIC:
        letters = [char for char in body.decode(codec, "replace") if char > "\x7f"]
        if sum(char in _RUSSIAN for char in letters) < 0.95 * len(letters):
            continue
        share = sum(char in _FREQUENT_RUSSIAN for char in letters) / len(letters)
        if share > best_share:
            best, best_share = codec, share
    if best is None:
        return None
    return Decoded(text=body.decode(best, "replace"), encoding=_NAMES.get(best, best))


def _in_words(body: bytes) -> bool:
    """Whether high bytes come in words, as in Cyrillic or Chinese, rather than one by one among Latin letters, as in MARC-8."""
    runs = _HIGH_RUN.findall(body)
    return sum(map(len, runs)) > 2.5 * len(runs)


def _clean_marc8(body: bytes) -> Decoded | None:
    """MARC-8 unless its marks too often stand before no letter: Latin-1 has its letters before blanks and stops just as often."""
    high = len(body.translate(None, _ASCII_BYTES))
    bare = len(_BARE_MARK.findall(body))
    if bare > max(3, high // 4):
        return None
    found = _marc8(body)
    if found.text.count(marc8.REPLACEMENT) > max(2, high // 10):
        return None
    repairs = (*found.repairs, "encoding.marks") if bare else found.repairs
    return Decoded(text=found.text, encoding=found.encoding, repairs=repairs)


def _marc8(body: bytes) -> Decoded:
    unread = 0
    fields = []
    for field in body.split(b"\x1e"):
        parts = []
        for part in field.split(b"\x1f"):
            text, missed = marc8.decode(part)
            parts.append(text)
            unread += missed
        fields.append("\x1f".join(parts))
    repairs = ("encoding.replaced",) if unread else ()
    return Decoded(text="\x1e".join(fields), encoding="marc-8", repairs=repairs)


def _was_read_wrongly(text: str) -> bool:
    """Whether text was UTF-8, read as Latin or Chinese characters and written as UTF-8 again. Flagged only: undoing it is a guess."""
    for run in _CP1252_AS_UTF8.findall(text):
        if _is_utf8_in(run, "cp1252") or _is_utf8_in(run, "latin-1"):
            return True
    if text.isascii() or looks_chinese(text):
        return False
    return any(_is_utf8_in_gb(part) for field in text.split("\x1e") for part in field.split("\x1f"))


def _is_utf8_in_gb(part: str) -> bool:
    """Three bytes of UTF-8 have become one and a half characters; a byte at the end may be lost."""
    data = "".join(char for char in part if char > "\x7f").encode("gb18030")
    before = data.decode("utf-8", "ignore")
    return len(before) >= 4 and len(before.encode()) >= 0.9 * len(data) and looks_chinese(before)


def _is_utf8_in(run: str, codec: str) -> bool:
    try:
        run.encode(codec).decode()
    except UnicodeError:
        return False
    return True


def _unreadable(body: bytes, tags: list[str], position: int) -> BadRecord:
    index = body.count(b"\x1e", 0, position)
    tag = tags[index] if index < len(tags) else None
    return BadRecord("record.encoding", tag=tag, name=tag or "?")
