"""What a line of a text export is: a leader, a field, the rest of the field above it, or what parts two records. Pure, line by line.

Every program writes its own: `200 1  ▼a书名▼f作者`, `2001#$a书名`, `=200  1\\$a书名`. What they share is a tag at the beginning and a
mark before each subfield."""

from __future__ import annotations

import re
from typing import Final, Literal, NamedTuple

LineKind = Literal["blank", "parting", "leader", "control", "data", "unmarked", "empty", "more", "other"]
FIELD_KINDS: Final = frozenset({"leader", "control", "data", "unmarked", "empty"})

_MARK: Final = "\\$\\$|[$＄﹩‡ǂ▼@|\x1f]"
_INDICATORS: Final = r"[ \t0-9#\\_|^:-]{0,7}?"
_DATA: Final = re.compile(
    rf"=?(?P<tag>[0-9A-Z]{{3}})(?P<indicators>{_INDICATORS})(?P<mark>{_MARK})(?![0-9][ \t]?(?:{_MARK}))(?P<body> ?[0-9A-Za-z].*)",
    re.S,
)
_CONTROL: Final = re.compile(r"=?(?P<tag>00[1-9])(?:[ \t:]+|(?=[^ \t:]))(?P<body>.*)", re.S)
_NAMED_LEADER: Final = re.compile(
    r"=?(?:LDR|LEADER|Leader|头标区?|記錄頭標|记录头标)(?![0-9A-Za-z])[:：]?(?P<body>.*)", re.S
)
_BARE_LEADER: Final = re.compile(r"(?P<body>[0-9]{0,5}[acdnop][a-z].{3}(?:22|[ #]{2})[0-9 #]{5}.{3}45.{0,2})")
_ZERO_LEADER: Final = re.compile(r"=?000[ \t:]*(?P<body>[ #0-9]{0,5}[acdnop #\\_-][a-z].*)", re.S)
_UNMARKED: Final = re.compile(r"=?(?P<tag>[0-9]{3})(?P<body>(?:[ \t]|[0-9#\\_|]{2}[ \t]).*\S.*)", re.S)
_LOCAL: Final = re.compile(r"=?(?P<tag>[A-Z][0-9A-Z]{2})(?P<body>[ \t]+\S.*)", re.S)
_EMPTY: Final = re.compile(r"=?(?P<tag>[0-9]{3})(?:[ \t][ \t0-9#\\_|]{0,4}|[#\\_]{1,2})?")
_PARTING: Final = re.compile(r"(?:([*#=~.-])\1+(?:[ \t].*)?|\* ?(?:\* ?)+|[—－─═]{2,})")
_HEADING: Final = re.compile(
    r"(?:记录|記錄|Record)\s*(?:[号數数]|No\.?)?\s*[:：#]?\s*[0-9]+.*|(?:第|共|总计)\s*[0-9]+\s*[条條项項种種].*"
    r"|\[[0-9]+\]|[0-9]{1,6}(?:[.、)）]|\s*/\s*[0-9]+)",
    re.I,
)
_LONGEST_HEADING: Final = 200


def readable(raw: bytes) -> str:
    """A line's characters, good enough to tell it apart; what cannot be read does not matter here."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("gb18030", "replace")


class Line(NamedTuple):
    """`body` is what stands behind tag and indicators; of a data field without the first mark."""

    kind: LineKind
    tag: str = ""
    indicators: str = ""
    mark: str = ""
    body: str = ""


class Lines:
    """Tells the lines of one record apart, which may all be set in by the same number of blanks."""

    def __init__(self) -> None:
        self._indent: int | None = None

    def sort(self, text: str) -> Line:
        """`text` has no line end."""
        stripped = text.lstrip(" \t\ufeff\u3000")
        if not stripped.rstrip():
            return Line("blank")
        indent = len(text) - len(stripped)
        if self._indent is not None and indent > self._indent:
            return Line("more", body=stripped)
        line = _sort(stripped)
        if self._indent is None and line.kind in ("control", "data"):
            self._indent = indent
        return line


def _sort(text: str) -> Line:
    leader = _NAMED_LEADER.fullmatch(text) or _ZERO_LEADER.fullmatch(text) or _BARE_LEADER.fullmatch(text.rstrip())
    if leader:
        return Line("leader", "LDR", body=leader["body"])
    if found := _CONTROL.fullmatch(text):
        return Line("control", found["tag"], body=found["body"])
    if found := _DATA.fullmatch(text):
        between = (
            found["indicators"][1:] if text[0] == "=" else found["indicators"]
        )  # MarcEdit sets two blanks behind a tag
        return Line("data", found["tag"], between, found["mark"], found["body"])
    if _EMPTY.fullmatch(text.rstrip()):
        return Line("empty", text.lstrip("=")[:3])
    if found := _UNMARKED.fullmatch(text) or _LOCAL.fullmatch(text):
        return Line("unmarked", found["tag"], body=found["body"].strip())
    return Line("parting" if _is_parting(text.rstrip()) else "other", body=text)


def _is_parting(text: str) -> bool:
    """A line of signs, or a heading such as `记录 12`."""
    if len(text) > _LONGEST_HEADING:
        return text.strip("*#=~.-—－─═ ") == ""
    return _PARTING.fullmatch(text) is not None or _HEADING.fullmatch(text) is not None
