"""What a cell of a spreadsheet may hold, and how it is written so that no spreadsheet takes text for a formula. Pure."""

from __future__ import annotations

import re
from typing import Final

Cell = str | float
Line = tuple[int, tuple[Cell, ...]]

BLANK: Final = ""
FORMULA: Final = "\x00formula"  # one whose value the file does not hold; no text of a file holds NUL
_RUN_BY_SPREADSHEETS: Final = ("=", "+", "-", "@", "\t", "\r", "\x00")
_KEPT_AS_TEXT: Final = re.compile(r'="([^"]*)"')


def as_text(cell: Cell) -> str:
    """What a person sees in the cell. `="00123"` and `'+86…` are ways to write text so that a spreadsheet leaves it alone."""
    if isinstance(cell, float):
        return f"{cell:.15g}"
    text = cell.strip()
    if quoted := _KEPT_AS_TEXT.fullmatch(text):
        return quoted[1].strip()
    return text[1:] if text[:1] == "'" and text[1:].startswith(_RUN_BY_SPREADSHEETS) else text


def safe(text: str) -> str:
    """Text for a CSV file: what a spreadsheet would run gets a `'` in front."""
    return f"'{text}" if text.startswith(_RUN_BY_SPREADSHEETS) else text
