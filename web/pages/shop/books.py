"""A shop's list of books: searched, taken from a spreadsheet after a look, and taken away."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from branches.http import context
from branches.tree import Unit
from kernel.clock import local_day
from kernel.errors import Invalid
from kernel.http import largest_body, now, right
from kernel.i18n import Text
from purchasing.api.shops import LARGEST_FORM
from purchasing.price_lists import LAYOUT, MOST_ROWS, MOST_STOCK
from purchasing.queries.shops import list_offers, state_of_list
from purchasing.service.offers import OUTCOMES, ListReport, OfferService, read_list
from purchasing.service.shops import shops_of
from web.pages.acts import SHOWN_IN_THE_FORM, Done, act
from web.pages.forms import EMPTY, NEEDED, Form
from web.pages.shop import kept, which

page = Blueprint("shop_books", __name__, url_prefix="/shop/books")

PAGE: Final = 50
MOST_SHOWN: Final = 200
_TAKEN: Final = Text(
    "新上 {new} 种，更改 {changed} 种（定价 {changed_price} 种、库存 {changed_stock} 种），"
    "不变 {unchanged} 种，下架 {removed} 种，没有收 {refused} 行。",
    "{new} books new, {changed} changed ({changed_price} in price, {changed_stock} in stock), "
    "{unchanged} as they were, {removed} taken off, {refused} rows not taken.",
)
_COUNTED: Final = Text("库存改为 {n} 册。", "There are {n} copies now.")
_UNSAID: Final = Text("这本书不再记库存。", "The stock of this book is not kept any more.")
_HOW: Final = Text(
    "请说明这是整份清单，还是只是其中一部分：整份清单里没有的书会下架。",
    "Say whether this is the whole list or part of it: what a whole list leaves out is taken off.",
)


@page.before_request
def _name_channel() -> None:
    g.channel = "desk"


@page.route("", methods=["GET"])
@right("shop.stock")
def show(form: Form = EMPTY, report: ListReport | None = None, token: str = "") -> str:
    """What stands on the list, a place for a file, and what the file that was looked at would come to."""
    asked = context()
    shop = which.chosen(asked, "shop.stock")
    query, after = request.args.get("q", "").strip()[:200], request.args.get("after", "")[:13]
    rows = list_offers(asked.session, shop.id, query, after=after, limit=PAGE + 1) if shop else []
    return render_template(
        "shop/books.html",
        shop=shop,
        shops=shops_of(asked, "shop.stock"),
        state=state_of_list(asked.session, shop.id) if shop else None,
        rows=rows[:PAGE],
        following=rows[PAGE - 1].isbn if len(rows) > PAGE else None,
        query=query,
        after=after,
        form=form,
        report=report,
        token=token,
        columns=LAYOUT.columns,
        outcomes=OUTCOMES,
        most_rows=MOST_ROWS,
        most_shown=MOST_SHOWN,
    )


@page.route("", methods=["POST"])
@right("shop.stock")
@largest_body(LARGEST_FORM)
def look_or_take() -> ResponseReturnValue:
    """Look at a file that was sent, or take the one that was looked at. Files are read before a transaction begins."""
    g.reads_only = True
    form = Form.sent()
    try:
        shop = which.required(context(), "shop.stock")
        if form.value("do") != "take":
            return _look(form, shop)
        with kept.path_of(shop, form.value("token")).open("rb") as file, read_list(file, local_day(now())) as listed:
            g.price_list = listed
            taken: ResponseReturnValue = _take()
            return taken
    except SHOWN_IN_THE_FORM as error:
        g.reads_only = True
        return show(Form(request.form, error)), error.status


def _look(form: Form, shop: Unit) -> ResponseReturnValue:
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        raise Invalid("price_list.no_file", NEEDED, {"file": [NEEDED]})
    replaces = _replaces(form)
    with read_list(upload.stream, local_day(now())) as listed:
        report = OfferService(context()).take(shop.code, listed, replaces=replaces, dry_run=True)
    upload.stream.seek(0)
    return show(form, report, kept.keep(upload, shop))


@act(show)
def _take() -> Done:
    form, asked = Form.sent(), context()
    shop = which.required(asked, "shop.stock")
    report = OfferService(asked).take(shop.code, g.price_list, replaces=_replaces(form))
    tone = "warn" if report.refused_count else "good"
    return Done(url_for("shop_books.show", shop=shop.code), _TAKEN.format(**report.counts), tone)


@page.route("/stock", methods=["POST"])
@right("shop.stock")
@act(show)
def count() -> Done:
    """Say how many copies of a book stand in the shop."""
    form, asked = Form.sent(), context()
    shop = which.required(asked, "shop.stock")
    stock = form.number("stock", 0, MOST_STOCK)
    form.check()
    OfferService(asked).count(shop.code, form.value("isbn"), None if stock is None else int(stock))
    told = _UNSAID if stock is None else _COUNTED.format(n=int(stock))
    return Done(url_for("shop_books.show", shop=shop.code, q=form.value("isbn")), told)


@page.route("/removal", methods=["POST"])
@right("shop.stock")
@act(show)
def remove() -> Done:
    """Take one book off the list, or all of them."""
    form, asked = Form.sent(), context()
    shop = which.required(asked, "shop.stock")
    service = OfferService(asked)
    if form.flag("all"):
        told = Text("{n} 种书已全部下架。", "All {n} books are off the list.").format(n=service.clear(shop.code))
    else:
        service.remove(shop.code, form.value("isbn"))
        told = Text("已下架。", "It is off the list.")
    return Done(url_for("shop_books.show", shop=shop.code), told)


def _replaces(form: Form) -> bool:
    """What the clerk chose; nothing is chosen for them, for one of the two takes books off."""
    how = form.value("how")
    if how not in ("whole", "part"):
        raise Invalid("price_list.how", _HOW, {"how": [_HOW]})
    return how == "whole"
