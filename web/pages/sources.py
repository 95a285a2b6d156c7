"""Sources of records by pages: how far each is believed and by which profile its files are read; the weights of a profile's matching."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Final

from flask import Blueprint, g, render_template, request, url_for
from sqlalchemy import select

from branches.http import context
from catalog.import_models import ImportProfile
from catalog.matching import LABELS, Weights
from catalog.profiles import find_stored, save_profile
from catalog.service.describing_anew import ask_to_describe_anew, count_left, has_shared_titles
from catalog.service.sources import HIGHEST_PRIORITY, LONGEST_SOURCE, Source, SourceService
from catalog.weighing import HIGHEST, THRESHOLDS, WEIGHT_LABELS, build_weights
from kernel.http import right
from kernel.i18n import Text
from web.pages.acts import Done, act
from web.pages.forms import EMPTY, Form

page = Blueprint("source_pages", __name__, url_prefix="/imports/sources")

SAVED: Final = Text("已保存。", "Saved.")
PRIORITY_SAVED: Final = Text(
    "已保存。新的优先级从下一条记录起算；已有的书目要改，请点“重新著录”。",
    "Saved. The new priority counts from the next record on; for titles that are here already use “Describe them anew”.",
)
BEGUN: Final = Text("后台开始重新著录，可以离开这一页。", "The worker has begun; you may leave this page.")
_DEFAULTS: Final = asdict(Weights())


@page.before_request
def _name_channel() -> None:
    g.channel = "web"


@page.route("", methods=["GET"])
@right("import.run")
def index(form: Form = EMPTY) -> str:
    """All sources, the most trusted first, with a form for the one that was picked (`code`) or a new one."""
    session = context().session
    sources = SourceService(context()).all()
    picked = next((one for one in sources if one.code == request.args.get("code")), None)
    if form is EMPTY:
        form = Form(asdict(picked or Source(code="")))
    profiles = [(row.code, row.name or row.code) for row in session.scalars(select(ImportProfile))]
    return render_template(
        "imports/sources.html",
        form=form,
        sources=sources,
        picked=picked,
        profiles=profiles,
        shared=count_left(session, picked.code) if picked and picked.is_set_up else 0,
        is_running=picked is not None and picked.redescribe_asked_at is not None,
    )


@page.route("", methods=["POST"])
@right("import.run")
@act(index)
def save() -> Done:
    form = Form.sent()
    code, name = form.text("code", LONGEST_SOURCE), form.text("name", 100, required=False)
    priority = form.number("priority", 0, HIGHEST_PRIORITY, required=True)
    profile = form.text("profile", 32, required=False) or None
    form.check()
    service = SourceService(context())
    before = next((one.priority for one in service.all() if one.code == code), None)
    saved = service.save(Source(code=code, name=name, priority=int(priority or 0), profile=profile))
    if saved.priority != before and has_shared_titles(context().session, code):
        return Done(url_for("source_pages.index", code=code, _anchor="anew"), PRIORITY_SAVED)
    return Done(url_for("source_pages.index"), SAVED)


@page.route("/anew", methods=["POST"])
@right("import.run")
@act(index)
def describe_anew() -> Done:
    """Ask for the titles of a source to be described anew."""
    form = Form.sent()
    code = form.text("code", LONGEST_SOURCE)
    form.check()
    ask_to_describe_anew(context(), code)
    return Done(url_for("source_pages.index", code=code, _anchor="anew"), BEGUN)


@page.route("/weights/<profile>", methods=["GET"])
@right("import.run")
def weights(profile: str, form: Form = EMPTY) -> str:
    """The points of each criterion and the two thresholds, each beside what it comes with."""
    stored = find_stored(context().session, profile)
    return render_template(
        "imports/weights.html",
        form=form if form is not EMPTY else Form(asdict(build_weights(stored.weights))),
        profile=stored,
        criteria=LABELS,
        thresholds=THRESHOLDS,
        defaults=_DEFAULTS,
    )


@page.route("/weights/<profile>", methods=["POST"])
@right("import.run")
@act(weights)
def save_weights(profile: str) -> Done:
    form, asked = Form.sent(), context()
    stored = find_stored(asked.session, profile)
    given: dict[str, Any] = {name: _points(form, name) for name in WEIGHT_LABELS}
    form.check()
    save_profile(asked, stored.code, stored.name, stored.body, given)
    return Done(url_for("source_pages.weights", profile=profile), SAVED)


def _points(form: Form, name: str) -> int:
    value = form.number(name, 0, HIGHEST, required=True)
    if value is not None and value != int(value):
        form.wrong(name, Text("请填整数。", "A whole number."))
    return int(value or 0)
