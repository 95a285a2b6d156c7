"""Item types and patron categories: short lists, each line renamed in place, a new one added below."""

from __future__ import annotations

from flask import Blueprint, render_template, url_for

from branches.http import context
from catalog.reference import ITEM_TYPES
from catalog.service.item_types import ItemTypeService
from kernel.http import right
from kernel.i18n import Text
from patrons.reference import CATEGORIES
from patrons.service.categories import CategoryService
from web.pages import choices
from web.pages.acts import Done, act
from web.pages.forms import EMPTY, Form

page = Blueprint("type_pages", __name__, url_prefix="/admin")

ADDED = Text("已添加。", "Added.")
RENAMED = Text("已改名。", "Renamed.")


@page.route("/item-types", methods=["GET"])
@right("settings.read")
def item_types(form: Form = EMPTY) -> str:
    asked = context()
    known = ITEM_TYPES.get(asked.session).by_code
    return render_template(
        "admin/types.html",
        kind="item_type",
        form=form,
        rows=[(one.code, one.name, known[one.parent].name if one.parent else None) for one in known.values()],
        parents=choices.item_types(asked),
        may_write=asked.caller.holds("settings.write"),
    )


@page.route("/item-types", methods=["POST"])
@right("settings.write")
@act(item_types)
def save_item_type() -> Done:
    """A new type, or another name for one that exists."""
    form, service = Form.sent(), ItemTypeService(context())
    code, name = form.code("code"), form.text("name", 64)
    parent = form.choice("parent", ITEM_TYPES.get(context().session).by_code, required=False)
    form.check()
    if form.flag("rename"):
        service.rename(code, name)
        return Done(url_for("type_pages.item_types"), RENAMED)
    service.create(code, name, parent)
    return Done(url_for("type_pages.item_types"), ADDED)


@page.route("/categories", methods=["GET"])
@right("settings.read")
def categories(form: Form = EMPTY) -> str:
    asked = context()
    return render_template(
        "admin/types.html",
        kind="category",
        form=form,
        rows=[(code, name, None) for code, name in CATEGORIES.get(asked.session).items()],
        parents=(),
        may_write=asked.caller.holds("settings.write"),
    )


@page.route("/categories", methods=["POST"])
@right("settings.write")
@act(categories)
def save_category() -> Done:
    form, service = Form.sent(), CategoryService(context())
    code, name = form.code("code"), form.text("name", 64)
    form.check()
    if form.flag("rename"):
        service.rename(code, name)
        return Done(url_for("type_pages.categories"), RENAMED)
    service.create(code, name)
    return Done(url_for("type_pages.categories"), ADDED)
