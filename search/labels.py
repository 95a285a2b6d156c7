"""Names of classes for people."""

from __future__ import annotations

from catalog.classes import ClassTable
from kernel.i18n import Text


def class_label(code: str, table: ClassTable) -> Text:
    """A class with its name, the county's own before ours."""
    known = table.by_code.get(code)
    return Text(f"{code} {known.label.zh}", f"{code} {known.label.en}") if known else Text(code, code)
