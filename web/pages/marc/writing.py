"""What was typed, read as a record; lines that do not hold are named."""

from __future__ import annotations

from typing import Final, cast

from catalog.bibdata import MarcFormat
from catalog.marc.notation import Unreadable, Written, read_lines
from catalog.marc.templates import offered
from kernel.errors import Invalid
from kernel.i18n import Text
from web.pages.forms import Form

LONGEST: Final = 500_000
LEADERS: Final[dict[MarcFormat, str]] = {"cnmarc": "     nam0 22        450 ", "marc21": "     nam a22        4500"}
FIELD: Final = "text"


def format_of(form: Form) -> MarcFormat:
    return cast(MarcFormat, form.value("format")) if form.value("format") in LEADERS else "cnmarc"


def read(form: Form) -> tuple[Written, MarcFormat]:
    """The record of a form. Raises Invalid with a sentence for each line that does not hold."""
    format = format_of(form)
    text = form.value(FIELD)
    if len(text) > LONGEST:
        message = Text("最多 {n} 个字。", "At most {n} characters.").format(n=LONGEST)
        raise Invalid("bib.unreadable", _UNREADABLE, {FIELD: [message]})
    try:
        return read_lines(text, format, default_leader=LEADERS[format], offered=offered(format)), format
    except Unreadable as error:
        sentences = [_LINE.format(line=one.line, message=one.message) for one in error.errors]
        raise Invalid("bib.unreadable", _UNREADABLE, {FIELD: sentences}) from error


_UNREADABLE: Final = Text("有几行读不懂，还没有保存。", "Some lines cannot be read, so nothing was saved.")
_LINE: Final = Text("第 {line} 行：{message}", "Line {line}: {message}")
