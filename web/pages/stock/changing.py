"""Many copies changed by a list: what would become of each is shown before anything is written, and what became of it afterwards."""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue

from branches.context import Context
from branches.http import context
from catalog.barcode_lists import MOST_AT_ONCE, listed
from catalog.reference import ITEM_TYPES
from catalog.service.bulk import BulkItemService
from catalog.service.items import ItemChanges
from catalog.show import show_changed
from kernel.decoding import decoded
from kernel.http import language, largest_body, right
from kernel.i18n import Text
from kernel.schema import row_number
from web.pages import choices
from web.pages.acts import SHOWN_IN_THE_FORM, once
from web.pages.forms import EMPTY, NEEDED, Form

page = Blueprint("changing_pages", __name__, url_prefix="/stock/change")

LARGEST_LIST: Final = 1_000_000
NO_TEXT: Final = Text(
    "读不出这个文件。请用文本或 CSV，一行一个条码。", "This file cannot be read. Use text or CSV, one barcode a line."
)
OUTCOMES: Final[dict[str, tuple[Text, Text, str]]] = {
    "changed": (Text("将修改", "will change"), Text("已修改", "changed"), "good"),
    "unchanged": (Text("无需修改", "stays as it is"), Text("没有变化", "unchanged"), ""),
    "refused": (Text("不能修改", "cannot be changed"), Text("没有修改", "not changed"), "stop"),
}
KEPT: Final = (
    *("home", "item_type", "call_number", "shelf", "price", "note"),
    *("clear-call_number", "clear-shelf", "clear-price", "clear-note"),
)
NAMES: Final[dict[str, Text]] = {
    "home": Text("所属馆", "home"),
    "item_type": Text("类型", "type"),
    "call_number": Text("索书号", "call number"),
    "shelf": Text("架位", "shelf"),
    "price": Text("价格", "price"),
    "note": Text("备注", "note"),
}


@page.route("", methods=["GET"])
@right("item.write")
def show(form: Form = EMPTY) -> str:
    return _render(form, {}, is_done=False)


@page.route("", methods=["POST"])
@right("item.write")
@largest_body(LARGEST_LIST)
def change() -> ResponseReturnValue:
    """`step` is `do` for the deed, which goes by the versions that were looked at; else the table of what would happen is shown."""
    form = Form.sent()
    is_done = form.value("step") == "do"
    g.reads_only = True  # all but the deed, which has a transaction of its own
    try:
        told = once(lambda: _change(form)) if is_done else _look(form)
    except SHOWN_IN_THE_FORM as error:
        return _render(Form(request.form, error), {}, is_done=False), error.status
    return _render(Form(_as_listed(form, told)), told, is_done=is_done)


def _look(form: Form) -> dict[str, Any]:
    asked = context()
    barcodes, changes = _read_list(form), _read_changes(form, asked)
    form.check()
    rows = BulkItemService(asked).preview(barcodes, changes)
    return show_changed(rows, language()) | {"versions": " ".join(f"{row.version}" for row in rows)}


def _change(form: Form) -> dict[str, Any]:
    asked = context()
    barcodes, changes = _read_list(form), _read_changes(form, asked)
    form.check()
    seen = zip(barcodes, form.value("versions").split(), strict=False)
    versions = {barcode: version for barcode, written in seen if (version := row_number(written))}
    return show_changed(BulkItemService(asked).change(barcodes, changes, versions=versions), language())


def _read_list(form: Form) -> list[str]:
    """What was pasted, and behind it what the file holds."""
    file = request.files.get("file")
    text = decoded(file.read()) if file else ""
    if text is None:
        form.wrong("file", NO_TEXT)
    barcodes = listed(f"{form.value('barcodes')}\n{text or ''}")
    if not barcodes:
        form.wrong("barcodes", NEEDED)
    elif len(barcodes) > MOST_AT_ONCE:
        form.wrong("barcodes", Text("一次最多 {n} 个条码。", "At most {n} barcodes at once.").format(n=MOST_AT_ONCE))
    return barcodes


def _read_changes(form: Form, asked: Context) -> ItemChanges:
    """Only what was filled in; a ticked `clear-…` takes away."""
    changes = ItemChanges()
    if home := form.choice("home", asked.tree.by_code, required=False):
        changes["home"] = home
    if item_type := form.choice("item_type", ITEM_TYPES.get(asked.session).by_code, required=False):
        changes["item_type"] = item_type
    if form.has("call_number") or form.flag("clear-call_number"):
        changes["call_number"] = form.text("call_number", 100, required=False) or None
    if form.has("shelf") or form.flag("clear-shelf"):
        changes["shelf"] = form.text("shelf", 64, required=False) or None
    if form.has("price") or form.flag("clear-price"):
        changes["price_fen"] = form.money("price")
    if form.has("note") or form.flag("clear-note"):
        changes["note"] = form.text("note", 500, required=False) or None
    return changes


def _as_listed(form: Form, told: dict[str, Any]) -> dict[str, str]:
    """The form again, with the whole list in its place, that of the file too."""
    kept = {name: form.value(name) for name in KEPT if form.has(name)}
    return kept | {"barcodes": "\n".join(row["barcode"] for row in told["rows"])}


def _render(form: Form, told: dict[str, Any], *, is_done: bool) -> str:
    asked = context()
    return render_template(
        "stock/change.html",
        form=form,
        result=told,
        is_done=is_done,
        homes=choices.units(asked),
        types=choices.item_types(asked),
        units={unit.code: unit.name for unit in asked.tree.in_order},
        outcomes=OUTCOMES,
        names=NAMES,
        kept=KEPT,
        most=MOST_AT_ONCE,
    )
