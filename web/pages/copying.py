"""Copy cataloguing: other catalogues asked at once, and what they have taken into the editor as a new title. Nothing is kept between."""

from __future__ import annotations

from flask import Blueprint, current_app, g, render_template, request

from catalog.copying import Answer, Target, TargetsUnusable, Wanted, ask_all, load_targets
from catalog.copying.wanted import LONGEST
from catalog.marc.isbn import isbn13s
from catalog.marc.notation import write_lines
from kernel.http import right
from kernel.i18n import Text
from web.pages.forms import Form
from web.pages.marc.sheet import FORMATS
from web.settings import Settings

page = Blueprint("copying_pages", __name__, url_prefix="/titles")


@page.before_request
def _name_channel() -> None:
    g.channel = "desk"


@page.route("/copy", methods=["GET"])
@right("bib.write")
def search() -> str:
    """The targets, and once something is asked their answers."""
    form = Form(request.args)
    wanted = Wanted(
        isbn=_isbn(form.text("isbn", LONGEST, required=False)),
        title=form.text("title", LONGEST, required=False),
        author=form.text("author", LONGEST, required=False),
    )
    targets, problem = _targets()
    chosen = set(request.args.getlist("target")) or {target.code for target in targets}
    asked = [target for target in targets if target.code in chosen]
    answers: list[Answer] = [] if form.problems("title") else ask_all(asked, wanted)
    return render_template(
        "bibs/copying.html", form=form, wanted=wanted, targets=targets, chosen=chosen, answers=answers, problem=problem,
        lines=write_lines, formats=FORMATS,
    )  # fmt: skip


def _isbn(written: str) -> str:
    """Thirteen digits of an ISBN in any form; what is none is asked for as it stands."""
    found = isbn13s(written)
    return found[0] if len(found) == 1 else written[:LONGEST]


def _targets() -> tuple[tuple[Target, ...], Text | None]:
    """Those written down, read anew each time, so that a change needs no restart; and what is wrong with the file."""
    settings: Settings = current_app.extensions["tongjie_settings"]
    try:
        return load_targets(settings.copy_targets), None
    except TargetsUnusable as unusable:
        return (), unusable.message
