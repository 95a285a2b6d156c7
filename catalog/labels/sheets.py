"""Sheets and rolls of labels as they are sold, in millimetres. Another one is one more line. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from kernel.i18n import Text

A4: Final = (210.0, 297.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A page of labels in columns and rows. `step` is from one label's corner to the next one's; a roll has one label a page."""

    name: Text
    page: tuple[float, float]
    columns: int
    rows: int
    label: tuple[float, float]
    corner: tuple[float, float] = (0.0, 0.0)
    step: tuple[float, float] = (0.0, 0.0)

    @property
    def on_page(self) -> int:
        return self.columns * self.rows

    def places(self, count: int, start: int) -> Iterator[tuple[int, float, float]]:
        """Page from 0, left and top of each of `count` labels, row by row, from the `start`-th label (from 1) of the first page on."""
        for position in range(start - 1, start - 1 + count):
            page, on_page = divmod(position, self.on_page)
            row, column = divmod(on_page, self.columns)
            yield page, self.corner[0] + column * self.step[0], self.corner[1] + row * self.step[1]


def _roll(width: float, height: float) -> Sheet:
    name = Text(f"卷装 {width:g}×{height:g} 毫米", f"roll {width:g} × {height:g} mm")
    return Sheet(name=name, page=(width, height), columns=1, rows=1, label=(width, height))


SHEETS: Final[dict[str, Sheet]] = {
    "a4-3x8": Sheet(
        name=Text("A4，3 列 8 行（70×37 毫米）", "A4, 3 × 8 (70 × 37 mm)"),
        page=A4,
        columns=3,
        rows=8,
        label=(70.0, 37.0),
        corner=(0.0, 0.5),
        step=(70.0, 37.0),
    ),
    "a4-4x10": Sheet(
        name=Text("A4，4 列 10 行（48.5×25.4 毫米）", "A4, 4 × 10 (48.5 × 25.4 mm)"),
        page=A4,
        columns=4,
        rows=10,
        label=(48.5, 25.4),
        corner=(8.0, 21.5),
        step=(48.5, 25.4),
    ),
    "a4-5x13": Sheet(
        name=Text("A4，5 列 13 行（38.1×21.2 毫米）", "A4, 5 × 13 (38.1 × 21.2 mm)"),
        page=A4,
        columns=5,
        rows=13,
        label=(38.1, 21.2),
        corner=(4.75, 10.7),
        step=(40.6, 21.2),
    ),
    "roll-50x30": _roll(50.0, 30.0),
    "roll-40x25": _roll(40.0, 25.0),
    "roll-25x38": _roll(25.0, 38.0),
}
