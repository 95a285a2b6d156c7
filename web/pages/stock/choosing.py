"""The table of classes as a step within a form: what was typed travels along, and the class that is chosen is brought back into it.

Works without scripts: every step is a form that is sent on. Nothing is kept here.
"""

from __future__ import annotations

import re
from typing import Any, Final

from flask import Blueprint, g, render_template, request, url_for

from branches.http import context
from catalog.callnumbers import is_class_number, split, tidy
from catalog.controlled import CLASS_TAGS
from catalog.reference import CLASSES
from kernel.errors import NotFound
from kernel.http import right
from search.query import LONGEST_QUERY
from web.pages.forms import CHOSEN, Form
from web.pages.marc.writing import FIELD, format_of
from web.pages.stock.classes import tables

page = Blueprint("choosing_pages", __name__, url_prefix="/stock/classes/choose")

_OWN: Final = frozenset({"csrf_token", "key", "do", "words", "under", CHOSEN})
_MOST_FIELDS: Final = 5000


@page.route("/<form>", methods=["POST"])
@right("item.write")
def choose(form: str) -> str:
    """A step down the table, or words. The first begins at the class that the form has already."""
    g.reads_only = True
    asked, sent = context(), Form.sent()
    table = CLASSES.get(asked.session)
    words = sent.value("words").strip()[:LONGEST_QUERY]
    under = tidy(sent.value("under")[:64]).upper()
    if "under" not in request.form and not words:
        path = table.path(_at_first(sent))
        under = path[-1].code if path else ""
    below = [] if words or not under else table.below(under)
    if under and not below and not words:  # a class with nothing below stands among its neighbours
        above = table.path(under)[-2:-1]
        under = above[0].code if above else ""

    def onward(after: str) -> str:
        where: dict[str, Any] = request.args.to_dict() | {"form": form, "after": after}
        return url_for("choosing_pages.choose", **where)

    return render_template(
        "stock/choose.html",
        form=form,
        draft=[(name, value) for name, value in request.form.items(multi=True) if name not in _OWN][:_MOST_FIELDS],
        back=_back(form),
        onward=onward,
        **tables(asked, words, under, request.args.get("after", "")[:64]),
    )


def _back(form: str) -> str:
    """The form that was left. Raises NotFound for one that there is not."""
    number = request.args.get("id", type=int) or 0
    match form:
        case "title":
            return url_for("bib_pages.change", bib_id=number) if number else url_for("bib_pages.create")
        case "marc":
            return url_for("marc_pages.change", bib_id=number) if number else url_for("marc_pages.create")
        case "new_copy":
            return url_for("item_pages.create", bib_id=number)
        case "copy":
            return url_for("item_pages.change", barcode=request.args.get("barcode", "")[:100] or "-")
    raise NotFound("page", form)


def _at_first(sent: Form) -> str:
    """The class in the form that was left: a field's, a call number's, or that of a record's line."""
    if sent.has("class_number"):
        return tidy(sent.value("class_number")[:64]).upper()
    if sent.has("call_number"):
        return split(sent.value("call_number")[:100]).class_number
    tag = CLASS_TAGS[format_of(sent)]
    found = re.search(rf"^{tag} .. ?\$a([^$\r\n]+)", sent.value(FIELD), re.MULTILINE)
    number = tidy(found[1][:64]).upper() if found else ""
    return number if is_class_number(number) else ""
