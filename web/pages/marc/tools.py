"""Helpers of the editor that work on the lines themselves: proposals to confirm, and coded fields as choices. Nothing is kept here."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from flask import request

from branches.http import context
from catalog.bibdata import MarcFormat
from catalog.controlled import CLASS_TAGS, named_fields, with_class, with_name
from catalog.marc.checking import layouts_of
from catalog.marc.fixed import Layout, Position, choose, join, split
from catalog.marc.notation import BLANK, LEADER, Unreadable, Written, read_lines, write_field
from catalog.marc.proposing import Proposal, propose_isbns, propose_pinyin
from catalog.marc.record import Field, Subfield
from catalog.queries.controlled import NameSaid, names_said
from kernel.i18n import Text
from search.analysis.pinyin import sound_out
from web.pages.forms import Form
from web.pages.marc.writing import LEADERS

_MOST_LINES: Final = 2000
_CODES: Final = re.compile(r"\$(\w)")
_SOURCE: Final[dict[MarcFormat, tuple[Subfield, ...]]] = {"cnmarc": (), "marc21": (("2", "clc"),)}
_REFERS: Final = Text("“{name}”见规范标目：{headings}", "“{name}” refers to the heading: {headings}")


@dataclass(frozen=True, slots=True, kw_only=True)
class CodedForm:
    """A coded field taken apart. `key` finds its line again: number of the line (0 for a line to be added) and layout."""

    key: str
    name: Text
    value: str
    positions: tuple[tuple[Position, str], ...]


# --- proposals ----------------------------------------------------------------------------------------------------------------------


def propose(text: str, format: MarcFormat, kind: str) -> tuple[Proposal, ...]:
    """Of the lines that can be read."""
    written = readable_lines(text, format)
    if kind == "isbn":
        return tuple(propose_isbns(written, format))
    return tuple(propose_pinyin(written, format, _spell))


def names_of(text: str, format: MarcFormat) -> tuple[NameSaid, ...]:
    """What is said of the names in the controlled fields, in the order of the record."""
    found = named_fields(readable_lines(text, format), format)
    return tuple(names_said(context().session, [((one.kind,), one.name) for one in found]))


def propose_headings(text: str, format: MarcFormat, said: Sequence[NameSaid]) -> tuple[Proposal, ...]:
    """The heading that is used, for each name that refers to one; where it refers to several, the first, to be corrected."""
    return tuple(
        Proposal(
            line=one.line,
            before=write_field(one.field, format),
            after=write_field(with_name(one.field, one.kind, name.preferred[0], format), format),
            why=_REFERS.format(name=one.name, headings="；".join(name.preferred)),
        )
        for one, name in zip(named_fields(readable_lines(text, format), format), said, strict=True)
        if name.standing == "refers"
    )


def set_class(text: str, format: MarcFormat, number: str) -> str:
    """The lines with this class as the first one of the record; a new line stands in the order of tags."""
    if not number:
        return text
    lines, tag = text.split("\n"), CLASS_TAGS[format]
    for place, line in enumerate(lines):
        if line[:3] == tag:
            empty = Field(tag, "  ", tuple((code, "") for code in _CODES.findall(line)) or (("a", ""),))
            read = readable_lines(line, format).record.fields
            lines[place] = write_field(with_class(read[0] if read else empty, number), format)
            return "\n".join(lines)
    place = _place(lines, tag)
    return "\n".join(
        [*lines[:place], write_field(Field(tag, "  ", (("a", number), *_SOURCE[format])), format), *lines[place:]]
    )


def take(text: str) -> str:
    """The lines with the proposals that were ticked, as they were corrected; one whose line has changed since is left out."""
    lines = text.split("\n")
    added: list[str] = []
    for number in request.form.getlist("take")[:_MOST_LINES]:
        before, after = request.form.get(f"before_{number}", ""), request.form.get(f"after_{number}", "")
        if (
            number.isascii()
            and number.isdigit()
            and 1 <= int(number) <= len(lines)
            and lines[int(number) - 1] == before
        ):
            lines[int(number) - 1] = " ".join(after.splitlines())
            added += filter(None, [" ".join(request.form.get(f"added_{number}", "").split())])
    for line in added:
        place = _place(lines, line[:3])
        lines[place:place] = [line]
    return "\n".join(lines)


def _spell(text: str) -> str:
    return " ".join(syllable for run in sound_out(text) for syllable in run)


# --- coded fields -------------------------------------------------------------------------------------------------------------------


def coded_fields(text: str, format: MarcFormat) -> list[tuple[str, Text]]:
    """The coded fields of a record, and those it might have too, each with the key that opens it."""
    written = readable_lines(text, format)
    found = [(f"{line}:{layout.key}", layout) for line, layout, _ in _coded(written, format)]
    present = {layout.key for _, layout in found}
    absent = [
        (f"0:{layout.key}", layout)
        for layout in layouts_of(format)
        if layout.key not in present and _serves(layout, written.record.leader)
    ]
    return [(key, Text(f"{one.key} {one.name.zh}", f"{one.key} {one.name.en}")) for key, one in [*found, *absent]]


def open_coded(text: str, format: MarcFormat, key: str) -> CodedForm | None:
    written = readable_lines(text, format)
    line, _, name = key.partition(":")
    for place, layout, value in _coded(written, format):
        if str(place) == line and layout.key == name:
            return _form(key, layout, value)
    leader = written.record.leader
    layout_of_new = next((one for one in layouts_of(format) if one.key == name and _serves(one, leader)), None)
    return _form(f"0:{name}", layout_of_new, " " * layout_of_new.length) if layout_of_new else None


def set_coded(text: str, format: MarcFormat, form: Form) -> str:
    """The lines with the coded field as it was chosen; a new one stands in the order of tags."""
    opened = open_coded(text, format, form.value("coded_key"))
    if opened is None:
        return text
    number, _, name = opened.key.partition(":")
    layout = next(one for one in layouts_of(format) if one.key == name and one.positions == _only(opened))
    entered = {
        position.start: form.value(f"at_{position.start}").replace(BLANK, " ")
        for position, _ in opened.positions
        if f"at_{position.start}" in request.form
    }
    value = join(layout, opened.value, entered)
    lines = text.split("\n")
    if number != "0":
        lines[int(number) - 1] = _rewritten(lines[int(number) - 1], layout, value, format)
        return "\n".join(lines)
    field = Field(layout.tag, "  ", ((layout.code, value),)) if layout.code else Field(layout.tag, value=value)
    line = f"{LEADER} {value.replace(' ', BLANK)}" if layout.tag == LEADER else write_field(field, format)
    place = 0 if layout.tag == LEADER else _place(lines, layout.tag)
    return "\n".join([*lines[:place], line, *lines[place:]])


def _rewritten(line: str, layout: Layout, value: str, format: MarcFormat) -> str:
    if layout.tag == LEADER:
        return f"{LEADER} {value.replace(' ', BLANK)}"
    field = read_lines(line, format, default_leader=LEADERS[format]).record.fields[0]
    if not layout.code:
        return write_field(field._replace(value=value), format)
    codes = [code for code, _ in field.subfields]
    place = codes.index(layout.code)
    subfields = (*field.subfields[:place], (layout.code, value), *field.subfields[place + 1 :])
    return write_field(field._replace(subfields=subfields), format)


def _coded(written: Written, format: MarcFormat) -> list[tuple[int, Layout, str]]:
    """Line, layout and value of each coded field."""
    leader, layouts = written.record.leader, layouts_of(format)
    found: list[tuple[int, Layout, str]] = []
    head = choose(layouts, LEADER, "", leader=leader, value=leader)
    if head is not None and written.leader_line:
        found.append((written.leader_line, head, leader))
    for field, line in zip(written.record.fields, written.lines, strict=True):
        for code, value in field.subfields or (("", field.value),):
            layout = choose(layouts, field.tag, code, leader=leader, value=value)
            if layout is not None:
                found.append((line, layout, value))
                break
    return found


def _serves(layout: Layout, leader: str) -> bool:
    """Whether a new field of this layout could stand here: a 006 or 007 is begun by hand, with the character that says its kind."""
    if layout.tag in ("006", "007"):
        return False
    return choose((layout,), layout.tag, layout.code, leader=leader, value="") is not None


def _form(key: str, layout: Layout, value: str) -> CodedForm:
    return CodedForm(key=key, name=layout.name, value=value, positions=tuple(split(layout, value)))


def _only(opened: CodedForm) -> tuple[Position, ...]:
    return tuple(position for position, _ in opened.positions)


def _place(lines: list[str], tag: str) -> int:
    return next((i for i, line in enumerate(lines) if re.match("[0-9]", line) and line[:3] > tag), len(lines))


def readable_lines(text: str, format: MarcFormat) -> Written:
    """The record of the lines that can be read, each under its own number: a fault in one withholds no help with others."""
    try:
        return read_lines(text, format, default_leader=LEADERS[format])
    except Unreadable as error:
        bad = {one.line for one in error.errors}
        kept = ["" if number in bad else line for number, line in enumerate(text.split("\n"), 1)]
        return read_lines("\n".join(kept), format, default_leader=LEADERS[format])
