"""Many barcodes at once: a run of them behind one another, or a list that was pasted or came as a file. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sized
from dataclasses import dataclass
from typing import Final

from kernel.errors import Invalid
from kernel.i18n import Text

MOST_NEW_COPIES: Final = 500
MOST_AT_ONCE: Final = 1000
HOW_MANY: Final = Text("请给出 1 到 {n} 个条码。", "List 1 to {n} barcodes.").format(n=MOST_AT_ONCE)
_COUNTED = re.compile(r"(.*?)([0-9]+)\Z", re.ASCII | re.DOTALL)
_CELLS = re.compile(r"[\t,;，；]")
_HEADINGS: Final = frozenset({"barcode", "条码", "条码号", "item"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Barcodes that are counted up: a head that does not end in a digit, then the numbers `first` to `last` in a width of `digits`."""

    head: str
    digits: int
    first: int
    last: int

    def __len__(self) -> int:
        return self.last - self.first + 1

    def barcode(self, number: int) -> str:
        return f"{self.head}{number:0{self.digits}d}"

    def number_of(self, barcode: str) -> int | None:
        """Which number a barcode of this run bears; None for every other barcode."""
        found = _split(barcode)
        if found is None or found[0] != self.head or len(found[1]) != self.digits:
            return None
        number = int(found[1])
        return number if self.first <= number <= self.last else None

    def overlaps(self, other: Run) -> bool:
        alike = (self.head, self.digits) == (other.head, other.digits)
        return alike and self.first <= other.last and other.first <= self.last


def run_of(first: str, count: int) -> list[str] | None:
    """`count` barcodes from `first` on, the digits at its end counted up in their width; None where they have none or run out."""
    found = _split(first)
    if found is None or count < 1:
        return None
    head, digits = found
    run = Run(head=head, digits=len(digits), first=int(digits), last=int(digits) + count - 1)
    if len(str(run.last)) > run.digits:
        return None
    return [run.barcode(number) for number in range(run.first, run.last + 1)]


def run_between(first: str, last: str) -> Run | None:
    """The run with these two ends, both included; None where one cannot be counted from the first to the last."""
    begin, end = _split(first), _split(last)
    if begin is None or end is None or begin[0] != end[0] or len(begin[1]) != len(end[1]):
        return None
    run = Run(head=begin[0], digits=len(begin[1]), first=int(begin[1]), last=int(end[1]))
    return run if run.first <= run.last else None


def check_how_many(barcodes: Sized) -> None:
    """Raises Invalid for none, and for more than one act takes."""
    if not 1 <= len(barcodes) <= MOST_AT_ONCE:
        raise Invalid("item.too_many", HOW_MANY, {"items": [HOW_MANY]})


def listed(text: str) -> list[str]:
    """The barcodes of a pasted list or a table's first column: one a line, each once, in order, a heading left out."""
    return list(lines_of(text))


def lines_of(text: str) -> dict[str, int]:
    """Each barcode of a pasted list with the line where it stands first, counted from 1."""
    found: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        cell = unicodedata.normalize("NFKC", _CELLS.split(line, maxsplit=1)[0].strip().strip('"').strip())
        if cell and cell.casefold() not in _HEADINGS:
            found.setdefault(cell, number)
    return found


def _split(barcode: str) -> tuple[str, str] | None:
    found = _COUNTED.match(barcode)
    return (found[1], found[2]) if found else None
