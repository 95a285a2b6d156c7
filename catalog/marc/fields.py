"""Builds fields from decoded text and puts right what is wrong inside them: indicators, delimiters, codes, stray characters."""

from __future__ import annotations

import re
import unicodedata

from catalog.marc.record import BadRecord, Field
from kernel.invisible import INVISIBLE, INVISIBLE_RANGES

# One search over a record's text tells whether anything below is needed: it almost never is.
_ODD_TEXT = re.compile(
    f"[\x00-\x1d\x7f-\x9f{INVISIBLE_RANGES}\ufffc\ufffd\u3000\ue000-\uf8ff\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]"
)
_ODD_CODE = re.compile("\x1f(?:[^0-9A-Za-z]|.[\u0300-\u036f])")
_LINE_BREAK = re.compile("(?<! ) *[\r\n\t\x85]+[ \r\n\t\x85]*")
_CONTROL = re.compile(
    "[\x00-\x1d\x7f-\x87\x8a-\x97\x99-\x9b\x9d-\x9f]"
)  # 88, 89, 98, 9C mark articles that do not sort
_FLAGS = (
    ("text.private_use", re.compile("[\ue000-\uf8ff]")),
    ("text.replacement", re.compile("[\ufffc\ufffd]")),
    ("text.wide_blank", re.compile("\u3000")),
    ("text.full_width", re.compile("[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]")),
)
_WIDE = re.compile("[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]")
_HEADLESS_CODE = "a"


def build_fields(tags: list[str], text: str, repairs: list[str]) -> list[Field]:
    """The fields of a record whose text has one 1E behind each. Raises `BadRecord` for a field without any subfield."""
    if _ODD_TEXT.search(text):
        text = tidy(text, repairs)
    if _ODD_CODE.search(text):
        text = _repair_codes(text, repairs)
    fields = []
    for tag, chunk in zip(tags, text.split("\x1e"), strict=False):
        if tag[:2] == "00":
            fields.append(Field(tag, "", (), _control_value(chunk, repairs)))
            continue
        indicators, *parts = chunk.split("\x1f")
        if len(indicators) != 2 or not indicators.isascii() or not parts:
            if _is_text(indicators, bool(parts)):
                raise BadRecord("record.field", tag=tag, name=tag)
            repairs.append("field.indicators" if parts else "field.empty")
            indicators = indicators.replace("\\", " ")[:2].ljust(2)
        if not parts:
            continue
        fields.append(Field(tag, indicators, tuple([(part[:1], part[1:]) for part in parts])))
    return fields


def _is_text(before: str, delimited: bool) -> bool:
    """Whether what stands before a field's first delimiter is text without one, not indicators that were miscounted."""
    return not before.isascii() or (len(before) > (4 if delimited else 2) and bool(before[2:].strip()))


def tidy(text: str, repairs: list[str]) -> str:
    """Text without control and invisible characters; what may be meant (private use, full width) is only flagged."""
    if _LINE_BREAK.search(text):
        repairs.append("text.line_break")
        text = _LINE_BREAK.sub(_joint, text)
    for kind, pattern in (("text.controls", _CONTROL), ("text.bidi", INVISIBLE)):
        if pattern.search(text):
            repairs.append(kind)
            text = pattern.sub("", text)
    repairs.extend(kind for kind, pattern in _FLAGS if pattern.search(text))
    return text


def _joint(found: re.Match[str]) -> str:
    """What a line break stood for: nothing between Chinese characters or at an end, a blank elsewhere."""
    text = found.string
    before, after = text[max(0, found.start() - 1) : found.start()], text[found.end() : found.end() + 1]
    if not before or not after or before in "\x1e\x1f" or after in "\x1e\x1f":
        return ""
    return "" if _WIDE.match(before) and _WIDE.match(after) else " "


def _repair_codes(text: str, repairs: list[str]) -> str:
    """Codes that are missing, accented by a stray mark, or no letter or digit. The text behind them is kept."""
    fields = []
    for chunk in text.split("\x1e"):
        head, *parts = chunk.split("\x1f")
        fields.append("\x1f".join([head, *[part for part in _coded(parts, repairs) if part]]))
    return "\x1e".join(fields)


def _coded(parts: list[str], repairs: list[str]) -> list[str]:
    tidy_parts: list[list[str]] = []
    for part in parts:
        if part and part[0].isascii() and part[0].isalnum():
            tidy_parts.append([_without_bare_mark(part, repairs)])
            continue
        repairs.append("field.subfield_code")
        letter = unicodedata.normalize("NFD", part[:1])[:1].lower()
        if letter.isascii() and letter.isalnum():  # a mark that fell on the code: "\x1fáActive" was "\x1faActive"
            tidy_parts.append([letter, part[1:].lstrip("\u0300\u0301\u0302\u0303\u0308")])
        elif part.strip() and not tidy_parts:
            tidy_parts.append([_HEADLESS_CODE, part.lstrip()])
        elif part.strip():  # a delimiter typed into text: the text goes on
            tidy_parts[-1].append(part)
    return ["".join(pieces) for pieces in tidy_parts]


def _without_bare_mark(part: str, repairs: list[str]) -> str:
    if len(part) > 1 and unicodedata.combining(part[1]):
        repairs.append("text.combining")
        return part[0] + part[1:].lstrip("".join(char for char in part[1:8] if unicodedata.combining(char)))
    return part


def _control_value(chunk: str, repairs: list[str]) -> str:
    if "\x1f" not in chunk:
        return chunk
    repairs.append("field.control")
    head, *parts = chunk.split("\x1f")
    return (head.strip() + "".join(part[1:] for part in parts)).strip()
