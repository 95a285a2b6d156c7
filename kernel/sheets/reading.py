"""The cells of a row read as what each column asks for, with every reason why one cannot be. What a spreadsheet may have spoilt is never
guessed. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any, Final

from kernel.i18n import Text
from kernel.invisible import without_invisible
from kernel.sheets.cells import BLANK, FORMULA, Cell, as_text
from kernel.sheets.tables import Column

CellReader = Callable[[Cell, Text], Any]

SPOILT: Final = re.compile(r"[0-9]+(\.[0-9]+)?E[+-][0-9]+|[0-9]+\.[0-9]+", re.ASCII | re.IGNORECASE)
_FIRST_SERIAL, _LAST_SERIAL = 61, 2_958_465  # of Excel: 1900-03-01, before which it miscounts, and 9999-12-31
_YEARS: Final = range(1900, 2101)

_NEEDED: Final = Text("缺少{head}。", "There is no {head}.")
_FORMULA: Final = Text(
    "{head}是公式，文件里没有它的值。请复制这一列，选择性粘贴为“数值”。",
    "The {head} is a formula without a value. Copy the column and paste it as values.",
)
_LONG: Final = Text("{head}最长 {n} 个字符。", "The {head} has at most {n} characters.")
_ODD: Final = Text(
    "{head}里有换行或不能保存的字符。", "The {head} holds a line break or a character that cannot be kept."
)


class Unusable(Exception):
    """A cell that says nothing we can keep, with the sentence why; `{head}` and `{shown}` in it are filled in."""

    def __init__(self, sentence: Text, **values: object) -> None:
        super().__init__(sentence.en)
        self.sentence = sentence
        self.values = values


def read_cells(
    columns: Mapping[str, Column], readers: Mapping[str, CellReader], cells: Mapping[str, Cell]
) -> tuple[dict[str, Any], list[Text]]:
    """What a row says, by column, and all that speaks against it; what it leaves blank is not there."""
    values: dict[str, Any] = {}
    reasons: list[Text] = []
    for name, column in columns.items():
        cell, head = cells.get(name, BLANK), column.label
        try:
            if cell == FORMULA:
                raise Unusable(_FORMULA)
            if as_text(cell) != BLANK:
                values[name] = readers[name](cell, head)
            elif column.is_required:
                raise Unusable(_NEEDED)
        except Unusable as problem:
            reasons.append(problem.sentence.format(head=head, shown=as_text(cell)[:40], **problem.values))
    return values, reasons


def shown_cells(cells: Mapping[str, Cell]) -> dict[str, str]:
    """A row as it stands in the file."""
    return {name: BLANK if cell == FORMULA else as_text(cell) for name, cell in cells.items()}


def plain_text(cell: Cell, longest: int) -> str:
    """Raises Unusable for text that is too long or holds what cannot be kept."""
    text = without_invisible(as_text(cell)).strip()
    if len(text) > longest:
        raise Unusable(_LONG, n=longest)
    if not text or not text.isprintable():
        raise Unusable(_ODD)
    return text


def counted_day(number: float, counts_from_1904: bool) -> date | None:
    """The day that a spreadsheet means by a number; None for one that is rather a year, or no day."""
    if not _FIRST_SERIAL <= number <= _LAST_SERIAL or number in _YEARS:
        return None
    start = date(1904, 1, 1) if counts_from_1904 else date(1899, 12, 30)
    try:
        return start + timedelta(days=int(number))
    except OverflowError:
        return None
