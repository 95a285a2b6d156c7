"""A table as spreadsheets write it, CSV or XLSX: its rows under the columns that their heads name. No database.

A room says by a `Layout` which columns it knows. What is not understood is refused as a whole, before any row is looked at; nothing in
the file is followed, run or unfolded without bound, and rows come one by one.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import IO, Final

from kernel.decoding import encoding_of
from kernel.errors import Invalid
from kernel.i18n import Text
from kernel.sheets.cells import BLANK, Cell, Line
from kernel.sheets.xlsx import LARGEST_PART, BrokenBook, read_book

MOST_COLUMNS: Final = 64
HEADS_WITHIN: Final = 10  # lines; a title may stand above the heads
_BESIDE: Final = re.compile(r"\(.*?\)|[\s_*:.-]+")

_TOO_LARGE: Final = Text(
    "文件超过 {n} MB，请去掉多余的列或工作表，或拆成几个文件。",
    "The file is larger than {n} MB: leave out columns and sheets that are not needed, or split it.",
)
_EMPTY: Final = Text("文件是空的，什么也没有改。", "The file is empty; nothing was changed.")
_OLD: Final = Text(
    "这是旧式的 .xls 或加了密码的文件。请另存为不加密码的 .xlsx 或 CSV。",
    "This is an old .xls file or one with a password. Save it as .xlsx or CSV without one.",
)
_NO_TEXT: Final = Text(
    "读不出这个文件。请用 .xlsx，或 UTF-8、GBK 编码的 CSV。",
    "This file cannot be read. Use .xlsx, or CSV in UTF-8 or GBK.",
)
_NO_CSV: Final = Text(
    "第 {n} 行不是正确的 CSV（{error}），什么也没有改。请检查引号。",
    "Line {n} is no valid CSV ({error}); nothing was changed. Check the quotation marks.",
)
_NO_HEADS: Final = Text(
    "前 {n} 行里没有找到表头{known_zh}。第一行请写列名：{all_zh}。",
    "No heads {known_en} in the first {n} lines. Name the columns in the first line: {all_en}.",
)
_MISSING: Final = Text("缺少这些列：{heads}。", "These columns are missing: {heads}.")
_TWICE: Final = Text("有两列都是“{head}”，请只留一列。", "Two columns are `{head}`; keep one of them.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """What a column is called to people, and all that may stand at its head, folded and divided by blanks."""

    label: Text
    heads: str
    is_required: bool = False


@dataclass(frozen=True, kw_only=True)
class Layout:
    """A kind of table. `code` begins the codes of its refusals; the line of heads is the first that names all of `known_by`; `too_many`
    says what to do with more than `most_rows` rows."""

    code: str
    columns: Mapping[str, Column]
    known_by: tuple[str, ...]
    largest_file: int
    most_rows: int
    too_many: Text
    largest_part: int = LARGEST_PART

    @cached_property
    def column_of(self) -> Mapping[str, str]:
        return {head: name for name, column in self.columns.items() for head in column.heads.split()}

    def refused(self, what: str, message: Text) -> Invalid:
        return Invalid(f"{self.code}.{what}", message, {"file": [message]})


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """`rows` come with their line numbers and a cell for each of `fields`; they can be gone through once. `ignored`: heads that name no
    column. `counts_from_1904`: how the file's numbers stand for days."""

    fields: tuple[str, ...]
    rows: Iterator[Line]
    ignored: tuple[str, ...] = ()
    counts_from_1904: bool = False


@contextmanager
def open_table(file: IO[bytes], layout: Layout) -> Iterator[Table]:
    """Raises Invalid, also while rows are read, for what is no such table."""
    start = _check_file(file, layout)
    if not start.startswith(b"PK\x03\x04"):
        with _text_lines(file, layout) as lines:
            yield _table(lines, layout, counts_from_1904=False)
        return
    try:
        with read_book(file, largest_part=layout.largest_part) as book:
            yield _table(book.lines(), layout, counts_from_1904=book.counts_from_1904)
    except BrokenBook as error:
        raise layout.refused("unreadable", error.message) from error


