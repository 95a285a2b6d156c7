"""Tables that a phone shows row by row: each cell is told the name of its column, which stands in the head of the table alone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import unescape
from typing import Final

from markupsafe import Markup

_HEAD: Final = re.compile(r"<thead>.*?</thead>", re.DOTALL)
_HEADING: Final = re.compile(r"<th\b[^>]*>(.*?)</th>", re.DOTALL)
_BODY: Final = re.compile(r"<tbody>.*?</tbody>", re.DOTALL)
_ROW: Final = re.compile(r"<tr\b.*?</tr>", re.DOTALL)
_TAG: Final = re.compile(r"<[^>]*>")
_CELL: Final = re.compile(r"<(td|th)\b([^>]*)>(\s*</\1>)?")
_ROLES: Final = {"td": "cell", "th": "rowheader"}


def with_labels(content: Markup) -> Markup:
    """Head and body of one of our own tables, every cell of the body with the name of its column (`data-label`). The roles are said,
    for what is shown otherwise than as a table is none to some readers of the screen. A cell without content says nothing of itself."""
    safe = str(Markup.escape(content))
    head = _HEAD.search(safe)
    names = [unescape(_TAG.sub("", one)).strip() for one in _HEADING.findall(head[0])] if head else []
    labelled = _BODY.sub(lambda body: _ROW.sub(lambda row: _labelled(row[0], names), body[0]), safe)
    return Markup(labelled)  # noqa: S704 - what was safe before; the names are escaped


def _labelled(row: str, names: Sequence[str]) -> str:
    column = iter(names)

    def label(cell: re.Match[str]) -> str:
        tag, attributes, end = cell.groups()
        name = Markup.escape(next(column, ""))
        told = f' data-label="{name}"' if end is None and name else ""
        return f'<{tag}{attributes} role="{_ROLES[tag]}"{told}>{end or ""}'

    return _CELL.sub(label, row).replace("<tr", '<tr role="row"', 1)
