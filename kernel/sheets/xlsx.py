"""The first sheet of an Excel workbook, read row by row. Values only: nothing is calculated, and no link or entity is followed.

Every part is read to a limit that holds for what comes out of the archive, so that a small file cannot become a large one.
"""

from __future__ import annotations

import math
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any, Final

from lxml import etree

from kernel.i18n import Text
from kernel.sheets.cells import BLANK, FORMULA, Cell, Line

LARGEST_PART: Final = 32_000_000  # bytes, unpacked, where a kind of table says nothing else
MOST_ENTRIES: Final = 2_000
LAST_COLUMN: Final = 256  # cells further right are nobody's
_COLUMN: Final = re.compile(r"([A-Z]{1,3})[0-9]{1,7}", re.ASCII)
_SAFE: Final[dict[str, Any]] = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False}

_BROKEN: Final = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError)
_NO_BOOK: Final = Text(
    "这不是完好的 Excel 文件（.xlsx），什么也没有改。请用 Excel 或 WPS 重新另存一次。",
    "This is no sound Excel file (.xlsx); nothing was changed. Save it anew with Excel or WPS.",
)
_TOO_LARGE: Final = Text(
    "这个 Excel 文件解开后太大。请只留要导入的这一张表，删掉表外的空行空列，再另存一次。",
    "This Excel file is too large once unpacked. Keep only the sheet to take in, delete empty rows and columns around it, save it anew.",
)


class BrokenBook(Exception):
    """The file is no workbook that we read; `message` says why and what to do."""

    def __init__(self, message: Text = _NO_BOOK) -> None:
        super().__init__(message.en)
        self.message = message


class Book:
    """The first sheet of an open workbook. `counts_from_1904`: its numbers for days count from 1904, as old Macs did."""

    def __init__(self, archive: zipfile.ZipFile, largest_part: int) -> None:
        self._archive = archive
        self._largest_part = largest_part
        workbook = self._small("xl/workbook.xml")
        flags = workbook.find("{*}workbookPr")
        self.counts_from_1904 = flags is not None and flags.get("date1904") in ("1", "true")
        self._sheet = self._first_sheet(workbook)
        self._shared = list(self._shared_texts())

    def lines(self) -> Iterator[Line]:
        """The rows that hold something, with the numbers that Excel shows beside them."""
        number = 0
        for row in self._elements(self._sheet, "{*}row"):
            number = _row_number(row, number)
            cells = self._cells(row)
            if any(cell != BLANK for cell in cells):
                yield number, cells

    def _cells(self, row: Any) -> tuple[Cell, ...]:
        cells: list[Cell] = []
        at = -1
        for one in row.iterchildren("{*}c"):
            at = _column(one.get("r"), at + 1)
            if at >= LAST_COLUMN:
                break
            cells.extend([BLANK] * (at + 1 - len(cells)))
            cells[at] = self._value(one)
        return tuple(cells)

    def _value(self, cell: Any) -> Cell:
        kind = cell.get("t", "n")
        if kind == "inlineStr":
            return _text_of(cell.find("{*}is"))
        text = (cell.findtext("{*}v") or "").strip()
        if not text:
            return FORMULA if cell.find("{*}f") is not None else BLANK
        try:
            if kind == "s":
                return self._shared[int(text)] if int(text) >= 0 else BLANK
            return _number(text) if kind == "n" else text
        except (ValueError, IndexError) as error:
            raise BrokenBook from error

    def _shared_texts(self) -> Iterator[str]:
        if "xl/sharedStrings.xml" in self._archive.namelist():
            yield from map(_text_of, self._elements("xl/sharedStrings.xml", "{*}si"))

    def _first_sheet(self, workbook: Any) -> str:
        """The part that holds the first sheet, as the workbook's list of relations names it."""
        sheet = workbook.find("{*}sheets/{*}sheet")
        if sheet is None:
            raise BrokenBook
        named = {value for name, value in sheet.attrib.items() if name.endswith("}id")}
        for relation in self._small("xl/_rels/workbook.xml.rels").iterchildren("{*}Relationship"):
            if relation.get("Id") in named and relation.get("TargetMode") != "External":
                return posixpath.normpath(posixpath.join("/xl", relation.get("Target", ""))).lstrip("/")
        raise BrokenBook

    def _small(self, part: str) -> Any:
        root = None
        for root in self._elements(part, None):  # noqa: B007 - the last element to end is the root
            pass
        return root

    def _elements(self, part: str, tag: str | None) -> Iterator[Any]:
        """The elements of a part, each let go when the next is asked for; all of them kept where no tag is named."""
        with self._open(part) as stream:
            try:
                for _event, element in etree.iterparse(stream, events=("end",), tag=tag, **_SAFE):
                    if element.getroottree().docinfo.doctype:
                        raise BrokenBook
                    yield element
                    if tag is not None:
                        _let_go(element)
            except etree.XMLSyntaxError as error:
                raise BrokenBook from error

    def _open(self, part: str) -> Any:
        try:
            entry = self._archive.getinfo(part)
        except KeyError as error:
            raise BrokenBook from error
        if entry.file_size > self._largest_part:  # no more than this is ever unpacked, whatever the archive holds
            raise BrokenBook(_TOO_LARGE)
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) or entry.flag_bits & 1:
            raise BrokenBook
        return self._archive.open(entry)


@contextmanager
def read_book(file: IO[bytes], *, largest_part: int = LARGEST_PART) -> Iterator[Book]:
    """Raises BrokenBook, also while its lines are read, for what is no workbook or unpacks to too much."""
    try:
        with zipfile.ZipFile(file) as archive:
            if len(archive.infolist()) > MOST_ENTRIES:
                raise BrokenBook(_TOO_LARGE)
            yield Book(archive, largest_part)
    except _BROKEN as error:
        raise BrokenBook from error


def _let_go(element: Any) -> None:
    element.clear()
    parent = element.getparent()
    while element.getprevious() is not None:
        del parent[0]


def _text_of(element: Any) -> str:
    """The text without the readings that stand above it."""
    if element is None:
        return BLANK
    parts = element.iterchildren("{*}t", "{*}r")
    texts = (one.text if one.tag.endswith("}t") else one.findtext("{*}t") for one in parts)
    return "".join(text or "" for text in texts).strip()


def _number(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


def _row_number(row: Any, before: int) -> int:
    number = row.get("r", "")
    return int(number) if number.isascii() and number.isdigit() and len(number) < 8 else before + 1


def _column(reference: str | None, following: int) -> int:
    """The column of `B3` counted from 0; the next one where a cell does not say."""
    found = _COLUMN.fullmatch(reference or "")
    if found is None:
        return following
    at = 0
    for letter in found[1]:
        at = at * 26 + ord(letter) - 64
    return at - 1
