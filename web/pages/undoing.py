"""Taking an import back by page: first what will happen, then one question, then how far it is and what stayed."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, g, render_template, url_for

from branches.http import context
from catalog.queries import imports as queries
from catalog.service.imports.undoing import ask_for_undo, look_at_undo
from catalog.undoing import COUNTED, REASONS
from kernel.http import right
from kernel.i18n import Text
from web.pages.acts import Done, act
from web.pages.forms import EMPTY, Form

page = Blueprint("undo_pages", __name__, url_prefix="/imports")

LABELS: Final[dict[str, Text]] = {
    "titles_removed": Text("撤走的书目", "titles taken out"),
    "titles_restored": Text("恢复原样的书目", "titles as they were"),
    "titles_kept": Text("保留的书目", "titles that stay"),
    "copies_removed": Text("撤走的复本", "copies taken out"),
    "copies_kept": Text("保留的复本", "copies that stay"),
    "copies_corrected": Text("恢复原样的复本", "copies as they were"),
}


@page.before_request
def _name_channel() -> None:
    g.channel = "web"


@page.route("/<int:import_id>/undo", methods=["GET"])
@right("import.run")
def show(import_id: int, form: Form = EMPTY) -> str:
    """What undoing would do, or what it has done."""
    asked = context()
    report = queries.find_import(asked.session, import_id)
    plan = look_at_undo(asked, import_id)
    return render_template(
        "imports/undo.html",
        form=form,
        report=report,
        plan=plan,
        counts=[(LABELS[name], plan.counts.get(name, 0)) for name in COUNTED if plan.counts.get(name)],
        reasons=REASONS,
    )


@page.route("/<int:import_id>/undo", methods=["POST"])
@right("import.run")
@act(show)
def undo(import_id: int) -> Done:
    """Ask for it; the worker does it."""
    ask_for_undo(context(), import_id)
    return Done(
        url_for("undo_pages.show", import_id=import_id),
        Text("已开始撤销，后台正在处理。", "The import is being taken back."),
    )
