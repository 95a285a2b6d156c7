"""Titles as MARC: a record written or changed line by line, with the tables beside it. Everything works by keyboard and without scripts;
with them there is a row for each field. Acts are `catalog.service.desk`'s; here is only what the page shows."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from branches.http import context
from branches.rights import PUBLIC
from catalog.controlled import CLASS_TAGS, CONTROLLED
from catalog.marc.checking import rules_of
from catalog.service.desk import CataloguingDesk
from kernel.errors import NotFound
from kernel.http import right
from kernel.i18n import Text
from web.pages.acts import Done, act
from web.pages.forms import CHOSEN, EMPTY, Form
from web.pages.marc.sheet import FORMATS, Sheet, opened, sent, started, used
from web.pages.marc.writing import read

page = Blueprint("marc_pages", __name__, url_prefix="/titles")


@page.before_request
def _name_channel() -> None:
    g.channel = "desk"


@page.route("/new/marc", methods=["GET"])
@right("bib.write")
def new(form: Form = EMPTY) -> str:
    """A template's lines, or what was sent and did not hold."""
    sheet = started(request.args) if form is EMPTY else sent(form, None)
    return _show(sheet, form)


@page.route("/new/marc", methods=["POST"])
@right("bib.write")
def create() -> ResponseReturnValue:
    return _create() if _saves() else _tool(None)


@act(new)
def _create() -> Done:
    form = Form.sent()
    written, format = read(form)
    bib = CataloguingDesk(context()).create(written.record, format, not_these=form.denied())
    told = Text("书目已建好，请登记复本。", "The title is made. Register its copies.")
    return Done(url_for("opac.bib", bib_id=bib.id), told)


@page.route("/<int:bib_id>/marc", methods=["GET"])
@right("bib.write")
def edit(bib_id: int, form: Form = EMPTY) -> str:
    """The record as it now stands, or what was sent and did not hold; beside that, after a conflict, what somebody else saved."""
    sheet = opened(bib_id) if form is EMPTY else sent(form, bib_id)
    return _show(sheet, form)


@page.route("/<int:bib_id>/marc", methods=["POST"])
@right("bib.write")
def change(bib_id: int) -> ResponseReturnValue:
    return _change(bib_id) if _saves() else _tool(bib_id)


@act(edit)
def _change(bib_id: int) -> Done:
    form = Form.sent()
    written, _ = read(form)
    version = form.number("version", 1, 2**31, required=True)
    form.check()
    CataloguingDesk(context()).change(bib_id, written.record, expected_version=int(version or 0))
    return Done(url_for("opac.bib", bib_id=bib_id), Text("已保存。", "Saved."))


@page.route("/marc/fields/<format>", methods=["GET"])
@right(PUBLIC)
def fields(format: Any) -> str:
    """The tag table of a format, to read and to print."""
    if format not in FORMATS:
        raise NotFound("page", format)
    return render_template("bibs/marc_fields.html", format=format, label=FORMATS[format], rules=rules_of(format))


def _saves() -> bool:
    return CHOSEN not in request.form and request.form.get("do", "save") == "save"


def _tool(bib_id: int | None) -> str:
    """What helps writing and keeps nothing: the same page with findings, proposals or the form for coded fields."""
    g.reads_only = True
    return _show(used(Form.sent(), bib_id), EMPTY)


def _show(sheet: Sheet, form: Form) -> str:
    return render_template(
        "bibs/marc.html", sheet=sheet, form=form, formats=FORMATS, controlled=CONTROLLED, class_tags=CLASS_TAGS
    )
