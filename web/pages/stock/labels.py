"""Labels: which copies, which kind, on which sheet; the answer is a PDF."""

from __future__ import annotations

from datetime import timedelta
from typing import Final, cast

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from branches.http import context
from catalog.api.labels import as_pdf
from catalog.barcode_lists import MOST_AT_ONCE, listed
from catalog.labels import SHEETS, LabelKind
from catalog.models import Bib, Item
from catalog.service.labels import LabelsAsked
from kernel.clock import parse_instant
from kernel.http import largest_body, reads_only, right
from kernel.i18n import Text
from kernel.schema import row_number
from web.pages.acts import SHOWN_IN_THE_FORM
from web.pages.forms import EMPTY, NEEDED, Form

page = Blueprint("label_pages", __name__, url_prefix="/stock/labels")

LARGEST_LIST: Final = 1_000_000
KINDS: Final[dict[str, Text]] = {
    "spine": Text("书标（索书号）", "spine labels (call number)"),
    "barcode": Text("条码标签", "barcode labels"),
}


@page.route("", methods=["GET"])
@right("item.write")
def show(form: Form = EMPTY) -> str:
    """With `bib` and `at` in the address: for the copies that were registered together then."""
    bib_id = _title_asked_for()
    values = (
        form
        if form is not EMPTY
        else Form({"kind": "barcode", "sheet": "a4-3x8", "start": "1", "barcodes": "\n".join(_registered(bib_id))})
    )
    return render_template(
        "stock/labels.html",
        form=values,
        kinds=KINDS,
        sheets={code: sheet.name for code, sheet in SHEETS.items()},
        most=MOST_AT_ONCE,
        of_title=context().session.get(Bib, bib_id) if bib_id is not None else None,
    )


@page.route("", methods=["POST"])
@right("item.write")
@largest_body(LARGEST_LIST)
@reads_only
def print_pdf() -> ResponseReturnValue:
    form = Form.sent()
    try:
        return as_pdf(_read(form))
    except SHOWN_IN_THE_FORM as error:
        return show(form=Form(request.form, error)), error.status


def _read(form: Form) -> LabelsAsked:
    kind = form.choice("kind", KINDS) or ""
    sheet = form.choice("sheet", SHEETS) or ""
    start = form.number("start", 1, 1000)
    barcodes = listed(form.value("barcodes"))
    if not barcodes:
        form.wrong("items", NEEDED)
    form.check()
    return LabelsAsked(
        barcodes=barcodes,
        kind=cast(LabelKind, kind),
        sheet=sheet,
        start=int(start or 1),
        by_shelf=form.flag("by_shelf"),
    )


def _title_asked_for() -> int | None:
    return row_number(request.args.get("bib", ""))


def _registered(bib_id: int | None) -> list[str]:
    at = request.args.get("at", "")
    if bib_id is None:
        return []
    statement = select(Item.barcode).where(Item.bib_id == bib_id).order_by(Item.id).limit(MOST_AT_ONCE)
    if at:
        try:
            since = parse_instant(at)
        except ValueError:
            return []
        statement = statement.where(Item.created_at >= since, Item.created_at < since + timedelta(seconds=1))
    return list(context().session.scalars(statement))
