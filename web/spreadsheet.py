"""Excel files, written row by row in constant memory. No cell is ever a formula: text stays text, whatever it begins with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from tempfile import TemporaryDirectory, TemporaryFile
from typing import BinaryIO, Final, cast

import xlsxwriter

LONGEST_CELL: Final = 32_000  # Excel's own limit is 32,767
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_PLAIN: Final = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


@dataclass(frozen=True, slots=True)
class Money:
    """A cell with so many fen: a number of yuan that a sheet adds up, with both digits after the point."""

    fen: int

    @property
    def yuan(self) -> Decimal:
        return Decimal(self.fen).scaleb(-2)


Cell = str | int | float | Money | None


def money(fen: int | None) -> Money | None:
    """None: an empty cell."""
    return None if fen is None else Money(fen)


def write_sheet(name: str, headings: Sequence[tuple[str, int]], rows: Iterable[Sequence[Cell]]) -> BinaryIO:
    """A file without a name, ready to be read; it is gone when it is closed. `headings` come with the width of their columns."""
    file = cast(BinaryIO, TemporaryFile())  # noqa: SIM115 - handed on
    try:
        with TemporaryDirectory(prefix="tongjie-sheet-") as folder:
            book = xlsxwriter.Workbook(file, {"constant_memory": True, "tmpdir": folder} | _PLAIN)
            with book:
                _fill(book, name, headings, rows)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file


def _fill(
    book: xlsxwriter.Workbook, name: str, headings: Sequence[tuple[str, int]], rows: Iterable[Sequence[Cell]]
) -> None:
    sheet = book.add_worksheet(name)
    sheet.freeze_panes(1, 0)
    strong = book.add_format({"bold": True, "bottom": 1})
    two_digits = book.add_format({"num_format": "0.00"})
    for column, (label, width) in enumerate(headings):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, label, strong)
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            if isinstance(value, str):
                sheet.write_string(number, column, value[:LONGEST_CELL])
            elif isinstance(value, Money):
                sheet.write_number(number, column, value.yuan, two_digits)
            elif value is not None:
                sheet.write_number(number, column, value)
