"""Imports as a story: a file, what was recognised, how far it is, and a report whose numbers open their records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, get_args

from flask import Blueprint, Response, g, render_template, request, stream_with_context, url_for
from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import aliased

from branches.context import Context
from branches.http import context
from catalog.api.imports import keep_upload, keeps_upload, queue_upload
from catalog.import_models import ImportProfile
from catalog.import_notes import note_text, words_of
from catalog.marc.record import FormatChoice
from catalog.models import Bib, Item, SourceRecord
from catalog.queries import imports as queries
from catalog.queries.imports import ImportReport
from catalog.queries.reviews import count_open
from catalog.service.imports.sampling import forget_old_samples
from kernel.errors import NotFound
from kernel.http import decode_cursor, encode_cursor, right
from kernel.i18n import Text
from kernel.journal import JournalEntry
from web.pages import choices
from web.pages.acts import Done, act
from web.pages.forms import EMPTY, Form
from web.pages.reviews import of_import

page = Blueprint("import_pages", __name__, url_prefix="/imports")

PAGE: Final = 50
STATUSES: Final[dict[str, tuple[Text, str]]] = {
    "queued": (Text("排队中", "waiting"), ""),
    "running": (Text("正在导入", "running"), "send"),
    "done": (Text("完成", "done"), "good"),
    "failed": (Text("失败", "failed"), "stop"),
    "undone": (Text("已撤销", "undone"), ""),
}
FAILURES: Final[dict[str, Text]] = {
    "import.not_marc": Text(
        "这个文件不是 MARC 数据，什么也没有导入。请核对文件；需要 ISO 2709（.mrc、.iso）、MARCXML 或一行一个字段的 MARC 文本。",
        "This file holds no MARC records; nothing was imported. It should be ISO 2709 (.mrc, .iso), MARCXML or text with a field a line.",
    ),
    "import.file_gone": Text("上传的文件找不到了，请重新上传。", "The uploaded file is gone. Please upload it again."),
}
FORMATS: Final[dict[str, Text]] = {
    "auto": Text("自动识别", "recognise"),
    "cnmarc": Text("CNMARC", "CNMARC"),
    "marc21": Text("MARC21", "MARC21"),
}
TITLES: Final = frozenset({"created", "updated", "merged"})
COUNTS: Final[tuple[tuple[str, Text], ...]] = (
    ("created", Text("新书目", "new titles")),
    ("updated", Text("更新", "updated")),
    ("merged", Text("并入已有", "merged")),
    ("unchanged", Text("没有变化", "unchanged")),
    ("review", Text("待审", "for review")),
    ("rejected", Text("没能导入", "kept aside")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """A title or copy that a batch brought."""

    bib_id: int
    title: str
    authors: str
    barcode: str | None = None


@page.before_request
def _name_channel() -> None:
    g.channel = "web"


@page.route("", methods=["GET"])
@right("import.run")
def index(form: Form = EMPTY) -> str:
    asked = context()
    before = decode_cursor(request.args.get("cursor"))
    rows = queries.list_imports(asked.session, before_id=before if isinstance(before, int) else None, limit=PAGE + 1)
    units = asked.caller.units("import.run", asked.tree)
    return render_template(
        "imports/index.html",
        form=form if form is not EMPTY else Form({"org": _own_unit(asked), "format": "auto"}),
        rows=rows[:PAGE],
        next_page=url_for("import_pages.index", cursor=encode_cursor(rows[PAGE - 1].id)) if len(rows) > PAGE else None,
        units=choices.units(asked, units),
        formats=list(FORMATS.items()),
        profiles=[(row.code, row.name or row.code) for row in asked.session.scalars(select(ImportProfile))],
        statuses=STATUSES,
        waiting=count_open(asked.session),
        tree=asked.tree,
    )


def _own_unit(asked: Context) -> str:
    units = asked.caller.home_units()
    return asked.tree.by_id[units[0]].code if units else ""


@page.route("", methods=["POST"])
@right("import.run")
@keeps_upload
@act(index)
def upload() -> Done:
    """Keep the file and queue it; the worker reads it."""
    form, asked = Form.sent(), context()
    org = form.choice("org", asked.tree.by_code)
    format_ = form.choice("format", get_args(FormatChoice)) or "auto"
    profile = form.text("profile", 32, required=False) or None
    source = form.text("source", 64, required=False) or None
    if g.upload is None:
        form.wrong("file", Text("请选择要导入的文件。", "Choose the file to import."))
    form.check()
    if form.flag("look"):
        return _looked_at(asked, org=org, format=format_, profile=profile, source=source)
    import_id = queue_upload(asked, org=org or "", format=format_, profile=profile, source=source)
    return Done(url_for("import_pages.show", import_id=import_id))


def _looked_at(asked: Context, **chosen: Any) -> Done:
    """The file stays where it is until somebody starts it; files that nobody started are forgotten."""
    path = keep_upload()
    forget_old_samples(asked, path.parent)
    name = request.files["file"].filename
    return Done(url_for("sample_pages.show", token=path.stem, name=name, **chosen))


@page.route("/<int:import_id>", methods=["GET"])
@right("import.run")
def show(import_id: int) -> str:
    """How far it is, then the report. While it runs, the page asks again by itself."""
    asked = context()
    report = queries.find_import(asked.session, import_id)
    after = decode_cursor(request.args.get("cursor"))
    problems = queries.list_problems(
        asked.session, import_id, after_id=after if isinstance(after, int) else 0, limit=PAGE + 1
    )
    return render_template(
        "imports/show.html",
        report=report,
        status=STATUSES[report.status],
        failure=FAILURES.get(report.code or ""),
        formats=FORMATS,
        recognised=[(words_of(kind), number) for kind, number in sorted(report.recognised.items())],
        counts=[(name, label, getattr(report, name), _address(report, name)) for name, label in COUNTS],
        problems=problems[:PAGE],
        next_page=url_for(
            "import_pages.show", import_id=import_id, cursor=encode_cursor(problems[PAGE - 1].id), _anchor="problems"
        )
        if len(problems) > PAGE
        else None,
        is_waiting=report.status in ("queued", "running"),
        undecided=count_open(asked.session, import_id),
        tree=asked.tree,
        took=_seconds(report),
        note_text=note_text,
    )


def _seconds(report: ImportReport) -> float | None:
    """How long it took; None while it runs, and where a batch was taken up again the next day."""
    if report.started_at is None or report.finished_at is None:
        return None
    passed = report.finished_at - report.started_at
    return round(passed.total_seconds(), 1) if passed < timedelta(days=1) else None


def _address(report: ImportReport, name: str) -> str | None:
    """Where the things behind a number are listed; None where there is nothing to list."""
    if not getattr(report, name):
        return None
    if name == "review":
        return url_for("review_pages.index", **of_import(report.id))
    if name in TITLES:
        return url_for("import_pages.titles", import_id=report.id, what=name)
    return url_for("import_pages.show", import_id=report.id, _anchor="problems") if name == "rejected" else None


@page.route("/<int:import_id>/<any(created,updated,merged,items):what>", methods=["GET"])
@right("import.run")
def titles(import_id: int, what: str) -> str:
    """The titles or copies behind a number of the report."""
    asked = context()
    report = queries.find_import(asked.session, import_id)
    after = decode_cursor(request.args.get("cursor"))
    rows, following = _loaded(asked, report, what, after if isinstance(after, int) else 0)
    return render_template(
        "imports/titles.html",
        report=report,
        what=what,
        rows=rows,
        next_page=url_for("import_pages.titles", import_id=import_id, what=what, cursor=following)
        if following
        else None,
    )


def _loaded(asked: Context, report: ImportReport, what: str, after: int) -> tuple[list[Loaded], str | None]:
    if what == "items":
        key: Any = Item.id
        statement = (
            select(Item.id, Bib.id, Bib.title, Bib.authors, Item.barcode)
            .join(Bib, Bib.id == Item.bib_id)
            .where(Item.id > after, _is_of_batch(report.id, Item.bib_id), _came_with(report.id))
        )
    else:
        key = Bib.id
        statement = select(Bib.id, Bib.id, Bib.title, Bib.authors, Bib.kind).where(
            Bib.id > after, _has_record_that(what, report.id)
        )
    rows = asked.session.execute(statement.order_by(key).limit(PAGE + 1)).all()
    loaded = [
        Loaded(bib_id=row[1], title=row[2], authors=row[3], barcode=row[4] if what == "items" else None)
        for row in rows[:PAGE]
    ]
    return loaded, encode_cursor(rows[PAGE - 1][0]) if len(rows) > PAGE else None


def _has_record_that(outcome: str, import_id: int) -> ColumnElement[bool]:
    """Whether the batch brought a title its first record (created), one under a number that it had (updated), or another one (merged)."""
    brought, earlier, former = aliased(SourceRecord), aliased(SourceRecord), aliased(SourceRecord)
    is_further = exists().where(earlier.bib_id == brought.bib_id, earlier.id < brought.id)
    is_known = exists().where(
        former.bib_id == brought.bib_id,
        former.id < brought.id,
        former.source == brought.source,
        former.identity == brought.identity,
    )
    is_so = {"created": ~is_further, "updated": is_known, "merged": is_further & ~is_known}[outcome]
    return exists().where(brought.bib_id == Bib.id, brought.batch_id == import_id, is_so)


def _is_of_batch(import_id: int, bib_id: Any) -> ColumnElement[bool]:
    return exists().where(SourceRecord.bib_id == bib_id, SourceRecord.batch_id == import_id)


def _came_with(import_id: int) -> ColumnElement[bool]:
    """Whether the batch registered a copy, be it while it ran or when somebody decided on a record of it."""
    j = JournalEntry
    return exists().where(j.item_id == Item.id, j.act == "item_created", j.data["batch"].as_integer() == import_id)


@page.route("/<int:import_id>/rejected", methods=["GET"])
@right("import.run")
def rejected(import_id: int) -> Response:
    """The records kept aside, byte for byte, to be put right and imported again."""
    asked = context()
    report = queries.find_import(asked.session, import_id)
    if not report.rejected:
        raise NotFound("import", import_id)
    body = stream_with_context(queries.rejected_bytes(asked.session, import_id))
    headers = {"Content-Disposition": f'attachment; filename="{report.rejected_name}"'}
    return Response(body, mimetype="application/marc", headers=headers)
