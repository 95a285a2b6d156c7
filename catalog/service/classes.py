"""A county's own table of classes: loaded whole from a file, in place of the one before."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from sqlalchemy import delete, insert

from branches.context import Context
from catalog.callnumbers import is_class_number, tidy
from catalog.classes import ClassTable
from catalog.models import ClassLabel
from catalog.reference import CLASSES
from kernel.errors import Invalid
from kernel.i18n import Text

MOST: Final = 60_000
_HEADINGS: Final = {"code", "class", "分类号", "类号"}

_EMPTY: Final = Text(
    "文件是空的，什么也没有改。每行写：分类号,类名,上位类。",
    "The file is empty; nothing was changed. Write code,label,parent a line.",
)
_NO_CLASS: Final = Text(
    "没有一行是类，什么也没有改。第 {n} 行：{why}。每行写：分类号,类名,上位类。",
    "No line is a class; nothing was changed. Line {n}: {why}. Write code,label,parent a line.",
)
_TOO_MANY: Final = Text(
    "表里有 {found} 个类，最多 {n} 个，什么也没有改。请去掉用不到的细类。",
    "The table holds {found} classes, at most {n} may be; nothing was changed. Leave out fine classes that are not used.",
)
_NO_CSV: Final = Text(
    "文件不是正确的 CSV（{error}），什么也没有改。请检查引号。",
    "The file is no valid CSV ({error}); nothing was changed. Check its quotation marks.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """How many classes were loaded, and the lines that were passed over with the reason."""

    count: int
    passed_over: list[tuple[int, Text]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a table would change: (class, name) of those that come and go, (class, name now, name then) of those called otherwise."""

    count: int
    added: list[tuple[str, str]]
    renamed: list[tuple[str, str, str]]
    removed: list[tuple[str, str]]
    passed_over: list[tuple[int, Text]]

    @property
    def changes_nothing(self) -> bool:
        return not (self.added or self.renamed or self.removed)


class ClassService:
    """Loading the table that the class picker and the facets speak from."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def load(self, text: str) -> Loaded:
        """Lines of `code,label,parent`, the parent being optional. What is no class is told and passed over."""
        self._context.caller.require("settings.write")
        rows, passed_over = _read(text)
        session = self._context.session
        session.execute(delete(ClassLabel))
        session.execute(insert(ClassLabel), list(rows.values()))
        CLASSES.changed(session)
        self._context.record("settings_changed", data={"what": "classes_loaded", "count": len(rows)})
        return Loaded(count=len(rows), passed_over=passed_over)

    def preview(self, text: str) -> Preview:
        """What `load` would change of the names in force: where the county's name goes, ours stands again."""
        self._context.caller.require("settings.write")
        rows, passed_over = _read(text)
        now = CLASSES.get(self._context.session).by_code
        then = ClassTable({code: (str(row["label"]), row["parent"]) for code, row in rows.items()}).by_code
        return Preview(
            count=len(rows),
            added=[(code, then[code].label.zh) for code in sorted(then.keys() - now.keys())],
            renamed=[
                (code, now[code].label.zh, then[code].label.zh)
                for code in sorted(then.keys() & now.keys())
                if now[code].label.zh != then[code].label.zh
            ],
            removed=[(code, now[code].label.zh) for code in sorted(now.keys() - then.keys())],
            passed_over=passed_over,
        )


def _read(text: str) -> tuple[dict[str, dict[str, str | None]], list[tuple[int, Text]]]:
    """The rows of a table by class, and the lines that are none with the reason. Raises Invalid for what is no table."""
    rows: dict[str, dict[str, str | None]] = {}
    passed_over: list[tuple[int, Text]] = []
    for number, cells in enumerate(_lines(text), start=1):
        row = _row(cells)
        if isinstance(row, Text):
            passed_over.append((number, row))
        elif row is not None:
            rows[str(row["code"])] = row
    if len(rows) > MOST:
        message = _TOO_MANY.format(n=MOST, found=len(rows))
        raise Invalid("classes.unreadable", message, {"file": [message]})
    if not rows and passed_over:
        number, why = passed_over[0]
        message = _NO_CLASS.format(n=number, why=why)
        raise Invalid("classes.unreadable", message, {"file": [message]})
    if not rows:
        raise Invalid("classes.unreadable", _EMPTY, {"file": [_EMPTY]})
    return rows, passed_over


def _lines(text: str) -> Iterator[list[str]]:
    """The cells of each line. A cell too long for any table, such as one whose quotation mark never ends, refuses the file."""
    try:
        yield from csv.reader(io.StringIO(text, newline=""))
    except csv.Error as error:
        message = _NO_CSV.format(error=error)
        raise Invalid("classes.unreadable", message, {"file": [message]}) from error


def _row(cells: list[str]) -> dict[str, str | None] | Text | None:
    """A line as a row; None for an empty one and a heading; a sentence for one that is passed over."""
    code, label, parent = (*(cell.strip() for cell in cells[:3]), "", "", "")[:3]
    if not any((code, label, parent)) or code.casefold() in _HEADINGS:
        return None
    code, parent = tidy(code).upper(), tidy(parent).upper()
    if not is_class_number(code) or len(code) > 64:
        return Text("「{code}」不像中图分类号", "“{code}” does not look like a class").format(code=code[:40])
    if not label or len(label) > 200 or "\x00" in label:
        return Text("{code} 没有类名，或者太长", "{code} has no name, or too long a one").format(code=code)
    return {"code": code, "label": label, "parent": parent[:64] or None}
