"""One record of a text export: its lines as fields. The characters are decoded first; what a `$` means is decided where it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from catalog.bibdata import MarcFormat
from catalog.marc import gb18030
from catalog.marc.encodings import decode
from catalog.marc.fields import build_fields
from catalog.marc.formats import guess_format
from catalog.marc.leader import clean_leader
from catalog.marc.notation import is_coded
from catalog.marc.record import BadRecord, FormatChoice, MarcRecord
from catalog.marc.textlines import Line, Lines

_TAG: Final = re.compile(rb"\s*=?([0-9A-Z]{3})")
_STATUS: Final = re.compile(r"([0-9]{0,5})[ #\\]*(?=[acdnop #\\][a-z][a-z #\\])")
_BLANK_SIGNS: Final = str.maketrans("#\\_^", "    ")
_LEADER_SIGNS: Final = str.maketrans("#\\_^|-", "      ")
_ESCAPES: Final = {"{dollar}": "$", "{bslash}": "\\", "{lcub}": "{", "{rcub}": "}"}
_ESCAPED: Final = re.compile("|".join(map(re.escape, _ESCAPES)))
_WIDE: Final = re.compile("[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]")
_SEPARATORS: Final = "\x1d\x1e\x1f"
# A dollar sign that is money: behind a country's letters, or in place of the price.
_MONEY_BEFORE: Final = re.compile(r"(?:US|HK|NT|AU|CA|NZ|SG|MOP|TW|\bA|\bC|\bS)\s?$", re.I)
_LONGEST_MONEY: Final = 6  # the letters, a blank and what stands before them
_AMOUNT: Final = re.compile(r"[0-9]{1,6}(?:,[0-9]{3})*(?:\.[0-9]{1,2})?(?![0-9A-Za-z])")
_PRICES: Final = frozenset({"010d", "011d", "091d", "020c", "022c", "024c", "037c", "365b"})
_MAIL_BEFORE: Final = re.compile(r"[A-Za-z0-9._-]$")
_MAIL_BEHIND: Final = re.compile(r"[A-Za-z0-9-]{2,}(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}")
_MARKED_VALUE: Final = re.compile(r"[ #\\_]{0,4}(?:\$\$|[$‡ǂ▼])a")
_SEEN: Final = 80  # characters at either side that tell what a mark is
_EMBEDDED: Final = re.compile(r"(?!00)[0-9]{3}[0-9 ]{0,2}")  # tag and indicators of a field within a linking field
_SPACED: Final = re.compile(r" ?[0-9A-Za-z] ")


@dataclass(slots=True)
class TextRecord:
    """A record that was read; what had to be put right goes to `repairs`."""

    kind: MarcFormat
    encoding: str
    record: MarcRecord
    repairs: list[str]


@dataclass(slots=True)
class _Written:
    """A field as it stands in the file, its continuations joined."""

    line: Line
    more: list[str] = field(default_factory=list)

    @property
    def body(self) -> str:
        pieces = [self.line.body]
        for rest in self.more:
            pieces[-1] = pieces[-1].rstrip(" \t\r")
            pieces += (_joint(pieces[-1], rest), rest)
        return "".join(pieces)


def parse(raw: bytes, choice: FormatChoice, declared: str | None) -> TextRecord:
    """`declared` is the encoding where the file, or whoever read it before, tells it. Raises `BadRecord`."""
    text, encoding, notes = _decoded(raw, declared)
    repairs = ["text.export", *notes]
    leader, written = _sorted(text, repairs)
    kind = guess_format([one.line.tag for one in written], choice)
    is_compact = any(one.line.kind == "data" and one.line.indicators[:1].strip(" \t:") for one in written)
    tags, chunks = [], []
    for one in written:
        tags.append(one.line.tag)
        chunks.append(_chunk(one, kind, is_compact, repairs))
    if not tags:
        raise BadRecord("record.empty")
    fields = build_fields(tags, "\x1e".join([*chunks, ""]), repairs)
    return TextRecord(kind, encoding, MarcRecord(_leader(leader, repairs), fields), repairs)


def control_number_of(raw: bytes, declared: str | None) -> str | None:
    """The 001 of a record that cannot be read: for the report, never for matching."""
    text = raw.decode(declared if declared and declared.startswith("utf-16") else "latin-1", "replace")
    found = re.search(r"^[ \t]*=?001[ \t:]+([\x21-\x7e]{1,64})[ \t]*\r?$", text, re.M)
    return found.group(1) if found else None


def _decoded(raw: bytes, declared: str | None) -> tuple[str, str, tuple[str, ...]]:
    if declared is not None and (declared.startswith("utf-16") or declared == "gb18030"):
        try:
            text = gb18030.decode(raw) if declared == "gb18030" else raw.decode(declared)
            text = text.replace("\x1e", " ")
        except UnicodeDecodeError as error:
            raise BadRecord("record.encoding", name="?") from error
        return text, declared, ()
    lines = raw.split(b"\n")
    tags = [found.group(1).decode("ascii") if (found := _TAG.match(line)) else "?" for line in lines]
    # The decoder names the field it fails at by the terminators before it.
    decoded = decode(b"\x1e".join(line.replace(b"\x1e", b" ") for line in lines), "cnmarc", tags)
    return decoded.text.replace("\x1e", "\n"), decoded.encoding, decoded.repairs


def _sorted(text: str, repairs: list[str]) -> tuple[str, list[_Written]]:
    """The leader and the fields. Lines before the first field are a heading; one among the fields that is none spoils the record."""
    lines, leader, is_begun = Lines(), "", False
    written: list[_Written] = []
    for number, shown in enumerate(re.split(r"\r*\n|\r", text), 1):
        line = lines.sort(shown.rstrip("\r"))
        if line.kind in ("blank", "parting") or (line.kind in ("other", "more") and not is_begun):
            if line.kind in ("other", "more"):
                repairs.append("frame.junk")
            continue
        is_begun = True
        if line.kind == "leader":
            leader = leader or line.body
        elif line.kind == "more" and written:
            written[-1].more.append(line.body)
            repairs.append("text.line_break")
        elif line.kind == "empty":
            repairs.append("field.empty")
        elif line.kind == "unmarked" and line.tag.isdigit():
            raise BadRecord("record.field", tag=line.tag, name=line.tag)
        elif line.kind in ("other", "more"):
            raise BadRecord("record.line", line=number, start=shown.strip()[:20])
        else:
            written.append(_Written(line))
    return leader, written


def _leader(written: str, repairs: list[str]) -> str:
    """24 characters: blanks at either end are easily lost, so the status says where the rest belongs."""
    body = written.strip()
    found = _STATUS.match(body)
    if found is None:
        return clean_leader("", repairs)
    rest = body[found.end() :].translate(_LEADER_SIGNS)
    return clean_leader((found.group(1).rjust(5) + rest).ljust(24)[:24], repairs)


def _chunk(one: _Written, kind: MarcFormat, is_compact: bool, repairs: list[str]) -> str:
    """The field as `build_fields` takes it: indicators, then 1F, code and text for each subfield."""
    line, body = one.line, one.body
    coded = is_coded(kind, line.tag)
    if line.kind == "control":
        value = _plain(body.rstrip("\r\n"))
        if found := _MARKED_VALUE.match(value):
            repairs.append("field.control")
            value = value[found.end() :]
        return value.translate(_BLANK_SIGNS) if coded else value.strip()
    if line.kind == "unmarked":
        repairs.append("field.subfield_code")
        return f"  \x1fa{_plain(body)}"
    parts = list(_subfields(line.tag, line.mark, body))
    is_spaced = len(parts) > 0 and all(_SPACED.match(part) for part in parts)
    texts = [_text(part.lstrip(" "), coded, is_spaced, line.mark) for part in parts]
    return _indicators(line.indicators, is_compact, repairs) + "".join(f"\x1f{text}" for text in texts)


def _text(part: str, coded: bool, is_spaced: bool, mark: str) -> str:
    code, text = part[:1], _plain(part[1:])
    if mark == "$":
        text = _ESCAPED.sub(lambda found: _ESCAPES[found.group()], text.replace("$$", "$"))
    if coded:
        return code + (text[1:] if is_spaced else text).translate(_BLANK_SIGNS)
    text = text.strip(" \t")
    return code + (text.ljust(5) if code == "1" and _EMBEDDED.fullmatch(text) else text)


def _plain(text: str) -> str:
    return text.translate(dict.fromkeys(map(ord, _SEPARATORS)))


def _subfields(tag: str, mark: str, body: str) -> Iterator[str]:
    """Code and text of each subfield. A mark is one only where a code stands behind it and it is not part of the text."""
    start, blank = 0, " ?" if body.startswith(" ") else ""
    for found in re.finditer(re.escape(mark) + f"(?={blank}[0-9A-Za-z])", body):
        before, behind = _ends(body, start, found.start()), body[found.end() : found.end() + _SEEN]
        if not _is_text(tag, mark, before, behind):
            yield body[start : found.start()]
            start = found.end()
    yield body[start:]


def _ends(body: str, start: int, end: int) -> str:
    """The text between, of a long one its two ends: who reads on to the next mark must not go back to the first."""
    is_long = end - start > 2 * _SEEN
    return body[start : start + _SEEN] + body[end - _SEEN : end] if is_long else body[start:end]


def _is_text(tag: str, mark: str, before: str, behind: str) -> bool:
    """Whether a mark is money or part of an address. `before` is the subfield so far, with its code, or the ends of it."""
    if mark in ("$", "＄", "﹩"):
        if before.endswith(mark):
            return True
        is_price = tag + before.lstrip()[:1] in _PRICES
        is_first = not before.lstrip()[1:].strip()
        money = _MONEY_BEFORE.search(before.lstrip()[1:][-_LONGEST_MONEY:]) is not None or (is_price and is_first)
        return money and _AMOUNT.match(behind) is not None
    if mark == "@":
        return _MAIL_BEFORE.search(before.lstrip()[1:]) is not None and _MAIL_BEHIND.match(behind) is not None
    return False


def _indicators(written: str, is_compact: bool, repairs: list[str]) -> str:
    """Two characters out of what stands between tag and first mark, with `#`, `\\`, `_`, `|`, `^` or nothing for a blank."""
    shown = "".join(written.split()).strip(":")
    if len(shown) == 2:
        return shown.translate(_LEADER_SIGNS)
    text = written.replace("\t", " ").replace(":", " ")
    if text.startswith(" ") and not (is_compact and len(text) <= 2):
        text = text[1:]
    if len(text) > 2 and not text[2:].strip():
        text = text[:2]
    if len(text) != 2:
        repairs.append("field.indicators")
    return text[:2].ljust(2).translate(_LEADER_SIGNS)


def _joint(text: str, rest: str) -> str:
    """What a line break stood for: nothing between Chinese characters, a blank elsewhere."""
    is_wide = bool(text and rest and _WIDE.match(text[-1]) and _WIDE.match(rest[0]))
    return "" if is_wide else " "
