"""What the editor shows: the lines, what was found in them, what is proposed, and after a conflict what somebody else saved."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Any, Final

from flask import request

from branches.http import context
from catalog.bibdata import MarcFormat
from catalog.description import full_title
from catalog.marc.checking import FindingClass
from catalog.marc.notation import Unreadable, Written, read_lines, write_lines
from catalog.marc.proposing import Proposal
from catalog.marc.templates import TEMPLATES, offered
from catalog.queries.controlled import NameSaid
from catalog.queries.duplicates import Alike
from catalog.service.desk import CataloguingDesk, Checked
from kernel.clock import local_day
from kernel.i18n import Text
from web.pages.forms import CHOSEN, Form, chosen_class
from web.pages.marc import tools
from web.pages.marc.writing import FIELD, LEADERS, format_of

FORMATS: Final[dict[str, str]] = {"cnmarc": "CNMARC", "marc21": "MARC21"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """A finding at its line, or at none."""

    class_: FindingClass
    line: int | None
    message: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Lines of what is saved now and what stands there in the record being written."""

    theirs: str
    mine: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """`bib_id` is None for a new title; `was_checked` tells a page without remarks that nothing was found from one not asked yet."""

    text: str
    format: MarcFormat
    bib_id: int | None = None
    version: str = ""
    heading: str | None = None
    was_checked: bool = False
    remarks: tuple[Remark, ...] = ()
    alike: tuple[Alike, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    nothing_proposed: bool = False
    names: tuple[NameSaid, ...] = ()
    coded: tools.CodedForm | None = None
    differences: tuple[Difference, ...] | None = None
    told: Text | None = None

    @property
    def has_errors(self) -> bool:
        return any(remark.class_ == "error" for remark in self.remarks)

    @property
    def coded_fields(self) -> list[tuple[str, Text]]:
        return tools.coded_fields(self.text, self.format)

    @property
    def offers(self) -> list[str]:
        """Lines that may be added, one for each tag that a template of this format has."""
        lines = {line[:3]: line for template in TEMPLATES.values() for line in template.lines[self.format].split("\n")}
        return [lines[tag] for tag in sorted(lines) if tag and tag != "LDR"]


def started(asked: Mapping[str, str]) -> Sheet:
    """A template's lines on this day."""
    format: MarcFormat = "marc21" if asked.get("format") == "marc21" else "cnmarc"
    template = TEMPLATES.get(asked.get("template", ""), TEMPLATES["book"])
    return Sheet(text=template.start(format, local_day(context().now)), format=format)


def opened(bib_id: int) -> Sheet:
    bib, record = CataloguingDesk(context()).open(bib_id)
    format = bib.data.format
    text = write_lines(record, format)
    return Sheet(text=text, format=format, bib_id=bib_id, version=str(bib.version), heading=full_title(bib.data))


def sent(form: Form, bib_id: int | None) -> Sheet:
    """What was sent and could not be saved, with what is known against it. A newer version saved meanwhile is shown beside it; who then
    saves has seen it."""
    sheet = _as_typed(form, bib_id)
    if bib_id is not None:
        now = opened(bib_id)
        if now.version != sheet.version:
            differences = tuple(_differences(now.text, sheet.text))
            return replace(sheet, version=now.version, heading=now.heading, differences=differences)
        sheet = replace(sheet, heading=now.heading)
    return _checked(sheet)


def used(form: Form, bib_id: int | None) -> Sheet:
    """The sheet after one of its tools was used."""
    sheet = _as_typed(form, bib_id)
    if bib_id is not None:
        sheet = replace(sheet, heading=opened(bib_id).heading)
    if CHOSEN in request.form:
        return replace(sheet, text=tools.set_class(sheet.text, sheet.format, chosen_class(CHOSEN).get(CHOSEN, "")))
    match form.value("do"):
        case "pinyin" | "isbn" as kind:
            found = tools.propose(sheet.text, sheet.format, kind)
            return replace(_checked(sheet), proposals=found, nothing_proposed=not found, was_checked=False)
        case "headings":
            said = tools.names_of(sheet.text, sheet.format)
            found = tools.propose_headings(sheet.text, sheet.format, said)
            return replace(sheet, proposals=found, names=said, nothing_proposed=not said)
        case "take":
            return _checked(replace(sheet, text=tools.take(sheet.text)))
        case "coded":
            return replace(sheet, coded=tools.open_coded(sheet.text, sheet.format, form.value("coded")))
        case "coded_set":
            return _checked(replace(sheet, text=tools.set_coded(sheet.text, sheet.format, form)))
    return _checked(sheet)


def _as_typed(form: Form, bib_id: int | None) -> Sheet:
    text = re.sub("\r\n?", "\n", form.value(FIELD))
    return Sheet(text=text, format=format_of(form), bib_id=bib_id, version=form.value("version"))


def _checked(sheet: Sheet) -> Sheet:
    """With every finding at its line; a line that cannot be read hides nothing of the others."""
    unread: list[Remark] = []
    try:
        written = _written(sheet)
    except Unreadable as error:
        unread = [Remark(class_="error", line=one.line, message=one.message) for one in error.errors]
        written = tools.readable_lines(sheet.text, sheet.format)
    checked = CataloguingDesk(context()).check(written.record, sheet.format, bib_id=sheet.bib_id)
    remarks = (*unread, *_remarks(checked, written, _tags_of(sheet.text, unread)))
    return replace(sheet, was_checked=True, remarks=remarks, alike=checked.alike)


def _tags_of(text: str, unread: list[Remark]) -> frozenset[str]:
    """What the lines that cannot be read begin with: of such a field nobody can say that it is missing."""
    lines = text.split("\n")
    return frozenset(lines[one.line - 1].lstrip()[:3] for one in unread if one.line)


def _written(sheet: Sheet) -> Written:
    return read_lines(sheet.text, sheet.format, default_leader=LEADERS[sheet.format], offered=offered(sheet.format))


def _remarks(checked: Checked, written: Written, begun: frozenset[str]) -> tuple[Remark, ...]:
    return tuple(
        Remark(
            class_=finding.class_,
            line=written.leader_line or None
            if finding.tag == "LDR"
            else None
            if finding.index is None
            else written.lines[finding.index],
            message=finding.message,
        )
        for finding in checked.findings
        if finding.index is not None or finding.tag not in begun
    )


def _differences(theirs: str, mine: str) -> list[Difference]:
    saved, typed = theirs.split("\n"), mine.split("\n")
    matcher: Any = SequenceMatcher(None, saved, typed, autojunk=False)
    return [
        Difference(theirs="\n".join(saved[a:b]), mine="\n".join(typed[c:d]))
        for kind, a, b, c, d in matcher.get_opcodes()
        if kind != "equal"
    ]
