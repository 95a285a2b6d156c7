"""The whole catalogue as a file, for staff with the right."""

from __future__ import annotations

from typing import Final, cast

from flask import Blueprint, Response, g, render_template, request

from branches.http import context
from catalog.api.exports import stream_titles
from catalog.marc.writer import IsoEncoding
from catalog.queries.bibs import count_bibs
from catalog.service.exporting import Form as MarcForm
from kernel.errors import Invalid
from kernel.http import right
from kernel.i18n import Text
from web.pages import choices
from web.pages.forms import EMPTY, Form

page = Blueprint("export_pages", __name__, url_prefix="/exports")

FORMATS: Final[dict[str, Text]] = {
    "iso2709": Text("ISO 2709，编码照原样", "ISO 2709, each record in its own encoding"),
    "iso2709-utf-8": Text("ISO 2709，UTF-8", "ISO 2709 in UTF-8"),
    "iso2709-gb18030": Text("ISO 2709，GB18030", "ISO 2709 in GB18030"),
    "marcxml": Text("MARCXML", "MARCXML"),
}


@page.before_request
def _name_channel() -> None:
    g.channel = "desk"


@page.route("", methods=["GET"])
@right("bib.export")
def index(form: Form = EMPTY) -> str:
    asked = context()
    units = asked.caller.units("bib.export", asked.tree)
    return render_template(
        "exports/index.html",
        form=form,
        formats=[(name, label) for name, label in FORMATS.items()],
        units=choices.units(asked, units),
        count=count_bibs(asked.session),
    )


@page.route("/titles", methods=["GET"])
@right("bib.export")
def titles() -> Response | tuple[str, int]:
    form = Form(request.args)
    chosen = form.choice("format", FORMATS) or ""
    org = form.choice("org", context().tree.by_code)
    try:
        form.check()
    except Invalid as error:
        return index(Form(request.args, error)), error.status
    marc_form, _, encoding = chosen.partition("-")
    return stream_titles(cast(MarcForm, marc_form), cast(IsoEncoding, encoding) if encoding else None, org)
