"""A record as lines that a person can read, type and paste: `200 1# $a红楼梦$f曹雪芹著`. Pure.

One line a field: tag, blank, two indicators, blank, subfields. `$` opens a subfield, `$$` is a dollar sign, `#` a blank among indicators
and in coded data. `LDR` names the leader; control fields (00X) have their value behind the tag. Writing and reading again gives the
same record; a subfield or field left empty, as a template offers them, is no part of it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

from catalog.bibdata import MarcFormat
from catalog.marc.record import Field, MarcRecord, Subfield
from kernel.i18n import Text

LEADER: Final = "LDR"
LEADER_LENGTH: Final = 24
DELIMITER: Final = "$"
BLANK: Final = "#"
_TAG: Final = re.compile(r"[0-9A-Z]{3}")
_INDICATORS: Final = re.compile(r"[0-9a-z#]{2}")
_CODE: Final = re.compile(r"[0-9A-Za-z]")
_LINE: Final = re.compile(r"(\S{1,3}) (.{2})(?: (.*))?")
_CONTROL: Final = re.compile("[\x00-\x1f\x7f-\x87\x8a-\x97\x99-\x9b\x9d-\x9f\u2028\u2029\ud800-\udfff]")
_OTHER_DELIMITERS: Final = "‡ǂ▼￥＄"
_CODED_VALUES: Final = frozenset({"006", "007", "008"})
_CODED_FIELDS: Final = frozenset({"100", "105", "106", "110", *map(str, range(115, 118)), *map(str, range(120, 142))})


@dataclass(frozen=True, slots=True, kw_only=True)
class NotationError:
    """What is wrong in one line, counted from 1, and what to write instead."""

    line: int
    message: Text


class Unreadable(Exception):
    """Lines that do not make a record; every fault of them."""

    def __init__(self, errors: Iterable[NotationError]) -> None:
        self.errors = tuple(errors)
        super().__init__(self.errors)


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A record read from lines. `lines` names the line of each field, in the record's order; `leader_line` is 0 where none was given."""

    record: MarcRecord
    lines: tuple[int, ...]
    leader_line: int = 0


def is_coded(format: MarcFormat, tag: str) -> bool:
    """Whether a field holds codes by position, so that its blanks are written `#`."""
    return tag in _CODED_VALUES or (format == "cnmarc" and tag in _CODED_FIELDS)


def write_lines(record: MarcRecord, format: MarcFormat) -> str:
    lines = [f"{LEADER} {record.leader.replace(' ', BLANK)}"]
    return "\n".join([*lines, *(write_field(field, format) for field in record.fields)])


def write_field(field: Field, format: MarcFormat) -> str:
    if field.tag[:2] == "00":
        return f"{field.tag} {_coded_out(field.value) if is_coded(format, field.tag) else field.value}"
    coded = is_coded(format, field.tag)
    parts = [f"{DELIMITER}{code}{_text_out(text, coded)}" for code, text in field.subfields]
    return f"{field.tag} {field.indicators.ljust(2)[:2].replace(' ', BLANK)} {''.join(parts)}"


def read_lines(
    text: str, format: MarcFormat, *, default_leader: str, offered: Collection[str] = frozenset()
) -> Written:
    """Raises `Unreadable` naming every line that does not hold. Without an LDR line the leader is `default_leader`; a line among
    `offered` was left as a template has it, and passed over."""
    reader = _Reader(format)
    for number, line in enumerate(re.split(r"\r\n|\n|\r", text), 1):
        if line.strip() and line.rstrip() not in offered:
            reader.take(number, line)
    if reader.errors:
        raise Unreadable(reader.errors)
    record = MarcRecord(reader.leader or default_leader, reader.fields)
    return Written(record=record, lines=tuple(reader.lines), leader_line=reader.leader_line)


