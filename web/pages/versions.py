"""A title's history: what it said before, who changed it when and why; two versions compared, an old one restored, two titles merged."""

from __future__ import annotations

import json
from typing import Final

from flask import Blueprint, g, render_template, request, url_for

from branches.context import Context
from branches.http import context
from catalog import matching
from catalog.bibdata import BibData
from catalog.comparing import FIELD_NAMES, changed_fields, compare
from catalog.description import authors_text, from_json, full_title, marked
from catalog.marc.reader import read_one
from catalog.marc.record import ReadRecord
from catalog.queries.bibs import BibRow, find_bib, find_bibs, visible_copies
from catalog.queries.versions import (
    VersionRow,
    find_record,
    list_records,
    list_versions,
    merged_into,
    where_it_went,
)
from catalog.service.bibs import BibService
from catalog.service.joining import said_after
from circ.service.merging import merge_titles
from kernel.errors import NotFound
from kernel.http import right
from kernel.i18n import Text
from kernel.schema import row_number
from web.pages.acts import Done, act
from web.pages.forms import EMPTY, Form

page = Blueprint("version_pages", __name__, url_prefix="/titles")

CAUSES: Final[dict[str, Text]] = {
    "import": Text("导入", "import"),
    "review": Text("审核导入的记录", "review of an import"),
    "hand": Text("人工", "by hand"),
    "merge": Text("合并书目", "merging titles"),
    "restore": Text("恢复旧版本", "restored"),
    "apart": Text("拆分书目", "records set apart"),
    "source": Text("来源的优先级改了", "a source’s priority changed"),
    "undo": Text("撤销导入", "undone import"),
}
HIGHEST: Final = 2**31 - 1


@page.before_request
def _name_channel() -> None:
    g.channel = "desk"


@page.route("/<int:bib_id>/versions", methods=["GET"])
@right("bib.write")
def index(bib_id: int, form: Form = EMPTY) -> str:
    """Every version, newest first. Of a title that was merged, what it said before."""
    session = context().session
    rows = list_versions(session, bib_id)
    older = [*rows[1:], None]
    return render_template(
        "bibs/versions.html",
        form=form,
        bib_id=bib_id,
        heading=full_title(rows[0].data),
        current=rows[0] if rows[0].is_current else None,
        rows=[
            (row, changed_fields(before.data, row.data) if before else ())
            for row, before in zip(rows, older, strict=True)
        ],
        records=(records := list_records(session, bib_id)),
        can_go_apart=len({(one.source, one.identity) for one in records}) > 1,
        merged=merged_into(session, bib_id),
        went_into=where_it_went(session, bib_id),
        causes=CAUSES,
        fields=FIELD_NAMES,
    )


@page.route("/<int:bib_id>/versions/compare", methods=["GET"])
@right("bib.write")
def comparison(bib_id: int, form: Form = EMPTY) -> str:
    """Two versions, field by field, the older first whichever way they were chosen."""
    session = context().session
    bib = find_bib(session, bib_id)
    asked = Form(request.args)
    numbers = sorted(int(asked.number(name, 1, HIGHEST) or bib.version) for name in ("a", "b"))
    rows = {row.version: row for row in list_versions(session, bib_id)}
    older, newer = (_chosen(rows, number) for number in numbers)
    return render_template(
        "bibs/compare.html",
        form=form,
        bib=bib,
        heading=full_title(bib.data),
        older=older,
        newer=newer,
        found=compare(older.data, newer.data),
        fields=FIELD_NAMES,
        causes=CAUSES,
    )


def _chosen(rows: dict[int, VersionRow], number: int) -> VersionRow:
    if number not in rows:
        raise NotFound("version", number)
    return rows[number]


