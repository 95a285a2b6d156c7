"""A reader in a bookshop asks, with their own phone, whether the library would pay for a book. Nothing is chosen here; the counter does."""

from __future__ import annotations

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue

from branches.context import Context
from branches.http import context
from branches.rights import SELF
from kernel.http import right
from patrons.queries import patron_by_id
from purchasing.service.online.browsing import open_shops
from purchasing.service.selecting import Pick, Quote, SelectionService
from web.pages.acts import SHOWN_IN_THE_FORM
from web.pages.desk.reading import normalise
from web.pages.forms import EMPTY, NEEDED, Form
from web.pages.shop.told import left_sentences, of_quote

page = Blueprint("choose_pages", __name__, url_prefix="/choose")


@page.before_request
def _name_channel() -> None:
    g.channel = "opac"


@page.route("", methods=["GET"])
@right(SELF)
def show(form: Form = EMPTY, quote: Quote | None = None) -> str:
    asked = context()
    return render_template(
        "shop/choose.html",
        form=form,
        shops=[(shop.code, shop.name) for shop in open_shops(asked).values()],
        quote=quote,
        spoken=None if quote is None else of_quote(quote, exchanges=False),
        left_sentences=left_sentences,
    )


@page.route("", methods=["POST"])
@right(SELF)
def ask() -> ResponseReturnValue:
    """Every reason, where the network has it, and what the reader may still choose."""
    g.reads_only = True
    form, asked = Form.sent(), context()
    try:
        quote = SelectionService(asked).quote(_pick(form, asked))
    except SHOWN_IN_THE_FORM as error:
        return show(Form(request.form, error)), error.status
    return show(form, quote)


def _pick(form: Form, asked: Context) -> Pick:
    isbn = normalise(form.value("isbn"))
    shop = form.choice("shop", [unit.code for unit in open_shops(asked).values()])
    price = form.money("price")
    if not isbn:
        form.wrong("isbn", NEEDED)
    form.check()
    reader = patron_by_id(asked.session, asked.caller.id)
    card = f"{asked.tree.by_id[reader.namespace_id].code}:{reader.barcode}"
    return Pick(patron=card, isbn=isbn, shop=shop or "", price_fen=price, title=form.text("title", 300, required=False))
