"""Draws labels: spine labels with the call number line by line, barcode labels with Code 128 in vectors. No reads, no rights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Final, Literal

from barcode.codex import Code128
from barcode.errors import BarcodeError

from catalog.callnumbers import split
from catalog.labels.fonts import FontFace
from catalog.labels.sheets import Sheet

if TYPE_CHECKING:
    from fpdf import FPDF

LabelKind = Literal["spine", "barcode"]

_FAMILY: Final = "label"
_POINT: Final = 25.4 / 72
_PADDING: Final = 1.5
_LINE: Final = 1.25
_SMALLEST: Final = 5.0  # points: below this no label is read at arm's length
_WIDEST_MODULE: Final = 0.375  # millimetres; the narrowest bar that cheap scanners read is about 0.19
_NARROWEST_MODULE: Final = 0.17
_QUIET_MODULES: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """What one label may say. `library` is the name of the home."""

    barcode: str
    title: str = ""
    call_number: str | None = None
    library: str = ""


class UndrawableBarcode(ValueError):
    """A barcode that Code 128 cannot hold, or that is too long for a label of this width."""


def draw_labels(labels: Sequence[Label], *, kind: LabelKind, sheet: Sheet, font: FontFace, start: int = 1) -> bytes:
    """A PDF of these labels in their order; `start` is the first free label (from 1) of the first sheet."""
    from fpdf import FPDF  # 34 MB in each process, and only those who print labels carry them

    pdf = FPDF(unit="mm", format=sheet.page)
    pdf.set_auto_page_break(False)
    pdf.set_margin(0)
    pdf.add_font(_FAMILY, fname=font.path, collection_font_number=font.number)
    pdf.set_title("Labels")
    draw = _spine if kind == "spine" else _barcode
    page = -1
    for label, (on_page, left, top) in zip(labels, sheet.places(len(labels), start), strict=True):
        while page < on_page:
            pdf.add_page()
            page += 1
        draw(pdf, label, left + _PADDING, top + _PADDING, sheet.label[0] - 2 * _PADDING, sheet.label[1] - 2 * _PADDING)
    return bytes(pdf.output())


def spine_lines(call_number: str | None) -> list[str]:
    """A call number as it stands on a spine: mark, class, book number, each volume or edition on a line of its own."""
    parts = split(call_number or "")
    lines = [parts.mark, parts.class_number]
    rest = parts.book_number
    for divider in ":=/":
        rest = rest.replace(divider, f"\n{divider}")
    return [line.strip() for line in [*lines, *rest.split("\n")] if line.strip()]


def modules(barcode: str) -> str:
    """The bars of a barcode in Code 128, one character a module, 1 for black."""
    try:
        built: str = Code128(barcode).build()[0]
    except (BarcodeError, KeyError, ValueError) as error:
        raise UndrawableBarcode(barcode) from error
    return built


def _spine(pdf: FPDF, label: Label, left: float, top: float, width: float, height: float) -> None:
    """The call number in the middle, as large as it fits, the library small below."""
    foot = _height(7) if label.library else 0.0
    lines = spine_lines(label.call_number)
    if lines:
        size = min(16.0, (height - foot) / (len(lines) * _LINE * _POINT))
        size = min([size, *(_fitting(pdf, line, width, size) for line in lines)])
        step = _height(size)
        y = top + (height - foot - step * len(lines)) / 2
        for number, line in enumerate(lines):
            _line(pdf, line, left, y + number * step, width, size)
    _line(pdf, label.library, left, top + height - foot, width, 7)


def _barcode(pdf: FPDF, label: Label, left: float, top: float, width: float, height: float) -> None:
    """Library and title above the bars, the number below them."""
    code = modules(label.barcode)
    module = min(_WIDEST_MODULE, width / (len(code) + 2 * _QUIET_MODULES))
    if module < _NARROWEST_MODULE:
        raise UndrawableBarcode(label.barcode)
    heading = [text for text in (label.library, label.title) if text]
    size = 7.0 if height < 25 else 8.0
    step = _height(size)
    for number, line in enumerate(heading):
        _line(pdf, line, left, top + number * step, width, size)
    y = top + len(heading) * step + 0.3
    bars = max(top + height - y - _height(9), 4.0)
    x = left + (width - module * len(code)) / 2
    pdf.set_fill_color(0)
    for is_black, run in groupby(code):
        length = module * len(list(run))
        if is_black == "1":
            pdf.rect(x, y, length, bars, style="F")
        x += length
    _line(pdf, label.barcode, left, y + bars, width, 9)


def _line(pdf: FPDF, text: str, left: float, top: float, width: float, size: float) -> None:
    """One line in the middle of a width, smaller or cut where it does not fit."""
    if not text:
        return
    size = max(_fitting(pdf, text, width, size), min(size, _SMALLEST))
    pdf.set_font(_FAMILY, size=size)
    shown = text
    while len(shown) > 1 and pdf.get_string_width(shown) > width:
        shown = f"{shown.rstrip('…')[:-1]}…"
    pdf.text(left + (width - pdf.get_string_width(shown)) / 2, top + size * _POINT, shown)


def _fitting(pdf: FPDF, text: str, width: float, size: float) -> float:
    """The size at which a text is no wider than this, and no larger than `size`."""
    pdf.set_font(_FAMILY, size=size)
    natural = pdf.get_string_width(text)
    return size if natural <= width else max(size * width / natural * 0.99, _SMALLEST)


def _height(size: float) -> float:
    return size * _POINT * _LINE
