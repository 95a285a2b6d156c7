"""Several copies of one title registered at once, under a run of barcodes or a pasted list."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, render_template, url_for

from branches.context import Context
from branches.http import context
from catalog.barcode_lists import MOST_NEW_COPIES, lines_of
from catalog.callnumbers import split
from catalog.description import full_title
from catalog.queries.bibs import find_bib
from catalog.service.bulk import BulkItemService, NewCopies, barcodes_from
from catalog.service.callnumbers import CallNumberService, NumberAsked
from catalog.service.items import NewItem
from kernel.clock import show_instant
from kernel.http import right
from kernel.i18n import Text
from web.pages import choices
from web.pages.acts import Done, act
from web.pages.forms import EMPTY, Form
from web.pages.items import first_values, read_copy

page = Blueprint("registering_pages", __name__, url_prefix="/stock/register")


@page.route("/<int:bib_id>", methods=["GET"])
@right("item.write")
def show(bib_id: int, form: Form = EMPTY) -> str:
    asked = context()
    bib = find_bib(asked.session, bib_id)
    first = first_values(asked, bib)
    return render_template(
        "stock/register.html",
        form=form if form is not EMPTY else Form(first | {"take_number": "1"}),
        bib_id=bib_id,
        heading=full_title(bib.data),
        owners=choices.units(asked, asked.caller.units("item.write", asked.tree)),
        homes=choices.units(asked),
        types=choices.item_types(asked),
        most=MOST_NEW_COPIES,
    )


@page.route("/<int:bib_id>", methods=["POST"])
@right("item.write")
@act(show)
def register(bib_id: int) -> Done:
    """All or none; then on to their labels."""
    form, asked = Form.sent(), context()
    like = NewItem(bib=bib_id, barcode="", **read_copy(form, asked))
    count = form.number("count", 1, MOST_NEW_COPIES) if form.has("first") else None
    form.check()
    lines = lines_of(form.value("barcodes"))
    barcodes = list(lines) or barcodes_from(form.text("first", 64), int(count or 1))
    form.check()
    if form.flag("take_number"):
        like = _numbered(asked, like)
    items = BulkItemService(asked).create(NewCopies(barcodes=barcodes, like=like, lines=lines))
    message = Text("已登记 {n} 册，可以打印标签了。", "{n} copies registered. Print their labels.").format(n=len(items))
    return Done(url_for("label_pages.show", bib=bib_id, at=show_instant(asked.now)), message)


def _numbered(asked: Context, like: NewItem) -> NewItem:
    """Where only the class was given, the book number is taken now; a whole call number is left as it is."""
    parts = split(like.call_number or "")
    if parts.book_number or not parts.class_number:
        return like
    wanted = NumberAsked(bib=like.bib, at=like.home, class_number=parts.class_number, volume=like.volume)
    return replace(like, call_number=CallNumberService(asked).allot(wanted).call_number)
