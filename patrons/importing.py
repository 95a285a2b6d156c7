"""A row of a table of readers as what it asks for, or every reason why it cannot be done. Pure: `today` is an argument.

What a spreadsheet may have spoilt is never guessed: a card number that is no text could have lost its first zeros or its last digits.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

from kernel.barcodes import LONGEST_ASKED
from kernel.clock import read_day
from kernel.errors import Invalid
from kernel.i18n import Text
from kernel.invisible import without_invisible
from kernel.sheets.cells import BLANK, FORMULA, Cell, as_text
from patrons.families import UNBORN
from patrons.numbers import card_number_problem
from patrons.privacy import normalise_phone
from patrons.tables import FIELDS, REQUIRED, ReaderTable

LONGEST_NAME: Final = 64
_SPOILT: Final = re.compile(r"[0-9]+(\.[0-9]+)?E[+-][0-9]+|[0-9]+\.[0-9]+", re.ASCII | re.IGNORECASE)
_DIGITS: Final = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
_MIDNIGHT: Final = re.compile(r"[ T]00?:00(:00(\.0+)?)?\Z", re.ASCII)
_FIRST_SERIAL, _LAST_SERIAL = 61, 2_958_465  # of Excel: 1900-03-01, before which it miscounts, and 9999-12-31
_YEARS: Final = range(1900, 2101)

_NEEDED: Final = Text("缺少{head}。", "There is no {head}.")
_NUMBER: Final = Text(
    "{head}“{shown}”存成了数字，前面的 0 或后面的几位可能已经丢了。请在 Excel 里先把这一列设为“文本”格式，再重新填写证号。",
    "The {head} “{shown}” was kept as a number: zeros in front or digits at the end may be lost. "
    "In Excel format the column as text first, then enter the numbers again.",
)
_FORMULA: Final = Text(
    "{head}是公式，文件里没有它的值。请复制这一列，选择性粘贴为“数值”。",
    "The {head} is a formula without a value. Copy the column and paste it as values.",
)
_LONG: Final = Text("{head}最长 {n} 个字符。", "The {head} has at most {n} characters.")
_ODD: Final = Text(
    "{head}里有换行或不能保存的字符。", "The {head} holds a line break or a character that cannot be kept."
)
_DAY: Final = Text(
    "{head}“{shown}”看不出是哪一天，请写成 2026-11-22。", "The {head} “{shown}” is no day; write it as 2026-11-22."
)
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
        self._start = date(1904, 1, 1) if table.counts_from_1904 else date(1899, 12, 30)
        self._readers: Mapping[str, Callable[[Cell, Text], Any]] = {
            "barcode": _barcode,
            "name": _name,
            "category": _one_of(categories),
            "home": _one_of(units),
            "expires_on": self._day,
            "birth_on": self._birth,
            "guardian": _guardian,
            "phone": _phone,
        }

    def lines(self) -> Iterable[ReaderLine]:
        return (
            self._line(number, dict(zip(self._table.fields, cells, strict=True))) for number, cells in self._table.rows
        )

    def _line(self, number: int, cells: Mapping[str, Cell]) -> ReaderLine:
        values: dict[str, Any] = {}
        reasons: list[Text] = []
        for name, head in FIELDS.items():
            cell = cells.get(name, BLANK)
            try:
                if cell == FORMULA:
                    raise _Unusable(_FORMULA)
                if as_text(cell) != BLANK:
                    values[name] = self._readers[name](cell, head)
                elif name in REQUIRED:
                    raise _Unusable(_NEEDED)
            except _Unusable as problem:
                reasons.append(problem.sentence.format(head=head, shown=as_text(cell)[:40], **problem.values))
        shown = {name: BLANK if cell == FORMULA else as_text(cell) for name, cell in cells.items()}
        return ReaderLine(
            number=number, barcode=shown["barcode"][:64], values=values, reasons=tuple(reasons), shown=shown
        )

    def _birth(self, cell: Cell, head: Text) -> date:
        day = self._day(cell, head)
        if day > self._today:
            raise _Unusable(UNBORN)
        return day

    def _day(self, cell: Cell, _head: Text) -> date:
        """A day as people write it, as eight digits, or as the number by which Excel counts days. A bare year is no day."""
        text = _MIDNIGHT.sub("", as_text(cell))
        if digits := _DIGITS.fullmatch(text):
            text = "-".join(digits.groups())
        day = self._counted(cell) if isinstance(cell, float) and not digits else read_day(text)
        if day is None:
            raise _Unusable(_DAY)
        return day

    def _counted(self, number: float) -> date | None:
        if not _FIRST_SERIAL <= number <= _LAST_SERIAL or number in _YEARS:
            return None
        try:
            return self._start + timedelta(days=int(number))
        except OverflowError:
            return None


class _Unusable(Exception):
    """A cell that says nothing we can keep, with the sentence why."""

    def __init__(self, sentence: Text, **values: object) -> None:
        super().__init__(sentence.en)
        self.sentence = sentence
        self.values = values


def _barcode(cell: Cell, head: Text) -> str:
    text = _card(cell, head, LONGEST_NAME)
    if problem := card_number_problem(text):
        raise _Unusable(problem)
    return text


def _guardian(cell: Cell, head: Text) -> str:
    return _card(cell, head, LONGEST_ASKED)


def _card(cell: Cell, head: Text, longest: int) -> str:
    if isinstance(cell, float) or _SPOILT.fullmatch(as_text(cell)):
        raise _Unusable(_NUMBER)
    return _plain(cell, head, longest)


def _name(cell: Cell, head: Text) -> str:
    return _plain(cell, head, LONGEST_NAME)


def _phone(cell: Cell, _head: Text) -> str:
    try:
        return normalise_phone(as_text(cell))
    except Invalid as error:
        raise _Unusable(error.detail) from error


def _one_of(names: Names) -> Callable[[Cell, Text], str]:
    def read(cell: Cell, _head: Text) -> str:
        codes = names.codes_of(as_text(cell))
        if len(codes) > 1:
            raise _Unusable(_SEVERAL, codes=", ".join(sorted(codes)[:5]))
        if not codes:
            raise _Unusable(_UNKNOWN)
        return codes[0]

    return read


def _plain(cell: Cell, _head: Text, longest: int) -> str:
    text = without_invisible(as_text(cell)).strip()
    if len(text) > longest:
        raise _Unusable(_LONG, n=longest)
    if not text or not text.isprintable():
        raise _Unusable(_ODD)
    return text


def _folded(text: str) -> str:
    return "".join(text.split()).casefold()
