"""The stock side of cataloguing: many copies at once, labels, what leaves the stock or changes its owner."""

from __future__ import annotations

from flask import Blueprint, g, render_template

from kernel.http import right
from web.pages.stock import changing, choosing, classes, documents, headings, labels, registering

page = Blueprint("stock_pages", __name__, url_prefix="/stock")
BLUEPRINTS = (
    page,
    registering.page,
    changing.page,
    labels.page,
    documents.page,
    classes.page,
    choosing.page,
    headings.page,
)


@page.route("", methods=["GET"])
@right("item.write")
def index() -> str:
    return render_template("stock/index.html")


for one in BLUEPRINTS:
    one.before_request(lambda: setattr(g, "channel", "web"))