def _check_file(file: IO[bytes], layout: Layout) -> bytes:
    """The first bytes of a file that may be read."""
    file.seek(0, io.SEEK_END)
    size = file.tell()
    file.seek(0)
    if size > layout.largest_file:
        raise layout.refused("too_large", _TOO_LARGE.format(n=layout.largest_file // 1_000_000))
    if size == 0:
        raise layout.refused("empty", _EMPTY)
    start = file.read(8)
    file.seek(0)
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        raise layout.refused("unreadable", _OLD)
    return start


def _table(lines: Iterable[Line], layout: Layout, *, counts_from_1904: bool) -> Table:
    remaining = iter(lines)
    columns, ignored = _find_heads(remaining, layout)
    return Table(
        fields=tuple(columns),
        rows=_rows(remaining, tuple(columns.values()), layout),
        ignored=tuple(ignored),
        counts_from_1904=counts_from_1904,
    )


def _rows(lines: Iterator[Line], places: Sequence[int], layout: Layout) -> Iterator[Line]:
    count = 0
    for number, cells in lines:
        kept = tuple(cells[at] if at < len(cells) else BLANK for at in places)
        if all(cell == BLANK for cell in kept):
            continue
        if count == layout.most_rows:
            raise layout.refused("too_many", layout.too_many)
        count += 1
        yield number, kept
    if count == 0:
        raise layout.refused("empty", _EMPTY)


def _find_heads(lines: Iterator[Line], layout: Layout) -> tuple[dict[str, int], list[str]]:
    """Where each column stands, and the heads that name none. The lines after the heads are left to be read."""
    for tried, (_number, cells) in enumerate(lines, start=1):
        named = [layout.column_of.get(_folded(cell)) for cell in cells[:MOST_COLUMNS]]
        if all(name in named for name in layout.known_by):
            return _columns(named, layout), _unknown(cells, named)
        if tried == HEADS_WITHIN:
            break
    raise layout.refused("columns", _no_heads(layout))


def _no_heads(layout: Layout) -> Text:
    known = [layout.columns[name].label.zh for name in layout.known_by]
    return _NO_HEADS.format(
        n=HEADS_WITHIN,
        known_zh="和".join(f"“{label}”" for label in known),
        known_en=" and ".join(f"`{name}`" for name in layout.known_by),
        all_zh="、".join(column.label.zh for column in layout.columns.values()),
        all_en=", ".join(layout.columns),
    )


def _columns(named: Sequence[str | None], layout: Layout) -> dict[str, int]:
    known = [name for name in named if name is not None]
    for name in known:
        if known.count(name) > 1:
            raise layout.refused("columns", _TWICE.format(head=layout.columns[name].label))
    missing = [column.label for name, column in layout.columns.items() if column.is_required and name not in known]
    if missing:
        heads = Text("、", ", ").join(missing)
        raise layout.refused("columns", _MISSING.format(heads=heads))
    return {name: at for at, name in enumerate(named) if name is not None}


def _unknown(cells: Sequence[Cell], named: Sequence[str | None]) -> list[str]:
    heads = [str(cell).strip()[:40] for cell, name in zip(cells, named, strict=False) if name is None]
    return [head for head in heads if head]


def _folded(cell: Cell) -> str:
    """A head without its blanks, signs and what stands in brackets: `Valid until*`, `证号（必填）`."""
    text = unicodedata.normalize("NFKC", str(cell)[:80]).casefold()
    return _BESIDE.sub("", text)


@contextmanager
def _text_lines(file: IO[bytes], layout: Layout) -> Iterator[Iterator[Line]]:
    encoding = encoding_of(file)
    if encoding is None:
        raise layout.refused("unreadable", _NO_TEXT)
    text = io.TextIOWrapper(file, encoding=encoding, newline="")
    try:
        divider = _divider(text.read(20_000))
        text.seek(0)
        yield _csv_lines(text, divider, layout)
    finally:
        text.detach()  # the file stays open for whoever opened it


def _csv_lines(text: io.TextIOBase, divider: str, layout: Layout) -> Iterator[Line]:
    reader = csv.reader(text, delimiter=divider, strict=True)
    try:
        for cells in reader:
            yield reader.line_num, tuple(cell.strip() for cell in cells)
    except csv.Error as error:
        raise layout.refused("unreadable", _NO_CSV.format(n=reader.line_num, error=str(error))) from error


def _divider(start: str) -> str:
    """What divides the cells: the sign that stands most often in the first lines."""
    lines = "".join(start.splitlines(keepends=True)[:HEADS_WITHIN])
    return max(",\t;", key=lines.count)
