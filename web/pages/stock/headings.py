"""Controlled headings for cataloguers: looked up by any form, made and changed."""

from __future__ import annotations

import re
from typing import Final, cast

from flask import Blueprint, render_template, request, url_for

from branches.http import context
from catalog.headings import KINDS, LONGEST_NAME, HeadingData, HeadingKind
from catalog.queries.headings import find_heading, list_headings
from catalog.service.headings import HeadingService
from kernel.http import decode_position, encode_cursor, right
from kernel.i18n import Text
from web.pages.acts import Done, act
from web.pages.forms import EMPTY, Form

page = Blueprint("heading_pages", __name__, url_prefix="/stock/headings")

PAGE: Final = 50
_DIVIDERS: Final = re.compile(r"[;；\n]")


@page.route("", methods=["GET"])
@right("bib.write")
def index() -> str:
    asked = context()
    begins = request.args.get("q", "").strip()[:LONGEST_NAME]
    rows = list_headings(
        asked.session, begins=begins, after_id=decode_position(request.args.get("cursor")), limit=PAGE + 1
    )
    following = encode_cursor(rows[PAGE - 1].id) if len(rows) > PAGE else None
    return render_template(
        "stock/headings.html",
        rows=rows[:PAGE],
        begins=begins,
        kinds=KINDS,
        following=url_for("heading_pages.index", q=begins, cursor=following) if following else None,
    )


@page.route("/new", methods=["GET"])
@right("bib.write")
def new(form: Form = EMPTY) -> str:
    values = (
        form
        if form is not EMPTY
        else Form({"kind": request.args.get("kind", "person"), "name": request.args.get("name", "")[:LONGEST_NAME]})
    )
    return render_template("stock/heading_form.html", form=values, heading=None, kinds=KINDS)


@page.route("/new", methods=["POST"])
@right("bib.write")
@act(new)
def create() -> Done:
    HeadingService(context()).create(_read(Form.sent()))
    return Done(url_for("heading_pages.index"), Text("已建立。", "Made."))


@page.route("/<int:heading_id>", methods=["GET"])
@right("bib.write")
def edit(heading_id: int, form: Form = EMPTY) -> str:
    heading = find_heading(context().session, heading_id)
    values = {
        "kind": heading.kind,
        "name": heading.name,
        "variants": "\n".join(heading.variants),
        "see_also": "\n".join(heading.see_also),
        "note": heading.note,
        "version": heading.version,
    }
    shown = form if form is not EMPTY else Form(values)
    return render_template("stock/heading_form.html", form=shown, heading=heading, kinds=KINDS)


@page.route("/<int:heading_id>", methods=["POST"])
@right("bib.write")
@act(edit)
def change(heading_id: int) -> Done:
    form = Form.sent()
    data = _read(form)
    version = form.number("version", 1, 2**31, required=True)
    form.check()
    HeadingService(context()).change(heading_id, data, expected_version=int(version or 0))
    return Done(url_for("heading_pages.index", q=data.name), Text("已保存。", "Saved."))


def _read(form: Form) -> HeadingData:
    kind = form.choice("kind", KINDS) or "person"
    data = HeadingData(
        kind=cast(HeadingKind, kind),
        name=form.text("name", LONGEST_NAME),
        variants=_names(form, "variants"),
        see_also=_names(form, "see_also"),
        note=form.text("note", 500, required=False) or None,
    )
    form.check()
    return data


def _names(form: Form, field: str) -> tuple[str, ...]:
    """One a line, or divided by semicolons."""
    text = form.text(field, 5000, required=False)
    return tuple(name.strip() for name in _DIVIDERS.split(text) if name.strip())