@page.route("/<int:bib_id>/versions/<int:version>", methods=["POST"])
@right("bib.write")
@act(lambda bib_id, form, **_version: index(bib_id, form))
def restore(bib_id: int, version: int) -> Done:
    """Let the title say again what it said in this version."""
    form, asked = Form.sent(), context()
    expected = form.number("version", 1, HIGHEST, required=True)
    form.check()
    BibService(asked).restore(bib_id, version, expected_version=int(expected or 0))
    said = Text("已恢复为第 {n} 版的著录。", "The title says again what it said in version {n}.").format(n=version)
    return Done(url_for("version_pages.index", bib_id=bib_id), said)


@page.route("/<int:bib_id>/records/<int:record_id>", methods=["GET"])
@right("bib.write")
def record(bib_id: int, record_id: int) -> str:
    """A record of the title as it came, field by field."""
    session = context().session
    found = find_record(session, bib_id, record_id)
    marc = None
    if found.container != "form":
        result = read_one(found.raw, found.container, found.format, declared=found.encoding)
        marc = result.record if isinstance(result, ReadRecord) else None
    return render_template(
        "bibs/record.html",
        bib_id=bib_id,
        heading=full_title(find_bib(session, bib_id).data),
        record=next(row for row in list_records(session, bib_id) if row.id == record_id),
        marc=marc,
        said=compare(BibData(format=found.format, title=""), from_json(json.loads(found.raw)))
        if found.container == "form"
        else [],
        fields=FIELD_NAMES,
    )


@page.route("/<int:bib_id>/merge", methods=["GET"])
@right("bib.write")
def merging(bib_id: int, form: Form = EMPTY) -> str:
    """First the number of the title that stays, then both side by side, then one question."""
    asked = context()
    bib = find_bib(asked.session, bib_id)
    values = form if form is not EMPTY else Form(request.args)
    into = _into(asked, bib, values)
    return render_template(
        "bibs/merge.html",
        form=values,
        bib=bib,
        into=into,
        heading=full_title(bib.data),
        titles=[
            (one, authors_text(one.data), len(visible_copies(asked.session, one.id))) for one in (bib, into) if one
        ],
        heading_of=full_title,
        found=compare(bib.data, into.data) if into else [],
        after=compare(into.data, said_after(asked, bib.id, into)) if into else [],
        fields=FIELD_NAMES,
        doubts=_doubts(bib, into) if into else [],
    )


def _doubts(bib: BibRow, into: BibRow) -> list[Text]:
    """What tells two titles apart, where an import would keep them apart; nothing where it would merge them or ask."""
    match = matching.compare(bib.data, into.data)
    if match.verdict != "different":
        return []
    return [matching.LABELS[reason.criterion] for reason in match.reasons if reason.agreement == "differs"]


def _into(asked: Context, bib: BibRow, form: Form) -> BibRow | None:
    """The title that stays, once one was named that there is; what is wrong with the name is noted in the form."""
    if not form.has("into"):
        return None
    number = row_number(form.value("into").strip().rstrip("/").rpartition("/")[2])
    into = None if number is None else find_bibs(asked.session, [number]).get(number)
    if into is None:
        form.wrong(
            "into",
            Text(
                "没有这条书目。请填它的编号，或粘贴它的网址。",
                "There is no such title. Give its number, or paste its address.",
            ),
        )
    elif into.id == bib.id:
        form.wrong(
            "into",
            Text("这就是本条书目。请填要并入的那一条。", "That is this very title. Give the one to merge it into."),
        )
        return None
    return into


@page.route("/<int:bib_id>/merge", methods=["POST"])
@right("bib.write")
@act(merging)
def merge(bib_id: int) -> Done:
    form, asked = Form.sent(), context()
    bib = find_bib(asked.session, bib_id)
    into = _into(asked, bib, form)
    if not form.has("into"):
        form.wrong("into", Text("请填要并入的书目。", "Give the title to merge this one into."))
    form.check()
    assert into is not None
    merged = merge_titles(asked, bib_id, into.id)
    said = Text(
        "{title}已并入这条书目，{n} 册复本一起移来。", "{title} was merged into this title; {n} copies came along."
    )
    told = said.format(title=marked(full_title(bib.data)), n=merged.copies)
    return Done(url_for("opac.bib", bib_id=into.id), told)
