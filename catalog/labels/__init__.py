"""Labels for spines and barcodes as PDF: the sheets they are printed on, the font, and the drawing."""

from __future__ import annotations

from catalog.labels.drawing import Label, LabelKind, UndrawableBarcode, draw_labels
from catalog.labels.fonts import FontFace, FontMissing, find_font
from catalog.labels.sheets import SHEETS, Sheet

__all__ = [
    "SHEETS",
    "FontFace",
    "FontMissing",
    "Label",
    "LabelKind",
    "Sheet",
    "UndrawableBarcode",
    "draw_labels",
    "find_font",
]
