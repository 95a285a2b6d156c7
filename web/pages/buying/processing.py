"""New books that come back from their first readers: what lies here, what is still out, and the form that gives one its place."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, g, render_template, request, url_for

from branches.context import Context
from branches.http import context
from catalog.description import marked
from catalog.reference import ITEM_TYPES
from catalog.service.callnumbers import CallNumberService
from kernel.errors import NotFound
from kernel.http import right
from kernel.i18n import Text
from purchasing.queries.processing import NewBook, count_in_hand, new_book, new_books
from purchasing.service.processing import Processing, ProcessingService
from web.pages import choices
from web.pages.acts import Done, act
from web.pages.buying.places import places_for
from web.pages.forms import Form

page = Blueprint("processing_pages", __name__, url_prefix="/purchasing/processing")
SHOWN: Final = 200
CALL_NUMBER: Final = 100
SHELF: Final = 64


@page.before_request
def _name_channel() -> None:
    g.channel = "desk"


@page.route("", methods=["GET"])
@right("item.process")
def index() -> str:
    """What lies with the cataloguers, or with `?tab=out` what did not come back yet."""
    asked = context()
    units, is_out = asked.caller.units("item.process", asked.tree), request.args.get("tab") == "out"
    return render_template(
        "buying/processing.html",
        rows=new_books(asked.session, units, in_hand=not is_out, limit=SHOWN),
        waiting=count_in_hand(asked.session, units),
        is_out=is_out,
        tree=asked.tree,
        places=places_for(asked.caller),
    )


@page.route("/<path:barcode>", methods=["GET"])
@right("item.process")
def show(barcode: str, form: Form | None = None) -> str:
    asked = context()
    book = _find(asked, barcode)
    form = form or Form({"home": asked.tree.by_id[book.home_id].code, "item_type": _usual_type(asked)})
    home = form.value("home")
    proposed = ProcessingService(asked).proposal(barcode, home if home in asked.tree.by_code else None)
    number = proposed.call_number if proposed is not None else ""
    if form.value("call_number") == form.value("proposed"):  # nobody typed another one
        form = form.with_values({"call_number": number})
    return render_template(
        "buying/process.html",
        book=book,
        form=form.with_values({"proposed": number}),
        proposed=proposed,
        units=choices.libraries(asked),
        types=choices.lasting_types(asked),
        tree=asked.tree,
        longest={"call_number": CALL_NUMBER, "shelf": SHELF},
    )


@page.route("/<path:barcode>", methods=["POST"])
@right("item.process")
@act(lambda form, barcode: show(barcode, form))
def finish(barcode: str) -> Done:
    asked, form = context(), Form.sent()
    home = form.choice("home", asked.tree.by_code)
    owner = form.choice("owner", asked.tree.by_code, required=False)
    item_type = form.choice("item_type", ITEM_TYPES.get(asked.session).by_code)
    call_number = form.text("call_number", CALL_NUMBER, required=False)
    shelf = form.text("shelf", SHELF, required=False)
    form.check()
    assert home is not None
    assert item_type is not None
    command = Processing(
        item=barcode,
        home=home,
        owner=owner,
        item_type=item_type,
        call_number=call_number or None,
        shelf=shelf or None,
        takes_number=bool(call_number) and call_number == form.value("proposed"),
    )
    returned = ProcessingService(asked).finish(command)
    home_id = asked.tree.unit(home).id
    notices = CallNumberService(asked).notices(call_number or None, home_id=home_id, bib_id=returned.item.bib_id)
    done = Text("{title}加工完成。", "{title} is processed.").format(title=marked(returned.item.title))
    told = [done, returned.then, *(one.message for one in notices)]
    message = Text("", " ").join(told)
    return Done(url_for("processing_pages.index"), message, "warn" if notices else "good")


def _find(asked: Context, barcode: str) -> NewBook:
    found = new_book(asked.session, barcode, asked.caller.units("item.process", asked.tree))
    if found is None:
        raise NotFound("item", barcode)
    return found


def _usual_type(asked: Context) -> str:
    return "book" if "book" in ITEM_TYPES.get(asked.session).by_code else ""
