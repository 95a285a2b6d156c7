"""Many barcodes at once: a run of them behind one another, or a list that was pasted or came as a file. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sized
from typing import Final

from kernel.errors import Invalid
from kernel.i18n import Text

MOST_NEW_COPIES: Final = 500
MOST_AT_ONCE: Final = 1000
HOW_MANY: Final = Text("请给出 1 到 {n} 个条码。", "List 1 to {n} barcodes.").format(n=MOST_AT_ONCE)
_COUNTED = re.compile(r"(.*?)([0-9]+)\Z", re.ASCII | re.DOTALL)
_CELLS = re.compile(r"[\t,;，；]")
_HEADINGS: Final = frozenset({"barcode", "条码", "条码号", "item"})


def run_of(first: str, count: int) -> list[str] | None:
    """`count` barcodes from `first` on, the digits at its end counted up in their width; None where they have none or run out."""
    found = _COUNTED.match(first)
    if found is None or count < 1:
        return None
    head, digits = found.groups()
    last = int(digits) + count - 1
    if len(str(last)) > len(digits):
        return None
    return [f"{head}{int(digits) + n:0{len(digits)}d}" for n in range(count)]


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
