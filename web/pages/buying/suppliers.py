"""Who sells to the libraries, and on which terms."""

from __future__ import annotations

from flask import Blueprint, g, render_template, url_for

from branches.http import context
from kernel.http import right
from kernel.i18n import Text
from purchasing.queries.orders import list_suppliers
from purchasing.service import ordering
from web.pages.acts import Done, act
from web.pages.buying.places import places_for
from web.pages.forms import Form

page = Blueprint("supplier_pages", __name__)


@page.before_request
def _name_channel() -> None:
    g.channel = "desk"


@page.route("/purchasing/suppliers", methods=["GET"])
@right("order.read")
def index(form: Form | None = None) -> str:
    asked = context()
    return render_template(
        "buying/suppliers.html",
        places=places_for(asked.caller),
        rows=list_suppliers(asked.session),
        may_write=asked.caller.holds("order.write"),
        form=(form or Form()).with_defaults({"pays_percent": "100", "delivery_days": "14"}),
    )


@page.route("/purchasing/suppliers", methods=["POST"])
@right("order.write")
@act(lambda form, **_: index(form))
def add() -> Done:
    form = Form.sent()
    code, fields = form.code("code"), _fields(form)
    form.check()
    made = ordering.create_supplier(context(), code, fields)
    return Done(url_for("supplier_pages.index"), Text("已登记「{n}」。", "“{n}” is entered.").format(n=made.name))


@page.route("/purchasing/suppliers/<code>", methods=["POST"])
@right("order.write")
@act(lambda form, **_: index(form))
def change(code: str) -> Done:
    form = Form.sent()
    fields = _fields(form)
    form.check()
    fields["is_active"] = form.flag("active")
    made = ordering.change_supplier(context(), code, fields)
    return Done(url_for("supplier_pages.index"), Text("已修改「{n}」。", "“{n}” is changed.").format(n=made.name))


def _fields(form: Form) -> ordering.SupplierFields:
    return {
        "name": form.text("name", 80),
        "contact": form.text("contact", 200, required=False),
        "pays_percent": int(form.number("pays_percent", 1, 100, required=True) or 0),
        "delivery_days": int(form.number("delivery_days", 0, 3650, required=True) or 0),
    }
