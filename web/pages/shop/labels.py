"""What the library gives a shop: labels, printed as a PDF, and the part of the price that it pays."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from branches.http import context
from catalog.labels import SHEETS
from kernel.http import right
from kernel.i18n import Text
from purchasing.api.shops import pdf_of
from purchasing.queries.selections import terms_of
from purchasing.service.shop_barcodes import ShopBarcodeService
from purchasing.service.shops import ShopTermsService, labels_of, shops_of
from purchasing.terms import Terms
from web.pages.acts import SHOWN_IN_THE_FORM, Done, act
from web.pages.forms import EMPTY, Form
from web.pages.shop import which

page = Blueprint("shop_labels", __name__, url_prefix="/shop/labels")

LONGEST: Final = 64
_BINDS: Final = Text(
    "从现在起图书馆付定价的 {n}%；书目上库存是 0 的，柜台也不能选。",
    "From now on the library pays {n}% of the price; nothing is chosen at the counter of which the list has none.",
)
_BINDS_NOT: Final = Text(
    "从现在起图书馆付定价的 {n}%；柜台以手上的书为准，不看库存。",
    "From now on the library pays {n}% of the price; at the counter the book in hand counts, not the stock.",
)


@page.before_request
def _name_channel() -> None:
    g.channel = "desk"


@page.route("", methods=["GET"])
@right("shop.write")
def show(form: Form = EMPTY) -> str:
    asked = context()
    shop = which.chosen(asked, "shop.write")
    agreed = terms_of(asked.session, shop.id) if shop else Terms()
    return render_template(
        "shop/labels.html",
        shop=shop,
        shops=shops_of(asked, "shop.write"),
        ranges=labels_of(asked, shop) if shop else [],
        agreed=agreed,
        form=form.with_defaults(
            {"pays_percent": agreed.pays_percent, "stock_binds": "1" if agreed.stock_binds else ""}
        ),
        sheets={code: sheet.name for code, sheet in SHEETS.items()},
    )


@page.route("", methods=["POST"])
@right("shop.write")
@act(show)
def issue() -> Done:
    """Give the shop a run of labels."""
    form, asked = Form.sent(), context()
    shop = which.required(asked, "shop.write")
    first, last = form.text("first", LONGEST), form.text("to", LONGEST)
    form.check()
    issued = ShopBarcodeService(asked).issue(shop.code, first, last)
    told = Text("已发给{shop} {n} 张条码。", "{n} labels are given to {shop}.").format(
        shop=shop.name, n=len(issued.run)
    )
    if issued.used:
        passed = Text(
            "{told}其中 {n} 个已用在馆藏上，会跳过。", "{told} {n} of them are on copies already and are passed over."
        )
        told = passed.format(told=told, n=issued.used)
    return Done(url_for("shop_labels.show", shop=shop.code), told, "warn" if issued.used else "good")


@page.route("/terms", methods=["POST"])
@right("shop.write")
@act(show)
def change_terms() -> Done:
    """Say what the library pays, and whether stock binds, from now on."""
    form, asked = Form.sent(), context()
    shop = which.required(asked, "shop.write")
    percent = form.number("pays_percent", 1, 100, required=True)
    before = form.number("before", 1, 10_000, required=True)
    form.check()
    assert percent is not None
    assert before is not None
    agreed = Terms(pays_percent=int(percent), stock_binds=form.flag("stock_binds"))
    ShopTermsService(asked).change(shop.code, agreed, expected=int(before))
    told = (_BINDS if agreed.stock_binds else _BINDS_NOT).format(n=agreed.pays_percent)
    return Done(url_for("shop_labels.show", shop=shop.code), told)


@page.route("/print", methods=["GET"])
@right("shop.write")
def print_again() -> ResponseReturnValue:
    """The labels of a run as a PDF, from a number on."""
    asked = context()
    shop = which.required(asked, "shop.write")
    form = Form(request.args)
    run, start = form.number("run", 1, 2**53, required=True), form.number("start", 1, 1000)
    sheet = form.choice("sheet", SHEETS, required=False) or "a4-3x8"
    try:
        form.check()
        return pdf_of(
            shop.code, int(run or 0), first=form.value("from").strip() or None, sheet=sheet, start=int(start or 1)
        )
    except SHOWN_IN_THE_FORM as error:
        return show(Form(request.args, error)), error.status
