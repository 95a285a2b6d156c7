"""The wordings of notices by a page: what is said, tried out with made-up values before it is saved, and who said what before."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, render_template, request, url_for

from branches.http import context
from kernel.http import reads_only, right
from kernel.i18n import LANGUAGES, Text
from notices import queries
from notices.kinds import KINDS, PLACES, sample_values
from notices.queries import TemplateRow
from notices.service.templates import check_wording, find_versions, save_template
from notices.wording import LONGEST, Wording, find_faults, render
from web.pages.acts import Done, act
from web.pages.forms import Form
from web.pages.notices import LANGUAGE_NAMES

page = Blueprint("wording_pages", __name__, url_prefix="/admin/notices")

SHOWN_VERSIONS: Final = 20


@page.route("", methods=["GET"])
@right("settings.read")
def index() -> str:
    return render_template(
        "admin/wordings.html",
        kinds=KINDS,
        languages=LANGUAGE_NAMES,
        in_force=queries.templates_in_force(context().session),
    )


@page.route("/<kind>/<language>", methods=["GET"])
@right("settings.read")
def edit(kind: str, language: str, form: Form | None = None) -> str:
    """The wording in force, or one of before that is to be used again."""
    versions = find_versions(context(), kind, language)
    asked = request.args.get("version", "")
    chosen = next((row for row in versions if str(row.version) == asked), versions[0])
    if form is None:
        form = Form(_values(chosen, versions[0].version))
    return _render(versions, form)


@page.route("/<kind>/<language>/preview", methods=["POST"])
@right("notice.write")
@reads_only
def preview(kind: str, language: str) -> str:
    """How it would read; nothing is saved."""
    return _render(find_versions(context(), kind, language), _read(Form.sent(), kind)[1])


@page.route("/<kind>/<language>", methods=["POST"])
@right("notice.write")
@act(lambda kind, language, form: edit(kind, language, form))
def save(kind: str, language: str) -> Done:
    find_versions(context(), kind, language)
    wording, form = _read(Form.sent(), kind)
    version = form.number("version", 0, 2**31, required=True)
    form.check()
    check_wording(kind, wording)
    save_template(context(), kind, language, wording, expected_version=int(version or 0))
    return Done(
        url_for("wording_pages.edit", kind=kind, language=language),
        Text("已保存，从下一条通知起生效。", "Saved; it holds from the next notice on."),
    )


def _read(form: Form, kind: str) -> tuple[Wording, Form]:
    """What was typed, with what is wrong noted beside each field."""
    wording = Wording(
        subject=form.value("subject").strip(),
        body=form.value("body").replace("\r\n", "\n").strip(),
        short=form.value("short").replace("\r\n", "\n").strip(),
    )
    for name, sentences in find_faults(wording, KINDS[kind].places).items():
        for sentence in sentences:
            form.wrong(name, sentence)
    return wording, form


def _values(row: TemplateRow, version: int) -> dict[str, object]:
    return {
        "subject": row.wording.subject,
        "body": row.wording.body,
        "short": row.wording.short,
        "version": version,
    }


def _render(versions: list[TemplateRow], form: Form) -> str:
    current = versions[0]
    kind = KINDS[current.kind]
    typed = Wording(subject=form.value("subject"), body=form.value("body"), short=form.value("short"))
    is_sound = not find_faults(typed, kind.places)
    return render_template(
        "admin/wording.html",
        kind=kind,
        name=current.kind,
        language=current.language,
        languages=[(one, LANGUAGE_NAMES[one]) for one in LANGUAGES],
        versions=versions[:SHOWN_VERSIONS],
        current=current,
        form=form,
        places=[(name, PLACES[name][0]) for name in kind.places],
        shown=render(typed, sample_values(kind, current.language)) if is_sound else None,
        longest=LONGEST,
        may_write=context().caller.holds("notice.write"),
    )
