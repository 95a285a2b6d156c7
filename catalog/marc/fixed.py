"""Fields whose characters mean something by where they stand, as labelled choices: the leader, CNMARC 100, 105, 110, MARC21 006, 007, 008.
What a layout is made of, how a value is taken apart and put together again, always of the right length. Pure; the tables stand beside.

A layout is a line `= KEY LENGTH 名称 | name`, where KEY may end in the kinds it serves (`008:at`); below it `START LENGTH 名称 | name`,
and under that, indented, the codes: `code 名称 | name; …`. `START COUNTxLENGTH` stands for several equal positions. `#` is a blank.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from kernel.i18n import Text

_HEAD: Final = re.compile(r"= (\S+) ([0-9]+) (.+?) \| (.+)")
_POSITION: Final = re.compile(r"([0-9]+) (?:([0-9]+)x)?([0-9]+) (.+?) \| (.+)")
_CODE: Final = re.compile(r"(\S+) (.+?) \| (.+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Characters from `start` on; without `choices` they are written freely (a date, a code of a list that is elsewhere)."""

    start: int
    length: int
    name: Text
    choices: Mapping[str, Text]

    @property
    def end(self) -> int:
        return self.start + self.length

    @property
    def where(self) -> str:
        return f"{self.start:02d}" if self.length == 1 else f"{self.start:02d}-{self.end - 1:02d}"

    def of(self, value: str) -> str:
        return value[self.start : self.end].ljust(self.length)

    def holds(self, text: str) -> bool:
        """Whether a text may stand here; a fill character says that nobody tried to code it."""
        return len(text) == self.length and (
            not self.choices or text in self.choices or set(text) == {"|"} or not text.strip()
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """`kinds`: the characters of the leader (008) or of the value itself (006, 007) for which it stands; empty: always."""

    tag: str
    code: str
    kinds: str
    length: int
    name: Text
    positions: tuple[Position, ...]

    @property
    def key(self) -> str:
        return f"{self.tag}${self.code}" if self.code else self.tag


def read_layouts(table: str) -> tuple[Layout, ...]:
    """The layouts of a table. Raises ValueError naming a line that does not hold."""
    layouts: list[Layout] = []
    blocks = re.split(r"^(?== )", table.strip(), flags=re.MULTILINE)
    for block in filter(None, blocks):
        head, *body = block.strip().split("\n")
        found = _HEAD.fullmatch(head)
        if found is None:
            raise ValueError(head)
        key, _, kinds = found[1].partition(":")
        tag, _, code = key.partition("$")
        layouts.append(
            Layout(
                tag=tag,
                code=code,
                kinds=kinds.replace("#", " "),
                length=int(found[2]),
                name=Text(found[3], found[4]),
                positions=_positions(body),
            )
        )
    return tuple(layouts)


def split(layout: Layout, value: str) -> list[tuple[Position, str]]:
    """What stands at each position; short values are filled with blanks."""
    return [(position, position.of(value)) for position in layout.positions]


def join(layout: Layout, value: str, entered: Mapping[int, str]) -> str:
    """The value with what was entered at positions that begin there; exactly as long as the layout says."""
    text = list(value.ljust(layout.length)[: layout.length])
    for position in layout.positions:
        if position.start in entered:
            text[position.start : position.end] = entered[position.start].ljust(position.length)[: position.length]
    return "".join(text)


def choose(layouts: tuple[Layout, ...], tag: str, code: str, *, leader: str, value: str) -> Layout | None:
    """The layout of a field: that of 008 hangs on the leader, those of 006 and 007 on their first character."""
    for layout in layouts:
        if layout.tag == tag and layout.code == code and _serves(layout, leader, value):
            return layout
    return None


def _serves(layout: Layout, leader: str, value: str) -> bool:
    if not layout.kinds:
        return True
    if layout.tag != "008":
        return value[:1] in layout.kinds
    kind, level = leader[6:7], leader[7:8]
    return ("s" if kind in ("a", " ") and level in ("b", "i", "s") else kind) in layout.kinds


def _positions(lines: list[str]) -> tuple[Position, ...]:
    positions: list[Position] = []
    for index, line in enumerate(lines):
        if line.startswith(" "):
            continue
        found = _POSITION.fullmatch(line)
        if found is None:
            raise ValueError(line)
        codes = lines[index + 1] if index + 1 < len(lines) and lines[index + 1].startswith(" ") else ""
        positions += _repeated(found, _choices(codes.strip(), int(found[3])))
    return tuple(positions)


def _repeated(found: re.Match[str], choices: Mapping[str, Text]) -> list[Position]:
    count, length = int(found[2] or 1), int(found[3])
    return [
        Position(
            start=int(found[1]) + number * length,
            length=length,
            name=Text(found[4], found[5])
            if count == 1
            else Text(f"{found[4]} {number + 1}", f"{found[5]} {number + 1}"),
            choices=choices,
        )
        for number in range(count)
    ]


def _choices(line: str, length: int) -> Mapping[str, Text]:
    choices: dict[str, Text] = {}
    for part in filter(None, line.split("; ")):
        found = _CODE.fullmatch(part)
        if found is None or len(found[1]) != length:
            raise ValueError(part)
        choices[found[1].replace("#", " ")] = Text(found[2], found[3])
    return choices
