"""A table of readers as spreadsheets write it, CSV or XLSX: its rows under the fields that their heads name. No database.

What is not understood is refused as a whole, before any row is looked at; nothing in the file is followed, run or unfolded without bound.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import IO, Final

from kernel.decoding import decoded
from kernel.errors import Invalid
from kernel.i18n import Text
from patrons.cells import BLANK, Cell, Line
from patrons.xlsx import BrokenBook, read_book

LARGEST_FILE: Final = 10_000_000
MOST_ROWS: Final = 10_000
MOST_COLUMNS: Final = 64
HEADS_WITHIN: Final = 10  # lines; a title may stand above the heads

FIELDS: Final[dict[str, Text]] = {
    "barcode": Text("证号", "card"),
    "name": Text("姓名", "name"),
    "category": Text("类别", "category"),
    "home": Text("所属馆", "home"),
    "expires_on": Text("有效期", "valid until"),
    "birth_on": Text("出生", "born"),
    "guardian": Text("监护人", "guardian"),
    "phone": Text("电话", "phone"),
}
REQUIRED: Final = ("barcode", "name", "category", "home")
_HEADS: Final[dict[str, str]] = {
    "barcode": "barcode card cardnumber 证号 读者证 读者证号 借书证 借书证号 条码 读者条码 证条码",
    "name": "name 姓名 读者姓名",
    "category": "category patroncategory 类别 读者类别 读者类型",
    "home": "home homelibrary library 所属馆 所属馆点 馆 馆点 办证馆",
    "expires_on": "expireson expires expiry validuntil 有效期 有效期至 到期日 到期日期 失效日期",
    "birth_on": "birthon birth born birthday dateofbirth 出生 出生日期 出生年月日 生日",
    "guardian": "guardian guardiancard 监护人 监护人证号 监护人读者证",
    "phone": "phone telephone mobile 电话 电话号码 手机 手机号 手机号码 联系电话",
}
_FIELD_OF: Final = {head: field for field, heads in _HEADS.items() for head in heads.split()}
_BESIDE: Final = re.compile(r"\(.*?\)|[\s_*:.-]+")

_TOO_LARGE: Final = Text(
    "文件超过 {n} MB，请去掉多余的列或工作表，或拆成几个文件。",
    "The file is larger than {n} MB: leave out columns and sheets that are not needed, or split it.",
).format(n=LARGEST_FILE // 1_000_000)
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
_TOO_MANY: Final = Text(
    "一次最多 {n} 位读者，什么也没有改。请拆成几个文件。",
    "At most {n} readers at once; nothing was changed. Split the file.",
).format(n=MOST_ROWS)
_NO_HEADS: Final = Text(
    "前 {n} 行里没有找到表头“证号”和“姓名”。第一行请写列名：证号、姓名、类别、所属馆、有效期、出生、监护人、电话。",
    "No heads `barcode` and `name` in the first {n} lines. Name the columns in the first line: barcode, name, category, "
    "home, expires_on, birth_on, guardian, phone.",
).format(n=HEADS_WITHIN)
_MISSING: Final = Text("缺少这些列：{heads}。", "These columns are missing: {heads}.")
_TWICE: Final = Text("有两列都是“{head}”，请只留一列。", "Two columns are `{head}`; keep one of them.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderTable:
    """The rows with their line numbers, a cell for each of `fields`. `ignored`: heads that name nothing we keep.
    `counts_from_1904`: how the file's numbers stand for days."""

    fields: tuple[str, ...]
    rows: tuple[Line, ...]
    ignored: tuple[str, ...] = ()
    counts_from_1904: bool = False


def read_table(file: IO[bytes]) -> ReaderTable:
    """Raises Invalid for what is no table of readers."""
    file.seek(0, io.SEEK_END)
    size = file.tell()
    file.seek(0)
    if size > LARGEST_FILE:
        raise _unreadable("patron_import.too_large", _TOO_LARGE)
    if size == 0:
        raise _unreadable("patron_import.empty", _EMPTY)
    start = file.read(8)
    file.seek(0)
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        raise _unreadable("patron_import.unreadable", _OLD)
    if not start.startswith(b"PK\x03\x04"):
        return _table(_text_lines(file.read()), counts_from_1904=False)
    try:
        with read_book(file) as book:
            return _table(book.lines(), counts_from_1904=book.counts_from_1904)
    except BrokenBook as error:
        raise _unreadable("patron_import.unreadable", error.message) from error


def _table(lines: Iterable[Line], *, counts_from_1904: bool) -> ReaderTable:
    remaining = iter(lines)
    columns, ignored = _find_heads(remaining)
    rows: list[Line] = []
    for number, cells in remaining:
        kept = tuple(cells[at] if at < len(cells) else BLANK for at in columns.values())
        if all(cell == BLANK for cell in kept):
            continue
        if len(rows) == MOST_ROWS:
            raise _unreadable("patron_import.too_many", _TOO_MANY)
        rows.append((number, kept))
    if not rows:
        raise _unreadable("patron_import.empty", _EMPTY)
    return ReaderTable(
        fields=tuple(columns), rows=tuple(rows), ignored=tuple(ignored), counts_from_1904=counts_from_1904
    )


def _find_heads(lines: Iterator[Line]) -> tuple[dict[str, int], list[str]]:
    """Where each field stands, and the heads that name none. The lines after the heads are left to be read."""
    for tried, (_number, cells) in enumerate(lines, start=1):
        named = [_FIELD_OF.get(_folded(cell)) for cell in cells[:MOST_COLUMNS]]
        if "barcode" in named and "name" in named:
            return _columns(named), _unknown(cells, named)
        if tried == HEADS_WITHIN:
            break
    raise _unreadable("patron_import.columns", _NO_HEADS)


def _columns(named: Sequence[str | None]) -> dict[str, int]:
    known = [field for field in named if field is not None]
    for field in known:
        if known.count(field) > 1:
            raise _unreadable("patron_import.columns", _TWICE.format(head=FIELDS[field]))
    missing = [FIELDS[field] for field in REQUIRED if field not in known]
    if missing:
        heads = Text("、".join(one.zh for one in missing), ", ".join(one.en for one in missing))
        raise _unreadable("patron_import.columns", _MISSING.format(heads=heads))
    return {field: at for at, field in enumerate(named) if field is not None}


def _unknown(cells: Sequence[Cell], named: Sequence[str | None]) -> list[str]:
    heads = [str(cell).strip()[:40] for cell, field in zip(cells, named, strict=False) if field is None]
    return [head for head in heads if head]


def _folded(cell: Cell) -> str:
    """A head without its blanks, signs and what stands in brackets: `Valid until*`, `证号（必填）`."""
    text = unicodedata.normalize("NFKC", str(cell)[:80]).casefold()
    return _BESIDE.sub("", text)


def _text_lines(body: bytes) -> Iterator[Line]:
    text = decoded(body)
    if text is None:
        raise _unreadable("patron_import.unreadable", _NO_TEXT)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_divider(text), strict=True)
    try:
        for cells in reader:
            yield reader.line_num, tuple(cell.strip() for cell in cells)
    except csv.Error as error:
        raise _unreadable("patron_import.unreadable", _NO_CSV.format(n=reader.line_num, error=str(error))) from error


def _divider(text: str) -> str:
    """What divides the cells: the sign that stands most often in the first lines."""
    start = "".join(text[:20_000].splitlines(keepends=True)[:HEADS_WITHIN])
    return max(",\t;", key=start.count)


def _unreadable(code: str, message: Text) -> Invalid:
    return Invalid(code, message, {"file": [message]})
