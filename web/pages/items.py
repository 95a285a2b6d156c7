"""Copies for staff: the four places of one, its loan or its way, what has happened to it; registering and changing copies."""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from branches.context import Context
from branches.http import context
from catalog.callnumbers import split
from catalog.description import full_title
from catalog.queries.bibs import BibRow, find_bib
from catalog.queries.items import ItemDetails, newest_type
from catalog.reference import ITEM_TYPES
from catalog.service.callnumbers import CallNumberService, NumberAsked
from catalog.service.imports.item_type import BOOK
from catalog.service.items import ItemChanges, ItemService, NewItem
from catalog.states import ITEM_STATUSES
from circ.item_view import HistoryEntry, read_history, view_item
from circ.service import CirculationService
from circ.states import LOAN_MARKS
from kernel.http import decode_cursor, encode_cursor, right
from kernel.i18n import Text
from kernel.money import show_money
from transit.states import TRANSFER_STATUSES
from web.pages import choices, conditions, telling
from web.pages.acts import Done, act
from web.pages.forms import CHOSEN, EMPTY, Form, chosen_class

page = Blueprint("item_pages", __name__, url_prefix="/items")

HISTORY_PAGE: Final = 25
NOTES: Final = ("accessories", "check_out_note", "check_in_note")
TYPED: Final = (
    *("barcode", "item_type", "home", "owner", "call_number", "shelf", "volume", "price", "acquired_on", "note"),
    *NOTES,
    "version",
)
TONES: Final[dict[str, str]] = {
    "available": "good",
    "on_loan": "warn",
    "in_transit": "send",
    "on_hold_shelf": "send",
    "missing": "stop",
    "lost": "stop",
    "withdrawn": "stop",
}


@page.before_request
def _name_channel() -> None:
    g.channel = "desk"


@page.route("/<path:barcode>", methods=["GET"])
@right("item.read")
def show(barcode: str, form: Form = EMPTY) -> str:
    asked = context()
    view = view_item(asked, barcode)
    item = view.item
    types = ITEM_TYPES.get(asked.session).by_code
    history, older = _history(asked, barcode, item)
    return render_template(
        "items/show.html",
        item=item,
        status=ITEM_STATUSES[item.status].label,
        tone=TONES.get(item.status, ""),
        item_type=types[item.item_type].name if item.item_type in types else item.item_type,
        tree=asked.tree,
        loan=view.loan,
        reader=view.loan.patron_barcode if view.loan is not None and view.names_reader else None,
        transfer=view.transfer,
        transfer_statuses=TRANSFER_STATUSES,
        history=history,
        uses=view.uses,
        tell=lambda entry: telling.tell(entry.data, asked.tree),
        name_act=telling.name_act,
        name_author=telling.name_author,
        older=older,
        may_write=asked.caller.may("item.write", item.owner_id, asked.tree),
        form=form,
        buttons=conditions.buttons(asked, view),
        desk=conditions.desk_of(asked),
        marks=LOAN_MARKS,
    )


def _history(asked: Context, barcode: str, item: ItemDetails) -> tuple[list[HistoryEntry] | None, str | None]:
    """The newest first, a page at a time; None for who may not see it."""
    if not any(
        asked.caller.may("item.history", unit, asked.tree) for unit in (item.owner_id, item.home_id, item.location_id)
    ):
        return None, None
    before = decode_cursor(request.args.get("cursor"))
    entries = read_history(
        asked, barcode, before_id=before if isinstance(before, int) else None, limit=HISTORY_PAGE + 1
    )
    return entries[:HISTORY_PAGE], encode_cursor(entries[HISTORY_PAGE - 1].id) if len(entries) > HISTORY_PAGE else None


@page.route("/status/<path:barcode>", methods=["POST"])
@right("item.condition")
@act(show)
def set_status(barcode: str) -> Done:
    """Missing, found, damaged, at the mender's; lost or claimed to be returned by whoever has it."""
    asked = context()
    declared = CirculationService(asked).set_status(conditions.read_act(Form.sent(), asked, barcode))
    return Done(url_for("item_pages.show", barcode=barcode), declared.message)


@page.route("/new/<int:bib_id>", methods=["GET"])
@right("item.write")
def new(bib_id: int, form: Form = EMPTY) -> str:
    asked = context()
    bib = find_bib(asked.session, bib_id)
    values = form if form is not EMPTY else Form(first_values(asked, bib) | _typed())
    return _render_form(asked, values, bib_id=bib_id, heading=full_title(bib.data), barcode=None)


@page.route("/new/<int:bib_id>", methods=["POST"])
@right("item.write")
def create(bib_id: int) -> ResponseReturnValue:
    return _create(bib_id) if CHOSEN not in request.form else new(bib_id, form=_with_class())


@act(new)
def _create(bib_id: int) -> Done:
    form, asked = Form.sent(), context()
    barcode = form.text("barcode", 64)
    changes = read_copy(form, asked)
    form.check()
    item = ItemService(asked).create(NewItem(bib=bib_id, barcode=barcode, **changes))
    return _done(asked, item, Text("已登记。", "Registered."))


