"""Records of another book set apart from a title: which ones, then what both titles will say and which copies go, then the deed."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, g, render_template, request, url_for

from branches.http import context
from catalog.bibdata import BibData
from catalog.comparing import FIELD_NAMES, compare
from catalog.description import authors_text, full_title, marked
from catalog.queries.bibs import find_bib
from catalog.service.setting_apart import Plan, lines_that_may_go, plan, set_apart
from catalog.states import ITEM_STATUSES
from kernel.errors import Conflict, NotFound
from kernel.http import right
from kernel.i18n import Text
from kernel.schema import row_number
from web.pages.acts import Done, act
from web.pages.forms import EMPTY, Form

page = Blueprint("apart_pages", __name__, url_prefix="/titles")

HIGHEST: Final = 2**31 - 1
MADE: Final = Text("已拆出为新书目{title}，带走 {n} 册复本。", "Set apart as the new title {title}, with {n} copies.")
CAME_BACK: Final = Text(
    "{title}恢复为单独的书目，带走 {n} 册复本，旧网址重新有效。",
    "{title} is a title of its own again, with {n} copies, under its old address.",
)


@page.before_request
def _name_channel() -> None:
    g.channel = "desk"


@page.route("/<int:bib_id>/apart", methods=["GET"])
@right("bib.write")
def index(bib_id: int, form: Form = EMPTY) -> str:
    """The records to choose from; once some are chosen, what would come of it. Why it cannot be done is said in the form."""
    asked = context()
    bib = find_bib(asked.session, bib_id)
    chosen = _ids("record")
    planned = None
    if chosen:
        try:
            planned = plan(asked, bib, chosen)
        except (Conflict, NotFound) as error:
            form = form if form.detail else Form(request.values, error)
    return render_template(
        "bibs/apart.html",
        form=form,
        bib=bib,
        heading=full_title(bib.data),
        lines=[
            (line.last, full_title(line.last.data) if line.last.data else "")
            for line in lines_that_may_go(asked, bib_id)
        ],
        chosen=chosen,
        planned=planned,
        titles=_titles(planned) if planned else [],
        ticked=_ticked(planned) if planned else (),
        stays=compare(bib.data, planned.stays) if planned else [],
        goes=compare(planned.stays, planned.goes) if planned else [],
        fields=FIELD_NAMES,
        statuses=ITEM_STATUSES,
        tree=asked.tree,
        heading_of=full_title,
    )


@page.route("/<int:bib_id>/apart", methods=["POST"])
@right("bib.write")
@act(index)
def separate(bib_id: int) -> Done:
    """Do what was shown."""
    form = Form.sent()
    version = form.number("version", 1, HIGHEST, required=True)
    form.check()
    done = set_apart(
        context(), bib_id, _ids("record"), expected_version=int(version or 0), item_ids=frozenset(_ids("copy"))
    )
    title = marked(full_title(find_bib(context().session, done.apart_id).data))
    said = (CAME_BACK if done.has_returned else MADE).format(title=title, n=done.copies)
    return Done(url_for("opac.bib", bib_id=done.apart_id), said)


def _ids(name: str) -> list[int]:
    """The numbers that were ticked; what is no number was not ticked on this page."""
    numbers = map(row_number, request.values.getlist(name))
    return [number for number in numbers if number is not None]


def _ticked(planned: Plan) -> frozenset[int]:
    return frozenset(_ids("copy")) if request.method == "POST" else planned.along


def _titles(planned: Plan) -> list[tuple[int | None, BibData, str]]:
    """Both titles as they would be; None in place of a number that is not yet given."""
    both = ((planned.bib.id, planned.stays), (planned.returns, planned.goes))
    return [(bib_id, data, authors_text(data)) for bib_id, data in both]
