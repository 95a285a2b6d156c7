"""The import wizard: what was recognised in an uploaded file, what will become of its copies, corrections, and the start."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path
from typing import Any, Final, get_args

from flask import Blueprint, g, render_template, request, url_for

from branches.context import Context
from branches.http import context
from catalog.import_notes import CONTAINERS, note_text
from catalog.marc import NotMarc
from catalog.marc.record import FormatChoice
from catalog.reference import ITEM_TYPES
from catalog.sampling import LAYOUT_NAMES, Sample
from catalog.service.imports.sampling import Start, look_at_file, sample_path, start
from kernel.errors import Invalid
from kernel.http import data_dir, right
from kernel.i18n import Text
from web.pages import choices
from web.pages.acts import Done, act
from web.pages.forms import EMPTY, Form

page = Blueprint("sample_pages", __name__, url_prefix="/imports/samples")

MOST_CODES: Final = 300


@page.before_request
def _name_channel() -> None:
    g.channel = "web"


@page.route("/<token>", methods=["GET"])
@right("import.run")
def show(token: str, form: Form = EMPTY) -> str:
    """What the first records show, with a choice of unit for each library code."""
    asked = context()
    values = form if form is not EMPTY else Form(request.args)
    sample, refused = _look(asked, token, values)
    units = asked.caller.units("import.run", asked.tree)
    types = ITEM_TYPES.get(asked.session).by_code
    return render_template(
        "imports/sample.html",
        form=values,
        token=token,
        sample=sample,
        refused=refused,
        filename=values.value("name") or "records",
        units=choices.units(asked, units),
        all_units=[
            (unit.code, unit.name) for unit in asked.tree.in_order if unit.kind != "network" and not unit.is_closed
        ],
        item_types=[(code, one.name) for code, one in types.items()],
        type_codes=frozenset(types),
        proposed=_proposed_code(values),
        layouts=LAYOUT_NAMES,
        containers=CONTAINERS,
        note_text=note_text,
    )


def _look(asked: Context, token: str, form: Form) -> tuple[Sample | None, Text | None]:
    path = sample_path(folder(), token)
    try:
        return look_at_file(asked, path, _format(form), form.value("profile") or None), None
    except NotMarc as refused:
        return None, refused.message


def folder() -> Path:
    """Where uploaded files wait."""
    return data_dir() / "imports"


def _format(form: Form) -> FormatChoice:
    chosen: Any = form.value("format")
    return chosen if chosen in get_args(FormatChoice) else "auto"


def _proposed_code(form: Form) -> str:
    """The code under which the layout is kept, unless the librarian calls it otherwise: the source's, as far as a code may be so."""
    return re.sub(r"[^A-Za-z0-9_-]", "", form.value("source") or form.value("org"))[:32] or "IMPORT"


@page.route("/<token>", methods=["POST"])
@right("import.run")
@act(show)
def begin(token: str) -> Done:
    """Keep what was corrected as a profile and start the import."""
    form, asked = Form.sent(), context()
    path = sample_path(folder(), token)
    org = form.choice("org", asked.tree.by_code)
    source = form.text("source", 64, required=False) or None
    sample, refused = _look(asked, token, form)
    if sample is None:
        raise Invalid("import.not_marc", refused or Text("不是 MARC 文件。", "This is no MARC file."))
    libraries = _libraries(asked, form, sample)
    code = form.code("keep_as") if form.has("keep_as") else ""
    types = ITEM_TYPES.get(asked.session).by_code
    default_type = form.choice("item_type", types, required=False)
    other_library = form.choice("other_library", asked.tree.by_code, required=False)
    item_types = _item_types(form, sample, types)
    translated = any(theirs != ours for theirs, ours in (*libraries.items(), *item_types.items()))
    if not code and (sample.is_learned or default_type or other_library or translated):
        form.wrong(
            "keep_as",
            Text("给这套写法起个代码，下次直接选用。", "Name this layout, so that it can be chosen next time."),
        )
    form.check()
    told = Start(
        filename=form.text("name", 200, required=False) or "records",
        org=org or "",
        format=_format(form),
        source=source,
        profile=code or form.value("profile") or None,
        layout=sample.profile,
        libraries=libraries,
        default_item_type=default_type,
        item_types=item_types,
        other_library=other_library,
    )
    return Done(url_for("import_pages.show", import_id=start(asked, path, told)))


def _item_types(form: Form, sample: Sample, types: Collection[str]) -> dict[str, str]:
    """What was chosen for each of the source's type codes; one left open is of the type for copies without one."""
    chosen = {}
    for place, code in enumerate(list(sample.item_types)[:MOST_CODES]):
        item_type = form.choice(f"type-{place}", types, required=False)
        if item_type is not None:
            chosen[code] = item_type
    return chosen


def _libraries(asked: Context, form: Form, sample: Sample) -> dict[str, str]:
    """What the librarian chose for each code; a code left open goes to the importing unit, as unknown codes do."""
    chosen = {}
    for place, library in enumerate(sample.libraries[:MOST_CODES]):
        unit = form.choice(f"unit-{place}", asked.tree.by_code, required=False)
        if unit is not None:
            chosen[library.code] = unit
    return chosen
