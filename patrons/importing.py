"""A row of a table of readers as what it asks for, or every reason why it cannot be done. Pure: `today` is an argument.

What a spreadsheet may have spoilt is never guessed: a card number that is no text could have lost its first zeros or its last digits.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from kernel.barcodes import LONGEST_ASKED
from kernel.clock import read_day
from kernel.errors import Invalid
from kernel.i18n import Text
from kernel.sheets.cells import Cell, as_text
from kernel.sheets.reading import (
    SPOILT,
    CellReader,
    Unusable,
    counted_day,
    plain_text,
    read_cells,
    shown_cells,
)
from patrons.families import UNBORN
from patrons.numbers import card_number_problem
from patrons.privacy import normalise_phone
from patrons.tables import LAYOUT, ReaderTable

LONGEST_NAME: Final = 64
_DIGITS: Final = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
_MIDNIGHT: Final = re.compile(r"[ T]00?:00(:00(\.0+)?)?\Z", re.ASCII)

_NUMBER: Final = Text(
    "{head}“{shown}”存成了数字，前面的 0 或后面的几位可能已经丢了。请在 Excel 里先把这一列设为“文本”格式，再重新填写证号。",
    "The {head} “{shown}” was kept as a number: zeros in front or digits at the end may be lost. "
    "In Excel format the column as text first, then enter the numbers again.",
)
_DAY: Final = Text(
    "{head}“{shown}”看不出是哪一天，请写成 2026-11-22。", "The {head} “{shown}” is no day; write it as 2026-11-22."
)
_YES: Final = frozenset({"是", "有", "已同意", "同意", "已签", "yes", "y", "true", "1", "√", "✓"})
_NO: Final = frozenset({"否", "无", "未同意", "不同意", "未签", "no", "n", "false", "0"})
_NEITHER: Final = Text("{head}“{shown}”请填“是”或“否”。", "The {head} “{shown}” is neither yes nor no.")
_UNKNOWN: Final = Text(
    "没有{head}“{shown}”，请填代码或全名。", "There is no {head} “{shown}”; give its code or full name."
)
_SEVERAL: Final = Text(
    "叫“{shown}”的不止一个，请改填代码（{codes}）。", "“{shown}” is the name of several; give the code ({codes})."
)


class Names:
    """What can be named by its code or, where only one has it, by its name."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self._found: dict[str, list[str]] = {}
        pairs = list(pairs)
        for code, name in pairs:
            self._found.setdefault(_folded(name), []).append(code)
        self._found |= {_folded(code): [code] for code, _name in pairs}

    def codes_of(self, text: str) -> list[str]:
        return self._found.get(_folded(text), [])


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderLine:
    """A row as it was understood. `values` holds what the row says, by field; what it leaves blank is not there. `shown` is the row
    as it stands in the file."""

    number: int
    barcode: str
    values: Mapping[str, Any]
    reasons: tuple[Text, ...]
    shown: Mapping[str, str] = field(repr=False)


class LineReader:
    """Reads the rows of one table."""

    def __init__(self, table: ReaderTable, *, categories: Names, units: Names, today: date) -> None:
        self._table = table
        self._today = today
        self._readers: Mapping[str, CellReader] = {
            "barcode": _barcode,
            "name": _name,
            "category": _one_of(categories),
            "home": _one_of(units),
            "expires_on": self._day,
            "birth_on": self._birth,
            "guardian": _guardian,
            "guardian_agrees": _yes_or_no,
            "phone": _phone,
        }

    def lines(self) -> Iterable[ReaderLine]:
        return (
            self._line(number, dict(zip(self._table.fields, cells, strict=True))) for number, cells in self._table.rows
        )

    def _line(self, number: int, cells: Mapping[str, Cell]) -> ReaderLine:
        values, reasons = read_cells(LAYOUT.columns, self._readers, cells)
        shown = shown_cells(cells)
        return ReaderLine(
            number=number, barcode=shown["barcode"][:64], values=values, reasons=tuple(reasons), shown=shown
        )

    def _birth(self, cell: Cell, head: Text) -> date:
        day = self._day(cell, head)
        if day > self._today:
            raise Unusable(UNBORN)
        return day

    def _day(self, cell: Cell, _head: Text) -> date:
        """A day as people write it, as eight digits, or as the number by which Excel counts days. A bare year is no day."""
        text = _MIDNIGHT.sub("", as_text(cell))
        if digits := _DIGITS.fullmatch(text):
            text = "-".join(digits.groups())
        from_1904 = self._table.counts_from_1904
        day = counted_day(cell, from_1904) if isinstance(cell, float) and not digits else read_day(text)
        if day is None:
            raise Unusable(_DAY)
        return day


def _barcode(cell: Cell, _head: Text) -> str:
    text = _card(cell, LONGEST_NAME)
    if problem := card_number_problem(text):
        raise Unusable(problem)
    return text


def _guardian(cell: Cell, _head: Text) -> str:
    return _card(cell, LONGEST_ASKED)


def _card(cell: Cell, longest: int) -> str:
    if isinstance(cell, float) or SPOILT.fullmatch(as_text(cell)):
        raise Unusable(_NUMBER)
    return plain_text(cell, longest)


def _name(cell: Cell, _head: Text) -> str:
    return plain_text(cell, LONGEST_NAME)


def _yes_or_no(cell: Cell, _head: Text) -> bool:
    """Whether a paper was signed is never guessed."""
    text = as_text(cell).casefold()
    if text not in _YES | _NO:
        raise Unusable(_NEITHER)
    return text in _YES


def _phone(cell: Cell, _head: Text) -> str:
    try:
        return normalise_phone(as_text(cell))
    except Invalid as error:
        raise Unusable(error.detail) from error


def _one_of(names: Names) -> Callable[[Cell, Text], str]:
    def read(cell: Cell, _head: Text) -> str:
        codes = names.codes_of(as_text(cell))
        if len(codes) > 1:
            raise Unusable(_SEVERAL, codes=", ".join(sorted(codes)[:5]))
        if not codes:
            raise Unusable(_UNKNOWN)
        return codes[0]

    return read


def _folded(text: str) -> str:
    return "".join(text.split()).casefold()