@page.route("/edit/<path:barcode>", methods=["GET"])
@right("item.write")
def edit(barcode: str, form: Form = EMPTY) -> str:
    asked = context()
    item = view_item(asked, barcode).item
    values = form if form is not EMPTY else Form(_values(asked, item) | _typed())
    return _render_form(asked, values, bib_id=item.bib_id, heading=item.title, barcode=barcode)


@page.route("/edit/<path:barcode>", methods=["POST"])
@right("item.write")
def change(barcode: str) -> ResponseReturnValue:
    return _change(barcode) if CHOSEN not in request.form else edit(barcode, form=_with_class())


@act(edit)
def _change(barcode: str) -> Done:
    form, asked = Form.sent(), context()
    changes = read_copy(form, asked)
    version = form.number("version", 1, 2**31, required=True)
    form.check()
    item = ItemService(asked).change(barcode, changes, expected_version=int(version or 0))
    return _done(asked, item, Text("已保存。", "Saved."))


@page.route("/new/<int:bib_id>/number", methods=["POST"])
@right("item.write")
@act(new)
def number_new(bib_id: int) -> Done:
    """Give the title its number, and go on with the form as it was typed."""
    typed = _numbered(Form.sent(), context(), bib_id)
    return Done(url_for("item_pages.new", bib_id=bib_id, **typed))


@page.route("/edit/<path:barcode>/number", methods=["POST"])
@right("item.write")
@act(edit)
def number_changed(barcode: str) -> Done:
    asked = context()
    typed = _numbered(Form.sent(), asked, view_item(asked, barcode).item.bib_id)
    return Done(url_for("item_pages.edit", barcode=barcode, **typed))


def _with_class() -> Form:
    """The form as it was typed, with the class that was chosen for its call number."""
    g.reads_only = True
    return Form(request.form.to_dict() | chosen_class("call_number"))


def _numbered(form: Form, asked: Context, bib_id: int) -> dict[str, Any]:
    """What was typed, with the call number given in its class."""
    home = form.choice("home", asked.tree.by_code) or ""
    form.check()
    typed: dict[str, Any] = {name: form.value(name) for name in TYPED if form.has(name)}
    wanted = split(form.value("call_number")).class_number or None
    number = NumberAsked(bib=bib_id, at=home, class_number=wanted, volume=form.value("volume") or None)
    return typed | {"call_number": CallNumberService(asked).allot(number).call_number}


def _done(asked: Context, item: ItemDetails, saved: Text) -> Done:
    """Saved, and what should be looked at again."""
    notices = CallNumberService(asked).notices(item.call_number, home_id=item.home_id, bib_id=item.bib_id)
    told = [saved, *(one.message for one in notices)]
    message = Text("", " ").join(told)
    return Done(url_for("item_pages.show", barcode=item.barcode), message, "warn" if notices else "good")


def _typed() -> dict[str, str]:
    """What was typed into the form before it was left to take a number."""
    return {name: request.args[name] for name in TYPED if name in request.args}


def read_copy(form: Form, asked: Context) -> ItemChanges:
    """What a form says of a copy, new or known. Mistakes are noted in the form."""
    return ItemChanges(
        home=form.choice("home", asked.tree.by_code) or "",
        owner=form.choice("owner", asked.tree.by_code) or "",
        item_type=form.choice("item_type", ITEM_TYPES.get(asked.session).by_code) or "",
        call_number=form.text("call_number", 100, required=False) or None,
        shelf=form.text("shelf", 64, required=False) or None,
        volume=form.text("volume", 100, required=False) or None,
        price_fen=form.money("price"),
        acquired_on=form.day("acquired_on"),
        note=form.text("note", 500, required=False) or None,
        accessories=form.text("accessories", 200, required=False) or None,
        check_out_note=form.text("check_out_note", 200, required=False) or None,
        check_in_note=form.text("check_in_note", 200, required=False) or None,
    )


def _render_form(asked: Context, form: Form, *, bib_id: int, heading: str, barcode: str | None) -> str:
    return render_template(
        "items/form.html",
        form=form,
        bib_id=bib_id,
        heading=heading,
        barcode=barcode,
        owners=choices.units(asked, asked.caller.units("item.write", asked.tree)),
        homes=choices.units(asked),
        types=choices.item_types(asked),
    )


def first_values(asked: Context, bib: BibRow) -> dict[str, object]:
    """What most copies would be: of the kind of the title's other copies, else a book."""
    units = asked.caller.home_units()
    own = asked.tree.by_id[units[0]].code if units else ""
    return {
        "home": own,
        "owner": own,
        "call_number": bib.data.class_number,
        "price": _yuan(bib.data.price_fen),
        "item_type": newest_type(asked.session, bib.id) or BOOK,
    }


def _values(asked: Context, item: ItemDetails) -> dict[str, object]:
    return {
        "home": asked.tree.by_id[item.home_id].code,
        "owner": asked.tree.by_id[item.owner_id].code,
        "item_type": item.item_type,
        "call_number": item.call_number,
        "shelf": item.shelf,
        "volume": item.volume,
        "price": _yuan(item.price_fen),
        "acquired_on": item.acquired_on,
        "note": item.note,
        **{name: getattr(item, name) for name in NOTES},
        "version": item.version,
    }


def _yuan(fen: int | None) -> str:
    return "" if fen is None else show_money(fen)