class _Reader:
    def __init__(self, format: MarcFormat) -> None:
        self.format = format
        self.leader: str | None = None
        self.leader_line = 0
        self.fields: list[Field] = []
        self.lines: list[int] = []
        self.errors: list[NotationError] = []

    def take(self, number: int, line: str) -> None:
        try:
            if _CONTROL.search(line):
                raise _Fault(_CONTROLS)
            tag = line[:3]
            if tag == LEADER:
                self._take_leader(number, line)
                return
            if not _TAG.fullmatch(tag) or line[3:4] not in (" ", ""):
                raise _Fault(_NO_TAG.format(start=line[:12]))
            field = self._control(tag, line[4:]) if tag[:2] == "00" else self._data(line)
        except _Fault as fault:
            self.errors.append(NotationError(line=number, message=fault.message))
            return
        if field.value or field.subfields:
            self.fields.append(field)
            self.lines.append(number)

    def _take_leader(self, number: int, line: str) -> None:
        if self.leader is not None:
            raise _Fault(_TWO_LEADERS)
        value = line[4:].replace(BLANK, " ")
        if len(value) != LEADER_LENGTH or not value.isascii():
            raise _Fault(_LEADER.format(n=len(value)))
        self.leader, self.leader_line = value, number

    def _control(self, tag: str, value: str) -> Field:
        if is_coded(self.format, tag):
            return Field(tag, value=value.replace(BLANK, " "))
        return Field(tag, value=value.strip())

    def _data(self, line: str) -> Field:
        found = _LINE.fullmatch(line)
        if found is None or not _INDICATORS.fullmatch(found.group(2)):
            there = line[4:6].strip()
            raise _Fault((_NO_INDICATORS if there else _ONLY_A_TAG).format(tag=line[:3], found=line[4:6]))
        tag, indicators, body = found.groups()
        coded = is_coded(self.format, tag)
        return Field(tag, indicators.replace(BLANK, " "), _subfields(tag, body or "", coded))


class _Fault(Exception):
    def __init__(self, message: Text) -> None:
        super().__init__(message.en)
        self.message = message


def _subfields(tag: str, body: str, coded: bool) -> tuple[Subfield, ...]:
    if body and not body.startswith(DELIMITER):
        raise _Fault(_NO_DELIMITER.format(tag=tag, hint=_hint(body)))
    found: list[Subfield] = []
    for part in _parts(body):
        if not _CODE.fullmatch(part[:1]):
            raise _Fault(_NO_CODE.format(tag=tag, part=part[:12]))
        text = part[1:].replace(BLANK, " ") if coded else part[1:]
        if text.strip() or (coded and text):
            found.append((part[0], text))
    return tuple(found)


def _parts(body: str) -> list[str]:
    """What stands behind each delimiter, `$$` made one dollar sign."""
    pieces = re.split(r"\$(?!\$)", body.replace("$$", "\x00"))
    return [piece.replace("\x00", DELIMITER) for piece in pieces[1:]]


def _hint(body: str) -> Text:
    if body[0] in _OTHER_DELIMITERS:
        return Text("（写成了“{mark}”）", " (it reads “{mark}”)").format(mark=body[0])
    return Text("", "")


def _text_out(text: str, coded: bool) -> str:
    return _coded_out(text) if coded else text.replace(DELIMITER, "$$")


def _coded_out(text: str) -> str:
    return text.replace(" ", BLANK)


_CONTROLS: Final = Text(
    "有看不见的控制字符（如制表符）。请删去重输。",
    "An invisible control character (such as a tab). Type the line anew.",
)
_NO_TAG: Final = Text(
    "“{start}”开头不是三位字段号加一个空格。一个字段写一行，如：200 1# $a红楼梦$f曹雪芹著",
    "“{start}” does not begin with a tag of three characters and a blank. A field is one line: 200 1# $a红楼梦$f曹雪芹著",
)
_NO_INDICATORS: Final = Text(
    "{tag} 字段号后面要有两位指示符（空用 #）再空一格，现在是“{found}”。如：{tag} ## $a…",
    "Behind {tag} stand two indicators (# for a blank) and a blank, not “{found}”: {tag} ## $a…",
)
_ONLY_A_TAG: Final = Text(
    "{tag} 字段号后面什么也没有。请写完这一行，或删去它。如：{tag} ## $a…",
    "Nothing stands behind {tag}. Write the line to its end, or delete it: {tag} ## $a…",
)
_NO_DELIMITER: Final = Text(
    "{tag} 字段的内容要从子字段标识 $ 开始{hint}。如：{tag} ## $a…",
    "The content of {tag} begins with the subfield mark ${hint}: {tag} ## $a…",
)
_NO_CODE: Final = Text(
    "{tag} 字段的 $ 后面要有一个字母或数字，现在是“{part}”。要写美元符号请写两个：$$",
    "In {tag} a letter or digit stands behind $, not “{part}”. A dollar sign itself is written twice: $$",
)
_TWO_LEADERS: Final = Text("头标区（LDR）只能有一行。", "There is one leader (LDR), not two.")
_LEADER: Final = Text(
    "头标区要正好 24 位（空用 #），现在是 {n} 位。", "The leader has exactly 24 characters (# for a blank), not {n}."
)
